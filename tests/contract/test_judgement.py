"""Every verdict and severity, at both sides of each edge, from what the API says to what the report says."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from tests.contract.fake_ncloud import BACKUPS, INSTANCES, KST, Reply, backup, instance, told
from tests.contract.schemas import REPORT

AT = datetime(2026, 11, 20, 12, 0, tzinfo=KST)
"""The instant of every judgement here: noon in Seoul, in the past."""
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
ABSENT = "absent"
SEVERITY = {
    "FRESH": "ok", "NEW": "ok", "SKIPPED": "ok", "LATE": "warning", "UNKNOWN": "unknown", "STALE": "critical",
    "NEVER": "critical", "DISABLED": "critical",
}  # fmt: skip


def at(*, days: int = 0, clock: str) -> datetime:
    """A time of day on the day of the judgement, or *days* before it."""
    hour, minute = clock.split(":")
    return (AT - timedelta(days=days)).replace(hour=int(hour), minute=int(minute))


def judged(function, backup_rows, instance_rows, **settings):
    """The one finding about these rows of one instance."""
    function.ncloud.backups["KR"] = [row for row in backup_rows if row is not None]
    function.ncloud.instances["KR"] = [row for row in instance_rows if row is not None]
    outcome = function({"action": "check", "at": AT.isoformat(), "all": True}, **settings)
    REPORT.validate(outcome.report)
    [finding] = outcome.report["findings"]
    assert finding["severity"] == SEVERITY[finding["verdict"]]
    assert outcome.report["severity"] == finding["severity"]
    assert outcome.report["counts"][finding["verdict"]] == outcome.report["counts"]["instances"] == 1
    return finding


def one(function, *, last: object, slot: str | None = "02:00", settings: dict[str, str] | None = None, **facts: object):
    """The verdict of an instance whose newest backup is *last*; ABSENT: it has no row at all."""
    row = None if last is ABSENT else backup("1", "orders", last, slot=slot)
    return judged(function, [row], [instance("1", "orders", slot=slot, **facts)], **settings or {})["verdict"]


AGES = [
    (None, 26 * HOUR, "FRESH"), (None, 26 * HOUR + SECOND, "STALE"), (None, timedelta(0), "FRESH"),
    ("02:00", 24 * HOUR, "FRESH"), ("02:00", 24 * HOUR + SECOND, "LATE"), ("02:00", 26 * HOUR, "LATE"),
    ("02:00", 26 * HOUR + SECOND, "STALE"),
    ("10:00", 25 * HOUR, "LATE"), ("10:01", 25 * HOUR, "FRESH"),
    ("11:00", 25 * HOUR, "FRESH"), ("11:01", 25 * HOUR, "LATE"), ("garbage", 25 * HOUR, "FRESH"),
    ("24:00", 25 * HOUR, "FRESH"), ("", 25 * HOUR, "FRESH"),
]  # fmt: skip


@pytest.mark.parametrize(("slot", "age", "verdict"), AGES)
def test_age_and_slot(function, slot, age, verdict):
    assert one(function, last=AT - age, slot=slot) == verdict


def test_the_slot_is_read_in_the_offset_of_the_instances_own_dates(function):
    singapore = "2026-11-19T09:35:00+0800"
    assert one(function, last=singapore, slot="09:30") == "FRESH", "in Seoul it is 10:30, not yet two hours ago"
    assert one(function, last=singapore, slot="09:00") == "LATE"
    assert one(function, last="2026-11-19T01:35:00Z", slot="00:30") == "LATE"


@pytest.mark.parametrize(("last", "verdict"), [
    ("2026-11-20T02:00:19+0900", "FRESH"), ("2026-11-20T02:00:19+09:00", "FRESH"), ("2026-11-19T17:00:19Z", "FRESH"),
    ("2026-11-20T02:00:19.123456+0900", "FRESH"), (" 2026-11-20T02:00:19+0900 ", "FRESH"),
    ("2026-11-20T02:00:19", "UNKNOWN"), ("2026-11-20", "UNKNOWN"), ("20.11.2026 02:00", "UNKNOWN"),
    ("yesterday", "UNKNOWN"), (1795402800000, "UNKNOWN"), (0, "UNKNOWN"), (True, "UNKNOWN"), (False, "UNKNOWN"),
    ({}, "UNKNOWN"), (["2026-11-20T02:00:19+0900"], "UNKNOWN"), ("0001-01-01T00:00:00+0900", "UNKNOWN"),
    ("9999-12-31T23:59:59-0900", "UNKNOWN"), ("2026-11-31T02:00:00+0900", "UNKNOWN"), ("0", "UNKNOWN"),
    ("null", "UNKNOWN"), ("None", "UNKNOWN"), ("-", "UNKNOWN"), ("2026-11-20T02:00:19+9900", "UNKNOWN"),
    ("1970-01-01T09:00:00+0900", "STALE"), ("1970-01-01T00:00:00+0000", "STALE"), ("1601-01-01T00:00:00Z", "STALE"),
    ("0002-01-01T00:00:00+0900", "STALE"), ("2199-12-31T23:59:59+0900", "UNKNOWN"), (-1, "UNKNOWN"), (1e300, "UNKNOWN"),
    (None, "NEVER"), ("", "NEVER"), ("  ", "NEVER"), (ABSENT, "NEVER"),
])  # fmt: skip
def test_a_date_is_an_instant_or_none_or_not_to_be_believed(function, last, verdict):
    assert one(function, last=last) == verdict


def test_a_row_without_the_date_was_never_backed_up(function):
    row = backup("1", "orders", None)
    del row["lastBackupDate"]
    assert judged(function, [row], [instance("1", "orders")])["verdict"] == "NEVER"


def test_five_minutes_ahead_of_the_clock_is_believed_and_more_is_not(function, now):
    for ahead, verdict in ((4, "FRESH"), (9, "UNKNOWN")):
        function.ncloud.reset()
        function.ncloud.database("orders", now + ahead * timedelta(minutes=1))
        assert function.check().finding("orders")["verdict"] == verdict


@pytest.mark.parametrize(("dates", "verdict"), [
    ((AT - 5 * HOUR, "garbage"), "FRESH"), (("garbage", AT - 5 * HOUR), "FRESH"),
    ((AT - 30 * HOUR, "garbage"), "UNKNOWN"), ((AT - 25 * HOUR, "garbage"), "UNKNOWN"),
    ((None, "garbage"), "UNKNOWN"), ((None, AT - 30 * HOUR), "STALE"), ((AT - 30 * HOUR, AT - 5 * HOUR), "FRESH"),
    ((AT - 5 * HOUR, AT - 30 * HOUR), "FRESH"), (("2099-01-01T00:00:00Z", AT - 30 * HOUR), "UNKNOWN"),
    (("2099-01-01T00:00:00Z", AT - 5 * HOUR), "FRESH"),
])  # fmt: skip
def test_of_several_rows_the_newest_counts_and_an_unreadable_one_casts_doubt(function, dates, verdict):
    rows = [backup("1", "orders", last) for last in dates]
    assert judged(function, rows, [instance("1", "orders")])["verdict"] == verdict


STALE = AT - 60 * HOUR
STATUSES = [
    ("deleting", 99, "SKIPPED"), ("Deleting", 99, "SKIPPED"), ("DELETED", 99, "SKIPPED"), ("deleted", 99, "SKIPPED"),
    ("creating", 23.9, "SKIPPED"), ("CREATING", 1, "SKIPPED"), ("settingUp", 23.9, "SKIPPED"),
    ("creating", 24, "STALE"), ("settingup", 100, "STALE"), ("running", 1, "STALE"), ("stopped", 100, "STALE"),
    ("pending", 1, "STALE"), ("recovering", 1, "STALE"), ("", 1, "STALE"), (None, 1, "STALE"), (5, 1, "STALE"),
    ("nodeleting", 1, "STALE"), ("upgrading", 1, "STALE"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "hours_old", "verdict"), STATUSES)
def test_only_what_is_going_or_just_coming_is_skipped(function, status, hours_old, verdict):
    facts = {"cloudPostgresqlInstanceStatusName": status, "created": AT - hours_old * HOUR}
    assert one(function, last=STALE, **facts) == verdict


@pytest.mark.parametrize("created", ["garbage", "2025-01-02", "2099-01-01T00:00:00Z", 5, "null"])
def test_a_creation_date_that_makes_no_sense_excuses_nothing(function, created):
    facts = {"cloudPostgresqlInstanceStatusName": "creating", "created": created}
    assert one(function, last=STALE, **facts) == "STALE"
    assert one(function, last=None, created=created) == "NEVER"


@pytest.mark.parametrize(("minutes", "verdict"), [(0, "NEW"), (119, "NEW"), (120, "NEVER"), (121, "NEVER")])
def test_a_new_instance_has_its_grace(function, minutes, verdict):
    created = AT - timedelta(minutes=minutes)
    assert one(function, last=None, created=created) == verdict
    assert one(function, last=ABSENT, created=created) == verdict


@pytest.mark.parametrize(("switch", "verdict"), [
    (False, "DISABLED"), ("false", "DISABLED"), ("N", "DISABLED"), (0, "DISABLED"), (True, "FRESH"), (None, "FRESH"),
])  # fmt: skip
def test_backups_that_are_switched_off_are_said_before_anything_of_age(function, switch, verdict):
    assert one(function, last=AT - 5 * HOUR, isBackup=switch) == verdict
    if verdict == "DISABLED":
        for last in (STALE, None, ABSENT, "garbage"):
            assert one(function, last=last, isBackup=switch) == "DISABLED"


def test_without_the_backup_list_what_can_be_judged_is_and_the_rest_is_unknown(function):
    function.ncloud.answers[BACKUPS] = lambda asked: Reply(b'{"error":{"errorCode":"210","message":"no"}}', 401)
    function.ncloud.instances["KR"] = [
        instance("1", "orders"), instance("2", "off", isBackup=False),
        instance("3", "going", cloudPostgresqlInstanceStatusName="deleting"), instance("4", "new", created=AT - HOUR),
    ]  # fmt: skip
    outcome = function({"action": "check", "at": AT.isoformat(), "all": True})
    assert outcome.verdicts() == {"orders": "UNKNOWN", "off": "DISABLED", "going": "SKIPPED", "new": "UNKNOWN"}
    assert outcome.report["complete"] is False
    assert outcome.report["severity"] == "critical"


def test_what_only_the_backup_list_has_is_judged_and_its_reason_says_so(function):
    assert "instance list" in judged(function, [backup("1", "orders", STALE)], [])["reason"]
    assert "instance list" not in judged(function, [backup("1", "orders", STALE)], [instance("1", "orders")])["reason"]
    unlisted = judged(function, [backup("1", "orders", STALE)], [], CHECK_INSTANCES="false")
    assert "instance list" not in unlisted["reason"], "nobody looked"
    assert {asked.operation for asked in function.ncloud.asked} == {BACKUPS}


def test_without_the_instance_list_the_backups_are_judged_and_the_run_is_unknown_at_least(function):
    function.ncloud.answers[INSTANCES] = lambda asked: Reply(b"<html/>", 200)
    function.ncloud.backups["KR"] = [backup("1", "orders", AT - 5 * HOUR)]
    outcome = function({"action": "check", "at": AT.isoformat(), "all": True})
    assert outcome.verdicts() == {"orders": "FRESH"}
    assert (outcome.report["severity"], outcome.report["complete"]) == ("unknown", False)


@pytest.mark.parametrize("settings", [{}, {"CHECK_INSTANCES": "false"}, {"NCLOUD_REGIONS": "KR,SGN"}])
def test_a_run_that_looked_at_nothing_is_unknown_and_says_so_every_time(function, settings):
    for _ in range(2):
        outcome = function.check_with(**settings)
        assert (outcome.report["severity"], outcome.report["complete"]) == ("unknown", True)
        assert outcome.report["counts"]["instances"] == 0
        assert outcome.report["warnings"]
        assert outcome.alert.attribute("event") == ["UNREADABLE"]
        assert outcome.alert.attribute("severity") == "unknown"


def test_findings_are_worst_first_then_longest_overdue_then_by_name(function):
    ages = {"b-stale": 40, "a-stale": 40, "z-stale": 400, "late": 25, "fresh": 3, "older": 4}
    for name, hours in ages.items():
        function.ncloud.database(name, AT - hours * HOUR)
    function.ncloud.database("doubtful", "garbage")
    function.ncloud.database("never", None, created=AT - 10 * HOUR)
    outcome = function({"action": "check", "at": AT.isoformat(), "all": True})
    findings = outcome.report["findings"]
    names = [finding["serviceName"] for finding in findings]
    assert names == ["z-stale", "a-stale", "b-stale", "never", "doubtful", "late", "older", "fresh"]
    assert names[:6] == [violation["serviceName"] for violation in outcome.report["violations"]]
    rank = ["ok", "warning", "unknown", "critical"]
    assert all(rank.index(a["severity"]) >= rank.index(b["severity"]) for a, b in pairwise(findings))


def test_the_report_of_the_documentation(function):
    """The numbers of the documented example."""
    instant = datetime(2026, 11, 23, 12, 0, tzinfo=KST)
    function.ncloud.rows((
        backup("1234925", "test-a", "2026-11-21T09:00:00+0900"), instance("1234925", "test-a"),
    ))  # fmt: skip
    outcome = function({"action": "check", "at": instant.isoformat()})
    [violation] = outcome.report["violations"]
    example = {
        "account": "default", "region": "KR", "instanceNo": "1234925", "serviceName": "test-a", "verdict": "STALE",
        "severity": "critical", "muted": False, "reason": "the newest backup is 2 d 3 h old; 26 h are allowed",
        "lastBackupAt": "2026-11-21T00:00:00Z", "ageSeconds": 183600, "maxAgeSeconds": 93600,
        "dueAt": "2026-11-22T17:00:00Z",
        "backup": {"type": "USER", "retentionDays": 10, "sizeBytes": 10422991, "time": "02:00"},
    }  # fmt: skip
    assert {key: violation[key] for key in example} == example
    assert outcome.report["checkedAt"] == "2026-11-23T03:00:00Z"
    assert outcome.report["schemaVersion"] == "1.0"
    assert "findings" not in outcome.report
    assert outcome.report["notification"] is None
    assert list(outcome.report["counts"]) == [
        "instances", "FRESH", "LATE", "STALE", "NEVER", "DISABLED", "NEW", "SKIPPED", "UNKNOWN", "MISSING", "muted",
    ]  # fmt: skip


def test_dates_are_told_in_utc_whatever_their_offset(function):
    finding = judged(function, [backup("1", "orders", told(AT - 5 * HOUR))], [instance("1", "orders")])
    assert finding["lastBackupAt"] == "2026-11-19T22:00:00Z"
    assert finding["ageSeconds"] == 5 * 3600


@pytest.mark.parametrize(("settings", "age", "verdict"), [
    ({"MAX_BACKUP_AGE": "90s"}, 90, "FRESH"), ({"MAX_BACKUP_AGE": "90s"}, 91, "STALE"),
    ({"MAX_BACKUP_AGE": "45m"}, 2701, "STALE"), ({"MAX_BACKUP_AGE": "1d12h"}, 36 * 3600, "FRESH"),
    ({"MAX_BACKUP_AGE": "2d"}, 48 * 3600 + 1, "STALE"),
])  # fmt: skip
def test_the_environment_gives_the_thresholds(function, settings, age, verdict):
    assert one(function, last=AT - age * SECOND, slot=None, settings=settings) == verdict
