"""Readings from Ncloud: the lists of all regions at once, joined into instances. What fails is said, never dropped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import ncloud
from backup_watch.instances import SANE_YEARS, Instance
from backup_watch.readings import Histories, Reading
from backup_watch.report import ReadError
from backup_watch.slots import parse_slot

Answer = ncloud.Listing | ncloud.NcloudError


class NcloudSource:
    """Reads through *client*, up to *deadline* (monotonic seconds; None: no end)."""

    def __init__(self, client: ncloud.Client, *, with_instances: bool, deadline: float | None) -> None:
        self._client, self._with_instances, self._deadline = client, with_instances, deadline

    def read(self, regions: Sequence[str]) -> Reading:
        """Read the backup list and, if wanted, the instance list of every region, all at once."""
        lists = [ncloud.ListRequest.backups(region) for region in regions]
        if self._with_instances:
            lists += [ncloud.ListRequest.instances(region) for region in regions]
        answers = self._client.read(lists, deadline=self._deadline)
        errors = [error for request, answer in answers.items() for error in _errors(request, answer)]
        instances: list[Instance] = []
        for region in regions:
            backups = answers[ncloud.ListRequest.backups(region)]
            listed = answers.get(ncloud.ListRequest.instances(region))
            instances += join(region, backups, listed)
        return Reading(tuple(instances), tuple(errors))

    def histories(self, instances: Sequence[Instance]) -> Histories:
        """Read the detail lists of *instances*; errors with one cause are told as one."""
        asked = {ncloud.ListRequest.backup_details(*instance.key): instance for instance in instances}
        answers = self._client.read(asked, deadline=self._deadline)
        backups_at, failures = {}, []
        for request, answer in answers.items():
            history = _history(asked[request], answer)
            if history is not None:
                backups_at[asked[request].key] = history
            else:
                failures.append(_detail_error(request, answer))
        return Histories(backups_at, _told_once(failures))


def join(region: str, backups: Answer, listed: Answer | None) -> list[Instance]:
    """Join the two lists of one region by instance number.

    An instance without a backup row has ``backups_read`` False unless the whole backup list was read and every row
    of it could be told whose it is.
    """
    by_number: dict[str, list[ncloud.Backup]] = {}
    backups_read = isinstance(backups, ncloud.Listing) and not backups.unattributed_rows
    if isinstance(backups, ncloud.Listing):
        for row in backups.rows:
            by_number.setdefault(row.instance_no, []).append(row)
    if not isinstance(listed, ncloud.Listing):
        return [_instance(region, None, rows, in_list=None, backups_read=True) for rows in by_number.values()]
    by_listed = {row.instance_no: row for row in reversed(listed.rows)}
    instances = [
        _instance(region, row, by_number.pop(number, ()), in_list=True, backups_read=backups_read)
        for number, row in reversed(by_listed.items())
    ]
    in_list = None if listed.unattributed_rows else False
    return instances + [
        _instance(region, None, rows, in_list=in_list, backups_read=True) for rows in by_number.values()
    ]


def _instance(
    region: str,
    listed: ncloud.Instance | None,
    rows: Sequence[ncloud.Backup],
    *,
    in_list: bool | None,
    backups_read: bool,
) -> Instance:
    """One instance of the core; its settings are the instance list's where that has them, else the newest row's."""
    newest, backups_at, unreadable = _dates(rows)
    known = listed or newest
    status = listed.status_name.lower() if listed is not None and listed.status_name else None
    created_at = listed.created_at if listed is not None else None
    number = known.instance_no  # type: ignore[union-attr]  # a row of one list or the other is always there
    return Instance(
        region,
        number,
        (listed and listed.service_name) or (newest and newest.service_name) or number,
        backups_at,
        unreadable,
        backups_read,
        in_list,
        status,
        listed.is_backup if listed is not None else None,
        created_at if created_at is not None and created_at.year in SANE_YEARS else None,
        _backup_time(listed, newest),
        newest.backup_type if newest else None,
        newest.retention_days if newest else listed and listed.retention_days,
        newest.size_bytes if newest else None,
    )


def _dates(
    rows: Sequence[ncloud.Backup],
) -> tuple[ncloud.Backup | None, tuple[datetime, ...], tuple[str, ...]]:
    """The row with the newest backup, all readable instants newest first, and what was no instant."""
    if len(rows) == 1 and (only := rows[0]).unreadable_date is None:
        at = only.last_backup_at
        if at is None or at.year in SANE_YEARS:
            return only, () if at is None else (at,), ()
    dated = [(row.last_backup_at, row) for row in rows if row.last_backup_at and row.last_backup_at.year in SANE_YEARS]
    dated.sort(key=lambda pair: pair[0], reverse=True)
    bad = [row.unreadable_date or row.last_backup_at.isoformat() for row in rows if _is_bad(row)]  # type: ignore[union-attr]
    newest = dated[0][1] if dated else rows[0] if rows else None
    return newest, tuple(at for at, _ in dated), tuple(bad)


def _is_bad(row: ncloud.Backup) -> bool:
    at = row.last_backup_at
    return row.unreadable_date is not None or (at is not None and at.year not in SANE_YEARS)


def _backup_time(listed: ncloud.Instance | None, newest: ncloud.Backup | None) -> str | None:
    told = [row.backup_time for row in (listed, newest) if row is not None and row.backup_time]
    return next((text for text in told if parse_slot(text) is not None), told[0] if told else None)


def _history(instance: Instance, answer: Answer) -> tuple[datetime, ...] | None:
    """The instants of the backups in a detail list, newest first; None where the list, or a date in it, is unreadable.

    The rows have a start and an end. Whichever of the two equals the summary's newest date is the backup's instant;
    if neither does, the end is.
    """
    if not isinstance(answer, ncloud.Listing) or answer.unattributed_rows:
        return None
    summary = set(instance.backups_at)
    by_start = any(row.started_at in summary for row in answer.rows)
    instants = {row.started_at if by_start else row.ended_at for row in answer.rows}
    if None in instants or any(row.unreadable_date for row in answer.rows):
        return None
    if any(instant.year not in SANE_YEARS for instant in instants):
        return None
    return tuple(sorted(instants | summary, reverse=True))


def _errors(request: ncloud.ListRequest, answer: Answer) -> list[ReadError]:
    if isinstance(answer, ncloud.NcloudError):
        return [_failure(request, answer)]
    if answer.unattributed_rows:
        said = (
            f"{answer.unattributed_rows} of {len(answer.rows) + answer.unattributed_rows} rows have no instance number"
        )
        return [ReadError(request.operation, "RowsUnattributed", said, request.region)]
    return []


def _failure(request: ncloud.ListRequest, error: ncloud.NcloudError) -> ReadError:
    return ReadError(request.operation, error.kind, error.message, request.region, error.code)


def _detail_error(request: ncloud.ListRequest, answer: Answer) -> ReadError:
    if isinstance(answer, ncloud.NcloudError):
        return _failure(request, answer)
    return ReadError(
        request.operation, "MalformedAnswer", "a backup in the details has no readable date", request.region
    )


def _told_once(errors: Iterable[ReadError]) -> tuple[ReadError, ...]:
    """One error for each cause and region, with the number of instances that it hit."""
    causes: dict[tuple[str | None, str, str | None], list[ReadError]] = {}
    for error in errors:
        causes.setdefault((error.region, error.kind, error.code), []).append(error)
    return tuple(_of_many(same) for same in causes.values())


def _of_many(same: list[ReadError]) -> ReadError:
    first = same[0]
    if len(same) == 1:
        return first
    message = f"{first.message} (details of {len(same)} instances)"
    return ReadError(first.operation, first.kind, message, first.region, first.code, first.account)
