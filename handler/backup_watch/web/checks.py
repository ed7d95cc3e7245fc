"""How the routes get at a report: a check that may be shared, or one of their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from msgspec import Struct

from backup_watch.config.events import Notify
from backup_watch.model.report import Report


class CachedCheck(Struct, frozen=True):
    """What one check came to."""

    report: Report
    took: timedelta
    """How long reading and judging took."""
    undelivered: str | None = None
    """Why the alert could not be delivered, in words that are safe to show. None: delivered, or nothing to tell."""


class Checks(Protocol):
    """Both raise :class:`backup_watch.config.problems.SettingsError` where the settings are wrong."""

    def current(self) -> CachedCheck:
        """A check that is recent enough, possibly made for another request; never publishes."""

    def check(self, notify: Notify) -> CachedCheck:
        """A check made now; *notify* says what is published."""
