"""The words of a judgement: verdicts, severities, and the causes that lead to them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum


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


class Clause(StrEnum):
    """The statements of which a headline is made, in the order in which they are said."""

    NOT_FRESH = "not-fresh"
    DISABLED = "disabled"
    UNKNOWN = "unknown"
    MISSING = "missing"


class Verdict(StrEnum):
    """What one instance (or one line of the policy's ``[expect]``) comes to.

    One line declares a verdict, for everything that asks what it is; when it is reached is a row of
    :mod:`backup_watch.checking.rules`. Counts list them in this order.
    """

    severity: Severity
    """Where neither the product nor a rule of the policy says otherwise."""
    clause: Clause | None
    """The statement of the headline that counts its violations. None: it has no statement of its own."""
    is_adjustable: bool
    """Whether a rule of the policy may set its severity."""
    by_product: Mapping[str, Severity]
    """The severity for the products where it is another."""

    def __new__(
        cls,
        word: str,
        severity: Severity = Severity.OK,
        clause: Clause | None = None,
        is_adjustable: bool = False,
        by_product: Mapping[str, Severity] | None = None,
    ) -> Verdict:
        """A member of the table below."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.severity, member.clause, member.is_adjustable = severity, clause, is_adjustable
        member.by_product = by_product or {}
        return member

    FRESH = "FRESH", Severity.OK
    LATE = "LATE", Severity.WARNING, Clause.NOT_FRESH
    STALE = "STALE", Severity.CRITICAL, Clause.NOT_FRESH, True
    NEVER = "NEVER", Severity.CRITICAL, Clause.NOT_FRESH, True
    DISABLED = "DISABLED", Severity.CRITICAL, Clause.DISABLED, True, {"cache": Severity.WARNING}
    """Backups of Cache are off by default."""
    NEW = "NEW", Severity.OK
    SKIPPED = "SKIPPED", Severity.OK
    UNKNOWN = "UNKNOWN", Severity.UNKNOWN, Clause.UNKNOWN
    MISSING = "MISSING", Severity.CRITICAL, Clause.MISSING

    @property
    def may_alert(self) -> bool:
        """Whether it can be a violation."""
        return self.severity is not Severity.OK


def summary_order() -> list[Verdict]:
    """Every verdict in the order of a summary: fresh, what alerts, the rest."""
    return sorted(Verdict, key=lambda verdict: 0 if verdict is Verdict.FRESH else 1 if verdict.may_alert else 2)


class ListKind(StrEnum):
    """The lists that a product has."""

    BACKUPS = "backups"
    INSTANCES = "instances"
    DETAILS = "details"
    """The kept backups of one instance."""


class DatedBy(StrEnum):
    """Where the dates of an instance's backups are from."""

    LIST = "list"
    """The backup list, which has their instants."""
    DAY = "day"
    """The backup list, whose midnights stand for some time of that day."""
    DAY_AND_TIME = "day-and-time"
    """Its kept backups, since the backup list told no more than a day."""
    DETAILS = "details"
    """Its kept backups, since the backup list tells nothing."""


class Fact(StrEnum):
    """What a message may show of a violation besides its reason."""

    DUE = "due"
    """When a backup was, or will be, due."""
    EXPECTED = "expected"
    """When the backup was expected, by what is usual."""
    USUAL = "usual"
    """By when it is usually there, and how many backups show that."""
    ALLOWED = "allowed"
    """How old a backup may be: for a reason about its age that does not say so."""


class Cause(StrEnum):
    """Why a verdict was reached: one sentence each, worded in :mod:`backup_watch.i18n`."""

    shows: tuple[Fact, ...]
    """What a message shows besides the reason, in this order."""

    def __new__(cls, word: str, *shows: Fact) -> Cause:
        """A member of the table below."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.shows = shows
        return member

    BEING_DELETED = "being-deleted"
    BEING_CREATED = "being-created"
    BACKUPS_OFF = "backups-off"
    LIST_UNREAD = "list-unread"
    """The backup list of the region could not be read, or a row in it has no instance number."""
    DATE_UNREADABLE = "date-unreadable", Fact.ALLOWED
    """A ``lastBackupDate`` that is no instant, or has no UTC offset."""
    DATE_IN_FUTURE = "date-in-future", Fact.ALLOWED
    HISTORY_UNKNOWN = "history-unknown"
    """Judged at an earlier instant, and what the newest backup was then cannot be shown."""
    NEWLY_CREATED = "newly-created"
    NEVER_BACKED_UP = "never-backed-up", Fact.DUE
    BACKUPS_GONE = "backups-gone"
    """No backup is listed, of an instance that had one (with a memory)."""
    TOO_OLD = "too-old", Fact.DUE
    SLOT_MISSED = "slot-missed", Fact.EXPECTED, Fact.USUAL, Fact.ALLOWED
    DATABASES_BEHIND = "databases-behind"
    """A database of the instance has had no backup for two days while others have."""
    IN_TIME = "in-time"
    NOT_LISTED = "not-listed"
    """It is in no list any more, and no list that could be read shows that it was deleted (with a memory)."""
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
    """Reported, but not published again."""
    UNREADABLE = "UNREADABLE"
    """Could not be read; published at every run."""
    NOTICE = "NOTICE"
    """No violation: a message in which there is only a warning."""


class ResolvedBy(StrEnum):
    """What ended an incident (with a memory)."""

    BACKUP = "backup"
    """There is a fresh backup again."""
    ENABLED = "enabled"
    """Automatic backups are on again."""
    FOUND = "found"
    """What the policy expects is there again."""
    POLICY = "policy"
    """It is muted, paused, allowed now, or no longer asked for."""
    DELETED = "deleted"
    """The instance is being deleted, or is in no list any more."""
    READABLE = "readable"
    """It can be read again."""


class MemoryState(StrEnum):
    """What was found where the memory of what was said is kept."""

    READ = "read"
    ABSENT = "absent"
    """There is no document, as before the first run."""
    CORRUPT = "corrupt"
    OTHER_VERSION = "other-version"
    OTHER_AUDIENCE = "other-audience"
    """It was said to another topic."""
    AHEAD = "ahead"
    """Its instant lies ahead of the clock."""
    UNREAD = "unread"
    """The store did not let it be read, or not in time."""
    UNWRITTEN = "unwritten"
    """The store did not let it be written, or another run was faster, twice."""
    UNCONFIRMED = "unconfirmed"
    """No subscription of the topic is confirmed yet, so nothing is remembered."""
