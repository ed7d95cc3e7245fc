"""Every verdict and severity, at both sides of each edge, from what the API says to what the report says."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.contract.fake_ncloud import KST, backup, instance
from tests.contract.schemas import REPORT

AT = datetime(2026, 11, 20, 12, 0, tzinfo=KST)
"""The instant of every judgement here: noon in Seoul, in the past."""
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
ABSENT = "absent"
SEVERITY = {
    "FRESH": "ok", "NEW": "ok", "SKIPPED": "ok", "LATE": "warning", "UNKNOWN": "unknown", "STALE": "critical",
    "NEVER": "critical", "DISABLED": "critical",
}  # fmt: skip
EARLY = AT - 10 * HOUR
OLD = AT - 60 * HOUR
CASES = [
    # the newest backup (ABSENT: it has no row at all), facts of the instance's row, the verdict
    (AT - 30 * HOUR, {"slot": None}, "FRESH"),
    (AT - 30 * HOUR - SECOND, {"slot": None}, "STALE"),
    (AT - 24 * HOUR, {}, "FRESH"),
    (AT - 24 * HOUR - SECOND, {}, "LATE"),
    (AT - 30 * HOUR - SECOND, {}, "STALE"),
    (AT - 25 * HOUR, {"slot": "10:00"}, "LATE"),
    (AT - 25 * HOUR, {"slot": "10:01"}, "FRESH"),
    (AT - 25 * HOUR, {"slot": "24:00"}, "FRESH"),
    # in Singapore's offset 09:30 is not yet two hours ago; in Seoul's it is
    ("2026-11-19T09:35:00+0800", {"slot": "09:30"}, "FRESH"),
    ("2026-11-19T09:35:00+0800", {"slot": "09:00"}, "LATE"),
    ("2026-11-20T02:00:19+09:00", {}, "FRESH"),
    ("2026-11-19T17:00:19Z", {}, "FRESH"),
    (" 2026-11-20T02:00:19.123456+0900 ", {}, "FRESH"),
    ("1970-01-01T09:00:00+0900", {}, "STALE"),
    ("2026-11-20T02:00:19", {}, "UNKNOWN"),
    ("2026-11-20", {}, "UNKNOWN"),
    ("2099-01-01T00:00:00Z", {}, "UNKNOWN"),
    ("null", {}, "UNKNOWN"),
    (1795402800000, {}, "UNKNOWN"),
    (0, {}, "UNKNOWN"),
    (False, {}, "UNKNOWN"),
    ({}, {}, "UNKNOWN"),
    ("0001-01-01T00:00:00+0900", {}, "UNKNOWN"),
    (None, {}, "NEVER"),
    ("  ", {}, "NEVER"),
    (ABSENT, {}, "NEVER"),
    (None, {"created": AT - 2 * HOUR + SECOND}, "NEW"),
    (ABSENT, {"created": AT - 2 * HOUR}, "NEVER"),
    (None, {"created": "2099-01-01T00:00:00Z"}, "NEVER"),
    (OLD, {"cloudPostgresqlInstanceStatusName": "Deleting"}, "SKIPPED"),
    (OLD, {"cloudPostgresqlInstanceStatusName": "settingUp", "created": AT - 23.9 * HOUR}, "SKIPPED"),
    (OLD, {"cloudPostgresqlInstanceStatusName": "creating", "created": AT - 24 * HOUR}, "STALE"),
    (OLD, {"cloudPostgresqlInstanceStatusName": "stopped"}, "STALE"),
    (OLD, {"cloudPostgresqlInstanceStatusName": 5}, "STALE"),
    (EARLY, {"isBackup": False}, "DISABLED"),
    ("garbage", {"isBackup": "N"}, "DISABLED"),
    (EARLY, {"isBackup": None}, "FRESH"),
]


@pytest.mark.parametrize(("last", "facts", "verdict"), CASES)
def test_what_the_api_says_has_its_verdict(function, last, facts, verdict):
    slot = {"slot": facts.get("slot", "02:00")}
    function.ncloud.backups["KR"] = [] if last is ABSENT else [backup("1", "orders", last, **slot)]
    function.ncloud.instances["KR"] = [instance("1", "orders", **facts | slot)]
    report = function({"action": "check", "at": AT.isoformat(), "all": True}).report
    REPORT.validate(report)
    [finding] = report["findings"]
    assert (finding["verdict"], finding["severity"]) == (verdict, SEVERITY[verdict])
    assert report["severity"] == finding["severity"]
    assert report["counts"][verdict] == report["counts"]["instances"] == 1


@pytest.mark.parametrize("settings", [{}, {"CHECK_INSTANCES": "false"}, {"NCLOUD_REGIONS": "KR,SGN"}])
def test_a_run_that_looked_at_nothing_is_unknown_and_says_so_every_time(function, settings):
    for _ in range(2):
        outcome = function.check_with(**settings)
        assert (outcome.report["severity"], outcome.report["complete"]) == ("unknown", True)
        assert outcome.report["counts"]["instances"] == 0
        assert outcome.report["warnings"]
        assert outcome.alert.attribute("event") == ["UNREADABLE"]
        assert outcome.alert.attribute("severity") == "unknown"


def test_the_report_of_the_documentation(function):
    """The numbers of the documented example."""
    instant = datetime(2026, 11, 23, 12, 0, tzinfo=KST)
    function.ncloud.rows((
        backup("1234925", "test-a", "2026-11-21T09:00:00+0900"), instance("1234925", "test-a"),
    ))  # fmt: skip
    outcome = function({"action": "check", "at": instant.isoformat()})
    [violation] = outcome.report["violations"]
    example = {
        "account": "default", "product": "postgresql", "region": "KR", "instanceNo": "1234925", "serviceName": "test-a",
        "verdict": "STALE",
        "severity": "critical", "muted": False, "reason": "the newest backup is 2 d 3 h old; 30 h are allowed",
        "lastBackupAt": "2026-11-21T00:00:00Z", "ageSeconds": 183600, "maxAgeSeconds": 108000,
        "dueAt": "2026-11-22T17:00:00Z", "expectedAt": None, "usual": None,
        "backup": {"type": "USER", "retentionDays": 10, "sizeBytes": 10422991, "time": "02:00"},
    }  # fmt: skip
    assert {key: violation[key] for key in example} == example
    assert outcome.report["checkedAt"] == "2026-11-23T03:00:00Z"
    assert outcome.report["schemaVersion"] == "1.0"
    assert "findings" not in outcome.report
    assert outcome.report["notification"] is None
    assert list(outcome.report["counts"]) == [
        "instances", "FRESH", "LATE", "STALE", "NEVER", "DISABLED", "NEW", "SKIPPED", "UNKNOWN", "MISSING", "muted",
        "products",
    ]  # fmt: skip
