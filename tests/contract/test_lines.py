"""What is written on standard output: one JSON object a line, embedded metrics as documented, and no secret."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from tests.contract.fake_ncloud import BACKUPS, KST, Reply
from tests.contract.function import ACCESS_KEY, SECRET_KEY
from tests.contract.http_events import ask

HOUR = timedelta(hours=1)
METRICS = {
    "CheckCompleted", "CheckIncomplete", "InstancesChecked", "Violations", "OldestBackupAgeSeconds",
    "NotificationsSent", "ApiRequests", "ApiErrors", "CheckDurationMs",
}  # fmt: skip
DIMENSIONS = {("service",), ("service", "account", "region"), ("service", "verdict")}
TWO = {"NCLOUD_REGIONS": "KR,SGN"}


@pytest.fixture
def four(function, now):
    function.ncloud.database("stale", now - 26.5 * HOUR)
    function.ncloud.database("fresh", now - 5 * HOUR)
    function.ncloud.database("never", None)
    function.ncloud.database("fresh-sgn", now - 7 * HOUR, region="SGN")
    return function


def documents(outcome):
    return [line for line in outcome.lines if "_aws" in line]


def test_every_line_is_a_json_object_with_a_level_or_metrics(four):
    outcome = four.check_with(**TWO)
    assert outcome.lines
    for line in outcome.lines:
        assert {"level", "time", "message"} <= set(line) or "_aws" in line
    assert "\r" not in outcome.stdout


def test_the_invocations_id_is_in_every_line_of_the_log(four):
    outcome = four({"action": "check"}, seconds=30)
    logs = [line for line in outcome.lines if "level" in line]
    assert {line["requestId"] for line in logs} == {"11111111-2222-3333-4444-555555555555"}
    assert "requestId" not in four({"action": "check"}).lines[0], "it is not carried over"


def test_the_embedded_metrics_keep_to_their_format(four, now):
    found = documents(four.check_with(**TWO))
    for document in found:
        [directive] = document["_aws"]["CloudWatchMetrics"]
        assert directive["Namespace"] == "BackupWatch"
        assert abs(document["_aws"]["Timestamp"] / 1000 - now.timestamp()) < 10
        [dimensions] = directive["Dimensions"]
        assert tuple(dimensions) in DIMENSIONS
        assert all(isinstance(document[name], str) and document[name] for name in dimensions)
        assert len(directive["Metrics"]) <= 100
        for metric in directive["Metrics"]:
            assert metric["Name"] in METRICS
            assert isinstance(document[metric["Name"]], int | float)
    told = {metric["Name"] for one in found for metric in one["_aws"]["CloudWatchMetrics"][0]["Metrics"]}
    assert told == METRICS


def test_the_figures_are_those_of_the_report(four):
    outcome = four.check_with(**TWO)
    assert outcome.metric("InstancesChecked") == 4
    assert outcome.metric("InstancesChecked", account="default", region="KR") == 3
    assert outcome.metric("InstancesChecked", account="default", region="SGN") == 1
    assert outcome.metric("Violations") == len(outcome.report["violations"]) == 2
    assert outcome.metric("Violations", account="default", region="SGN") == 0
    by_verdict = {verdict: outcome.metric("Violations", verdict=verdict) for verdict in ("STALE", "NEVER", "MISSING")}
    assert by_verdict == {"STALE": 1, "NEVER": 1, "MISSING": 0}
    assert outcome.metric("OldestBackupAgeSeconds") == outcome.finding("stale")["ageSeconds"]
    assert outcome.metric("OldestBackupAgeSeconds", account="default", region="SGN") == pytest.approx(7 * 3600, abs=9)
    assert outcome.metric("ApiRequests") == len(outcome.asked)
    assert outcome.metric("ApiErrors") == 0
    assert (outcome.metric("CheckCompleted"), outcome.metric("CheckIncomplete")) == (1, 0)
    assert outcome.metric("NotificationsSent") == len(outcome.published) == 1
    assert 0 < outcome.metric("CheckDurationMs") < 60_000


def test_an_incomplete_check_is_not_a_completed_one_and_only_its_region_is_incomplete(four):
    honest = four.ncloud.honest
    four.ncloud.answers[BACKUPS] = lambda asked: Reply(b"", 400) if asked.region == "SGN" else honest(asked)
    outcome = four.check_with(**TWO)
    assert (outcome.metric("CheckCompleted"), outcome.metric("CheckIncomplete")) == (0, 1)
    kr, sgn = ({"account": "default", "region": region} for region in ("KR", "SGN"))
    assert (outcome.metric("CheckCompleted", **kr), outcome.metric("CheckIncomplete", **kr)) == (1, 0)
    assert (outcome.metric("CheckCompleted", **sgn), outcome.metric("CheckIncomplete", **sgn)) == (0, 1)
    assert outcome.metric("OldestBackupAgeSeconds", **sgn) is None, "not known is not zero"
    assert outcome.metric("ApiErrors") >= 1


def test_whoever_only_looks_keeps_no_dead_mans_switch_quiet(four):
    looks = [
        four({"action": "check", "notify": False}), ask(four, "GET", "/report").outcome,
        ask(four, "GET", "/metrics").outcome,
    ]  # fmt: skip
    for outcome in looks:
        assert outcome.metric("CheckCompleted") is None
        assert outcome.metric("InstancesChecked") == 3
    past = four({"action": "check", "at": datetime(2026, 11, 20, 9, 0, tzinfo=KST).isoformat(), "notify": True})
    assert documents(past) == [], "nothing of the past is measured as of now"
    assert ask(four, "POST", "/check").outcome.metric("CheckCompleted") == 1


def test_the_warnings_of_a_quiet_run_stand_in_the_log_at_least(function, now):
    function.ncloud.database("orders", now - 5 * HOUR)
    outcome = function.check_with(POLICY='[[rule]]\nmatch = "analytic-*"\nmax_age = "8d"', LANGUAGE="ko")
    assert outcome.published == []
    [line] = [line for line in outcome.lines if line.get("message") == "checked"]
    assert line["warnings"] == ["rule 1 (match 'analytic-*') matches no instance"]


def test_an_empty_account_is_measured_as_such(function):
    outcome = function.check()
    assert outcome.metric("InstancesChecked") == 0
    assert outcome.metric("OldestBackupAgeSeconds") is None


@pytest.mark.parametrize("event", [
    {"action": "check", "all": True}, {"action": "explain", "match": "*"}, {"action": "doctor"},
    {"action": "test-alert"},
])  # fmt: skip
def test_no_key_and_no_signature_is_in_anything_that_leaves(four, event):
    outcome = four(event)
    signatures = {asked.headers["x-ncp-apigw-signature-v2"] for asked in outcome.asked}
    left = outcome.everything()
    assert not [secret for secret in (ACCESS_KEY, SECRET_KEY, "testing", *signatures) if secret in left]


def test_the_service_is_the_functions_name(four):
    outcome = four.check_with(AWS_LAMBDA_FUNCTION_NAME="backup-watch-prod")
    assert {document["service"] for document in documents(outcome)} == {"backup-watch-prod"}


def test_names_with_anything_in_them_stay_on_their_line(function, now):
    function.ncloud.database('a\nb\u2028c"d', "gar\nbage")
    function.ncloud.answers[BACKUPS] = lambda asked: Reply(
        json.dumps({"error": {"errorCode": "5\n00", "message": "line\nbreak\u2028\ud800"}}).encode(), 403
    )
    outcome = function.check()
    assert all(isinstance(line, dict) for line in outcome.lines)
