"""The token that HTTP requests must carry: read from its secret, and kept for a minute.

Anybody may knock at a public address. A read of the secret costs some fifteen times what the refusal costs, so that
knocking must not cause one each time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from backup_watch.adapters.aws import SecretUnreadable
from backup_watch.adapters.logs import log

KEPT_SECONDS = 60.0
"""As long may a token open that its secret does not hold any more."""
SETTLED_SECONDS = 5.0
"""As long may one that it holds now not open yet: a wrong token has the secret read anew, but not more often."""
Read = Callable[[], str]
"""Reads the secret, or raises ``SecretUnreadable``."""


class HttpToken:
    """The newest token that was read, with the name of its secret; safe for threads."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        """*clock* is in seconds. Wall time: the monotonic clock may stand still while Lambda freezes the process."""
        self._clock = clock
        self._lock = Lock()
        self._kept: tuple[str, str, float] | None = None

    def current(self, secret: str, read: Read) -> str | None:
        """The token; None: it could not be read, and the log says why."""
        with self._lock:
            if self._age(secret) >= KEPT_SECONDS:
                self._kept = None
                self._renew(secret, read)
            return self._kept and self._kept[1]

    def newer(self, secret: str, read: Read) -> str | None:
        """The token read anew; None: what `current` gave is too new to have been replaced, or it cannot be read."""
        with self._lock:
            if self._age(secret) < SETTLED_SECONDS or not self._renew(secret, read):
                return None
            return self._kept and self._kept[1]

    def _age(self, secret: str) -> float:
        """Seconds since the token of *secret* was read; without end where it was not, or the clock was set back."""
        if self._kept is None or self._kept[0] != secret:
            return float("inf")
        age = self._clock() - self._kept[2]
        return age if age >= 0 else float("inf")

    def _renew(self, secret: str, read: Read) -> bool:
        """Whether there is a token to keep now; where there is none, what was kept stays."""
        try:
            token = read().strip()
            if not token:
                raise SecretUnreadable(f"the secret {secret} is blank")
        except SecretUnreadable as error:
            log("error", str(error), error=type(error).__name__)
            return False
        self._kept = secret, token, self._clock()
        return True
