"""Whatever AWS does, and whatever somebody put into a secret: said, told if it can be told, and no key leaves."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from backup_watch.config.problems import AlertNotDelivered
from tests.contract.fake_ncloud import BACKUPS, Reply
from tests.contract.function import ACCESS_KEY, SECRET_KEY
from tests.contract.http_events import ask

HOUR = timedelta(hours=1)
MALFORMED = {
    "a line break in the key id": {"access_key_id": "HUNTER2\nHUNTER2", "secret_access_key": "HUNTER2"},
    "a line break in the key": {"access_key_id": "HUNTER2", "secret_access_key": "HUNTER2\r\nX-Evil: 1"},
    "a key id in Korean": {"access_key_id": "HUNTER2열쇠", "secret_access_key": "HUNTER2"},
    "half a surrogate pair": {"access_key_id": "HUNTER2", "secret_access_key": "HUNTER2\ud800"},
    "a blank in the key": {"access_key_id": "HUNTER2", "secret_access_key": "HUNTER2 HUNTER2"},
    "no key": {"access_key_id": "HUNTER2"},
    "an empty key": {"access_key_id": "HUNTER2", "secret_access_key": " "},
    "a number": {"access_key_id": "HUNTER2", "secret_access_key": 5},
    "a list": ["HUNTER2"],
    "a text": "HUNTER2",
    "null": None,
}


@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_secret_is_told_and_nothing_of_it_leaves(function, now, content):
    function.ncloud.database("orders", now - 5 * HOUR)
    function.aws.secrets["ncloud/key"] = json.dumps(content)
    outcome = function.check_with(NCLOUD_CREDENTIALS_SECRET="ncloud/key")
    [error] = outcome.report["errors"]
    assert (error["kind"], error["region"]) == ("SecretUnreadable", None)
    assert outcome.report["severity"] == "unknown"
    assert outcome.alert.attribute("event") == ["UNREADABLE"]
    assert outcome.asked == [], "without a key nobody is asked"
    assert "HUNTER2" not in outcome.everything()


@pytest.mark.parametrize("text", ["HUNTER2", "{HUNTER2", "[" * 50_000, '{"access_key_id": "HUNTER2"'])
def test_a_secret_that_is_no_json_is_told_and_not_shown(function, text):
    function.aws.secrets["ncloud/key"] = text
    outcome = function.check_with(NCLOUD_CREDENTIALS_SECRET="ncloud/key")
    assert outcome.report["errors"][0]["kind"] == "SecretUnreadable"
    assert "HUNTER2" not in outcome.everything()


NO_CLIENT = {
    "no region": {"AWS_REGION": None, "AWS_DEFAULT_REGION": None},
    "no credentials": {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None},
    "an endpoint that is no URL": {"AWS_ENDPOINT_URL": "localhost:4566"},
    "a profile that is not there": {"AWS_PROFILE": "nobody"},
    "nobody at the endpoint": {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"},
}


@pytest.mark.parametrize("settings", NO_CLIENT.values(), ids=NO_CLIENT)
def test_where_aws_cannot_be_asked_the_alert_is_not_delivered_and_everybody_hears(function, now, settings, heartbeat):
    function.ncloud.database("orders", now - 30.5 * HOUR)
    outcome = function.check_with(HEARTBEAT_URL=f"{heartbeat.url}/ping/uuid", **settings)
    assert isinstance(outcome.error, AlertNotDelivered)
    assert heartbeat.paths == ["/ping/uuid/fail"]
    assert outcome.metric("CheckCompleted") == 0
    assert outcome.metric("NotificationsSent") == 0


@pytest.mark.parametrize("settings", NO_CLIENT.values(), ids=NO_CLIENT)
@pytest.mark.parametrize("action", ["doctor", "test-alert", "explain"])
def test_where_aws_cannot_be_asked_the_operators_actions_say_so(function, settings, action):
    event = {"action": action} | ({"match": "*"} if action == "explain" else {})
    outcome = function(event, NCLOUD_CREDENTIALS_SECRET="ncloud/key", **settings)
    assert outcome.error is None or (action == "test-alert" and isinstance(outcome.error, AlertNotDelivered))
    if action == "doctor":
        assert outcome.answer["healthy"] is False
    if action == "explain":
        assert outcome.answer["errors"][0]["kind"] == "SecretUnreadable"


@pytest.mark.parametrize("reply", [
    b"", b"null", b"[]", b'"HUNTER2"', b"<html>HUNTER2</html>", b"{}", b'{"SecretString": 5, "Parameter": 5}',
    b'{"SecretString": {"a": "HUNTER2"}, "Parameter": {"Value": null}}', b'{"Parameter": []}', b'{"Parameter": {}}',
    b"\xff",
])  # fmt: skip
@pytest.mark.parametrize("settings", [{"NCLOUD_CREDENTIALS_SECRET": "key"}, {"POLICY_PARAMETER": "/policy"}])
def test_what_is_no_answer_of_aws_is_told_as_unreadable(function, now, reply, settings):
    function.ncloud.database("orders", now - 5 * HOUR)
    function.aws.reply = reply
    outcome = function.check_with(**settings)
    assert {error["kind"] for error in outcome.report["errors"]} <= {"SecretUnreadable", "PolicyUnreadable"}
    assert outcome.report["errors"]
    assert outcome.report["severity"] == "unknown"
    assert outcome.alert.attribute("event") == ["UNREADABLE"]
    assert "HUNTER2" not in outcome.everything()


def test_a_healthy_run_asks_aws_nothing(function, now):
    function.ncloud.database("orders", now - 5 * HOUR)
    outcome = function.check()
    assert outcome.report["severity"] == "ok"
    assert outcome.report["notification"] is None
    assert function.aws.calls == []


def test_neither_key_nor_signature_leaves_a_run_whose_gateway_echoes_them(function, now):
    def echo(asked):
        told = json.dumps({"error": {"errorCode": "200", "message": " ".join(asked.headers.values()) + SECRET_KEY}})
        return Reply(told.encode(), 401)

    function.ncloud.answers[BACKUPS] = echo
    outcome = function.check()
    signatures = {asked.headers["x-ncp-apigw-signature-v2"] for asked in outcome.asked}
    left = outcome.everything()
    assert not [secret for secret in (ACCESS_KEY, SECRET_KEY, *signatures) if secret in left]


def test_a_secret_with_a_byte_order_mark_is_read(function, now):
    function.ncloud.database("orders", now - 5 * HOUR)
    key = {"access_key_id": ACCESS_KEY, "secret_access_key": SECRET_KEY}
    function.aws.secrets["ncloud/key"] = "\ufeff" + json.dumps(key)
    outcome = function.check_with(NCLOUD_CREDENTIALS_SECRET="ncloud/key")
    assert (outcome.report["errors"], outcome.report["severity"]) == ([], "ok")


SLIPS = ["wJalrXUtnFEMIK7MDENGbPxRfiCY", "dGhpcyBpcyBhIHRva2Vu", "6f1c0e2a9b4d6f1c0e2a9b4d", "hunter2-Horse_9staple"]


@pytest.mark.parametrize("slip", SLIPS)
def test_the_secret_itself_in_the_place_of_its_name_is_not_shown(function, slip):
    outcome = function.check_with(NCLOUD_CREDENTIALS_SECRET=slip)
    assert outcome.report["errors"][0]["kind"] == "SecretUnreadable"
    assert slip not in outcome.everything()


@pytest.mark.parametrize("slip", [*SLIPS, "correct-horse-battery-staple"])
def test_the_token_itself_in_the_place_of_its_secrets_name_is_not_shown(function, slip):
    answered = ask(function, "GET", "/report", settings={"HTTP_TOKEN_SECRET": slip})
    assert answered.status == 503
    assert slip not in answered.outcome.everything()
    assert slip not in function({"action": "doctor"}, HTTP_TOKEN_SECRET=slip).everything()
