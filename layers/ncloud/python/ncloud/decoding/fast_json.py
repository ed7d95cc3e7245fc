"""JSON: bytes to typed rows in one pass where the response is as documented, else bytes to a tree. No I/O."""

from collections.abc import Callable, Iterator
from functools import cache
from operator import attrgetter
from threading import Lock
from typing import Any, Literal

import msgspec

from ncloud.decoding.failures import FAILURE_KEYS
from ncloud.decoding.lenient import SANE_YEARS, Field, wire_fields
from ncloud.errors import MalformedAnswer
from ncloud.model import Count, Page
from ncloud.operations import Operation

MAX_CONTAINERS = 500_000
"""Objects and lists in a body; 32 MiB of `[]` would otherwise become most of a gigabyte."""
MAX_COMMAS = 2_000_000
"""The same for values that are neither, which no object counts."""
_PART_BYTES = 1024 * 1024
_MAX_KEY_BYTES = 100
RARE = ("engine",)
"""Fields that most products never tell, and on which no verdict hangs."""

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
    """The documented response and nothing beside it: an `error` must not pass unseen, next to the wrapper or in it."""
    rows = list[operation.row]  # type: ignore[name-defined]  # a type that is only known when this runs
    documented = [("totalRows", Count), ("returnCode", Literal["0"]), (operation.list_key, rows)]
    body = msgspec.defstruct("Body", [*documented, *((key, None, None) for key in FAILURE_KEYS)])
    envelope = msgspec.defstruct("Envelope", [(operation.wrapper_key, body)], forbid_unknown_fields=True)
    return msgspec.json.Decoder(envelope)


def decode_strict(operation: Operation, body: bytes | memoryview) -> Page | None:
    """The page if *body* is a success exactly as documented, else None: then the lenient reader has to read it."""
    try:
        envelope = getattr(_decoder(operation).decode(body), operation.wrapper_key)
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors, so is invalid UTF-8
        return None
    rows = getattr(envelope, operation.list_key)
    is_as_documented = _is_plain(operation, rows) and not _is_respelt(operation, rows, body)
    return Page(envelope.totalRows, rows) if is_as_documented else None


def _is_plain(operation: Operation, rows: list[Any]) -> bool:
    """No row without an identity (it may be wrapped in another object) or with space in it (it may need stripping),
    and no instant of an impossible year.
    """
    identities = list(map(operation.identity, rows))
    joined = "".join(identities)
    return (
        all(identities)
        and joined.split() == [joined] * bool(rows)
        and all(_are_sane(rows, field.name) for field in _instants(operation.row))
    )


@cache
def _instants(row: type) -> tuple[Field, ...]:
    return tuple(field for field in wire_fields(row) if field.read is None)


def _are_sane(rows: list[Any], field: str) -> bool:
    years = {at.year for at in map(attrgetter(field), rows) if at is not None}
    return all(year in SANE_YEARS for year in years)


def _is_respelt(operation: Operation, rows: list[Any], body: bytes | memoryview) -> bool:
    """Whether a field that no row seems to have stands in *body* in another spelling: the strict decoder, for which
    keys differ by case, has then passed over it. A spelling is the server's, and so the same in all rows.
    """
    absent = [field for field in _common(operation.row) if rows and not any(map(_is_told(field), rows))]
    keys = [f'"{field.key}"'.encode() for field in absent]
    return bool(keys) and any(_has_other_spelling(keys, part) for part in _parts(body, overlap=_MAX_KEY_BYTES))


def _has_other_spelling(keys: list[bytes], part: bytes) -> bool:
    folded = part.lower()
    return any(folded.count(key.lower()) > part.count(key) for key in keys)


def _parts(body: bytes | memoryview, *, overlap: int = 0) -> Iterator[bytes]:
    """*body* in pieces, so that a large one is not copied as a whole."""
    for start in range(0, len(body), _PART_BYTES):
        yield bytes(body[start : start + _PART_BYTES + overlap])


@cache
def _common(row: type) -> tuple[Field, ...]:
    return tuple(field for field in wire_fields(row) if field.name not in RARE)


def _is_told(field: Field) -> Callable[[Any], bool]:
    return lambda row: getattr(row, field.name) is not None


def read_tree(body: bytes | memoryview) -> Any:
    """*body* as plain dicts and lists. Raises MalformedAnswer."""
    containers = sum(part.count(b"[") + part.count(b"{") for part in _parts(body))
    if containers > MAX_CONTAINERS or sum(part.count(b",") for part in _parts(body)) > MAX_COMMAS:
        raise MalformedAnswer("the JSON holds more objects or values than any page can")
    try:
        return msgspec.json.decode(body)
    except RecursionError:
        raise MalformedAnswer("the JSON is nested too deeply") from None
    except ValueError as error:
        raise MalformedAnswer(f"no readable JSON: {error}") from error
