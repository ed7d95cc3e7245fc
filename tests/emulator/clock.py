"""The emulated gateway's clock: the real one, shifted, or stopped at an instant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """Callable; gives the aware UTC instant that the gateway takes for now."""

    def __init__(self, *, stopped_at: datetime | None = None, offset: timedelta = timedelta(0)) -> None:
        self.set(stopped_at=stopped_at, offset=offset)

    def set(self, *, stopped_at: datetime | None = None, offset: timedelta = timedelta(0)) -> None:
        """Stop at *stopped_at* (aware), or run with the real clock where it is None; *offset* is added to either."""
        if stopped_at is not None and stopped_at.tzinfo is None:
            raise ValueError("the clock wants an instant with an offset")
        stopped = None if stopped_at is None else stopped_at.astimezone(UTC)
        self._read: Callable[[], datetime] = lambda: (stopped or datetime.now(UTC)) + offset

    def __call__(self) -> datetime:
        return self._read()
