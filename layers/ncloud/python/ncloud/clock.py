"""Time and chance, in one place: what a test replaces to be fast and certain."""

import os
import threading
import time
from datetime import UTC, datetime


class Clock:
    """The real ones."""

    def now(self) -> datetime:
        """Aware UTC, for signatures."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds, for deadlines."""
        return time.monotonic()

    def sleep(self, seconds: float, interrupted: threading.Event) -> None:
        """Return after *seconds*, or as soon as *interrupted* is set."""
        interrupted.wait(seconds)

    def chance(self) -> float:
        """Evenly from 0 to 1. Not `random`: importing it costs more than the rest of this package's own."""
        return int.from_bytes(os.urandom(6)) / 2**48
