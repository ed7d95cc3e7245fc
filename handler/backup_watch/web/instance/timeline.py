"""The kept backups of one database as a picture: a line a day, from start to end over its 24 hours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo

from msgspec import Struct

from backup_watch.model.daily_slot import DAY
from backup_watch.model.instances import KeptBackup

MAX_DAYS = 35
"""Lines at most: Ncloud keeps backups for 30 days."""
SAME_BACKUP = timedelta(hours=1)
"""Rows that start within this much of the first one's are parts of one backup (shards)."""
MINUTES = 24 * 60
LEAST_MINUTES = 8.0
"""A backup of a minute is drawn at least this wide."""


class Backup(Struct, frozen=True):
    """One backup, whose parts are joined."""

    at: datetime
    """Where it stands: its start, or its end where no start is known."""
    started_at: datetime | None
    ended_at: datetime | None
    """None: under way, or not told."""
    size_bytes: int | None = None

    @property
    def took(self) -> timedelta | None:
        """From start to end. None: one of them is not known."""
        if self.started_at is None or self.ended_at is None or self.ended_at < self.started_at:
            return None
        return self.ended_at - self.started_at


class Piece(Struct, frozen=True):
    """What is drawn of one backup on one line."""

    start: float
    """Minutes since midnight, 0 to 1,440."""
    width: float
    """In minutes."""
    is_under_way: bool


class Line(Struct, frozen=True):
    """One day in the display zone."""

    day: date
    pieces: tuple[Piece, ...]
    backups: tuple[Backup, ...]
    """Those that stand on this day, in the order of time."""


def backups_of(kept: Iterable[KeptBackup], *, now: datetime) -> list[Backup]:
    """The backups of *kept*, newest first, parts joined; without rows that have no date, or one after *now*."""
    dated = [(at, row) for row in kept if (at := row.started_at or row.ended_at) is not None and at <= now]
    groups: list[tuple[datetime, list[KeptBackup]]] = []
    for at, row in sorted(dated, key=lambda pair: pair[0]):
        if groups and at - groups[-1][0] <= SAME_BACKUP:
            groups[-1][1].append(row)
        else:
            groups.append((at, [row]))
    return [_joined(at, rows) for at, rows in reversed(groups)]


def _joined(at: datetime, rows: Sequence[KeptBackup]) -> Backup:
    """One backup of its parts; it has ended when the last of them has."""
    ends = [row.ended_at for row in rows]
    sizes = [row.size_bytes for row in rows if row.size_bytes is not None]
    last = None if None in ends else max(end for end in ends if end is not None)
    return Backup(at, rows[0].started_at, last, sum(sizes) if sizes else None)


def lines_of(backups: Sequence[Backup], *, now: datetime, zone: tzinfo) -> list[Line]:
    """A line for each day from today back to the oldest of *backups* (newest first), at most ``MAX_DAYS``.

    A day without a backup has its line, which is empty. None where there is no backup.
    """
    if not backups:
        return []
    today = now.astimezone(zone).date()
    oldest = backups[-1].at.astimezone(zone).date()
    days = [today - number * DAY for number in range(min((today - oldest).days + 1, MAX_DAYS))]
    return [_line(day, backups, now=now, zone=zone) for day in days]


def _line(day: date, backups: Sequence[Backup], *, now: datetime, zone: tzinfo) -> Line:
    pieces = (_piece(day, backup, now=now, zone=zone) for backup in backups)
    here = [backup for backup in reversed(backups) if backup.at.astimezone(zone).date() == day]
    return Line(day, tuple(piece for piece in pieces if piece is not None), tuple(here))


def _piece(day: date, backup: Backup, *, now: datetime, zone: tzinfo) -> Piece | None:
    """What of *backup* falls on *day*. None: nothing."""
    is_under_way = backup.ended_at is None
    first = _minutes(backup.at, day, zone)
    last = _minutes(backup.ended_at or now, day, zone)
    if last < first or last < 0 or first >= MINUTES or (last == 0 and first < 0):
        return None
    start = max(first, 0.0)
    width = max(min(last, MINUTES) - start, LEAST_MINUTES)
    return Piece(round(min(start, MINUTES - width), 1), round(width, 1), is_under_way)


def _minutes(moment: datetime, day: date, zone: tzinfo) -> float:
    """By the clock on the wall, from the midnight that begins *day* to *moment*."""
    local = moment.astimezone(zone)
    return (local.date() - day).days * MINUTES + local.hour * 60 + local.minute + local.second / 60


def minutes_of_day(moment: datetime, zone: tzinfo) -> float:
    """Where *moment* stands on its line."""
    return _minutes(moment, moment.astimezone(zone).date(), zone)
