"""Which date of an instance counts, where no single instant of its backup list is the newest backup's.

- A day: the end of that day, or now, for its age; its slot on that day for the slots. Both are the kindest reading, so
  the kept backups are asked where the other end of the day would be judged otherwise.
- Several databases, backed up one by one: the one whose newest backup is the oldest decides. One that has had none for
  two days while others have was dropped, or is not backed up any more: it does not decide, and is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from backup_watch.model.daily_slot import DAY, parse_slot
from backup_watch.model.instances import FUTURE_TOLERANCE, DatabaseBackups, Instance
from backup_watch.model.policy import glob_matches
from backup_watch.model.vocabulary import DatedBy

BEHIND_AFTER = timedelta(days=2)
"""A database without a backup for longer than this is behind those that have one."""
ANOTHER_BACKUP = timedelta(hours=12)
"""A backup of another database that is this much newer was another run of the schedule."""
MIDNIGHT = timedelta(0)


class Newest(Struct, frozen=True, gc=False):
    """The newest backup of an instance at one instant."""

    at: datetime
    """What counts for its age."""
    since_slot_of: datetime
    """What counts for its slots: the backup that is due next is the one after this."""
    database: str | None = None
    """The database whose backup it is, where there are several."""
    behind: tuple[DatabaseBackups, ...] = ()
    """Databases that have had no backup for two days, though others have; longest first."""


def newest_on(day: datetime, instance: Instance, *, now: datetime) -> Newest:
    """What a date of a list of days comes to at *now*; it is an instant after all where it is no midnight."""
    if time_of_day(day) != MIDNIGHT:
        return Newest(day, day)
    at, slot = max(day, min(day + DAY, now)), parse_slot(instance.backup_time)
    return Newest(at, at if slot is None else day + slot)


def time_of_day(moment: datetime) -> timedelta:
    """Since midnight in its own offset."""
    return moment - moment.replace(hour=0, minute=0, second=0, microsecond=0)


def newest_of_databases(databases: Sequence[DatabaseBackups], *, now: datetime) -> Newest | None:
    """The backup that decides among those of *databases*; None: no date of theirs can be believed.

    Dates more than five minutes after *now* are left out.
    """
    latest_believed = now + FUTURE_TOLERANCE
    newest = [(at, each) for each in databases if (at := _newest_until(latest_believed, each)) is not None]
    if not newest:
        return None
    latest = max(at for at, _ in newest)
    behind = [(at, each) for at, each in newest if now - at > BEHIND_AFTER and latest - at >= ANOTHER_BACKUP]
    current = [(at, each) for at, each in newest if (at, each) not in behind]
    at, deciding = min(current, key=lambda pair: (pair[0], pair[1].name))
    name = deciding.name if len(databases) > 1 else None
    behind.sort(key=lambda pair: (pair[0], pair[1].name))
    return Newest(at, at, name, tuple(each for _, each in behind))


def _newest_until(latest: datetime, database: DatabaseBackups) -> datetime | None:
    return next((moment for moment in database.backups_at if moment <= latest), None)


def databases_judged(instance: Instance, ignored: Sequence[str]) -> list[DatabaseBackups]:
    """The databases of *instance* that no glob of *ignored* names."""
    return [each for each in instance.databases if not any(glob_matches(glob, each.name) for glob in ignored)]


def exactly_dated(instance: Instance, kept_at: Sequence[datetime] | None) -> Instance:
    """*instance*, of which the list told a day, with the instants of its kept backups, newest first.

    Without any (None: they were not read) the day stays: that none is kept decides nothing.
    """
    if instance.dated_by is not DatedBy.DAY or not kept_at:
        return instance
    return replace(instance, backups_at=tuple(kept_at), dated_by=DatedBy.DAY_AND_TIME)


def about(instance: Instance, moment: datetime) -> datetime:
    """About when the backup was that *moment*, one of the dates of *instance*, stands for."""
    if instance.dated_by is not DatedBy.DAY or time_of_day(moment) != MIDNIGHT:
        return moment
    return moment + (parse_slot(instance.backup_time) or MIDNIGHT)
