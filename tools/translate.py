"""Print what CloudFormation makes of template.yaml: the SAM transform, done here, without AWS.

cfn-lint and checkov see through the translation what they cannot see in SAM's own resource types.
"""

import json
import os
from pathlib import Path
from typing import Any

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

TEMPLATE = Path(__file__).resolve().parent.parent / "template.yaml"
LOCAL_CODE = ("CodeUri", "ContentUri", "DefinitionUri")


class NoManagedPolicies:
    """The translator may ask for the names of AWS's policies; the template uses none."""

    def load(self) -> dict[str, str]:
        """Give no policy."""
        return {}


def read_template() -> dict[str, Any]:
    """Read template.yaml with its short forms (!Ref, !If) spelt out."""
    template: dict[str, Any] = yaml_parse(TEMPLATE.read_text(encoding="utf-8"))
    return template


def translate(template: dict[str, Any]) -> dict[str, Any]:
    """Apply the SAM transform to *template*, which it changes. Raises InvalidDocumentException, which says why."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "ap-northeast-2")
    for resource in template["Resources"].values():
        for name in LOCAL_CODE:
            if name in resource["Properties"]:
                resource["Properties"][name] = "s3://packaged/code.zip"
    translated: dict[str, Any] = transform(template, {}, NoManagedPolicies())
    return translated


if __name__ == "__main__":
    print(json.dumps(translate(read_template()), indent=2))
