"""Makes text that came from outside fit to be shown: one bounded line, no control characters, no secrets."""

import re
from collections.abc import Iterable

MAX_MESSAGE_CHARS = 300
MAX_UNREADABLE_CHARS = 100
"""Of a date that could not be read, this much is kept."""

_PADDING = "(?:=|%(?:25)*3[Dd]|&#(?:61|[xX]3[dD]);)"
_SIGNATURE = re.compile(
    rf"(?<![A-Za-z0-9+/%])(?:[A-Za-z0-9+/%]{{43,}}{_PADDING}"
    r"|[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048](?![A-Za-z0-9+/%]))"  # the four bits that a hash leaves, and zeros
)
"""Base64 of any SHA-256, escaped or not: a server may echo the signature of an earlier attempt.

Looked for only where such a run of characters begins: from each of them it would take the square of its length.
"""


def clean(text: str, *, secrets: Iterable[str] = (), limit: int = MAX_MESSAGE_CHARS) -> str:
    """One printable line of at most *limit* characters; each of *secrets* and any signature are `***` in it.

    A secret is found in any case, escaped for a URL or for HTML, and without the padding of base64.
    """
    line = "".join(char if char.isprintable() else " " for char in text[: limit * 40])
    for secret in secrets:
        if bare := secret.rstrip("="):
            line = re.sub("".join(map(_written, bare)) + f"{_PADDING}*", "***", line, flags=re.IGNORECASE)
    line = " ".join(_SIGNATURE.sub("***", line).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


_NAMED = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}


def _written(char: str) -> str:
    """The pattern of *char* as it is, and as JSON, URLs (some are escaped twice) and HTML escape it."""
    if char.isalnum():
        return char
    code, named = ord(char), f"|&{_NAMED[char]};" if char in _NAMED else ""
    return rf"(?:\\?{re.escape(char)}|%(?:25)*{code:02x}|&#(?:0*{code}|x0*{code:x});{named})"
