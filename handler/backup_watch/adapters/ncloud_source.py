"""Readings from Ncloud: the lists of all regions at once, and the details. What fails is said, never dropped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain

from msgspec.structs import replace

import ncloud
from backup_watch.adapters.ncloud_rows import Answer, join
from backup_watch.model.instances import Instance, InstanceId, Scope
from backup_watch.model.readings import FreshWindow, Histories, ListRead, Reading
from backup_watch.model.report import ReadError
from backup_watch.model.vocabulary import ListKind


class NcloudSource:
    """Reads through *client*, up to *deadline* (monotonic seconds; None: no end)."""

    def __init__(self, client: ncloud.Client, *, with_instances: bool, deadline: float | None) -> None:
        self._client, self._with_instances, self._deadline = client, with_instances, deadline

    def read(self, scopes: Sequence[Scope], fresh_window: FreshWindow | None = None) -> Reading:
        """Read the backup list and, if wanted, the instance list of every one of *scopes*, all at once."""
        lists = {ncloud.ListRequest.backups(scope.region): (scope, ListKind.BACKUPS) for scope in scopes}
        if self._with_instances:
            lists |= {ncloud.ListRequest.instances(scope.region): (scope, ListKind.INSTANCES) for scope in scopes}
        answers = self._client.read(lists, deadline=self._deadline)
        errors = [error for request, answer in answers.items() for error in _errors(request, answer, *lists[request])]
        joined = [
            join(
                scope,
                answers[ncloud.ListRequest.backups(scope.region)],
                answers.get(ncloud.ListRequest.instances(scope.region)),
                fresh_window,
            )
            for scope in scopes
        ]
        instances = chain.from_iterable(each.instances for each in joined)
        groups = chain.from_iterable(each.fresh_groups for each in joined)
        read = [_list_read(request, answer, *lists[request]) for request, answer in answers.items()]
        return Reading(tuple(instances), tuple(errors), tuple(groups), tuple(read))

    def histories(self, instances: Sequence[Instance]) -> Histories:
        """Read the detail lists of *instances*; errors with one cause are told as one."""
        asked = {ncloud.ListRequest.backup_details(each.region, each.number): each for each in instances}
        answers = self._client.read(asked, deadline=self._deadline)
        backups_at: dict[InstanceId, tuple[datetime, ...]] = {}
        failures = []
        for request, answer in answers.items():
            history = _history(asked[request], answer)
            if history is not None:
                backups_at[asked[request].id] = history
            else:
                failures.append(_detail_error(request, answer, asked[request].id.scope))
        return Histories(backups_at, _deduplicated(failures))


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


def _list_read(request: ncloud.ListRequest, answer: Answer, scope: Scope, kind: ListKind) -> ListRead:
    number = None
    if isinstance(answer, ncloud.Listing) and not answer.unattributed_rows:
        number = len({row.instance_no for row in answer.rows})
    return ListRead(scope, kind, request.operation, number)


def _errors(request: ncloud.ListRequest, answer: Answer, scope: Scope, kind: ListKind) -> list[ReadError]:
    if isinstance(answer, ncloud.NcloudError):
        return [_failure(request, answer, scope, kind)]
    if answer.unattributed_rows:
        rows = len(answer.rows) + answer.unattributed_rows
        message = f"{answer.unattributed_rows} of {rows} rows have no instance number"
        return [_error(request, "RowsUnattributed", message, scope, kind)]
    return []


def _detail_error(request: ncloud.ListRequest, answer: Answer, scope: Scope) -> ReadError:
    if isinstance(answer, ncloud.NcloudError):
        return _failure(request, answer, scope, ListKind.DETAILS)
    message = "a backup in the details has no readable date"
    return _error(request, "MalformedAnswer", message, scope, ListKind.DETAILS)


def _failure(request: ncloud.ListRequest, error: ncloud.NcloudError, scope: Scope, kind: ListKind) -> ReadError:
    without_codes = _error(request, error.kind, error.message, scope, kind)
    return replace(without_codes, code=error.code, request_id=error.request_id)


def _error(request: ncloud.ListRequest, word: str, message: str, scope: Scope, kind: ListKind) -> ReadError:
    return ReadError(
        operation=request.operation,
        kind=word,
        message=message,
        account=scope.account,
        product=scope.product,
        region=scope.region,
        list_kind=kind,
    )


def _deduplicated(errors: Iterable[ReadError]) -> tuple[ReadError, ...]:
    """One error for each cause and place, with the number of instances that it hit."""
    causes: dict[tuple[str | None, ...], list[ReadError]] = {}
    for error in errors:
        place = error.account, error.product, error.region
        causes.setdefault((*place, error.kind, error.code), []).append(error)
    return tuple(_of_many(same) for same in causes.values())


def _of_many(same: list[ReadError]) -> ReadError:
    first = same[0]
    if len(same) == 1:
        return first
    return replace(first, message=f"{first.message} (details of {len(same)} instances)")
