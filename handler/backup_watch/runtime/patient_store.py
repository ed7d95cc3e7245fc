"""The store of memories, for as long as a run may wait for it."""

from __future__ import annotations

import time
from datetime import datetime

from backup_watch.adapters.memory import MemoryFailure, MemoryStore, encode
from backup_watch.adapters.recollection import recall
from backup_watch.model.memory import Memory, Recalled

PATIENCE_SECONDS = 3.0
"""So long may the store have failed in all, before what is left is not tried: it may delay no alert."""


class PatientStore:
    """Reads and writes one memory at a time, and counts the seconds of what fails."""

    def __init__(self, store: MemoryStore, *, audience: str, clock: datetime) -> None:
        self._store, self._audience, self._clock = store, audience, clock
        self._failed_seconds = 0.0
        self.until = float("inf")
        """After that instant, in monotonic seconds, nothing more is to be tried."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be tried."""
        return self._failed_seconds >= PATIENCE_SECONDS or time.monotonic() > self.until

    def write(self, account: str, memory: Memory, version: str | None) -> str:
        """The version that *memory* now has. Raises ``MemoryConflict`` and ``MemoryFailure``."""
        began = time.monotonic()
        try:
            return self._store.write(account, encode(memory), version=version, now=self._clock)
        except MemoryFailure:
            self._failed_seconds += time.monotonic() - began
            raise

    def read(self, account: str) -> Recalled:
        """The memory of *account*. Raises nothing."""
        began = time.monotonic()
        read = recall(self._store, [account], audience=self._audience, clock=self._clock)[account]
        if not read.is_known:
            self._failed_seconds += time.monotonic() - began
        return read
