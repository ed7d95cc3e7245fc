"""The message for programs: the report's JSON with what is told, a ``text`` for people, and what was left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from backup_watch.alerts.byte_budget import Shelf, fill_shelves
from backup_watch.alerts.renderings.chat import digest_text
from backup_watch.alerts.selection import Digest
from backup_watch.alerts.sns_message import encode, quoted_size
from backup_watch.i18n import Words
from backup_watch.outputs.report_json import error_document, report_document, violation_document

MAX_VALUE_CHARS = 500
"""Of a text from outside; no name or message is that long unless somebody plays."""

T = TypeVar("T")


def document(words: Words, digest: Digest, *, room: int, is_test: bool = False) -> tuple[str, int]:
    """The JSON text, of at most *room* bytes inside JSON, and how many entries of its lists are left out."""
    without_lists = replace(digest.report, violations=(), resolved=(), notices=(), errors=())
    frame = report_document(without_lists, words)
    frame |= {"text": digest_text(words, digest, is_test=is_test), "truncated": digest.report.counts["instances"]}
    if is_test:
        frame["test"] = True
    shelves = {
        "violations": _shelf(digest.violations, lambda violation: violation_document(violation, words)),
        "resolved": _shelf(digest.resolved, lambda violation: violation_document(violation, words)),
        "errors": _shelf(digest.report.errors, error_document),
        "warnings": _shelf(digest.report.notices, words.notice),
    }
    spare = room - quoted_size(encode(frame)) - 20
    fill_shelves(spare, [(shelves[key], percent) for key, percent in zip(shelves, (60, 20, 10, 10), strict=True)])
    left_out = sum(shelf.left_out for shelf in shelves.values())
    return encode(frame | {key: shelf.taken for key, shelf in shelves.items()} | {"truncated": left_out}), left_out


def _shelf(things: Sequence[T], render: Callable[[T], object]) -> Shelf[msgspec.Raw]:
    return Shelf(_encoded(things, render), len(things), size=_size)


def _encoded(things: Iterable[T], render: Callable[[T], object]) -> Iterable[msgspec.Raw]:
    """Each entry encoded once, to be weighed and then to be put into its place as it is."""
    return (msgspec.Raw(msgspec.json.encode(bounded(render(thing)))) for thing in things)


def _size(entry: msgspec.Raw) -> int:
    return quoted_size(bytes(entry).decode()) + 1  # the comma


def bounded(value: object) -> object:
    """*value* with every text fit for UTF-8 and of bounded length; a name keeps its control characters, escaped."""
    if isinstance(value, dict):
        return {key: bounded(part) for key, part in value.items()}
    if not isinstance(value, str):
        return value
    text = value if len(value) <= MAX_VALUE_CHARS else value[: MAX_VALUE_CHARS - 1] + "…"
    return text if text.isascii() else text.encode(errors="replace").decode()
