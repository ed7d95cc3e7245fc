"""How the routes get at a report: a check that may be shared, or one of their own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from backup_watch.checking.lifecycle import ReportingPeriod
from backup_watch.config.events import Notify
from backup_watch.model.instances import Instance, KeptBackup
from backup_watch.model.report import ReadError, Report


class CachedCheck(Struct, frozen=True):
    """What one check came to."""

    report: Report
    took: timedelta
    """How long reading and judging took."""
    undelivered: str | None = None
    """Why the alert could not be delivered, in words that are safe to show. None: delivered, or nothing to tell."""


class Details(Struct, frozen=True):
    """What is read of one instance besides what a check reads."""

    kept: tuple[KeptBackup, ...] = ()
    """The rows of its kept backups, in any order. Empty: there is none, or they could not be read."""
    errors: tuple[ReadError, ...] = ()
    """Why they could not be read."""
    period: ReportingPeriod | None = None
    """The period that a run at the instant asked about answers for. None: not known."""


NO_DETAILS = Details()


class Checks(Protocol):
    """All raise :class:`backup_watch.config.problems.SettingsError` where the settings are wrong."""

    def current(self) -> CachedCheck:
        """A check that is recent enough, possibly made for another request; never publishes."""

    def check(self, notify: Notify) -> CachedCheck:
        """A check made now; *notify* says what is published."""

    def details(self, instance: Instance, *, at: datetime) -> Details:
        """What is known of *instance* at *at*. Raises :class:`backup_watch.web.refusals.RequestRefused` (429) where too
        many were asked for.
        """
