"""Counts what a client has done."""

import threading


class Stats:
    """What a client has done so far, for metrics; counted from several threads."""

    def __init__(self) -> None:
        self.requests = 0
        """Sent, every attempt counted."""
        self.errors = 0
        """Attempts that failed."""
        self.retries = 0
        self._lock = threading.Lock()

    def count(self, *, requests: int = 0, errors: int = 0, retries: int = 0) -> None:
        with self._lock:
            self.requests += requests
            self.errors += errors
            self.retries += retries
