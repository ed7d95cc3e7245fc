"""Ends requests that take too long as a whole, however steadily they drip.

A socket's time-out limits the gap between two bytes, and is not even applied between the bytes of a status line or of
a TLS handshake that trickle in. So every exchange has an end of its own, and the thread that waits for the lists shuts
the socket down at that instant. For that the exchange holds a duplicate of the socket's descriptor: one that cannot be
closed, wrapped in TLS or reused for another connection meanwhile.
"""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

current = threading.local()
"""The exchange of this thread, for the connection that is about to be opened or reused."""


class TimedExchange:
    """One request and its response, to be over at *ends_at* (monotonic seconds)."""

    def __init__(self, ends_at: float) -> None:
        self.ends_at = ends_at
        self.is_aborted = False
        self._handle: socket.socket | None = None
        self._lock = threading.Lock()

    def hold(self, sock: socket.socket) -> None:
        """Make *sock* the one that `abort` shuts down. Raises TimeoutError if that has happened already."""
        with self._lock:
            if self.is_aborted:
                raise TimeoutError("the exchange has been ended")
            if self._handle is None:
                self._handle = socket.socket(fileno=os.dup(sock.fileno()))

    def abort(self) -> None:
        """End the thread's reading or writing, with what looks like the end of the stream to it."""
        with self._lock:
            self.is_aborted = True
            if self._handle is not None:
                with suppress(OSError):  # not connected any more
                    self._handle.shutdown(socket.SHUT_RDWR)

    def let_go(self) -> None:
        with self._lock:
            if self._handle is not None:
                self._handle.close()
                self._handle = None


class TimeLimits:
    """All exchanges under way."""

    def __init__(self) -> None:
        self._live: set[TimedExchange] = set()
        self._lock = threading.Lock()

    @contextmanager
    def exchange(self, ends_at: float) -> Iterator[TimedExchange]:
        exchange = TimedExchange(ends_at)
        with self._lock:
            self._live.add(exchange)
        current.exchange = exchange
        try:
            yield exchange
        finally:
            current.exchange = None
            with self._lock:
                self._live.discard(exchange)
            exchange.let_go()

    def abort_due(self, now: float) -> float | None:
        """End what should be over at *now*; returns the end of the next one (None: nothing is under way)."""
        with self._lock:
            live = list(self._live)
        for exchange in live:
            if exchange.ends_at <= now:
                exchange.abort()
        return min((each.ends_at for each in live if not each.is_aborted), default=None)

    def abort_all(self) -> None:
        self.abort_due(float("inf"))
