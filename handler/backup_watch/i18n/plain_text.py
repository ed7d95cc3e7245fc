"""Makes text from outside fit to be shown: one bounded line that cannot act on the page, mail or terminal it is in."""

from __future__ import annotations

MAX_NAME_CHARS = 80
MAX_MESSAGE_CHARS = 300
ELLIPSIS = "…"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def shown(text: str, *, limit: int = MAX_NAME_CHARS) -> str:
    """One printable line of at most *limit* characters.

    Line breaks and blanks become single spaces; control characters, bidirectional overrides and invisible formatting
    are removed; half a surrogate pair, which UTF-8 cannot carry, becomes the replacement character. A cut is marked.
    """
    head = text[: limit * 8]  # what is removed or joined below may make room, but nobody gets to send megabytes
    line = head if head.isprintable() else "".join(_printable(char) for char in head)
    line = " ".join(line.split())
    return line if len(line) <= limit and len(text) == len(head) else line[: limit - 1].rstrip() + ELLIPSIS


def _printable(char: str) -> str:
    if char.isprintable():
        return char
    if char.isspace():
        return " "
    return REPLACEMENT if "\ud800" <= char <= "\udfff" else ""
