"""The words of a judgement: verdicts, severities, and the causes that lead to them."""

from __future__ import annotations

from enum import IntEnum, StrEnum

PRODUCTS = ("postgresql", "mysql", "mongodb", "mssql", "cache")
"""The database products of Ncloud, by the names that settings, policies and reports have for them."""


class Severity(IntEnum):
    """How bad; compares in rank order. Not knowing outranks a warning: it may hide something critical."""

    OK = 0
    WARNING = 1
    UNKNOWN = 2
    CRITICAL = 3

    @property
    def word(self) -> str:
        """The lower-case word that reports, logs and message attributes carry."""
        return self.name.lower()


class Verdict(StrEnum):
    """What one instance (or one line of the policy's ``[expect]``) comes to."""

    FRESH = "FRESH"
    LATE = "LATE"
    STALE = "STALE"
    NEVER = "NEVER"
    DISABLED = "DISABLED"
    NEW = "NEW"
    SKIPPED = "SKIPPED"
    UNKNOWN = "UNKNOWN"
    MISSING = "MISSING"


SEVERITIES = {
    Verdict.FRESH: Severity.OK,
    Verdict.NEW: Severity.OK,
    Verdict.SKIPPED: Severity.OK,
    Verdict.LATE: Severity.WARNING,
    Verdict.UNKNOWN: Severity.UNKNOWN,
    Verdict.STALE: Severity.CRITICAL,
    Verdict.NEVER: Severity.CRITICAL,
    Verdict.DISABLED: Severity.CRITICAL,
    Verdict.MISSING: Severity.CRITICAL,
}
"""The severity of each verdict where no rule of the policy says otherwise."""

ADJUSTABLE = frozenset({Verdict.STALE, Verdict.NEVER, Verdict.DISABLED})
"""The verdicts whose severity a rule may set. LATE is a warning by its nature, and UNKNOWN cannot be argued away."""


class ListKind(StrEnum):
    """The lists that a product has."""

    BACKUPS = "backups"
    INSTANCES = "instances"
    DETAILS = "details"
    """The kept backups of one instance."""


class Cause(StrEnum):
    """Why a verdict was reached: one sentence each, worded in :mod:`backup_watch.i18n`."""

    BEING_DELETED = "being-deleted"
    BEING_CREATED = "being-created"
    BACKUPS_OFF = "backups-off"
    LIST_UNREAD = "list-unread"
    """The backup list of the region could not be read, or a row in it could not be told whose it is."""
    DATE_UNREADABLE = "date-unreadable"
    """A ``lastBackupDate`` that is no instant, or has no UTC offset."""
    DATE_IN_FUTURE = "date-in-future"
    HISTORY_UNKNOWN = "history-unknown"
    """Judged at an earlier instant, and what the newest backup was then cannot be shown."""
    NEWLY_CREATED = "newly-created"
    NEVER_BACKED_UP = "never-backed-up"
    TOO_OLD = "too-old"
    SLOT_MISSED = "slot-missed"
    IN_TIME = "in-time"
    NAME_ABSENT = "name-absent"
    """The policy expects a name that no instance matches."""
    TOO_FEW = "too-few"
    """The policy expects more instances than there are."""


class Event(StrEnum):
    """What became of a violation since the run before."""

    NEW = "NEW"
    ESCALATED = "ESCALATED"
    REPEAT = "REPEAT"
    RESOLVED = "RESOLVED"
    ONGOING = "ONGOING"
    """Reported, but not told again."""
    UNREADABLE = "UNREADABLE"
    """Could not be looked at; told at every run."""
    NOTICE = "NOTICE"
    """No violation: a message in which there is only a warning."""
