"""A JSON document with lists cut to size: each entry encoded once, weighed, and left out where it is too much."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from backup_watch.alerts.byte_budget import SizedList, share_budget
from backup_watch.alerts.sns_message import encode, quoted_size
from backup_watch.model.plain_text import visible
from backup_watch.model.report import Report
from backup_watch.outputs.report_json import report_frame

SHARES = {"violations": 60, "resolved": 20, "errors": 10, "warnings": 10}
"""The percentage of the room that each list has to itself, in the order in which they take what is left over."""
SHARES_OF_SEVERAL = {"errors": 50, "violations": 35, "resolved": 10, "warnings": 5}
"""The same where several accounts are watched: each unread one has its place."""

MAX_COUNTS_BYTES = 24_000
"""Of the counts by account in a message, some thousand accounts: more would take the room of what is told."""

T = TypeVar("T")
Entries = SizedList[msgspec.Raw]


def frame_of(report: Report, *, text: str, is_test: bool) -> dict[str, Any]:
    """What a message holds besides its lists."""
    frame = report_frame(report) | {"text": text} | ({"test": True} if is_test else {})
    if quoted_size(encode(frame["counts"].get("accounts", {}))) > MAX_COUNTS_BYTES:
        del frame["counts"]["accounts"]
    return frame


def entries(things: Sequence[T], render: Callable[[T], object]) -> Entries:
    """Each of *things* as *render* makes it, encoded when there is room for it."""
    encoded = (msgspec.Raw(msgspec.json.encode(bounded(render(thing)))) for thing in things)
    return SizedList(encoded, len(things), size=_size)


def json_body(
    frame: Mapping[str, object], lists: Mapping[str, Entries], *, room: int, shares: Mapping[str, int] = SHARES
) -> tuple[str, int]:
    """Encode *frame* with the four *lists*, in at most *room* bytes inside JSON; and how many entries are left out."""
    spare = room - quoted_size(encode({**frame, **dict.fromkeys(lists, ()), "truncated": 0})) - 20  # its digits
    share_budget(spare, [(lists[name], percent) for name, percent in shares.items()])
    left_out = sum(listed.left_out for listed in lists.values())
    return encode({**frame, **{name: listed.taken for name, listed in lists.items()}, "truncated": left_out}), left_out


def bounded(value: object) -> object:
    """*value* with every text fit for UTF-8, of bounded length, and without control and direction characters."""
    if isinstance(value, dict):
        return {key: bounded(part) for key, part in value.items()}
    return visible(value) if isinstance(value, str) else value


def _size(entry: msgspec.Raw) -> int:
    return quoted_size(bytes(entry).decode()) + 1  # the comma
