"""One check for all requests that read at about the same time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from msgspec.structs import replace

from backup_watch.adapters.cached import Cached
from backup_watch.config.events import Notify
from backup_watch.web.checks import CachedCheck


class SharedChecks:
    """Keeps the newest check for a while, in this process; safe for threads."""

    def __init__(
        self,
        check: Callable[[Notify], CachedCheck],
        *,
        keep_for: timedelta,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """*clock* is in seconds of wall time."""
        self._check = check
        self._cached: Cached[CachedCheck] = Cached(keep_seconds=keep_for.total_seconds(), clock=clock)

    def current(self) -> CachedCheck:
        """The kept check, or a new one that tells nothing. What the check raises is not kept."""
        return self._cached.current(partial(self._check, False))

    def check(self, notify: Notify) -> CachedCheck:
        """A check made now, whatever is kept; requests that read next share it, without its notification."""
        checked = self._check(notify)
        self._cached.keep(_as_read(checked))
        return checked


def _as_read(checked: CachedCheck) -> CachedCheck:
    """*checked* as a request that only reads gets it: no notification was sent for that request."""
    if checked.report.notification is None:
        return checked
    return replace(checked, report=replace(checked.report, notification=None))
