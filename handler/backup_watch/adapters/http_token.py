"""The token that HTTP requests must carry: read from its secret, and kept for a minute.

Anybody can send requests to a public address. A read of the secret costs some fifteen times what a rejection costs, so
that a rejected request must not cause a read each time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from backup_watch.adapters.aws import SecretUnreadable
from backup_watch.adapters.cached import Cached
from backup_watch.adapters.logs import log

KEPT_SECONDS = 60.0
"""As long may a token be accepted that its secret does not hold any more."""
SETTLED_SECONDS = 5.0
"""As long may a token that its secret holds now be rejected: a wrong token has the secret read anew, not more often."""
Read = Callable[[], str]
"""Reads the secret, or raises ``SecretUnreadable``."""


class HttpToken:
    """The newest token that was read, by the name of its secret; safe for threads."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        """*clock* is in seconds of wall time."""
        self._cached: Cached[str] = Cached(keep_seconds=KEPT_SECONDS, clock=clock)

    def current(self, secret: str, read: Read) -> str | None:
        """The token. None: the secret could not be read, and the log says why."""
        return _logged(lambda: self._cached.current(partial(_token, secret, read), key=secret))

    def reread(self, secret: str, read: Read) -> str | None:
        """The token read anew. None: `current`'s is too new to have been replaced, or the secret cannot be read."""
        make = partial(_token, secret, read)
        return _logged(lambda: self._cached.remade(make, key=secret, not_before_seconds=SETTLED_SECONDS))


def _token(secret: str, read: Read) -> str:
    token = read().strip()
    if not token:
        raise SecretUnreadable(f"the secret {secret} is blank")
    return token


def _logged(get: Callable[[], str | None]) -> str | None:
    try:
        return get()
    except SecretUnreadable as error:
        log("error", str(error), error=type(error).__name__)
        return None
