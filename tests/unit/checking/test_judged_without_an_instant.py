"""The judgement of what the backup list dates by a day, or not at all: each edge, and what a check asks and tells."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backup_watch.checking.check import run_check
from backup_watch.checking.rules import judge
from backup_watch.model.instances import Instance, KeptBackup
from backup_watch.model.policy import Policy, Rule, Selector
from backup_watch.model.vocabulary import Cause, DatedBy, Event, Severity, Verdict
from tests.builders import KST, LIMITS, NOW, THRESHOLDS, an_instance, hours, of_databases
from tests.unit.checking.builders import TICK, FakeSource, plan

V = Verdict
TODAY = datetime(2026, 11, 23, tzinfo=KST)
"""Its noon is NOW."""


def cache(days_ago: int, *, time: str | None = "14:10", **facts) -> Instance:
    day = TODAY - timedelta(days=days_ago)
    return an_instance("sessions", product="cache", backups_at=(day,), backup_time=time, dated_by=DatedBy.DAY, **facts)


def mssql(**ages: float) -> Instance:
    return an_instance("erp", product="mssql", backup_time=None, **of_databases(**ages))


# --- a day ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("since_midnight", "verdict"), [
    (hours(0), V.FRESH), (hours(23), V.FRESH), (hours(24 + 26), V.FRESH), (hours(24 + 26) + TICK, V.STALE),
])  # fmt: skip
def test_the_age_counts_from_the_end_of_the_day(since_midnight, verdict):
    assert judge(cache(0, time=None), LIMITS, now=TODAY + since_midnight).verdict is verdict


@given(st.timedeltas(timedelta(), timedelta(days=4)))
def test_a_day_is_never_judged_worse_than_its_own_midnight(since):
    one, order = cache(0, time=None), [V.FRESH, V.STALE]
    kindest = judge(one, LIMITS, now=TODAY + since).verdict
    harshest = judge(replace(one, dated_by=DatedBy.LIST), LIMITS, now=TODAY + since).verdict
    assert order.index(kindest) <= order.index(harshest)


def test_its_slot_on_that_day_stands_for_the_slots():
    one = cache(1, time="00:30")  # by the end of the day alone, today's 00:30 would be its own slot
    late_at = TODAY + timedelta(hours=24, minutes=1)
    assert judge(one, LIMITS, now=late_at, kept=()).verdict is V.LATE
    assert judge(one, LIMITS, now=late_at, kept=()).expected_at == TODAY + timedelta(hours=1)


def kept(*ends: datetime) -> list[KeptBackup]:
    return [KeptBackup(end - timedelta(minutes=4), end) for end in ends]


def checked(one: Instance, *ends: datetime, now: datetime = NOW, policy: Policy | None = None, **fields):
    """A check of *one*, whose kept backups ended at *ends*; and whose details it asked for."""
    source = FakeSource(one, histories={one.number: ends}, kept={one.number: kept(*ends)})
    return run_check(plan(policy, now=now, scopes=(one.id.scope,), **fields), source), source.asked


def the_finding(report):
    [finding] = report.findings
    return finding


@pytest.mark.parametrize(("since_midnight", "is_asked"), [
    (hours(24), False),  # at midnight 24 h old, at its end 0 h: FRESH
    (hours(26) + TICK, True),  # 26 h and more; 2 h and more
    (hours(49), True),
    (hours(50) + TICK, True),  # both STALE now, and not yet an hour ago: the outage is the same one
    (hours(52), False),  # both STALE, now and at the run before
])  # fmt: skip
def test_details_are_asked_only_where_the_two_ends_of_the_day_are_judged_otherwise(since_midnight, is_asked):
    one = cache(0, time=None)
    report, asked = checked(one, TODAY + hours(14), now=TODAY + since_midnight)
    assert asked == ([one.number] if is_asked else [])
    assert the_finding(report).subject.dated_by is (DatedBy.DAY_AND_TIME if is_asked else DatedBy.DAY)


def test_the_time_that_the_details_have_decides():
    now = TODAY + hours(24 + 9)
    for end, verdict in [(TODAY + hours(7), V.FRESH), (TODAY + hours(7) - TICK, V.STALE)]:
        finding = the_finding(checked(cache(0, time=None), end, TODAY - hours(17), now=now)[0])
        assert (finding.verdict, finding.last_backup_at) == (verdict, end)


def test_details_without_a_backup_decide_nothing():
    finding = the_finding(checked(cache(0, time=None), now=TODAY + hours(24 + 9))[0])
    assert (finding.verdict, finding.subject.dated_by) == (V.FRESH, DatedBy.DAY)
    assert the_finding(checked(cache(0, time=None), now=TODAY + hours(24 + 27))[0]).verdict is V.STALE


def test_an_outage_is_one_incident_and_begins_once_whichever_date_was_taken():
    one, end = cache(0, time=None), TODAY + hours(14)
    incidents, events = set(), []
    for hour in range(26, 80):
        ends = (end,) if hour < 70 else ()  # purged in the end
        report, _ = checked(one, *ends, now=TODAY + timedelta(hours=hour, minutes=30))
        incidents |= {violation.incident for violation in report.violations}
        events += [violation.event for violation in report.violations]
    assert len(incidents) == 1
    assert events.count(Event.NEW) == 1


def test_a_backup_of_today_ends_an_outage():
    one = cache(0, time="11:30")
    report, asked = checked(one, TODAY + timedelta(hours=11, minutes=34), TODAY - hours(60))
    assert asked == [one.number]
    assert [(end.finding.verdict, end.ended_at) for end in report.resolved] == [
        (V.STALE, TODAY + timedelta(hours=11, minutes=34))
    ]


def test_a_healthy_cache_is_never_told_and_asked_about_for_half_a_day_at_most():
    ends = tuple(TODAY + timedelta(days=day, hours=14, minutes=14) for day in range(-7, 3))
    asked_at = 0
    for hour in range(48):
        now = TODAY + timedelta(hours=hour, minutes=5)
        past = tuple(end for end in reversed(ends) if end <= now)
        day = past[0].replace(hour=0, minute=0)
        one = replace(cache(0), backups_at=(day,))
        report, asked = checked(one, *past, now=now)
        assert the_finding(report).verdict is V.FRESH
        assert (report.violations, report.resolved) == ((), ())
        asked_at += len(asked)
    assert asked_at <= 2 * 14


# --- databases -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ages", "verdict", "cause"), [
    ({"a": 3, "b": 26}, V.FRESH, Cause.IN_TIME),
    ({"a": 3, "b": 26.1}, V.STALE, Cause.TOO_OLD),
    ({"a": 3, "b": 48}, V.STALE, Cause.TOO_OLD),
    ({"a": 3, "b": 48.1}, V.LATE, Cause.DATABASES_BEHIND),
    ({"a": 60, "b": 61, "c": 99}, V.STALE, Cause.TOO_OLD),
    ({}, V.NEVER, Cause.NEVER_BACKED_UP),
])  # fmt: skip
def test_the_oldest_decides_and_one_that_is_behind_is_a_warning(ages, verdict, cause):
    finding = judge(mssql(**ages), LIMITS, now=NOW)
    assert (finding.verdict, finding.cause) == (verdict, cause)


def test_what_is_behind_is_told_by_its_own_backup_until_a_rule_names_it():
    finding = judge(mssql(orders=9, archive_1=99, archive_2=80), LIMITS, now=NOW)
    assert (finding.severity, finding.age) == (Severity.WARNING, hours(99))
    assert [each.name for each in finding.behind] == ["archive_1", "archive_2"]
    for ignored, verdict in [(("archive_1",), V.LATE), (("archive_*",), V.FRESH), (("*",), V.NEVER)]:
        allowed = replace(LIMITS, ignore_databases=ignored)
        assert judge(mssql(orders=9, archive_1=99, archive_2=80), allowed, now=NOW).verdict is verdict


def test_a_rule_of_the_policy_ignores_them():
    rule = Rule(Selector(product="mssql"), ignore_databases=("archive_*",))
    report, _ = checked(mssql(orders=9, archive_1=99), policy=Policy(THRESHOLDS, (rule,)))
    assert the_finding(report).verdict is V.FRESH


def test_a_dropped_database_is_one_incident_from_late_over_stale_to_dropped():
    began, incidents, seen, events = NOW - hours(20), set(), [], []
    for hour in range(20, 72):
        report, _ = checked(_at(began, hour), now=began + timedelta(hours=hour, minutes=30))
        seen += [the_finding(report).verdict]
        incidents |= {violation.incident for violation in report.violations}
        events += [violation.event for violation in report.violations]
    assert list(dict.fromkeys(seen)) == [V.FRESH, V.STALE, V.LATE]
    assert (len(incidents), events.count(Event.NEW)) == (1, 1)


def _at(began: datetime, hour: int) -> Instance:
    """One database was backed up at *began* for the last time, the other an hour before that many hours later."""
    later = began + timedelta(hours=hour - 1)
    facts = of_databases(orders=0, archive=0)
    orders, archive = facts["databases"]
    return an_instance(
        "erp", product="mssql", backup_time=None,
        **(facts | {
            "backups_at": (later.astimezone(KST), began.astimezone(KST)),
            "databases": (
                replace(archive, backups_at=(began.astimezone(KST),)),
                replace(orders, backups_at=(later.astimezone(KST),)),
            ),
        }),
    )  # fmt: skip


def test_dates_that_cannot_be_believed_are_unknown_unless_the_others_are_fresh():
    assert judge(mssql(orders=-1), LIMITS, now=NOW).cause is Cause.DATE_IN_FUTURE
    assert judge(mssql(orders=-1, users=5), LIMITS, now=NOW).verdict is V.FRESH
    odd = replace(mssql(orders=40), unreadable_dates=("soon",))
    assert judge(odd, LIMITS, now=NOW).cause is Cause.DATE_UNREADABLE


def test_unread_details_are_unknown_and_never_never():
    one = an_instance(product="mssql", age=None, backups_read=False, dated_by=DatedBy.DETAILS)
    assert judge(one, LIMITS, now=NOW).cause is Cause.LIST_UNREAD
