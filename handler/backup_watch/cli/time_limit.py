"""The end of the command, whatever hangs: a sentence and exit status 3 when its time is up."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Self

LAST_SECONDS = 0.3
"""What is left at the end for the way out."""


class TimeLimit:
    """Ends the process *seconds* after *started* (monotonic), unless the answer is being written by then.

    To be used in a ``with`` statement, at whose end there is no limit any more.
    """

    def __init__(self, seconds: float, *, started: float, on_end: Callable[[], None], code: int) -> None:
        """*on_end* writes what there is to say, once, and nothing else is written after it."""
        self._seconds, self._started, self._on_end, self._code = seconds, started, on_end, code
        self._answering, self._is_answered = threading.Lock(), False
        self._timer = threading.Timer(max(self._left(), 0.0), self._end)
        self._timer.daemon = True
        self._timer.start()

    @property
    def deadline(self) -> float:
        """When to stop reading, in monotonic seconds, so that what was read can be judged and shown."""
        return self._started + max(self._seconds * 0.9 - LAST_SECONDS, self._seconds / 2)

    @property
    def deadline_before_telling(self) -> float:
        """When to stop reading where a message is to be delivered afterwards."""
        return self._started + self._seconds * 0.6

    def _left(self) -> float:
        return self._started + self._seconds - LAST_SECONDS - time.monotonic()

    def answer(self) -> None:
        """Say that the answer is written from here on: the limit does not end the process any more."""
        if not self._is_answered:
            self._answering.acquire()  # not given where the process is just being ended
            self._is_answered = True
            self._timer.cancel()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.answer()

    def _end(self) -> None:
        if self._answering.acquire(blocking=False):
            try:
                self._on_end()
            finally:
                os._exit(self._code)
