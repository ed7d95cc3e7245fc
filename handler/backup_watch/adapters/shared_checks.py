"""One check for all who read at about the same time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Lock

from msgspec.structs import replace

from backup_watch.config.events import Notify
from backup_watch.web.checks import Outcome


class SharedChecks:
    """Keeps the newest outcome for a while, in this process; safe to be asked by several threads at once."""

    def __init__(
        self,
        check: Callable[[Notify], Outcome],
        *,
        keep_for: timedelta,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """*clock* is in seconds. Wall time, and not the monotonic clock, which may stand still while a Lambda
        environment is frozen between invocations; a wall clock that is set back ends the sharing.
        """
        self._check, self._keep_for, self._clock = check, keep_for.total_seconds(), clock
        self._reading = Lock()
        self._kept: tuple[float, Outcome] | None = None

    def current(self) -> Outcome:
        """The kept outcome, or that of a new check. Who comes while one is being made waits for it, and shares it.

        What the check raises goes to who asked, and is not kept.
        """
        with self._reading:
            kept = self._kept
            if kept is not None and 0 <= self._clock() - kept[0] < self._keep_for:
                return kept[1]
            return self._keep(self._check(False))

    def check(self, notify: Notify) -> Outcome:
        """A check made now, whatever is kept; those who read next share it, and are told of nothing sent."""
        outcome = self._check(notify)
        self._keep(_as_read(outcome))
        return outcome

    def _keep(self, outcome: Outcome) -> Outcome:
        self._kept = (self._clock(), outcome)
        return outcome


def _as_read(outcome: Outcome) -> Outcome:
    """*outcome* as it is to whoever only reads it: no notification was sent for them."""
    if outcome.report.notification is None:
        return outcome
    return replace(outcome, report=replace(outcome.report, notification=None))
