"""What has no visible beginning is told by the clock: at the first run of each repeat interval from local midnight."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from backup_watch.checking.check import run_check
from backup_watch.model.policy import Expectations, Policy
from backup_watch.model.vocabulary import Event, Verdict
from tests.builders import KST, hours
from tests.unit.checking.builders import FakeSource, instance, plan

LONG_AGO = datetime(2026, 1, 5, 10, 0, tzinfo=KST)
WITHOUT_BEGINNING = (
    instance(LONG_AGO, number="1", is_backup=False),
    instance(number="2", is_backup=False),
    instance(number="3", created_at=None),
    instance(number="4", created_at=datetime(2199, 1, 1, tzinfo=UTC)),
)
POLICY = Policy(expectations=(Expectations(instances=9, names=("orders-*",)),))
HALF = timedelta(minutes=30)


def told_at(now, *, zone=KST, repeat, interval):
    """Whether what has no beginning is told at *now*: all of it, or none."""
    asked = plan(POLICY, now=now, zone=zone, repeat=repeat, interval=interval)
    report = run_check(asked, FakeSource(*WITHOUT_BEGINNING))
    assert {one.finding.verdict for one in report.violations} == {Verdict.DISABLED, Verdict.NEVER, Verdict.MISSING}
    [event] = {one.event for one in report.violations}
    assert event in (Event.REPEAT, Event.ONGOING)
    return event is Event.REPEAT


def told_runs(begin, days, **how):
    runs = (begin + how["interval"] * step for step in range(timedelta(days=days) // how["interval"]))
    return [now for now in runs if told_at(now, **how)]


def test_daily_it_is_the_run_at_or_first_after_local_midnight():
    midnight = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # 00:00 of the 24th in Seoul
    at = {"repeat": hours(24), "interval": hours(1)}
    assert told_at(midnight, **at)
    assert not told_at(midnight - timedelta(microseconds=1), **at)
    assert told_at(midnight + hours(1) - timedelta(microseconds=1), **at)
    assert not told_at(midnight + hours(1), **at)


@pytest.mark.parametrize(("repeat", "walls"), [
    (hours(0), {"00:30"}),  # never told again: but a beginning that cannot be seen is told daily
    (hours(24), {"00:30"}),
    (hours(6), {"00:30", "06:30", "12:30", "18:30"}),
    (hours(7), {"00:30", "07:30", "14:30", "21:30"}),  # counted anew from each midnight
    (hours(12), {"00:30", "12:30"}),
])  # fmt: skip
def test_the_interval_is_counted_from_each_local_midnight(repeat, walls):
    half_past = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    told = told_runs(half_past, 3, repeat=repeat, interval=hours(1))
    assert {f"{now.astimezone(KST):%H:%M}" for now in told} == walls
    assert len(told) == 3 * len(walls)


@pytest.mark.parametrize(("repeat", "days"), [(hours(48), 2), (hours(168), 7), (hours(36), 1.5)])
def test_a_longer_interval_than_a_day_is_told_once_in_each(repeat, days):
    told = told_runs(datetime(2026, 11, 1, 15, 0, tzinfo=UTC), 42, repeat=repeat, interval=hours(6))
    assert len(told) == 42 / days
    assert {later - earlier for earlier, later in pairwise(told)} == {repeat}


@pytest.mark.parametrize("zone", [
    "Asia/Seoul", "UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Havana", "Asia/Beirut",
    "Asia/Kathmandu", "Pacific/Apia", "America/St_Johns", "Africa/Casablanca",
])  # fmt: skip
@pytest.mark.parametrize(("repeat", "interval"), [(hours(24), hours(1)), (hours(0), hours(6)), (hours(6), HALF)])
@pytest.mark.parametrize("month", [3, 10])
def test_wherever_clocks_change_each_stretch_of_the_local_day_is_told_at_its_first_run_only(
    zone, repeat, interval, month
):
    begin, place = datetime(2026, month, 1, 0, 7, tzinfo=UTC), ZoneInfo(zone)
    runs = [begin + interval * step for step in range(timedelta(days=37) // interval)]
    stretch = repeat or hours(24)

    def of_the_day(now):
        local = now.astimezone(place)
        return local.date(), timedelta(hours=local.hour, minutes=local.minute) // stretch

    seen, first = {of_the_day(runs[0])}, []
    for now in runs[1:]:
        if of_the_day(now) not in seen:
            seen.add(of_the_day(now))
            first.append(now)
    told = [now for now in runs[1:] if told_at(now, zone=place, repeat=repeat, interval=interval)]
    assert told == first


def test_what_was_skipped_until_now_has_a_beginning_after_all():
    """Created exactly a day ago and still not done: skipped at the run before, DISABLED at this one."""
    now = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    stuck = instance(status="creating", created_at=now - hours(24), is_backup=False)
    [violation] = run_check(plan(now=now), FakeSource(stuck)).violations
    assert (violation.finding.verdict, violation.event) == (Verdict.DISABLED, Event.NEW)
    [violation] = run_check(plan(now=now + hours(1)), FakeSource(stuck)).violations
    assert violation.event is Event.ONGOING
