"""A deployment for many accounts: what starts it, and which of its parts may do what."""

from __future__ import annotations

import json
import re

from tests.template.deployment import Deployment
from tests.template.test_access import _as_list, _statements

BUCKET = "<RunsBucket.Arn>"
KEYS = "/ncloud-backup-watch/accounts/"


def _actions(deployment: Deployment, role: str) -> dict[str, list[str]]:
    """What *role* may do, and to what."""
    return {
        action: _as_list(statement["Resource"])
        for where, statement in _statements(deployment)
        if where.startswith(f"{role}:")
        for action in _as_list(statement["Action"])
    }


def _variables(deployment: Deployment, function: str) -> dict[str, str]:
    return deployment.of_type("AWS::Lambda::Function")[function]["Environment"]["Variables"]


def test_without_a_fleet_nothing_of_it_is_there(default):
    for kind in ("AWS::StepFunctions::StateMachine", "AWS::S3::Bucket", "AWS::S3::BucketPolicy"):
        assert default.of_type(kind) == {}
    assert not [
        where for where, s in _statements(default) if "s3:" in str(s["Action"]) or "states:" in str(s["Action"])
    ]
    assert not {"FLEET_MACHINE", "RUNS_BUCKET", "ACCOUNTS_OBJECT"} & _variables(default, "Function").keys()
    (schedule,) = default.of_type("AWS::Scheduler::Schedule").values()
    assert schedule["State"] == "ENABLED"


def test_one_schedule_runs_and_it_starts_the_machine_with_the_scheduled_time(fleet):
    schedules = fleet.of_type("AWS::Scheduler::Schedule")
    [running] = [one for one in schedules.values() if one.get("State", "ENABLED") == "ENABLED"]
    [alone] = [one for one in schedules.values() if one is not running]
    assert running["Target"]["Arn"] == "<FleetMachine>"
    assert running["Target"]["Input"] == alone["Target"]["Input"]
    assert running["ScheduleExpression"] == alone["ScheduleExpression"]
    assert running["Target"]["DeadLetterConfig"] == alone["Target"]["DeadLetterConfig"]


def test_the_machine_is_given_what_its_definition_asks_for(translated, template):
    machine = translated["Resources"]["FleetMachine"]["Properties"]
    text = (__import__("pathlib").Path(__file__).parents[2] / "statemachine/fleet.asl.json").read_text()
    assert set(re.findall(r"\$\{(\w+)\}", text)) == set(machine["DefinitionSubstitutions"])
    assert machine["StateMachineType"] == "STANDARD"
    assert template["Resources"]["FleetMachine"]["Properties"]["DefinitionUri"] == "statemachine/fleet.asl.json"


def test_the_function_of_a_fleet_reads_its_accounts_keys_and_no_other(fleet):
    may = _actions(fleet, "FunctionRole")
    keys = [f"arn:aws:ssm:ap-northeast-2:123456789012:parameter{KEYS}*"]
    keys += [f"arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:{KEYS}*"]
    for action in ("ssm:GetParameter", "ssm:GetParameters", "secretsmanager:GetSecretValue"):
        assert may[action] == keys
    assert may["secretsmanager:BatchGetSecretValue"] == ["*"], "it knows no resource"
    assert "states:StartExecution" not in may
    assert "CredentialsSecret" not in fleet.of_type("AWS::SecretsManager::Secret")


def test_what_answers_requests_reads_no_key_and_one_object(fleet):
    may = _actions(fleet, "WebRole")
    assert not [action for action in may if action.startswith(("secretsmanager:", "ssm:"))]
    assert may["s3:GetObject"] == ["${RunsBucket.Arn}/runs/newest.json"]
    assert may["states:StartExecution"] == ["<FleetMachine>"]
    assert _variables(fleet, "WebFunction")["FLEET_MACHINE"] == "<FleetMachine>"


def test_a_page_that_only_reads_starts_no_run(translated):
    assert "states:StartExecution" not in _actions(Deployment(translated, Fleet="true"), "WebRole")


def test_the_machine_may_do_what_a_distributed_map_needs_and_nothing_else(fleet):
    own = "arn:aws:states:ap-northeast-2:123456789012:"
    assert _actions(fleet, "FleetRole") == {
        "lambda:InvokeFunction": ["<Function.Arn>"],
        "s3:GetObject": ["${RunsBucket.Arn}/runs/*"],
        "states:StartExecution": [f"{own}stateMachine:watch-fleet"],
        "states:DescribeExecution": [f"{own}execution:watch-fleet*"],
        "states:StopExecution": [f"{own}execution:watch-fleet*"],
        "states:RedriveExecution": [f"{own}execution:watch-fleet/Batches:*"],
        "sqs:SendMessage": ["<FailureQueue.Arn>"],
    }


def test_only_a_fleets_rights_end_in_a_star_and_only_below_what_is_its_own(fleet):
    prefixes = (f"parameter{KEYS}*", f"secret:{KEYS}*", "/runs/*", "execution:watch-fleet*", "watch-fleet/Batches:*")
    for where, statement in _statements(fleet):
        for resource in _as_list(statement["Resource"]):
            if "*" in resource and statement["Action"] != "secretsmanager:BatchGetSecretValue":
                assert resource.endswith(prefixes), where


def test_runs_end_after_a_week_and_the_accounts_file_stays(fleet, translated):
    (bucket,) = fleet.of_type("AWS::S3::Bucket").values()
    ends = {rule.get("Prefix", ""): rule.get("ExpirationInDays") for rule in bucket["LifecycleConfiguration"]["Rules"]}
    assert ends == {"runs/": 7, "": None}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert translated["Resources"]["RunsBucket"]["DeletionPolicy"] == "Retain"
    (policy,) = fleet.of_type("AWS::S3::BucketPolicy").values()
    [statement] = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_nothing_of_one_account_is_set_beside_the_accounts_file(fleet):
    for function in ("Function", "WebFunction"):
        variables = _variables(fleet, function)
        assert not [name for name in variables if name.startswith("NCLOUD_")]
        assert variables["ACCOUNTS_OBJECT"] == "accounts.toml"
        assert variables["RUNS_BUCKET"] == "<RunsBucket>"


def test_a_run_that_fails_as_a_whole_raises_an_alarm(fleet):
    alarms = fleet.of_type("AWS::CloudWatch::Alarm")
    assert {"FleetFailedAlarm", "FleetTimedOutAlarm", "AccountsUnreadAlarm"} <= set(alarms)
    assert (
        json.dumps(alarms["FleetFailedAlarm"]["Dimensions"])
        == '[{"Name": "StateMachineArn", "Value": "<FleetMachine>"}]'
    )
