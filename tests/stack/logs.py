"""Where the function's log goes on the local stack: it writes to standard output, which belongs to the person here."""

from __future__ import annotations

import io
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

KEPT_LINES: Final = 1000


class LogLines(io.TextIOBase):
    """A text stream that keeps the last lines."""

    def __init__(self) -> None:
        self.lines: deque[str] = deque(maxlen=KEPT_LINES)
        self._begun = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        *whole, self._begun = (self._begun + text).split("\n")
        self.lines.extend(whole)
        return len(text)


@contextmanager
def kept_logs() -> Iterator[LogLines]:
    """Within, what is printed is kept instead."""
    before, logs = sys.stdout, LogLines()
    sys.stdout = logs
    try:
        yield logs
    finally:
        sys.stdout = before
