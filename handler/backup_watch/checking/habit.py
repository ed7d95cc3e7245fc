"""When the backups of one instance usually are there, as its kept backups show.

A backup that has not come by then, and some grace, is late: a fixed allowance would be too short for one database and
too long for another. The figures behind the rule are in ``docs/truth.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise

from msgspec import Struct

from backup_watch.model.daily_slot import first_slot_after, last_slot, next_slot
from backup_watch.model.findings import Usual
from backup_watch.model.instances import KeptBackup

NOTHING = timedelta(0)
SAMPLE = 7
"""The newest backups that show what is usual."""
LEAST = 3
"""Fewer show nothing."""
WITHOUT_HABIT = timedelta(minutes=30)
"""How long after its slot a backup is expected where nothing shows what is usual."""
SHARDS_WITHIN = timedelta(hours=1)
"""Rows whose starts lie within this much of the first one's are parts of one backup."""
EARLIEST, LATEST = timedelta(minutes=-15), timedelta(minutes=45)
"""Around its slot, the first included and the second not: what starts elsewhere belongs to another slot, was delayed,
or was made by hand.
"""
LONGEST_GAP = timedelta(hours=36)
"""A gap of this length or more is an outage, and no habit."""


class Habit(Struct, frozen=True):
    """What is expected next of one instance, and why."""

    expected_at: datetime | None = None
    """When the next backup is expected to be there, aware. None: nothing tells, and its age alone is judged."""
    usual: Usual | None = None
    """None: the backups that are kept show no habit."""
    sample: tuple[KeptBackup, ...] = ()
    """The backups that show it, newest first."""


NO_HABIT = Habit()


def habit_of(
    newest_at: datetime,
    kept: Sequence[KeptBackup],
    *,
    slot: timedelta | None,
    zone: tzinfo,
    retention_days: int | None,
    now: datetime,
) -> Habit:
    """Tell when the backup after the one of *newest_at* is expected.

    *kept* are the rows of the detail list in any order; empty where they could not be read. *slot* is the time since
    midnight in *zone* at which backups start daily; None: not told. What was purged, or is about to be, changes nothing
    between two runs (*retention_days*).
    """
    backups = _ended(kept, now=now)
    lasting = _lasting(backups, retention_days, now=now)
    if slot is None:
        return _by_gaps(newest_at, lasting)
    return _by_slot(newest_at, backups, lasting, slot=slot, zone=zone)


def _by_slot(
    newest_at: datetime, backups: Sequence[KeptBackup], lasting: Sequence[KeptBackup], *, slot: timedelta, zone: tzinfo
) -> Habit:
    """Expected: the first slot that is not the newest backup's own, and the longest lateness of the sample.

    Never before the slot: nothing is looked at before it.
    """
    regular = [(backup, _lateness(backup, slot=slot, zone=zone)) for backup in lasting]
    sample = [(backup, lateness) for backup, lateness in regular if lateness is not None][:SAMPLE]
    next_at = next_slot(_start_of(newest_at, backups), slot, zone=zone)
    due_at = max(next_at, first_slot_after(newest_at, slot, zone=zone))
    if len(sample) < LEAST:
        return Habit(due_at + WITHOUT_HABIT)
    usually = max(NOTHING, *(lateness for _, lateness in sample))
    done_by = _time_of_day(slot + usually)
    return Habit(due_at + usually, Usual(done_by, len(sample)), tuple(backup for backup, _ in sample))


def _by_gaps(newest_at: datetime, lasting: Sequence[KeptBackup]) -> Habit:
    """Expected: the newest backup, and the longest gap from one backup to the end of the next."""
    dates = [(backup.started_at, backup) for backup in lasting]
    # Which of start and end is "the date" is not documented: the one that equals the newest date is.
    by_start = any(started_at == newest_at for started_at, _ in dates)
    gaps = []
    for newer, older in pairwise(lasting):
        since = older.started_at if by_start else older.ended_at
        if since is not None and newer.ended_at is not None and newer.ended_at - since < LONGEST_GAP:
            gaps.append((newer.ended_at - since, newer))
    gaps = gaps[:SAMPLE]
    if len(gaps) < LEAST:
        return NO_HABIT
    expected_at = newest_at + max(gap for gap, _ in gaps)
    midnight = expected_at.replace(hour=0, minute=0, second=0, microsecond=0)
    return Habit(expected_at, Usual(_time_of_day(expected_at - midnight), len(gaps)), tuple(one for _, one in gaps))


def _ended(kept: Iterable[KeptBackup], *, now: datetime) -> list[KeptBackup]:
    """The backups that ended by *now*, newest first; the rows of one backup's shards are one, done with the last."""
    started = ((row.started_at, row) for row in kept if row.started_at is not None and row.started_at <= now)
    groups: list[tuple[datetime, list[KeptBackup]]] = []
    for started_at, row in sorted(started, key=lambda pair: pair[0]):
        if groups and started_at - groups[-1][0] <= SHARDS_WITHIN:
            groups[-1][1].append(row)
        else:
            groups.append((started_at, [row]))
    whole = [_joined(rows) for _, rows in reversed(groups)]
    return [backup for backup in whole if backup.ended_at is not None and backup.ended_at <= now]


def _joined(group: Sequence[KeptBackup]) -> KeptBackup:
    """One backup of the rows of its shards. Its end is None while one of them is under way."""
    if len(group) == 1:
        return group[0]
    ends = [row.ended_at for row in group]
    sizes = [row.size_bytes for row in group if row.size_bytes is not None]
    ended_at = None if None in ends else max(end for end in ends if end is not None)
    return KeptBackup(group[0].started_at, ended_at, sum(sizes) if sizes else None)


def _lasting(backups: Sequence[KeptBackup], retention_days: int | None, *, now: datetime) -> list[KeptBackup]:
    """*backups* without those that may be purged before the next run; retention unknown: without the oldest."""
    if retention_days is None:
        return list(backups[:-1])
    since = now - timedelta(days=retention_days - 1)
    return [backup for backup in backups if backup.ended_at is not None and backup.ended_at >= since]


def _lateness(backup: KeptBackup, *, slot: timedelta, zone: tzinfo) -> timedelta | None:
    """How long after its slot *backup* was there. None: it did not start by that slot."""
    if backup.started_at is None or backup.ended_at is None:
        return None
    due_at = last_slot(backup.started_at - EARLIEST, slot, zone=zone)
    return backup.ended_at - due_at if backup.started_at - due_at < LATEST else None


def _start_of(newest_at: datetime, backups: Sequence[KeptBackup]) -> datetime:
    """When the backup of *newest_at* started; its date where no start is known."""
    for backup in backups:
        started_at, ended_at = backup.started_at, backup.ended_at
        if started_at is not None and ended_at is not None and started_at <= newest_at <= ended_at:
            return started_at
    return newest_at


def _time_of_day(since_midnight: timedelta) -> str:
    """``02:25``; ``00:10+1d`` where it is past midnight. To the minute, rounded up."""
    minutes = -(-since_midnight // timedelta(minutes=1))
    days, minutes = divmod(minutes, 24 * 60)
    return f"{minutes // 60:02}:{minutes % 60:02}" + (f"+{days}d" if days else "")


def under_way_since(kept: Iterable[KeptBackup], *, now: datetime) -> datetime | None:
    """When the backup that is under way started: the newest row with a start and no end. None: there is none."""
    rows = [row for row in kept if row.started_at is not None and row.started_at <= now]
    newest = max(rows, key=lambda row: row.started_at or now, default=None)
    return newest.started_at if newest is not None and newest.ended_at is None else None
