"""What is written on standard output: one JSON object a line, embedded metrics as documented, and no secret."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from tests.contract.fake_ncloud import BACKUPS, KST, Reply
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
    function.ncloud.database("stale", now - 30.5 * HOUR)
    function.ncloud.database("fresh", now - 5 * HOUR)
    function.ncloud.database("never", None)
    function.ncloud.database("fresh-sgn", now - 7 * HOUR, region="SGN")
    return function


def documents(outcome):
    return [line for line in outcome.lines if "_aws" in line]


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
            [value] = document[metric["Name"]]
            assert isinstance(value, int | float)
    told = {metric["Name"] for one in found for metric in one["_aws"]["CloudWatchMetrics"][0]["Metrics"]}
    assert told == METRICS


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


def test_names_with_anything_in_them_stay_on_their_line(function, now):
    function.ncloud.database('a\nb\u2028c"d', "gar\nbage")
    function.ncloud.answers[BACKUPS] = lambda asked: Reply(
        json.dumps({"error": {"errorCode": "5\n00", "message": "line\nbreak\u2028\ud800"}}).encode(), 403
    )
    outcome = function.check()
    assert all(isinstance(line, dict) for line in outcome.lines)
