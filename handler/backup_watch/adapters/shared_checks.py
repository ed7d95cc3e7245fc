"""One check for all requests that read at about the same time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from msgspec.structs import replace

from backup_watch.adapters.cached import Cached
from backup_watch.config.events import Notify
from backup_watch.model.instances import Instance
from backup_watch.web.checks import NO_DETAILS, CachedCheck, Details


class SharedChecks:
    """Keeps the newest check for a while, in this process; safe for threads."""

    def __init__(
        self,
        check: Callable[[Notify], CachedCheck],
        *,
        keep_for: timedelta,
        details: Callable[[Instance, datetime], Details] = lambda instance, at: NO_DETAILS,  # noqa: ARG005  of any
        clock: Callable[[], float] = time.time,
    ) -> None:
        """*details* reads what a check does not; *clock* is in seconds of wall time."""
        self._check, self._details = check, details
        self._cached_details: Cached[Details] = Cached(keep_seconds=keep_for.total_seconds(), clock=clock)
        self._cached: Cached[CachedCheck] = Cached(keep_seconds=keep_for.total_seconds(), clock=clock)

    def current(self) -> CachedCheck:
        """The kept check, or a new one that tells nothing. What the check raises is not kept."""
        return self._cached.current(partial(self._check, False))

    def check(self, notify: Notify) -> CachedCheck:
        """A check made now, whatever is kept; requests that read next share it, without its notification."""
        checked = self._check(notify)
        self._cached.keep(_as_read(checked))
        return checked

    def details(self, instance: Instance, *, at: datetime) -> Details:
        """The kept details of *instance* where they are its, or new ones."""
        return self._cached_details.current(partial(self._details, instance, at), key=(instance.id, at))


def _as_read(checked: CachedCheck) -> CachedCheck:
    """*checked* as a request that only reads gets it: no notification was sent for that request."""
    if checked.report.notification is None:
        return checked
    return replace(checked, report=replace(checked.report, notification=None))
