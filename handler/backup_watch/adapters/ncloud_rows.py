"""Makes instances of the rows of Ncloud's two lists: whose row is whose, and which of several speaks. No I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import ncloud
from backup_watch.model.daily_slot import parse_slot
from backup_watch.model.instances import DELETING_STATES, Instance, InstanceId, PlainlyFresh, Scope
from backup_watch.model.readings import NEVER_FRESH, FreshWindow, Reading

Answer = ncloud.Listing | ncloud.NcloudError
Told = ncloud.Backup | list[ncloud.Backup]
"""What the backup list tells of an instance: its row, or its rows where it has several."""
NO_BACKUP = ncloud.Backup("")
"""Stands where an instance has no row in the backup list: tells nothing."""
RUNNING = "running"
"""The state, as the API spells it, in which nothing but its backups is asked of an instance."""


def join(scope: Scope, backups: Answer, listed: Answer | None, fresh_window: FreshWindow | None = None) -> Reading:
    """Join the two lists of *scope* by instance number; no instance is made of what *fresh_window* makes plainly fresh.

    An instance without a backup row has ``backups_read`` False unless the whole backup list was read and every row
    of it could be told whose it is.
    """
    backups_read = isinstance(backups, ncloud.Listing) and not backups.unattributed_rows
    told = _by_number(backups.rows) if isinstance(backups, ncloud.Listing) else {}
    span = _near(fresh_window or NEVER_FRESH, told)
    plain: list[PlainlyFresh] = []
    instances: list[Instance] = []
    in_list = None
    if isinstance(listed, ncloud.Listing):
        in_list = None if listed.unattributed_rows else False
        for number, row in _speaking(listed.rows).items():
            one, name, fresh = told.pop(number, NO_BACKUP), row.service_name, None
            if (row.status_name is None or row.status_name == RUNNING) and row.is_backup is not False:
                fresh = _plainly_fresh(scope, one, name, span, is_backup=row.is_backup)
            if fresh is not None:
                plain.append(fresh)
            else:
                instances.append(_listed(scope, row, one, backups_read=backups_read))
    for one in told.values():
        if (fresh := _plainly_fresh(scope, one, None, span)) is not None:
            plain.append(fresh)
        else:
            instances.append(_unlisted(scope, one, in_list=in_list))
    return Reading(tuple(instances), plainly_fresh=tuple(plain))


def _id(scope: Scope, number: str) -> InstanceId:
    return InstanceId(scope.account, scope.product, scope.region, number)


def _near(span: FreshWindow, told: Mapping[str, Told]) -> FreshWindow:
    """*span* in the zone object of the first row: to compare within one object takes a tenth."""
    first = next(iter(told.values()), None)
    zone = first.last_backup_at.tzinfo if isinstance(first, ncloud.Backup) and first.last_backup_at else UTC
    return FreshWindow(span.since.astimezone(zone), span.until.astimezone(zone))


def _plainly_fresh(
    scope: Scope, told: Told, name: str | None, span: FreshWindow, *, is_backup: bool | None = None
) -> PlainlyFresh | None:
    """An instance of one row that is dated within *span*; None: it is to be judged. *name*: as listed."""
    if isinstance(told, list) or (at := told.last_backup_at) is None or not span.since <= at <= span.until:
        return None
    return PlainlyFresh(_id(scope, told.instance_no), name or told.service_name or told.instance_no, at, is_backup)


def _speaking(rows: Sequence[ncloud.Instance]) -> dict[str, ncloud.Instance]:
    """The row that speaks for each instance: its first, though one that stays before one that goes away."""
    speaking = {row.instance_no: row for row in rows}
    if len(speaking) < len(rows):
        speaking.clear()
        for row in sorted(rows, key=_is_ending):
            speaking.setdefault(row.instance_no, row)
    return speaking


def _is_ending(row: ncloud.Instance) -> bool:
    return row.status_name is not None and row.status_name.lower() in DELETING_STATES


def _by_number(rows: Sequence[ncloud.Backup]) -> dict[str, Told]:
    """What the backup list tells of each instance: nearly always one row."""
    told: dict[str, Told] = {row.instance_no: row for row in rows}
    if len(told) < len(rows):
        together: dict[str, list[ncloud.Backup]] = {number: [] for number in told}
        for row in rows:
            together[row.instance_no].append(row)
        told |= {number: same for number, same in together.items() if len(same) > 1}
    return told


def _listed(scope: Scope, row: ncloud.Instance, told: Told, *, backups_read: bool) -> Instance:
    """One instance of the instance list: its own row speaks first, then its newest backup's."""
    newest, backups_at, unreadable = _dates(told)
    status = row.status_name
    return Instance(
        _id(scope, row.instance_no),
        row.service_name or newest.service_name or row.instance_no,
        backups_at,
        unreadable,
        backups_read,
        True,
        status and status.lower(),
        row.is_backup,
        row.created_at,
        _backup_time(row.backup_time, newest.backup_time),
        newest.backup_type,
        row.retention_days if newest is NO_BACKUP else newest.retention_days,
        newest.size_bytes,
    )


def _unlisted(scope: Scope, told: Told, *, in_list: bool | None) -> Instance:
    """One instance that only the backup list tells of."""
    newest, backups_at, unreadable = _dates(told)
    return Instance(
        _id(scope, newest.instance_no),
        newest.service_name or newest.instance_no,
        backups_at,
        unreadable,
        True,
        in_list,
        None,
        None,
        None,
        newest.backup_time,
        newest.backup_type,
        newest.retention_days,
        newest.size_bytes,
    )


def _dates(told: Told) -> tuple[ncloud.Backup, tuple[datetime, ...], tuple[str, ...]]:
    """The row with the newest backup, all readable instants newest first, and what was no instant."""
    if isinstance(told, ncloud.Backup):
        at, bad = told.last_backup_at, told.unreadable_date
        return told, () if at is None else (at,), () if bad is None else (bad,)
    dated = [(row.last_backup_at, row) for row in told if row.last_backup_at is not None]
    dated.sort(key=lambda pair: pair[0], reverse=True)
    newest = dated[0][1] if dated else told[0]
    unreadable = tuple(row.unreadable_date for row in told if row.unreadable_date is not None)
    return newest, tuple(at for at, _ in dated), unreadable


def _backup_time(listed: str | None, told: str | None) -> str | None:
    """The instance list's, unless that is no time of day and the backup's is one, or is the only one."""
    if listed is None or (parse_slot(listed) is None and parse_slot(told) is not None):
        return told
    return listed
