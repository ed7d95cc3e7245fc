"""Standard output and error, whatever they are: closed, full, or of an encoding in which not everything can be said."""

from __future__ import annotations

import codecs
import os
import sys
from pathlib import Path

SUBSTITUTES = {"✗": "x", "✓": "v", "…": ".", "│": "|", "¦": ":"}
"""Signs of one cell in place of those that an old encoding, such as EUC-KR, does not have."""
HANDLER = "backup-watch"


def _substituted(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    said = (SUBSTITUTES.get(char) or ascii(char)[1:-1] for char in error.object[error.start : error.end])
    return "".join(said), error.end


def prepare() -> bool:
    """Make both streams take every text; whether there is a standard output."""
    codecs.register_error(HANDLER, _substituted)
    is_open = sys.stdout is not None
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the caller
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  for as long as we run
        stream = getattr(sys, name)
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=HANDLER)
    return is_open


def is_flushed() -> bool:
    """Write out what is still kept; whether that was possible. If not, nothing more is written to standard output."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        abandon()
        return False
    return True


def abandon() -> None:
    """Let what is still to be written go nowhere, at the interpreter's end neither."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
