"""The dates of backups, of products whose backup list does not have their instants. No I/O.

The facts stand in ``docs/ncloud-api.md#products``: Cache's list tells a day, MSSQL's tells nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

import ncloud
from backup_watch.adapters.ncloud_rows import Answer
from backup_watch.checking.habit import SHARDS_WITHIN
from backup_watch.model.instances import CREATING_STATES, DatabaseBackups, Instance
from backup_watch.model.vocabulary import DatedBy

NO_DATE = "(none)"
"""Stands for the date of a kept backup that has neither a start nor an end."""
MIDNIGHT = timedelta(0)


def as_listed(instance: Instance) -> Instance:
    """The list's date is the instant of the newest backup."""
    return instance


def as_days(instance: Instance) -> Instance:
    """A midnight in the list stands for some time of that day; any other time of day is an instant after all."""
    at_midnight = any(_time_of_day(moment) == MIDNIGHT for moment in instance.backups_at[:1])
    return replace(instance, dated_by=DatedBy.DAY) if at_midnight else instance


def _time_of_day(moment: datetime) -> timedelta:
    return moment - moment.replace(hour=0, minute=0, second=0, microsecond=0)


def undated(instance: Instance) -> Instance:
    """The list has no date that could be believed: only the details have (:func:`by_database`)."""
    return replace(instance, backups_at=(), unreadable_dates=(), backups_read=False, dated_by=DatedBy.DETAILS)


BY_LIST: Mapping[ncloud.BackupDate, Callable[[Instance], Instance]] = {
    ncloud.BackupDate.INSTANT: as_listed,
    ncloud.BackupDate.DAY: as_days,
    ncloud.BackupDate.DETAILS: undated,
}
"""What an instance's dates in the backup list come to."""


def by_database(instance: Instance, details: Answer) -> Instance:
    """*instance* with the dates of its *details*: of each of its databases, and of all together.

    What could not be read, or not told whose it is, leaves its dates unknown. A backup under way has no date yet.
    """
    if isinstance(details, ncloud.NcloudError):
        return replace(instance, backups_read=details.is_no_such_instance and instance.status in CREATING_STATES)
    if details.unattributed_rows:
        return instance
    ends: dict[str, set[datetime]] = {}
    unreadable = []
    for row in details.rows:
        if row.unreadable_date is not None:
            unreadable.append(row.unreadable_date)
        elif row.ended_at is not None:
            ends.setdefault(row.database_name or "", set()).add(row.ended_at)
        elif row.started_at is None:
            unreadable.append(NO_DATE)
    return replace(
        instance,
        databases=tuple(DatabaseBackups(name, _newest_first(ends[name])) for name in sorted(ends)),
        backups_at=_newest_first(set().union(*ends.values())),
        unreadable_dates=tuple(unreadable),
        backups_read=True,
    )


def whole_backups(rows: Iterable[ncloud.BackupDetail]) -> list[ncloud.BackupDetail]:
    """One row for the rows of one backup's shards: done with the last, and not while one of them is under way."""
    undated = [row for row in rows if row.started_at is None]
    groups: list[list[ncloud.BackupDetail]] = []
    for started_at, row in sorted(((row.started_at, row) for row in rows if row.started_at), key=lambda pair: pair[0]):
        if groups and (first := groups[-1][0].started_at) is not None and started_at - first <= SHARDS_WITHIN:
            groups[-1].append(row)
        else:
            groups.append([row])
    return [*undated, *map(_joined, groups)]


def _joined(shards: Sequence[ncloud.BackupDetail]) -> ncloud.BackupDetail:
    ends = [row.ended_at for row in shards if row.ended_at is not None]
    return ncloud.BackupDetail(
        started_at=shards[0].started_at,
        ended_at=max(ends) if len(ends) == len(shards) else None,
        unreadable_date=next((row.unreadable_date for row in shards if row.unreadable_date is not None), None),
    )


def _newest_first(moments: set[datetime]) -> tuple[datetime, ...]:
    return tuple(sorted(moments, reverse=True))
