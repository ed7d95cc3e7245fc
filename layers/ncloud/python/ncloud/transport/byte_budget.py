"""Bounds the bytes of responses that the process holds at once, whatever the number of clients and requests.

Every body takes its bytes from one budget until it is decoded. A body that finds the budget spent waits. One body at a
time may leave the shared part and grow to its full size in a lane of its own, so that bodies that wait for one another
cannot stand still.
"""

import threading
from collections.abc import Callable

TOTAL_BYTES = 64 * 1024 * 1024
"""Of all bodies together."""
MAX_BODY_BYTES = 32 * 1024 * 1024
"""Of one body; the lane is that wide, and the rest is shared."""
CHECK_SECONDS = 0.25
"""How often a body that waits asks whether its request has been ended meanwhile."""


class ByteBudget:
    """The bytes in flight. Safe for threads."""

    def __init__(self, *, total: int = TOTAL_BYTES, lane: int = MAX_BODY_BYTES) -> None:
        self._left = total - lane
        self._lane: Lease | None = None
        self._changed = threading.Condition()

    def lease(self) -> "Lease":
        """A claim of no bytes yet; a context manager that gives all of them back."""
        return Lease(self)

    def grow(self, lease: "Lease", size: int, is_ended: Callable[[], bool]) -> bool:
        """Let *lease* hold *size* bytes, as soon as they are free; False if *is_ended* came first."""
        with self._changed:
            while not self._take(lease, size):
                if is_ended():
                    return False
                self._changed.wait(CHECK_SECONDS)
        return True

    def release(self, lease: "Lease") -> None:
        with self._changed:
            if self._lane is lease:
                self._lane = None
            self._left += lease.shared
            lease.shared = 0
            self._changed.notify_all()

    def _take(self, lease: "Lease", size: int) -> bool:
        if self._lane is lease:
            return True
        if size - lease.shared <= self._left:
            self._left -= size - lease.shared
            lease.shared = size
            return True
        if self._lane is None:
            self._lane = lease
            self._left += lease.shared
            lease.shared = 0
            self._changed.notify_all()
            return True
        return False


class Lease:
    """The bytes of one body."""

    def __init__(self, budget: ByteBudget) -> None:
        self.shared = 0
        """Bytes taken from the shared part."""
        self._budget = budget

    def grow(self, size: int, is_ended: Callable[[], bool]) -> None:
        """Hold *size* bytes in all. Raises TimeoutError if *is_ended* becomes true first."""
        if size > self.shared and not self._budget.grow(self, size, is_ended):
            raise TimeoutError("the request ended while its response waited for memory")

    def __enter__(self) -> "Lease":
        return self

    def __exit__(self, *_: object) -> None:
        self._budget.release(self)


BUDGET = ByteBudget()
"""The process's own."""
