"""Makes text that came from outside fit to be shown: one bounded line, no control characters, no secrets."""

import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

MAX_MESSAGE_CHARS = 300
MAX_UNREADABLE_CHARS = 100
"""Of a date that could not be read, this much is kept."""

_SIGNATURE = re.compile(r"(?<![A-Za-z0-9+/%])[A-Za-z0-9+/%]{43,}(?:=|%3[Dd])")
"""Base64 of any SHA-256, percent-encoded or not: a server may echo the signature of an earlier attempt.

Looked for only where such a run of characters begins: from each of them it would take the square of its length.
"""


def clean(text: str, *, secrets: Iterable[str] = (), limit: int = MAX_MESSAGE_CHARS) -> str:
    """One printable line of at most *limit* characters; each of *secrets* and any signature are `***` in it."""
    line = "".join(char if char.isprintable() else " " for char in text[: limit * 40])
    for secret in secrets:
        for form in {secret, quote(secret, safe=""), quote_plus(secret)} - {""}:
            line = line.replace(form, "***")
    line = " ".join(_SIGNATURE.sub("***", line).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
