"""Bounds how often something is done in this process."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from threading import Lock


class RateLimit:
    """At most *most* times in any *seconds*; safe to be asked by several threads at once."""

    def __init__(self, most: int, *, seconds: float, clock: Callable[[], float] = time.time) -> None:
        """*clock* is in seconds. Wall time: the monotonic clock may stand still while Lambda freezes the process."""
        self._most, self._seconds, self._clock = most, seconds, clock
        self._times: deque[float] = deque()
        self._lock = Lock()

    def claim(self) -> float:
        """Take a place now and return 0; where none is free, the seconds until one will be, and nothing is taken."""
        with self._lock:
            now = self._clock()
            while self._times and not now - self._seconds < self._times[0] <= now:  # over, or the clock was set back
                self._times.popleft()
            if len(self._times) < self._most:
                self._times.append(now)
                return 0.0
            return self._times[0] + self._seconds - now
