"""One value kept for a while in this process: the cache of shared checks and of the HTTP token."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

V = TypeVar("V")


class Cached(Generic[V]):
    """The newest value that was made, under its key; safe for threads.

    Ages are of the wall clock: the monotonic clock may stand still while Lambda freezes the process between
    invocations. A wall clock that was set back ends the value's time.
    """

    def __init__(self, *, keep_seconds: float, clock: Callable[[], float] = time.time) -> None:
        """*clock* is in seconds."""
        self._keep_seconds, self._clock = keep_seconds, clock
        self._making = Lock()
        self._kept: tuple[Hashable, V, float] | None = None

    def current(self, make: Callable[[], V], *, key: Hashable = None) -> V:
        """The kept value, or else a new one; callers that come while it is being made wait for it, and share it.

        What *make* raises goes to the caller; nothing is kept then.
        """
        with self._making:
            kept = self._kept
            if kept is not None and self._age(key) < self._keep_seconds:
                return kept[1]
            self._kept = None
            return self.keep(make(), key=key)

    def remade(self, make: Callable[[], V], *, key: Hashable = None, not_before_seconds: float) -> V | None:
        """A new value, unless the kept one is younger than *not_before_seconds*: None then.

        What *make* raises goes to the caller; the kept value stays.
        """
        with self._making:
            if self._age(key) < not_before_seconds:
                return None
            return self.keep(make(), key=key)

    def keep(self, value: V, *, key: Hashable = None) -> V:
        """Keep *value*, made just now; waits for no maker. Returns it."""
        self._kept = key, value, self._clock()
        return value

    def _age(self, key: Hashable) -> float:
        """Seconds since the value of *key* was made; infinite without one, or where the clock was set back."""
        kept = self._kept
        if kept is None or kept[0] != key:
            return float("inf")
        age = self._clock() - kept[2]
        return age if age >= 0 else float("inf")
