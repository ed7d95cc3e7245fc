"""What is usual, at the edges of each rule, and that nothing which is purged in between changes it."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.checking.habit import NO_HABIT, Habit, habit_of, under_way_since
from backup_watch.model.findings import Usual
from backup_watch.model.instances import KeptBackup
from tests.builders import KST

TWO = timedelta(hours=2)
DAY, MINUTE, TICK = timedelta(days=1), timedelta(minutes=1), timedelta(microseconds=1)
MIDNIGHT = datetime(2026, 11, 23, tzinfo=KST)
NOW = MIDNIGHT + timedelta(hours=12)


def kept(days_ago: int, *, start: float = 5, minutes: float | None = 20, size: int | None = None) -> KeptBackup:
    """A backup of the slot at 02:00, *start* minutes after it, that took *minutes*; None: under way."""
    started_at = MIDNIGHT - days_ago * DAY + TWO + start * MINUTE
    return KeptBackup(started_at, None if minutes is None else started_at + minutes * MINUTE, size)


def habit(backups, *, newest=None, slot=TWO, retention=30, now=NOW) -> Habit:
    newest_at = max(one.ended_at for one in backups if one.ended_at) if newest is None else newest
    return habit_of(newest_at, backups, slot=slot, zone=KST, retention_days=retention, now=now)


def test_the_longest_lateness_of_the_sample_is_what_is_usual():
    found = habit([kept(0), kept(1, minutes=20.5), kept(2, minutes=15)])
    assert found.expected_at == MIDNIGHT + DAY + TWO + 25.5 * MINUTE
    assert found.usual == Usual("02:26", 3)
    assert found.sample == (kept(0), kept(1, minutes=20.5), kept(2, minutes=15))


def test_only_the_newest_seven_count():
    assert habit([kept(day, minutes=120 if day == 7 else 20) for day in range(9)]).usual == Usual("02:25", 7)
    assert habit([kept(day, minutes=120 if day == 6 else 20) for day in range(9)]).usual == Usual("04:05", 7)


def test_with_fewer_than_three_the_slot_and_half_an_hour_are_expected():
    for backups in ([kept(0), kept(1)], [], [kept(0), kept(1), kept(2, minutes=None)]):
        newest = MIDNIGHT + TWO + 25 * MINUTE
        assert habit(backups, newest=newest) == Habit(MIDNIGHT + DAY + TWO + 30 * MINUTE)


@pytest.mark.parametrize(
    ("start", "counts"), [(-15, True), (-15.001, False), (44.999, True), (45, False), (600, False)]
)
def test_only_what_started_around_its_slot_shows_what_is_usual(start, counts):
    backups = [kept(0), kept(1), kept(2), kept(3, start=start, minutes=200)]
    assert (habit(backups).usual == Usual("02:25", 3)) is not counts


def test_what_is_about_to_be_purged_shows_nothing():
    old = kept(4, minutes=300)  # ended at 07:05, four days and 4 h 55 min ago
    backups = [kept(0), kept(1), kept(2), old]
    assert habit(backups, now=old.ended_at + 4 * DAY, retention=5).usual == Usual("07:05", 4)
    assert habit(backups, now=old.ended_at + 4 * DAY + TICK, retention=5).usual == Usual("02:25", 3)
    assert habit(backups, retention=None).usual == Usual("02:25", 3)
    assert habit([kept(0)], retention=1).usual is None


def test_rows_that_start_within_an_hour_are_one_backup_that_ends_with_the_last():
    shards = [kept(0, size=1), kept(0, start=65, minutes=60, size=2), kept(1), kept(2)]
    assert habit(shards).usual == Usual("04:05", 3)
    assert habit(shards).sample[0] == KeptBackup(shards[0].started_at, shards[1].ended_at, 3)
    under_way = [kept(0), kept(0, start=10, minutes=None), kept(1), kept(2), kept(3)]
    assert habit(under_way, newest=kept(1).ended_at).sample == (kept(1), kept(2), kept(3))


@pytest.mark.parametrize(("start", "newest_of", "days"), [
    (5, "ended_at", 1), (5, "started_at", 1), (-10, "started_at", 1), (14 * 60 - 5, "ended_at", 2),
    (12 * 60, "ended_at", 1), (12 * 60 + 1, "ended_at", 2), (20 * 60, "ended_at", 2),
])  # fmt: skip
def test_a_slot_within_twelve_hours_of_a_backups_start_is_that_backups_own(start, newest_of, days):
    backup = kept(0, start=start)
    found = habit([backup], newest=getattr(backup, newest_of), now=NOW + DAY)
    assert found.expected_at == MIDNIGHT + days * DAY + TWO + 30 * MINUTE


def test_past_midnight_is_said():
    late = timedelta(hours=23, minutes=50)
    backups = [KeptBackup(MIDNIGHT - day * DAY - 10 * MINUTE, MIDNIGHT - day * DAY + 10 * MINUTE) for day in range(3)]
    assert habit(backups, slot=late).usual == Usual("00:10+1d", 3)


@pytest.mark.parametrize("date", ["started_at", "ended_at"])
def test_without_a_slot_the_longest_gap_is_what_is_usual(date):
    backups = [kept(0), kept(1, start=35), kept(2), kept(3), kept(9)]
    newest_at = getattr(backups[0], date)
    longest = backups[1].ended_at - getattr(backups[2], date)
    found = habit(backups, newest=newest_at, slot=None)
    assert found.expected_at == newest_at + longest
    assert found.usual.backups == 3  # the gap of six days is an outage


def test_without_a_slot_and_with_fewer_than_three_gaps_nothing_is_expected():
    assert habit([kept(0), kept(1), kept(2)], slot=None) == NO_HABIT
    assert habit([], newest=NOW, slot=None) == NO_HABIT


def test_a_backup_under_way_is_the_newest_row_without_an_end():
    running = kept(0, start=3, minutes=None)
    assert under_way_since([kept(1), running], now=NOW) == running.started_at
    assert under_way_since([kept(1), kept(0), kept(2, minutes=None)], now=NOW) is None
    assert under_way_since([running], now=running.started_at - TICK) is None
    assert under_way_since([], now=NOW) is None


ROWS = st.builds(
    lambda days, start, minutes: kept(days, start=start, minutes=minutes),
    st.integers(0, 12), st.integers(-20, 600), st.none() | st.integers(0, 2000),
)  # fmt: skip


@given(st.lists(ROWS, max_size=25), st.integers(1, 10), st.floats(0, 1), st.none() | st.just(TWO))
def test_a_purge_between_two_runs_changes_nothing(rows, retention, moment, slot):
    purged_before = NOW - (retention - moment) * DAY
    left = [row for row in rows if row.ended_at is None or row.ended_at >= purged_before]
    newest = NOW - timedelta(hours=1)
    asked = {"newest": newest, "slot": slot, "retention": retention}
    whole, purged = habit(rows, **asked), habit(left, **asked)
    if not _shares_a_backup_with_what_went(rows, left):
        assert whole == purged


def _shares_a_backup_with_what_went(rows, left) -> bool:
    """Whether a purge took a part of what counts as one backup: real shards end, and go, together."""
    gone = [row for row in rows if row not in left]
    return any(abs(one.started_at - other.started_at) <= 13 * timedelta(hours=1) for one in gone for other in left)
