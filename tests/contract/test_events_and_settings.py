"""What is asked for, and how it is set: known shapes and right values, or one error that names all and calls nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backup_watch.config.problems import SettingsError, UnknownEvent
from tests.contract.fake_ncloud import KST, detail

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def z(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


# --- events --------------------------------------------------------------------------------------------------------


def test_a_retry_tells_the_same_news_although_a_backup_landed_in_between(function, now):
    scheduled = now - 10 * timedelta(minutes=1)
    newest = scheduled - 30.5 * HOUR
    function.ncloud.database("orders", newest, number="1", slot=f"{(scheduled - 6 * HOUR).astimezone(KST):%H:%M}")
    function.ncloud.details["1"] = [detail(newest)]
    event = {"trigger": "schedule", "scheduledTime": z(scheduled)}
    first = function(event)
    landed = now - 60 * SECOND
    function.ncloud.backups["KR"][0]["lastBackupDate"] = z(landed)
    function.ncloud.details["1"] = [detail(landed), detail(newest)]
    second = function(event)
    assert first.alert.document == second.alert.document
    assert first.alert.subject == second.alert.subject
    assert [one["event"] for one in second.report["violations"]] == ["ESCALATED"]


def test_the_next_run_tells_the_end_of_what_the_retry_told(function, now):
    newest, landed = now - 31.5 * HOUR, now - 5 * timedelta(minutes=1)
    function.ncloud.database("orders", landed, number="1")
    function.ncloud.details["1"] = [detail(landed), detail(newest)]
    before = function({"trigger": "schedule", "scheduledTime": z(now - 30 * timedelta(minutes=1))}).report
    after = function({}).report
    assert before["violations"][0]["incident"] == after["resolved"][0]["incident"]
    assert (after["violations"], after["severity"]) == ([], "ok")


CHECK = {"action": "check"}
REFUSED = [
    (None, {}, UnknownEvent, '{"action": "check"'), ({"action": "chekc"}, {}, UnknownEvent, "chekc"),
    ({"\ud800": 1}, {}, UnknownEvent, "known shape"),
    (CHECK | {"notify": "yes"}, {}, UnknownEvent, "notify"),
    (CHECK, {"TOPIC_ARN": None}, SettingsError, "TOPIC_ARN"), (CHECK, {"PAGE_SIZE": "0"}, SettingsError, "1 to 1000"),
    (CHECK, {"MAX_BACKUP_AGE": "26"}, SettingsError, "MAX_BACKUP_AGE='26'"),
    (CHECK, {"NCLOUD_API_GW": "http://127.0.0.1.evil.com"}, SettingsError, "NCLOUD_API_GW"),
    (CHECK, {"POLICY": '[[mute]]\nmatch = "a"\nreason = "b"'}, SettingsError, "mute 1 until"),
    (CHECK, {"POLICY": '[[rule]]\nmatch = "*"\nseverity = "ok"'}, SettingsError, "rule 1 severity"),
    (CHECK, {"POLICY": "[expect]\ninstances = -1"}, SettingsError, "expect instances"),
    (CHECK, {"NCLOUD_ACCESS_KEY_ID": "HUNTER2\nHUNTER2"}, SettingsError, "NCLOUD_ACCESS_KEY_ID"),
]  # fmt: skip


@pytest.mark.parametrize(("event", "settings", "error", "said"), REFUSED)
def test_what_is_wrong_is_named_in_one_line_and_nobody_is_called(function, heartbeat, event, settings, error, said):
    outcome = function(event, HEARTBEAT_URL=f"{heartbeat.url}/p", **settings)
    assert isinstance(outcome.error, error)
    assert said in str(outcome.error)
    assert (outcome.asked, function.aws.calls, heartbeat.paths) == ([], [], [])
    [line] = outcome.lines
    assert (line["level"], line["error"]) == ("error", error.__name__)
    assert "HUNTER2" not in outcome.everything()


@pytest.mark.parametrize(("event", "published"), [
    ({"action": "check"}, 1), ({"action": "check", "notify": True}, 1), ({"action": "check", "notify": "all"}, 1),
    ({"action": "check", "notify": False}, 0), ({"action": "check", "at": "2026-11-20T09:00:00+09:00"}, 0),
    ({"action": "check", "at": "2026-11-20T09:00:00+09:00", "notify": True}, 1),
])  # fmt: skip
def test_notify_is_true_by_default_and_false_for_an_instant(function, event, published):
    function.ncloud.database("orders", "garbage")
    outcome = function(event)
    assert len(outcome.published) == published
    assert (outcome.report["notification"] is not None) is bool(published)


# --- settings ------------------------------------------------------------------------------------------------------


def test_one_error_names_every_wrong_field_with_its_value_and_what_is_allowed_and_never_a_credential(function):
    outcome = function.check_with(
        TOPIC_ARN="alerts", MAX_BACKUP_AGE="a while", PAGE_SIZE="0", LANGUAGE="fr", NCLOUD_ACCESS_KEY_ID="HUN\nTER2",
        NCLOUD_SECRET_ACCESS_KEY=None, POLICY='max_age = "x"\n[[mute]]\nmatch = "a"\n[expect]\nname = "y"',
    )  # fmt: skip
    told = str(outcome.error)
    for part in (
        "TOPIC_ARN='alerts'", "MAX_BACKUP_AGE='a while'", "26h", "PAGE_SIZE='0'", "1 to 1000", "LANGUAGE='fr'",
        "NCLOUD_ACCESS_KEY_ID", "NCLOUD_SECRET_ACCESS_KEY", "POLICY max_age='x'", "mute 1 until", "mute 1 reason",
        "mute 1 owner", "expect name",
    ):  # fmt: skip
        assert part in told, part
    assert "HUN" not in outcome.everything()


def test_without_a_topic_all_can_be_looked_at(function, now):
    function.ncloud.database("orders", now - 60 * HOUR)
    assert function({"action": "check", "notify": False}, TOPIC_ARN=None).report["severity"] == "critical"


def test_a_policy_from_a_parameter_is_the_policy_and_a_wrong_one_is_an_error(function, now):
    function.ncloud.database("orders", now - 60 * HOUR)
    function.aws.parameters["/policy"] = 'max_age = "8d"'
    assert function.check_with(POLICY_PARAMETER="/policy").report["severity"] == "warning"
    function.aws.parameters["/policy"] = 'max_agee = "8d"'
    outcome = function.check_with(POLICY_PARAMETER="/policy")
    assert isinstance(outcome.error, SettingsError)
    assert "max_agee" in str(outcome.error)
    assert outcome.asked == []
    assert isinstance(function.check_with(POLICY_PARAMETER="/p", POLICY="max_age='1d'").error, SettingsError)
