"""Reads memories in a thread of its own, while the lists are read."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from datetime import datetime

from backup_watch.adapters.memory import MemoryFailure, MemoryStore, Stored, Unusable, decode
from backup_watch.checking.account_list import gone_ids
from backup_watch.model.accounts import DEFAULT_ACCOUNT
from backup_watch.model.memory import Recalled
from backup_watch.model.vocabulary import MemoryState

WAIT_SECONDS = 2.0
"""How long a run waits for its memory once it has everything else."""


class Recollection:
    """The memories of some accounts, being read from the moment that this is made."""

    def __init__(
        self,
        store: MemoryStore,
        accounts: Sequence[str],
        *,
        audience: str | None,
        clock: datetime,
        are_all: bool = True,
    ) -> None:
        """*are_all*: whether the accounts file names no others, so that what is open in others is to end."""
        self._recall = recall_with_gone if are_all else recall_with_common
        self._store, self._accounts, self._audience, self._clock = store, tuple(accounts), audience, clock
        self._found: Mapping[str, Recalled] = {}
        self._thread = threading.Thread(target=self._read, name="memory", daemon=True)
        self._thread.start()

    def result(self, *, until: float | None = None, wait_seconds: float = WAIT_SECONDS) -> Mapping[str, Recalled]:
        """What was read, waited for at most *wait_seconds*, and not longer than *until* (monotonic seconds)."""
        patience = wait_seconds if until is None else min(wait_seconds, until - time.monotonic())
        self._thread.join(max(patience, 0.0))
        found = self._found
        slow = {name: Recalled(name, MemoryState.UNREAD, why="slow") for name in self._accounts if name not in found}
        return {**found, **slow}

    def _read(self) -> None:
        self._found = self._recall(self._store, self._accounts, audience=self._audience, clock=self._clock)


def recall_with_common(
    store: MemoryStore, accounts: Sequence[str], *, audience: str | None, clock: datetime
) -> Mapping[str, Recalled]:
    """The memories of *accounts*, and that of ``default``, which holds what is no matter of one account."""
    return recall(store, list(dict.fromkeys((*accounts, DEFAULT_ACCOUNT))), audience=audience, clock=clock)


def recall_with_gone(
    store: MemoryStore, accounts: Sequence[str], *, audience: str | None, clock: datetime
) -> Mapping[str, Recalled]:
    """The memories of *accounts*, all of the file, and of those that are gone from it: what is open there ends.

    That of ``default`` is among them: it knows which they were.
    """
    found = recall_with_common(store, accounts, audience=audience, clock=clock)
    gone = gone_ids(found, accounts)
    read = recall(store, gone, audience=audience, clock=clock) if gone else {}
    known = (MemoryState.READ, MemoryState.UNREAD)  # of the others nothing is open
    return {**found, **{name: one for name, one in read.items() if one.state in known}}


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
