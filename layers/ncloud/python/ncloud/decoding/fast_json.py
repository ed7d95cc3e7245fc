"""JSON: bytes to typed rows in one pass where the answer is as documented, else bytes to a tree. Pure."""

from functools import cache
from operator import attrgetter
from threading import Lock
from typing import Any, Literal

import msgspec

from ncloud.decoding.failures import TELLING_KEYS
from ncloud.decoding.lenient import SANE_YEARS
from ncloud.errors import MalformedAnswer
from ncloud.model import Backup, BackupDetail, Count, Instance, Region
from ncloud.pages import Page
from ncloud.products import Operation

MAX_CONTAINERS = 500_000
"""Objects and lists in a body; 32 MiB of `[]` would otherwise become most of a gigabyte."""
MAX_COMMAS = 2_000_000
"""The same for values that are neither, which no object counts."""

_DATES: dict[type, tuple[str, ...]] = {
    Backup: ("last_backup_at",),
    Instance: ("created_at",),
    BackupDetail: ("started_at", "ended_at"),
    Region: (),
}


_making = Lock()


def _decoder(operation: Operation) -> msgspec.json.Decoder[Any]:
    """The decoder of *operation*, made by one thread while the others wait.

    msgspec shows what it knows of a row's type to other threads before it knows all of it: a second decoder of the
    same rows, made meanwhile, ends the process at a null pointer.
    """
    with _making:
        return _make_decoder(operation)


@cache
def _make_decoder(operation: Operation) -> msgspec.json.Decoder[Any]:
    """The documented answer and nothing beside it: an `error` must not pass unseen, next to the wrapper or in it."""
    rows = list[operation.row]  # type: ignore[name-defined]  # a type that is only known when this runs
    documented = [("totalRows", Count), ("returnCode", Literal["0"]), (operation.list_key, rows)]
    body = msgspec.defstruct("Body", [*documented, *((key, None, None) for key in TELLING_KEYS)])
    envelope = msgspec.defstruct("Envelope", [(operation.wrapper_key, body)], forbid_unknown_fields=True)
    return msgspec.json.Decoder(envelope)


def read_documented(operation: Operation, body: bytes) -> Page | None:
    """The page if *body* is a success exactly as documented, else None: then the tolerant way has to read it."""
    try:
        answer = getattr(_decoder(operation).decode(body), operation.wrapper_key)
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors, so is invalid UTF-8
        return None
    rows = getattr(answer, operation.list_key)
    return Page(answer.totalRows, rows) if _is_plain(operation, rows) else None


def _is_plain(operation: Operation, rows: list[Any]) -> bool:
    """No row without an identity (it may be wrapped in another object) or with space in it (it may need stripping),
    and no instant of an impossible year.
    """
    identities = list(map(operation.identity, rows))
    joined = "".join(identities)
    return (
        all(identities)
        and joined.split() == [joined] * bool(rows)
        and all(_are_sane(rows, field) for field in _DATES[operation.row])
    )


def _are_sane(rows: list[Any], field: str) -> bool:
    years = {at.year for at in map(attrgetter(field), rows) if at is not None}
    return all(year in SANE_YEARS for year in years)


def read_tree(body: bytes) -> Any:
    """*body* as plain dicts and lists. Raises MalformedAnswer."""
    if body.count(b"[") + body.count(b"{") > MAX_CONTAINERS or body.count(b",") > MAX_COMMAS:
        raise MalformedAnswer("the JSON holds more objects or values than any page can")
    try:
        return msgspec.json.decode(body)
    except RecursionError:
        raise MalformedAnswer("the JSON is nested too deeply") from None
    except ValueError as error:
        raise MalformedAnswer(f"no readable JSON: {error}") from error
