"""What CloudFormation would make of the template with given parameters: conditions applied, functions resolved."""

from typing import Any

ACCOUNT = "123456789012"
PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": "ap-northeast-2",
    "AWS::StackName": "watch",
    "AWS::URLSuffix": "amazonaws.com",
}
ABSENT = object()


class Deployment:
    """The resources of *template* deployed with *parameters* on top of the defaults.

    A reference to a resource stays a mark, `<Name>` or `<Name.Attribute>`, since only AWS gives it a value.
    """

    def __init__(self, template: dict[str, Any], **parameters: str) -> None:
        if unknown := parameters.keys() - template["Parameters"].keys():
            raise ValueError(f"no such parameter: {unknown}")
        self._template = template
        self._values = {name: self._value(spec) for name, spec in template["Parameters"].items()}
        self._values |= {name: self._value(template["Parameters"][name], given) for name, given in parameters.items()}
        self.resources: dict[str, dict[str, Any]] = {
            name: self.resolve(resource)
            for name, resource in template["Resources"].items()
            if "Condition" not in resource or self._holds(resource["Condition"])
        }

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """The properties of all resources of one type, by name."""
        found = self.resources.items()
        return {name: resource["Properties"] for name, resource in found if resource["Type"] == kind}

    def resolve(self, node: Any) -> Any:
        if isinstance(node, list):
            return [item for item in map(self.resolve, node) if item is not ABSENT]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((name, argument),) = node.items()
            if name == "Ref" or name.startswith("Fn::"):
                return self._call(name, argument)
        resolved = {key: self.resolve(value) for key, value in node.items()}
        return {key: value for key, value in resolved.items() if value is not ABSENT}

    def _call(self, name: str, argument: Any) -> Any:
        if name == "Ref":
            return self._reference(argument)
        if name == "Fn::GetAtt":
            return f"<{argument if isinstance(argument, str) else '.'.join(argument)}>"
        if name == "Fn::If":
            condition, yes, no = argument
            return self.resolve(yes if self._holds(condition) else no)
        if name == "Fn::FindInMap":
            mapping, *keys = self.resolve(argument)
            return self._template["Mappings"][mapping][keys[0]][keys[1]]
        if name == "Fn::Sub":
            for known, value in (PSEUDO | self._values).items():
                argument = argument.replace("${" + known + "}", str(value))
            return argument
        raise ValueError(f"{name} is not known here")

    def _reference(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return ABSENT
        return (PSEUDO | self._values).get(name, f"<{name}>")

    def _holds(self, condition: Any) -> bool:
        if isinstance(condition, str):
            return self._holds(self._template["Conditions"][condition])
        ((name, argument),) = condition.items()
        if name == "Condition":
            return self._holds(argument)
        if name == "Fn::Not":
            return not self._holds(argument[0])
        if name in ("Fn::And", "Fn::Or"):
            return (all if name == "Fn::And" else any)(map(self._holds, argument))
        left, right = self.resolve(argument)
        return str(left) == str(right)

    @staticmethod
    def _value(spec: dict[str, Any], given: str | None = None) -> Any:
        text = str(spec["Default"] if given is None else given)
        return text.split(",") if spec["Type"] == "CommaDelimitedList" else text
