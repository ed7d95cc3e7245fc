"""HTTP through the whole function, with the emulated Ncloud and AWS: sharing, publishing, the token, wrong settings."""

import json
import os

import boto3
import pytest

from tests.stack.stack import running_stack
from tests.unit.web.asking import BROWSER, Answer, an_event

TOKEN = "open-sesame"


@pytest.fixture(scope="module")
def running():
    with running_stack() as stack:
        os.environ.setdefault("PYTEST_CURRENT_TEST", "")  # the stack's environment is bare, and pytest deletes this
        yield stack


@pytest.fixture
def ask(running):
    """Ask the function; other keywords are headers."""
    return lambda target, **event: Answer(running.invoke(an_event(target, **event)))


def test_every_address_answers_from_one_check_within_the_time(ask, monkeypatch, capsys):
    monkeypatch.setenv("REPORT_CACHE_SECONDS", "600")
    first = ask("/report").json["checkedAt"]
    assert first in ask("/", accept=BROWSER).text
    assert ask("/").json["checkedAt"] == ask("/healthz").json["checkedAt"] == first
    assert ask("/metrics").text.count("# EOF") == 1
    assert checks_made(capsys) == 1
    ask("/check?notify=false", method="POST")
    assert checks_made(capsys) == 1


def checks_made(capsys) -> int:
    """How many checks the function has logged since this was asked last."""
    return sum(json.loads(line).get("message") == "checked" for line in capsys.readouterr().out.splitlines())


def test_only_a_post_publishes(running, ask, monkeypatch):
    monkeypatch.setenv("REPORT_CACHE_SECONDS", "600")
    running.cloud.inbox.clear()
    ask("/report")
    ask("/", accept=BROWSER)
    assert running.cloud.inbox == []
    told = ask("/check?notify=all", method="POST").json
    assert told["notification"]["events"] == len(told["violations"]) + len(told["resolved"])
    shared = ask("/report").json
    assert (shared["checkedAt"], shared["notification"]) == (told["checkedAt"], None)


def test_the_token_of_the_secret_opens_and_nothing_else_does(running, ask, monkeypatch):
    secrets = boto3.client("secretsmanager")
    secrets.create_secret(Name="http-token", SecretString=TOKEN)
    monkeypatch.setenv("HTTP_TOKEN_SECRET", "http-token")
    assert ask("/report").status == 401
    assert ask("/report", authorization="Bearer open-barley").status == 401
    assert ask("/report", authorization=f"Bearer {TOKEN}").status == 200
    secrets.delete_secret(SecretId="http-token", ForceDeleteWithoutRecovery=True)


def test_a_token_that_cannot_be_read_keeps_everybody_out(ask, monkeypatch):
    monkeypatch.setenv("HTTP_TOKEN_SECRET", "no-such-secret")
    refused = ask("/report", authorization="Bearer ")
    assert refused.status == 503
    assert "no-such-secret" not in refused.text


def test_an_alert_that_sns_refuses_is_a_bad_gateway(ask, monkeypatch):
    monkeypatch.setenv("TOPIC_ARN", os.environ["TOPIC_ARN"] + "-gone")
    refused = ask("/check?notify=all", method="POST")
    assert (refused.status, refused.kind) == (502, "application/problem+json")
    assert refused.json["report"]["violations"]


def test_wrong_settings_are_named_and_no_credential_is_shown(ask, monkeypatch):
    monkeypatch.setenv("MAX_BACKUP_AGE", "soon")
    monkeypatch.setenv("REPEAT_INTERVAL", "often")
    refused = ask("/report")
    assert (refused.status, refused.kind) == (500, "application/problem+json")
    assert [problem["field"] for problem in refused.json["problems"]] == ["MAX_BACKUP_AGE", "REPEAT_INTERVAL"]


def test_wrong_settings_are_not_told_to_who_has_no_token(ask, monkeypatch):
    monkeypatch.setenv("HTTP_TOKEN_SECRET", "no-such-secret")
    monkeypatch.setenv("MAX_BACKUP_AGE", "soon")
    assert "MAX_BACKUP_AGE" not in ask("/report").text


def test_a_key_that_is_refused_is_a_report_and_not_an_error(running, ask, monkeypatch):
    monkeypatch.setenv("REPORT_CACHE_SECONDS", "0")
    boto3.client("secretsmanager").create_secret(
        Name="wrong-key", SecretString=json.dumps({"access_key_id": "wrong", "secret_access_key": "hidden-value"})
    )
    monkeypatch.setenv("NCLOUD_CREDENTIALS_SECRET", "wrong-key")
    answer = ask("/report")
    assert (answer.status, answer.json["severity"], answer.json["complete"]) == (200, "unknown", False)
    assert "hidden-value" not in answer.text
    assert ask("/healthz").status == 503
