"""Readings from Ncloud: the lists of all regions at once, joined into instances. What fails is said, never dropped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain

from msgspec.structs import replace

import ncloud
from backup_watch.fresh_span import NOTHING, FreshSpan
from backup_watch.instances import Instance, PlainlyFresh
from backup_watch.judgement import ENDING
from backup_watch.readings import Histories, Reading
from backup_watch.report import ReadError
from backup_watch.slots import parse_slot

Answer = ncloud.Listing | ncloud.NcloudError
Told = ncloud.Backup | list[ncloud.Backup]
"""What the backup list tells of an instance: its row, or its rows where it has several."""
NO_BACKUP = ncloud.Backup("")
"""Stands where an instance has no row in the backup list: tells nothing."""
PLAIN = frozenset({None, "running"})
"""The states, as the API spells them, in which nothing but its backups is asked of an instance."""


class NcloudSource:
    """Reads through *client*, up to *deadline* (monotonic seconds; None: no end).

    *expected*: how many instances there should be, which saves waiting for the first page to tell. None: nobody says.
    """

    def __init__(
        self, client: ncloud.Client, *, with_instances: bool, deadline: float | None, expected: int | None = None
    ) -> None:
        self._client, self._with_instances, self._deadline = client, with_instances, deadline
        self._expected = expected

    def read(self, regions: Sequence[str], span: FreshSpan | None = None) -> Reading:
        """Read the backup list and, if wanted, the instance list of every region, all at once."""
        lists = [ncloud.ListRequest.backups(region) for region in regions]
        if self._with_instances:
            lists += [ncloud.ListRequest.instances(region) for region in regions]
        expected = self._expected if len(regions) == 1 else None  # of several regions, nobody knows which has how many
        answers = self._client.read(lists, deadline=self._deadline, expected_rows=expected)
        errors = [error for request, answer in answers.items() for error in _errors(request, answer)]
        joined = [
            join(
                region,
                answers[ncloud.ListRequest.backups(region)],
                answers.get(ncloud.ListRequest.instances(region)),
                span,
            )
            for region in regions
        ]
        instances = chain.from_iterable(each.instances for each in joined)
        plain = chain.from_iterable(each.plainly_fresh for each in joined)
        return Reading(tuple(instances), tuple(errors), tuple(plain))

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


def join(region: str, backups: Answer, listed: Answer | None, span: FreshSpan | None = None) -> Reading:
    """Join the two lists of one region by instance number; of what is plainly fresh by *span*, no instance is made.

    An instance without a backup row has ``backups_read`` False unless the whole backup list was read and every row
    of it could be told whose it is.
    """
    backups_read = isinstance(backups, ncloud.Listing) and not backups.unattributed_rows
    told = _by_number(backups.rows) if isinstance(backups, ncloud.Listing) else {}
    since, until = _ends(span, told)
    plain: list[PlainlyFresh] = []
    instances: list[Instance] = []
    in_list = None
    if isinstance(listed, ncloud.Listing):
        in_list = None if listed.unattributed_rows else False
        for number, row in _speaking(listed.rows).items():
            one, name, fresh = told.pop(number, NO_BACKUP), row.service_name, None
            if row.status_name in PLAIN and row.is_backup is not False:
                fresh = _plainly_fresh(region, one, name, since, until)
            if fresh is not None:
                plain.append(fresh)
            else:
                instances.append(_listed(region, row, one, backups_read=backups_read))
    for one in told.values():
        if (fresh := _plainly_fresh(region, one, None, since, until)) is not None:
            plain.append(fresh)
        else:
            instances.append(_unlisted(region, one, in_list=in_list))
    return Reading(tuple(instances), plainly_fresh=tuple(plain))


def _ends(span: FreshSpan | None, told: Mapping[str, Told]) -> tuple[datetime, datetime]:
    """The ends of *span* in the zone object of the first row, where comparing takes a tenth; None: of an empty one."""
    span = span or NOTHING
    first = next(iter(told.values()), None)
    zone = first.last_backup_at.tzinfo if isinstance(first, ncloud.Backup) and first.last_backup_at else UTC
    return span.since.astimezone(zone), span.until.astimezone(zone)


def _plainly_fresh(region: str, told: Told, name: str | None, since: datetime, until: datetime) -> PlainlyFresh | None:
    """An instance of one row that is dated from *since* to *until*; None: it is to be judged. *name*: as listed."""
    if isinstance(told, list) or (at := told.last_backup_at) is None:
        return None
    number = told.instance_no
    return PlainlyFresh(region, number, name or told.service_name or number, at) if since <= at <= until else None


def _speaking(rows: Sequence[ncloud.Instance]) -> dict[str, ncloud.Instance]:
    """The row that speaks for each instance: its first, though one that stays before one that goes away."""
    speaking = {row.instance_no: row for row in rows}
    if len(speaking) < len(rows):
        speaking.clear()
        for row in sorted(rows, key=_is_ending):
            speaking.setdefault(row.instance_no, row)
    return speaking


def _is_ending(row: ncloud.Instance) -> bool:
    return row.status_name is not None and row.status_name.lower() in ENDING


def _by_number(rows: Sequence[ncloud.Backup]) -> dict[str, Told]:
    """What the backup list tells of each instance: nearly always one row."""
    told: dict[str, Told] = {row.instance_no: row for row in rows}
    if len(told) < len(rows):
        together: dict[str, list[ncloud.Backup]] = {number: [] for number in told}
        for row in rows:
            together[row.instance_no].append(row)
        told |= {number: same for number, same in together.items() if len(same) > 1}
    return told


def _listed(region: str, row: ncloud.Instance, told: Told, *, backups_read: bool) -> Instance:
    """One instance of the instance list: its own row speaks first, then its newest backup's."""
    newest, backups_at, unreadable = _dates(told)
    status = row.status_name
    return Instance(
        region,
        row.instance_no,
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


def _unlisted(region: str, told: Told, *, in_list: bool | None) -> Instance:
    """One instance that only the backup list tells of."""
    newest, backups_at, unreadable = _dates(told)
    return Instance(
        region,
        newest.instance_no,
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
    return ReadError(
        request.operation, error.kind, error.message, request.region, error.code, request_id=error.request_id
    )


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
    return replace(first, message=f"{first.message} (details of {len(same)} instances)")
