"""The report of one check: what was found, what is to be told, what could not be read."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from backup_watch.model.findings import Finding, Violation, rank
from backup_watch.model.instances import PlainlyFresh
from backup_watch.model.vocabulary import Event, Severity

ACCOUNT = "default"
"""The only account there is, until more than one can be set."""
TOLD = frozenset({Event.NEW, Event.ESCALATED, Event.REPEAT, Event.UNREADABLE})
"""The events of a violation that are published."""


class ReadError(Struct, frozen=True):
    """Something that could not be read, in words that are safe to show."""

    operation: str
    kind: str
    """A stable word, such as ``AuthenticationFailed`` or ``ReadTimeout``."""
    message: str
    region: str | None = None
    """None: not a matter of one region (the secret, for example)."""
    code: str | None = None
    """The API's own code. None: it gave none."""
    account: str = ACCOUNT
    request_id: str | None = None
    """What the other side calls the failed request, for its support. None: it did not say."""

    def __str__(self) -> str:
        where = " ".join(part for part in (self.region, self.operation, self.kind, self.code) if part)
        return f"{where}: {self.message}" + (f" (request id {self.request_id})" if self.request_id else "")


class NoticeCode(StrEnum):
    """What a person should know besides the findings; worded in :mod:`backup_watch.i18n`."""

    NOTHING_FOUND = "nothing-found"
    """values: regions (str). Every list was read, and there is no instance at all."""
    RULE_UNUSED = "rule-unused"
    """values: number (int), match (str)."""
    MUTE_UNUSED = "mute-unused"
    """values: number (int), match (str)."""
    MUTE_EXPIRED = "mute-expired"
    """values: number (int), match (str), until (datetime), owner (str). Said once, by the first run after its end."""
    DETAILS_LEFT_OUT = "details-left-out"
    """values: count (int), limit (int). Details not read, so that a RESOLVED may be missing."""
    CREATED_LATER = "created-later"
    """values: count (int). Left out since they did not exist at the instant asked about."""


class Notice(Struct, frozen=True):
    """A warning of the report."""

    code: NoticeCode
    values: dict[str, str | int | datetime]


class Notification(Struct, frozen=True):
    """What was published."""

    message_ids: tuple[str, ...]
    events: int
    """How many events the message told; at least 1."""


class Report(Struct, frozen=True):
    """Everything one check came to. Violations are worst first."""

    checked_at: datetime
    """The instant of the judgement, aware."""
    severity: Severity
    complete: bool
    """Whether everything that was to be read could be read."""
    counts: dict[str, int]
    """``instances``, one per verdict, and ``muted``."""
    findings: tuple[Finding, ...]
    """One for each instance that is not ``plainly_fresh``, and one for each line of the roll call that is not met;
    muted ones included.

    Worst first, except that the FRESH ones, at the end, stand as they were read; ``ranked`` puts those in order too.
    """
    violations: tuple[Violation, ...]
    resolved: tuple[Violation, ...] = ()
    notices: tuple[Notice, ...] = ()
    errors: tuple[ReadError, ...] = ()
    regions: tuple[str, ...] = ()
    """The regions that were to be read."""
    plainly_fresh: tuple[PlainlyFresh, ...] = ()
    """FRESH instances that were counted and have no finding, where nobody wanted every finding."""
    notification: Notification | None = None
    """None: nothing was published."""

    @property
    def ranked(self) -> list[Finding]:
        """All findings in the order in which people read them."""
        return sorted(self.findings, key=rank)

    @property
    def looked_at_nothing(self) -> bool:
        """Whether there was no instance at all to judge."""
        return self.counts["instances"] == 0

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing that any kind of notification could tell."""
        return not (self.violations or self.resolved or self.errors or self.looked_at_nothing)

    @property
    def told(self) -> tuple[Violation, ...]:
        """The violations with an event of this run that is to be published."""
        return tuple(violation for violation in self.violations if violation.event in TOLD)
