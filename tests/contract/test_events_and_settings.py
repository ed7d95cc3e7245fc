"""What is asked for, and how it is set: known shapes and right values, or one error that names all and calls nobody."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from backup_watch.config.problems import SettingsError, UnknownEvent
from tests.contract.fake_ncloud import BACKUPS, KST, detail

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def z(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


# --- events --------------------------------------------------------------------------------------------------------

UNKNOWN = [
    None, [], "check", 5, True, {"Records": []}, {"action": "chekc"}, {"action": None}, {"action": ["check"]},
    {"trigger": "manual"}, {"trigger": None}, {"source": "aws.s3"}, {"version": "1.0", "requestContext": {"http": {}}},
    {"version": "2.0", "requestContext": {"http": None}}, {"version": "2.0"}, {"notify": True},
    {"action": "check", "notify": "yes"}, {"action": "check", "notify": 1}, {"action": "check", "notify": 0},
    {"action": "check", "notify": None}, {"action": "check", "notify": "ALL"}, {"action": "check", "notify": []},
    {"action": "check", "all": "true"}, {"action": "check", "all": 1}, {"action": "check", "al": True},
    {"action": "check", "at": "yesterday"}, {"action": "check", "at": "2026-11-20T09:00:00"},
    {"action": "check", "at": 1763600400}, {"action": "check", "at": "9999-12-31T23:59:59-12:00"},
    {"action": "check", "at": ""}, {"action": "explain"}, {"action": "explain", "match": ""},
    {"action": "explain", "match": 5}, {"action": "doctor", "match": "*"}, {"action": "test-alert", "notify": True},
    {"\ud800": 1}, {"action": "\ud800"}, {"httpMethod": "GET", "path": "/"},
]  # fmt: skip


@pytest.mark.parametrize("event", UNKNOWN, ids=ascii)
def test_an_event_of_no_known_shape_says_which_there_are_and_calls_nobody(function, event):
    outcome = function(event)
    assert isinstance(outcome.error, UnknownEvent)
    for shape in ('"trigger": "schedule"', "aws.events", '"check"', '"explain"', '"doctor"', '"test-alert"', "2.0"):
        assert shape in str(outcome.error)
    assert (outcome.asked, function.aws.calls) == ([], [])
    [line] = outcome.lines
    assert (line["level"], line["error"]) == ("error", "UnknownEvent")


SCHEDULED = [
    (0, True), (1, True), (1800, True), (3590, True), (3600, False), (3700, False), (86400, False), (-30, False),
]  # fmt: skip


@pytest.mark.parametrize(("seconds_ago", "counts"), SCHEDULED)
@pytest.mark.parametrize("shape", ["scheduler", "rule"])
def test_the_scheduled_time_is_now_if_it_is_less_than_one_interval_ago(function, now, seconds_ago, counts, shape):
    scheduled = z(now - seconds_ago * SECOND)
    event = (
        {"trigger": "schedule", "scheduledTime": scheduled} if shape == "scheduler"
        else {"version": "0", "source": "aws.events", "detail-type": "Scheduled Event", "time": scheduled, "detail": {}}
    )  # fmt: skip
    outcome = function(event)
    checked = datetime.fromisoformat(outcome.report["checkedAt"])
    assert (outcome.report["checkedAt"] == scheduled) is (counts or seconds_ago == 0)
    assert counts or now <= checked <= now + 5 * SECOND


@pytest.mark.parametrize("scheduled", [
    "<aws.scheduler.scheduled-time>", "", None, 5, "yesterday", "2026-11-23T03:00:00", "0001-01-01T00:00:00Z", ["x"],
])  # fmt: skip
def test_an_unreadable_scheduled_time_is_the_clock(function, now, scheduled):
    for event in ({"trigger": "schedule", "scheduledTime": scheduled}, {"source": "aws.events", "time": scheduled}):
        checked = datetime.fromisoformat(function(event).report["checkedAt"])
        assert now <= checked <= now + 5 * SECOND


def test_a_retry_tells_the_same_news_although_a_backup_landed_in_between(function, now):
    scheduled = now - 10 * timedelta(minutes=1)
    newest = scheduled - 26.5 * HOUR
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
    newest, landed = now - 27.5 * HOUR, now - 5 * timedelta(minutes=1)
    function.ncloud.database("orders", landed, number="1")
    function.ncloud.details["1"] = [detail(landed), detail(newest)]
    before = function({"trigger": "schedule", "scheduledTime": z(now - 30 * timedelta(minutes=1))}).report
    after = function({}).report
    assert before["violations"][0]["incident"] == after["resolved"][0]["incident"]
    assert (after["violations"], after["severity"]) == ([], "ok")


def test_nothing_asked_is_a_check_that_notifies(function, now):
    function.ncloud.database("orders", now - 26.5 * HOUR)
    outcome = function({})
    assert outcome.report["notification"]["messageIds"] == ["m-1"]
    assert "findings" not in outcome.report


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


def test_all_adds_every_finding(function, now):
    function.ncloud.database("orders", now - 5 * HOUR)
    assert "findings" not in function({"action": "check", "all": False}).report
    assert [one["verdict"] for one in function({"action": "check", "all": True}).report["findings"]] == ["FRESH"]


def test_explain_tells_each_step_and_publishes_nothing(function, now):
    function.ncloud.database("orders", now - 60 * HOUR)
    function.ncloud.database("carts", now - 5 * HOUR)
    outcome = function({"action": "explain", "match": "ord*"})
    [explained] = outcome.answer["instances"]
    assert "orders" in str(explained)
    assert "STALE" in str(explained)
    assert outcome.published == []


def test_the_test_alert_is_marked_and_of_every_kind(function):
    outcome = function({"action": "test-alert"})
    assert outcome.asked == [], "it asks nothing of Ncloud"
    events = {event for published in outcome.published for event in published.attribute("event")}
    assert events == {"NEW", "ESCALATED", "REPEAT", "RESOLVED", "UNREADABLE"}
    for published in outcome.published:
        assert "TEST" in published.subject
        assert "TEST" in published.renderings["email"]
        assert "TEST" in published.renderings["sms"]
        assert published.document["test"] is True


# --- settings ------------------------------------------------------------------------------------------------------

WRONG = {
    "TOPIC_ARN": ["alerts", "arn:aws:sqs:ap-northeast-2:123456789012:alerts", "arn:aws:sns:ap-northeast-2:1:alerts"],
    "NCLOUD_API_GW": [
        "http://ncloud.apigw.ntruss.com", "ncloud.apigw.ntruss.com", "ftp://x", "https://", "http://localhost.evil.com",
        "http://127.0.0.1.evil.com", "https://ncloud.apigw.ntruss.com/vpostgresql/v2", "https://host:0", "https://h?x",
        "http://[::2]", "http://0.0.0.0", "https://user:pw@host",
    ],
    "NCLOUD_REGIONS": ["kr", "KR;SGN", ",", "KR,../x", "KR SGN"],
    "MAX_BACKUP_AGE": ["0", "0h", "-1h", "26", "1.5h", "a while", "26 h", "1h1d", "99999999999d", "२h", "1w"],
    "BACKUP_GRACE": ["0s", "-2h", "2hours"], "NEW_INSTANCE_GRACE": ["0m"], "CHECK_INTERVAL": ["0", "0h", "hourly"],
    "REPEAT_INTERVAL": ["-24h", "never", "1"],
    "CHECK_INSTANCES": ["maybe", "2"], "PAGE_SIZE": ["0", "1001", "-1", "1e2", "many", "٥"],
    "MAX_CONCURRENCY": ["0", "-4", "x"], "MAX_DETAIL_CALLS": ["-1", "x"],
    "DISPLAY_TIMEZONE": ["Asia/Seul", "KST+9", "../etc/passwd", "/etc/localtime"], "LANGUAGE": ["fr", "korean"],
    "CHAT_FORMAT": ["slack"], "REPORT_CACHE_SECONDS": ["-1", "x"],
    "HEARTBEAT_URL": ["http://hc-ping.com/uuid", "hc-ping.com"],
    "POLICY": ["max_age = ", "nonsense = 1", "max_age = '0h'", "[[rule]]\nmatch='x'", "[expect]\ninstances = -1"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_wrong_setting_is_named_and_nothing_is_called(function, name, value):
    outcome = function.check_with(**{name: value})
    assert isinstance(outcome.error, SettingsError)
    assert name in str(outcome.error)
    assert (outcome.asked, function.aws.calls) == ([], [])
    [line] = outcome.lines
    assert (line["level"], line["error"]) == ("error", "SettingsError")


RIGHT = {
    "NCLOUD_REGIONS": ["KR", "KR,SGN", " KR , SGN ,", "FKR"], "MAX_BACKUP_AGE": ["90s", "45m", "2d", "1d12h", " 26h "],
    "REPEAT_INTERVAL": ["0", "0h", "1s"], "PAGE_SIZE": ["1", "1000"], "LANGUAGE": ["en", "ko"],
    "MAX_DETAIL_CALLS": ["0"],
    "DISPLAY_TIMEZONE": ["UTC", "America/St_Johns", "Asia/Seoul"], "CHECK_INSTANCES": ["true", "false", "TRUE"],
    "CHAT_FORMAT": ["none", "amazon-q"], "TOPIC_ARN": ["arn:aws-cn:sns:cn-north-1:123456789012:a_b-C"],
    "HEARTBEAT_URL": ["", "  "], "POLICY": ["", "max_age = '8d'"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in RIGHT.items() for value in values])
def test_a_right_setting_is_taken(function, now, name, value):
    for region in ("KR", "SGN", "FKR"):
        function.ncloud.database("orders", now - 60 * HOUR, region=region)
    assert function.check_with(**{name: value}).report["counts"]["instances"] >= 1


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


def test_without_a_topic_nothing_can_be_told_but_all_can_be_looked_at(function, now):
    function.ncloud.database("orders", now - 60 * HOUR)
    refused = function({"action": "check"}, TOPIC_ARN=None)
    assert isinstance(refused.error, SettingsError)
    assert refused.asked == []
    assert function({"action": "check", "notify": False}, TOPIC_ARN=None).report["severity"] == "critical"


@pytest.mark.parametrize("names", [
    ("NCLOUD_ACCESS_KEY", "NCLOUD_SECRET_KEY"), ("NCLOUD_ACCESS_KEY_ID", "NCLOUD_SECRET_KEY"),
    ("NCLOUD_ACCESS_KEY", "NCLOUD_SECRET_ACCESS_KEY"),
])  # fmt: skip
def test_the_key_has_the_names_of_the_vendors_tools(function, names):
    nothing = dict.fromkeys(("NCLOUD_ACCESS_KEY_ID", "NCLOUD_SECRET_ACCESS_KEY"))
    outcome = function.check_with(**nothing | dict(zip(names, ("MYKEY", "mysecret"), strict=True)))
    assert {asked.headers["x-ncp-iam-access-key"] for asked in outcome.asked} == {"MYKEY"}


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


def test_no_more_requests_are_under_way_than_are_allowed(function, now):
    function.ncloud.database("orders", now - 5 * HOUR)
    under_way, most, lock = 0, 0, threading.Lock()
    honest = function.ncloud.honest

    def slowly(asked):
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.02)
        with lock:
            under_way -= 1
        return honest(asked)

    function.ncloud.honest = slowly
    try:
        for limit in ("1", "2"):
            most = 0
            function.check_with(MAX_CONCURRENCY=limit, NCLOUD_REGIONS="KR,SGN,JPN", PAGE_SIZE="1")
            assert most == int(limit)
    finally:
        del function.ncloud.honest


def test_every_page_is_asked_for_as_the_vendor_documents_it(function, now):
    function.ncloud.database("orders", now - 5 * HOUR)
    outcome = function.check_with(PAGE_SIZE="7")
    [asked] = [one for one in outcome.asked if one.operation == BACKUPS]
    assert asked.query == {"regionCode": "KR", "pageNo": "0", "pageSize": "7", "responseFormatType": "json"}
