"""What could not be read of Ncloud, as errors that are safe to show. No I/O."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

import ncloud
from backup_watch.adapters.ncloud_rows import Answer
from backup_watch.model.instances import Scope
from backup_watch.model.report import ReadError
from backup_watch.model.vocabulary import ListKind


def list_errors(request: ncloud.ListRequest, answer: Answer, scope: Scope, kind: ListKind) -> list[ReadError]:
    """What keeps the list of *request* from being read whole; none where nothing does."""
    if isinstance(answer, ncloud.NcloudError):
        return [_failure(request, answer, scope, kind)]
    if answer.unattributed_rows:
        rows = len(answer.rows) + answer.unattributed_rows
        message = f"{answer.unattributed_rows} of {rows} rows have no instance number"
        return [_error(request, "RowsUnattributed", message, scope, kind)]
    return []


def detail_error(request: ncloud.ListRequest, answer: Answer, scope: Scope) -> ReadError:
    """Why the details of *request* could not be used."""
    if isinstance(answer, ncloud.NcloudError):
        return _failure(request, answer, scope, ListKind.DETAILS)
    message = "a backup in the details has no readable date"
    return _error(request, "MalformedAnswer", message, scope, ListKind.DETAILS)


def _failure(request: ncloud.ListRequest, error: ncloud.NcloudError, scope: Scope, kind: ListKind) -> ReadError:
    told = _error(request, error.kind, error.message, scope, kind)
    return replace(told, operation=error.operation or told.operation, code=error.code, request_id=error.request_id)


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


def deduplicated(errors: Iterable[ReadError]) -> tuple[ReadError, ...]:
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
    message = f"{first.message} (details of {len(same)} instances)"
    return replace(first, message=message, instances=len(same))
