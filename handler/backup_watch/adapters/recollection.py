"""Reads memories in a thread of its own, while the lists are read."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from datetime import datetime

from backup_watch.adapters.memory import MemoryFailure, MemoryStore, Stored, Unusable, decode
from backup_watch.model.memory import Recalled
from backup_watch.model.vocabulary import MemoryState

WAIT_SECONDS = 2.0
"""How long a run waits for its memory once it has everything else."""


class Recollection:
    """The memories of some accounts, being read from the moment that this is made."""

    def __init__(self, store: MemoryStore, accounts: Sequence[str], *, audience: str | None, clock: datetime) -> None:
        self._store, self._accounts, self._audience, self._clock = store, tuple(accounts), audience, clock
        self._found: Mapping[str, Recalled] = {}
        self._thread = threading.Thread(target=self._read, name="memory", daemon=True)
        self._thread.start()

    def result(self, *, until: float | None = None) -> Mapping[str, Recalled]:
        """What was read, waited for at most two seconds, and not longer than *until* (monotonic seconds)."""
        patience = WAIT_SECONDS if until is None else min(WAIT_SECONDS, until - time.monotonic())
        self._thread.join(max(patience, 0.0))
        found = self._found
        slow = {name: Recalled(name, MemoryState.UNREAD, why="slow") for name in self._accounts if name not in found}
        return {**found, **slow}

    def _read(self) -> None:
        self._found = recall_with_gone(self._store, self._accounts, audience=self._audience, clock=self._clock)


def recall_with_gone(
    store: MemoryStore, accounts: Sequence[str], *, audience: str | None, clock: datetime
) -> Mapping[str, Recalled]:
    """The memories of *accounts*, and of those that are in the accounts file no more: what is open there ends.

    The memory of the first account knows which they are.
    """
    found = recall(store, accounts, audience=audience, clock=clock)
    owner = found[accounts[0]].memory if accounts else None
    gone = [] if owner is None else [name for name in owner.accounts if name not in found]
    if not gone:
        return found
    read = recall(store, gone, audience=audience, clock=clock)
    return {**found, **{name: one for name, one in read.items() if one.state is MemoryState.READ}}


def recall(
    store: MemoryStore, accounts: Sequence[str], *, audience: str | None, clock: datetime
) -> Mapping[str, Recalled]:
    """Read the memories of *accounts*. Raises nothing: what could not be read says so."""
    stored = store.read(accounts)
    return {account: _recalled(account, stored[account], audience, clock) for account in accounts}


def _recalled(account: str, stored: Stored | MemoryFailure, audience: str | None, clock: datetime) -> Recalled:
    if isinstance(stored, MemoryFailure):
        return Recalled(account, MemoryState.UNREAD, why=str(stored))
    if stored.body is None:
        return Recalled(account, MemoryState.ABSENT, version=stored.version)
    try:
        memory = decode(stored.body, audience=audience, clock=clock)
    except Unusable as error:
        return Recalled(account, error.state, version=stored.version)
    return Recalled(account, MemoryState.READ, memory, stored.version)
