"""Makes instances of the rows of Ncloud's two lists: whose row is whose, and which of several is primary. No I/O."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import UTC, datetime

import ncloud
from backup_watch.model.daily_slot import parse_slot
from backup_watch.model.instances import DELETING_STATES, FreshGroup, Instance, InstanceId, Scope
from backup_watch.model.readings import NEVER_FRESH, FreshWindow, Reading

Answer = ncloud.Listing | ncloud.NcloudError
BackupRows = ncloud.Backup | list[ncloud.Backup]
"""What the backup list has of an instance: its row, or its rows where it has several."""
NO_ROW = ncloud.Backup("")
"""Stands where an instance has no row in the backup list."""
RUNNING = "running"
"""The state, as the API spells it, in which nothing but its backups is asked of an instance."""
BACKUP_OPERATION = "BKP"
"""The operation of an instance of which a backup is under way."""


def join(scope: Scope, backups: Answer, listed: Answer | None, fresh_window: FreshWindow | None = None) -> Reading:
    """Join the two lists of *scope* by instance number; no instance is made of what *fresh_window* makes plainly fresh.

    An instance without a backup row has ``backups_read`` False unless the whole backup list was read and every row
    of it names its instance.
    """
    backups_read = isinstance(backups, ncloud.Listing) and not backups.unattributed_rows
    rows = _by_number(backups.rows) if isinstance(backups, ncloud.Listing) else {}
    odd_slots = _odd_slots(backups) | _odd_slots(listed)
    counted = _Counted(scope, fresh_window or NEVER_FRESH, rows, odd_slots)
    instances: list[Instance] = []
    in_list = None
    if isinstance(listed, ncloud.Listing):
        in_list = None if listed.unattributed_rows else False
        for number, row in _primary_rows(listed.rows).items():
            own = rows.pop(number, NO_ROW)
            is_running = row.status_name is None or row.status_name == RUNNING
            is_counted = is_running and row.is_backup is not False and row.backup_time not in odd_slots
            if not (is_counted and counted.takes(number, own, row.service_name)):
                instances.append(_listed(scope, row, own, backups_read=backups_read))
    for number, own in rows.items():
        if not counted.takes(number, own, None):
            instances.append(_unlisted(scope, own, in_list=in_list))
    return Reading(tuple(instances), fresh_groups=counted.groups)


class _Counted:
    """Counts what is plainly fresh."""

    def __init__(
        self, scope: Scope, window: FreshWindow, rows: Mapping[str, BackupRows], odd_slots: Container[str | None]
    ) -> None:
        self._scope, self._window, self._watched, self._odd_slots = scope, window, window.watched(), odd_slots
        # The window in the zone object of the first row: to compare within one object takes a tenth.
        first = next(iter(rows.values()), None)
        zone = first.last_backup_at.tzinfo if isinstance(first, ncloud.Backup) and first.last_backup_at else UTC
        self._since, self._until = window.since.astimezone(zone), window.until.astimezone(zone)
        self._count, self._oldest, self._names = 0, self._until, dict[str, str]()
        self._backups_at: dict[str, datetime] = {}

    def takes(self, number: str, own: BackupRows, name: str | None) -> bool:
        """Count the instance *number* if its one row is dated within the window; *name*: as listed. Else False."""
        if isinstance(own, list) or (at := own.last_backup_at) is None or not self._since <= at <= self._until:
            return False
        if own.backup_time in self._odd_slots:
            return False
        if self._watched and _id(self._scope, number) in self._watched:
            return False
        self._count += 1
        if at < self._oldest:
            self._oldest = at
        if self._window.with_names:
            self._names[number] = name or own.service_name or number
        if self._window.with_dates:
            self._backups_at[number] = at
        return True

    @property
    def groups(self) -> tuple[FreshGroup, ...]:
        """What was counted: one group, or none."""
        if not self._count:
            return ()
        return (FreshGroup(self._scope, self._count, self._oldest, self._names, self._backups_at),)


def _id(scope: Scope, number: str) -> InstanceId:
    return InstanceId(scope.account, scope.product, scope.region, number)


def _odd_slots(answer: Answer | None) -> frozenset[str | None]:
    """The times of backups in a list that are none. An instance that has one is judged, for the report says so."""
    if not isinstance(answer, ncloud.Listing):
        return frozenset()
    told = {row.backup_time for row in answer.rows}
    return frozenset(time for time in told if time is not None and parse_slot(time) is None)


def _primary_rows(rows: Sequence[ncloud.Instance]) -> dict[str, ncloud.Instance]:
    """The primary row of each instance: its first, though one that stays before one that goes away."""
    primary = {row.instance_no: row for row in rows}
    if len(primary) < len(rows):
        primary.clear()
        for row in sorted(rows, key=_is_being_deleted):
            primary.setdefault(row.instance_no, row)
    return primary


def _is_being_deleted(row: ncloud.Instance) -> bool:
    return row.status_name is not None and row.status_name.lower() in DELETING_STATES


def _by_number(rows: Sequence[ncloud.Backup]) -> dict[str, BackupRows]:
    """The rows of the backup list by instance: nearly always one each."""
    by_number: dict[str, BackupRows] = {row.instance_no: row for row in rows}
    if len(by_number) < len(rows):
        together: dict[str, list[ncloud.Backup]] = {number: [] for number in by_number}
        for row in rows:
            together[row.instance_no].append(row)
        by_number |= {number: same for number, same in together.items() if len(same) > 1}
    return by_number


def _listed(scope: Scope, row: ncloud.Instance, own: BackupRows, *, backups_read: bool) -> Instance:
    """One instance of the instance list: its own row comes first, then its newest backup's."""
    newest, backups_at, unreadable = _dates(own)
    status = row.status_name
    return Instance(
        id=_id(scope, row.instance_no),
        service_name=row.service_name or newest.service_name or row.instance_no,
        backups_at=backups_at,
        unreadable_dates=unreadable,
        backups_read=backups_read,
        in_instance_list=True,
        status=status and status.lower(),
        is_backup=row.is_backup,
        created_at=row.created_at,
        backup_time=_backup_time(row.backup_time, newest.backup_time),
        backup_type=newest.backup_type,
        retention_days=row.retention_days if newest.retention_days is None else newest.retention_days,
        size_bytes=newest.size_bytes,
        is_backing_up=row.operation is not None and row.operation.code == BACKUP_OPERATION,
    )


def _unlisted(scope: Scope, own: BackupRows, *, in_list: bool | None) -> Instance:
    """One instance that only the backup list has."""
    newest, backups_at, unreadable = _dates(own)
    return Instance(
        id=_id(scope, newest.instance_no),
        service_name=newest.service_name or newest.instance_no,
        backups_at=backups_at,
        unreadable_dates=unreadable,
        in_instance_list=in_list,
        backup_time=newest.backup_time,
        backup_type=newest.backup_type,
        retention_days=newest.retention_days,
        size_bytes=newest.size_bytes,
    )


def _dates(own: BackupRows) -> tuple[ncloud.Backup, tuple[datetime, ...], tuple[str, ...]]:
    """The row with the newest backup, all readable instants newest first, and what was no instant."""
    if isinstance(own, ncloud.Backup):
        at, bad = own.last_backup_at, own.unreadable_date
        return own, () if at is None else (at,), () if bad is None else (bad,)
    dated = [(row.last_backup_at, row) for row in own if row.last_backup_at is not None]
    dated.sort(key=lambda pair: pair[0], reverse=True)
    newest = dated[0][1] if dated else own[0]
    unreadable = tuple(row.unreadable_date for row in own if row.unreadable_date is not None)
    return newest, tuple(at for at, _ in dated), unreadable


def _backup_time(listed: str | None, told: str | None) -> str | None:
    """The instance list's, unless that is no time of day and the backup's is one, or is the only one."""
    if listed is None or (parse_slot(listed) is None and parse_slot(told) is not None):
        return told
    return listed
