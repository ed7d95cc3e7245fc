"""What is said and waited for before anything reaches AWS, and before the first alert is sent."""

import json
import os
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from tools import deploy
from tools.ask import main
from tools.preflight import problems

CONFIG = "[default]\nregion = ap-northeast-2\n[profile dba]\nregion = eu-west-1\nsso_session = x\n"
NO_REGION, NO_CREDENTIALS = "No AWS region", "No AWS credentials"


@pytest.fixture
def terminal(monkeypatch):
    """A pseudo-terminal as standard input; what is written to the returned descriptor is typed."""
    typing, seen = os.openpty()
    with os.fdopen(seen, "r") as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        yield typing
    os.close(typing)


@pytest.mark.parametrize(("answers", "typed", "said"), [
    ([(0, ["dba@example.com"]), (0, ["dba@example.com"]), (1, [])], b"", "Waiting until it is followed"),
    ([(0, ["dba@example.com"])], b"\n", "going on: the first alert reaches no one"),
    ([(1, ["x"])], b"", ""), ([(0, [])], b"", ""),
])  # fmt: skip
def test_the_first_alert_waits_for_a_confirmation_and_enter_goes_on(
    monkeypatch, capsys, terminal, answers, typed, said
):
    asked = iter(answers)
    monkeypatch.setattr(deploy, "subscribers", lambda topic: next(asked))
    monkeypatch.setattr(deploy, "CONFIRMATION_POLL_SECONDS", 0.01)
    os.write(terminal, typed)
    deploy.wait_for_confirmation("arn")
    assert said in capsys.readouterr().out
    assert list(asked) == []


@pytest.mark.parametrize(("environment", "files", "missing"), [
    ({}, {}, [NO_REGION, NO_CREDENTIALS]),
    ({"AWS_REGION": "x"}, {}, [NO_CREDENTIALS]), ({"AWS_DEFAULT_REGION": "x"}, {}, [NO_CREDENTIALS]),
    ({"AWS_ACCESS_KEY_ID": "x"}, {}, [NO_REGION]), ({"AWS_ACCESS_KEY_ID": "x"}, {"config": CONFIG}, []),
    ({}, {"config": CONFIG}, [NO_CREDENTIALS]), ({"AWS_PROFILE": "dba"}, {"config": CONFIG}, []),
    ({}, {"config": CONFIG, "credentials": "[default]\naws_access_key_id = x\n"}, []),
    ({}, {"config": "no such file [", "credentials": "\xff"}, [NO_REGION, NO_CREDENTIALS]),
])  # fmt: skip
def test_region_and_credentials_are_missed_at_once(tmp_path, monkeypatch, environment, files, missing):
    monkeypatch.setattr("tools.preflight.ON_AN_INSTANCE", Path("/nowhere"))
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="latin-1")
    assert [line.partition(":")[0] for line in problems(environment, tmp_path)] == missing


@pytest.mark.parametrize(("arguments", "event"), [
    (["doctor"], {"action": "doctor"}),
    (["explain", "--match", "orders-*"], {"action": "explain", "match": "orders-*"}),
    (["check"], {"action": "check", "notify": False, "all": True}),
    (["check", "--notify", "all", "--at", "2026-11-20T09:00:00+09:00"],
     {"action": "check", "notify": "all", "all": True, "at": "2026-11-20T09:00:00+09:00"}),
    (["memory", "--forget", "orders-*"], {"action": "memory", "forget": "orders-*"}),
    (["explain", "--match", "orders-*", "--account", "acme-*"],
     {"action": "explain", "match": "orders-*", "account": "acme-*"}),
    (["doctor", "--account", "acme-prod"], {"action": "doctor", "account": "acme-prod"}),
    (["test-alert"], {"action": "test-alert"}),
])  # fmt: skip
def test_the_deployed_function_is_asked_for_what_the_command_line_says(monkeypatch, capsys, arguments, event):
    monkeypatch.setattr("tools.ask.ask", lambda function, asked: {"function": function, "asked": asked})
    monkeypatch.setattr("sys.argv", ["ask", *arguments])
    main()
    assert json.loads(capsys.readouterr().out) == {"function": "ncloud-backup-watch", "asked": event}


@pytest.mark.parametrize(
    ("is_there", "said"), [(False, "it is not there yet"), (True, "a run was started: arn:aws:states")]
)
def test_a_fleet_is_started_once_its_accounts_file_is_there(capsys, is_there, said):
    with mock_aws():
        s3, states, sns = (boto3.client(name) for name in ("s3", "stepfunctions", "sns"))
        s3.create_bucket(Bucket="runs", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
        if is_there:
            s3.put_object(Bucket="runs", Key="accounts.toml", Body=b"")
        machine = states.create_state_machine(
            name="fleet", definition='{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}',
            roleArn="arn:aws:iam::123456789012:role/fleet",
        )["stateMachineArn"]  # fmt: skip
        outputs = {"RunsBucketName": "runs", "AccountsObjectKey": "accounts.toml", "FleetMachineArn": machine}
        outputs["AlertTopicArn"] = sns.create_topic(Name="alerts")["TopicArn"]
        deploy.start_fleet(outputs, tell_all=True)
        executions = states.list_executions(stateMachineArn=machine)["executions"]
        assert len(executions) == is_there
        if is_there:
            event = states.describe_execution(executionArn=executions[0]["executionArn"])["input"]
            assert json.loads(event) == {"action": "check", "notify": "all"}
    assert said in capsys.readouterr().out
