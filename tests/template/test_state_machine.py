"""The fleet's state machine, by four readers: cfn-lint, statelint, moto's parser, and what none of these sees."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tools.translate import TEMPLATE

FILE = TEMPLATE.parent / "statemachine" / "fleet.asl.json"
ROLE = "arn:aws:iam::123456789012:role/fleet"
FALSE_FINDINGS = (
    "CheckBatches.ToleratedFailurePercentage is 100.0 but should be an Integer",  # moto takes no other; AWS takes both
    'Field "Label" not allowed in State Machine.States.CheckBatches',
    'Field "InputType" not allowed in State Machine.States.CheckBatches',
)
"""What statelint does not know of the Distributed Map (its tracker's issue 51)."""


@pytest.fixture(scope="module")
def text() -> str:
    return FILE.read_text(encoding="utf-8")


@pytest.fixture
def definition(text) -> dict[str, Any]:
    return json.loads(text)


def cfn_lint(text: str, folder: Path) -> list[str]:
    """What cfn-lint finds in a literal definition; of one in a file of its own it sees nothing."""
    from cfnlint.api import lint

    properties = {"RoleArn": ROLE, "DefinitionString": text}
    template = {"Resources": {"Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}}}
    substituted = json.dumps(template).replace("${FunctionArn}", "function").replace("${FailureQueueUrl}", "queue")
    return [match.rule.id for match in lint(substituted)]


def statelint(text: str, folder: Path) -> list[str]:
    """What statelint finds, but for its known false findings."""
    file = folder / "definition.json"
    file.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [Path(sys.executable).with_name("statelint"), file], capture_output=True, text=True, check=False
    )
    findings = [line.strip() for line in done.stdout.splitlines()[1:] if line.strip()]
    return [one for one in findings if not any(known in one for known in FALSE_FINDINGS)]


def moto_refuses(text: str, folder: Path) -> list[str]:
    """Why moto's own parser refuses the definition."""
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        client = boto3.client("stepfunctions", region_name="ap-northeast-2")
        try:
            client.create_state_machine(name="fleet", definition=text, roleArn=ROLE)
        except ClientError as error:
            return [str(error)]
    return []


def state_machines(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """*node* and every machine inside its Maps."""
    yield node
    for state in node["States"].values():
        if "ItemProcessor" in state:
            yield from state_machines(state["ItemProcessor"])


def unseen(text: str, folder: Path) -> list[str]:
    """What none of the others sees."""
    found = []
    for machine in state_machines(json.loads(text)):
        states = machine["States"]
        targets = [machine["StartAt"]] + [state["Next"] for state in states.values() if "Next" in state]
        targets += [each["Next"] for state in states.values() for each in state.get("Catch", ())]
        found += [f"no state {name}" for name in targets if name not in states]
        found += [f"nothing leads to {name}" for name in states if name not in targets]
        for name, state in states.items():
            for field in ("Retry", "Catch"):
                rows = state.get(field, [])
                found += [f"{name}: States.ALL is not last" for row in rows[:-1] if "States.ALL" in row["ErrorEquals"]]
            mode = state.get("ItemProcessor", {}).get("ProcessorConfig")
            if mode is not None and mode["Mode"] == "DISTRIBUTED":
                # Another type of child has no history; and a Map that may fail hides every account but those that did.
                found += [] if mode.get("ExecutionType") == "STANDARD" else [f"{name}: children are not STANDARD"]
                found += [] if repr(state["ToleratedFailurePercentage"]) == "100.0" else [f"{name}: tolerance"]
    return found


READERS = (cfn_lint, statelint, moto_refuses, unseen)


@pytest.mark.parametrize("reader", READERS)
def test_nothing_is_wrong_with_it(reader, text, tmp_path):
    assert reader(text, tmp_path) == []


def _in(definition: dict[str, Any], path: str) -> Any:
    node: Any = definition
    for name in path.split("/"):
        node = node[int(name)] if name.isdigit() else node[name]
    return node


BATCH = "States/CheckBatches/ItemProcessor"
FAULTS = {
    "a misspelt field": ("States/Plan", "Retyr", []),
    "StartAt names nothing": (BATCH, "StartAt", "Nowhere"),
    "Next names nothing": ("States/Plan", "Next", "Nowhere"),
    "Catch names nothing": (f"{BATCH}/States/CheckBatch/Catch/1", "Next", "Nowhere"),
    "a number that is none": ("States/CheckBatches/ItemReader/ReaderConfig", "InputType", "JSNO"),
    "a mode that is none": (f"{BATCH}/ProcessorConfig", "Mode", "DISTRIBUTD"),
    "a rate below one": ("States/Tell/Retry/0", "BackoffRate", 0.5),
    "a path that is none": ("States/CheckBatches/ItemSelector", "run.$", "run"),
    "a tolerance": ("States/CheckBatches", "ToleratedFailurePercentage", 10.0),
    "children without a history": (f"{BATCH}/ProcessorConfig", "ExecutionType", "EXPRESS"),
    "States.ALL before another": (f"{BATCH}/States/CheckBatch/Catch/0", "ErrorEquals", ["States.ALL"]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_seeded_fault_is_found(fault, definition, tmp_path):
    path, field, value = FAULTS[fault]
    broken = deepcopy(definition)
    _in(broken, path)[field] = value
    assert any(reader(json.dumps(broken), tmp_path) for reader in READERS)


def test_no_state_hands_a_result_on(definition):
    """A state's output has 256 KiB: what is handed on is the number of a batch."""
    for machine in state_machines(definition):
        for name, state in machine["States"].items():
            if state["Type"] == "Map" or name in ("CheckBatch", "CheckAlone", "Note"):
                assert set(state["ResultSelector"]) <= {"batch.$", "batches.$", "alone.$"}, name
