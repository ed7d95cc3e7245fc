"""Makes text from outside fit to be shown or sent: bounded, valid UTF-8, without control and bidirectional characters.

This is the one text cutter, and the one place that knows about surrogates and control characters. It stands below
every room, since settings, messages, the page and the metrics all show what came from outside.
"""

from __future__ import annotations

import re
from collections.abc import Callable

MAX_NAME_CHARS = 80
MAX_MESSAGE_CHARS = 300
MAX_VALUE_CHARS = 500
"""Of a text that programs get; no name or message is that long unless it is hostile."""
ELLIPSIS = "…"
DOTS = "..."
"""Marks a cut in a subject or SMS: the one-character ellipsis would double what an SMS costs."""
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


MIN_KEY_CHARS = 16
_RUNS = re.compile(rf"[A-Za-z0-9]{{{MIN_KEY_CHARS},}}")


def may_be_key(text: str) -> bool:
    """Whether a key may stand in *text* by slip: a long run of letters and digits that no person would think of."""
    return any(
        len({char.isdigit() + 2 * char.isupper() for char in run}) > 1  # of digits, capitals and small letters
        for run in _RUNS.findall(text)
    )


def shown(text: str, *, limit: int = MAX_NAME_CHARS) -> str:
    """One printable line of at most *limit* characters, for people.

    Line breaks and blanks become single spaces; control characters, bidirectional overrides and invisible formatting
    are removed; half a surrogate pair, which UTF-8 cannot carry, becomes the replacement character. A cut is marked.
    """
    head = text[: limit * 8]  # what is removed or joined below may make room; megabytes are not looked through
    line = head if head.isprintable() else "".join(map(_printable, head))
    line = " ".join(line.split())
    return line if len(line) <= limit and len(text) == len(head) else line[: limit - 1].rstrip() + ELLIPSIS


def visible(text: str, *, limit: int = MAX_VALUE_CHARS) -> str:
    """*text* for programs, of at most *limit* characters: as :func:`shown`, but blanks stay as they are.

    Whatever shows the value later, a terminal or a page, finds nothing in it to obey.
    """
    bounded = cut(text, limit)
    return bounded if bounded.isprintable() else "".join(map(_printable, bounded))


def cut(text: str, limit: int, *, mark: str = ELLIPSIS, size: Callable[[str], int] = len) -> str:
    """*text*, or as much of it as fits *limit* with *mark* at its end; *size* counts as the receiver does."""
    if size(text) <= limit:
        return text
    room = limit - size(mark)
    end = max(room, 0)
    while end and (excess := size(text[:end]) - room) > 0:
        end -= (excess + 1) // 2
    return text[:end].rstrip() + mark


def cut_utf16(text: str, limit: int) -> str:
    """*text* in at most *limit* UTF-16 units, the mark of a cut included: what SNS and chats take."""
    return cut(text, limit, mark=DOTS, size=utf16_length)


def utf16_length(text: str) -> int:
    """Characters as SNS and Slack count them: UTF-16 units, two for an emoji."""
    return len(text) + sum(char > "\uffff" for char in text)


def _printable(char: str) -> str:
    if char.isprintable():
        return char
    if char.isspace():
        return " "
    return REPLACEMENT if "\ud800" <= char <= "\udfff" else ""
