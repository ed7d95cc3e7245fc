"""The report of one check: what was found, what is to be published, what could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from backup_watch.model.accounts import DEFAULT_ACCOUNT
from backup_watch.model.findings import Finding, Violation, rank
from backup_watch.model.instances import FreshGroup, Scope
from backup_watch.model.notices import MemoryProblem, Notice
from backup_watch.model.vocabulary import Event, ListKind, Severity, Verdict

PUBLISHED_EVENTS = frozenset({Event.NEW, Event.ESCALATED, Event.REPEAT, Event.UNREADABLE})
"""The events of a violation that are published."""


class ReadError(Struct, frozen=True):
    """Something that could not be read, in words that are safe to show."""

    operation: str
    """What was asked of the other side, in its own word: for people to search for, never to decide by."""
    kind: str
    """A stable word, such as ``AuthenticationFailed`` or ``ReadTimeout``."""
    message: str
    region: str | None = None
    """None: not a matter of one region (the secret, for example)."""
    code: str | None = None
    """The API's own code. None: it gave none."""
    account: str | None = None
    """None: not a matter of one account (the policy, for example)."""
    product: str | None = None
    """None: not a matter of one product."""
    list_kind: ListKind | None = None
    """Which of a product's lists it was. None: none of them."""
    request_id: str | None = None
    """What the other side calls the failed request, for its support. None: it did not say."""
    instances: int = 1
    """Of how many instances the same could not be read, where it is the lists of single ones."""

    def __str__(self) -> str:
        account = self.account if self.account != DEFAULT_ACCOUNT else None
        where = " ".join(part for part in (account, self.region, self.operation, self.kind, self.code) if part)
        return f"{where}: {self.message}" + (f" (request id {self.request_id})" if self.request_id else "")


class Counts(Struct, frozen=True):
    """How many there are of what."""

    instances: int
    by_verdict: Mapping[Verdict, int] = field(default_factory=dict)
    """Findings, muted ones and lines of ``[expect]`` included. A verdict that is absent: none."""
    muted: int = 0
    products: Mapping[str, int] = field(default_factory=dict)
    """Instances by product; every product that was to be read has its entry."""
    accounts: Mapping[str, int] = field(default_factory=dict)
    """Instances by account; every account that was to be read has its entry."""

    def of(self, verdict: Verdict) -> int:
        """How many findings have *verdict*."""
        return self.by_verdict.get(verdict, 0)


class Notification(Struct, frozen=True):
    """What was published."""

    message_ids: tuple[str, ...]
    events: int
    """How many events the message holds; at least 1."""


class Report(Struct, frozen=True):
    """Everything one check came to. Violations are worst first."""

    checked_at: datetime
    """The instant of the judgement, aware."""
    severity: Severity
    complete: bool
    """Whether everything that was to be read could be read."""
    counts: Counts
    findings: tuple[Finding, ...]
    """One for each instance that is in none of ``fresh_groups``, and one for each unmet line of ``[expect]``;
    muted ones included.

    Worst first, except that the FRESH ones, at the end, stand as they were read; ``ranked`` puts those in order too.
    """
    violations: tuple[Violation, ...]
    resolved: tuple[Violation, ...] = ()
    notices: tuple[Notice, ...] = ()
    """Every warning."""
    announced: tuple[Notice, ...] = ()
    """Those of them that are to be published even where there is nothing else to tell (the event ``NOTICE``)."""
    errors: tuple[ReadError, ...] = ()
    unpublished: frozenset[ReadError] = frozenset()
    """Those of the errors that were said before and are not to be published again (with a memory)."""
    is_empty_said: bool = False
    """Whether it was said before that there is no instance at all, or the policy expects none (with a memory)."""
    empty_accounts: tuple[str, ...] = ()
    """Several accounts: those that were read whole and have no instance at all, though they should."""
    empty_said: frozenset[str] = frozenset()
    """Those of them of which it was said before (with a memory)."""
    scopes: tuple[Scope, ...] = ()
    """What was to be read."""
    account_ids: tuple[str, ...] = ()
    """All accounts that there are, paused ones too. Empty: not known."""
    fresh_groups: tuple[FreshGroup, ...] = ()
    """FRESH instances that were counted and have no finding, where not every finding was asked for."""
    notification: Notification | None = None
    """None: nothing was published."""

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions that were to be read, each once."""
        return tuple(dict.fromkeys(scope.region for scope in self.scopes))

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts that were to be read, each once."""
        return tuple(dict.fromkeys(scope.account for scope in self.scopes))

    @property
    def has_several_accounts(self) -> bool:
        """Whether a name needs its account: there are several, or something ended in one that is gone."""
        ended = {end.finding.subject.account for end in self.resolved} - {None}
        return len({*self.accounts, *self.account_ids, *ended}) > 1

    @property
    def products(self) -> tuple[str, ...]:
        """The products that were to be read, each once."""
        return tuple(dict.fromkeys(scope.product for scope in self.scopes))

    @property
    def ranked(self) -> list[Finding]:
        """All findings in the order in which people read them."""
        return sorted(self.findings, key=rank)

    @property
    def is_empty(self) -> bool:
        """Whether there was no instance at all to judge."""
        return self.counts.instances == 0

    @property
    def has_memory_failed(self) -> bool:
        """Whether a memory could not be read or written, or was not there."""
        return any(isinstance(notice, MemoryProblem) for notice in self.notices)

    @property
    def has_nothing_to_publish(self) -> bool:
        """Whether there is nothing that any kind of notification could tell."""
        return not (
            self.violations or self.resolved or self.errors or self.announced or self.is_empty or self.empty_accounts
        )

    @property
    def published(self) -> tuple[Violation, ...]:
        """The violations with an event of this run that is to be published."""
        return tuple(violation for violation in self.violations if violation.event in PUBLISHED_EVENTS)
