"""Which part of a report is told, with one line for a cause that many findings share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from backup_watch.config.events import Notify
from backup_watch.model.findings import Violation
from backup_watch.model.instances import Subject
from backup_watch.model.report import ReadError, Report
from backup_watch.model.vocabulary import Cause, Event, ListKind, Severity

_Place = tuple[str | None, str | None, str | None]
"""Account, product and region; None: all of them."""
_Cause = tuple[str | None, str, str, str | None]
"""Account, list, kind and code: what makes two errors the same.

The account counts only where several are watched; then the list does not: what befalls many lists of one account is
one line, and no account's line hides another's.
"""


class Failure(Struct, frozen=True):
    """One cause for which something could not be read: the same error, wherever and however often it happened."""

    errors: tuple[ReadError, ...]
    """At least one; all of one operation, kind and code."""
    hidden: tuple[Violation, ...] = ()
    """The findings that are unknown only because of it."""

    @property
    def regions(self) -> tuple[str, ...]:
        """Where it happened, each region once. Empty: it is no matter of a region."""
        return tuple(dict.fromkeys(error.region for error in self.errors if error.region is not None))

    @property
    def products(self) -> tuple[str, ...]:
        """The products whose lists they were, each once. Empty: it is no matter of a product."""
        return tuple(dict.fromkeys(error.product for error in self.errors if error.product is not None))

    @property
    def account(self) -> str | None:
        """The account where it happened. None: several, or it is no matter of an account."""
        accounts = {error.account for error in self.errors}
        return accounts.pop() if len(accounts) == 1 else None


class NothingFound(Struct, frozen=True):
    """Every list was read, and there is no database at all."""

    regions: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    """Where several are watched: in which of them. Empty: it is no matter of single accounts."""


Item = Violation | Failure | NothingFound
"""One line for people."""


class Digest(Struct, frozen=True):
    """What is told."""

    report: Report
    violations: tuple[Violation, ...]
    """Every violation that is told, worst first; those behind a :class:`Failure` too."""
    items: tuple[Item, ...]
    """The same and the failures, shared causes in one, worst first."""
    resolved: tuple[Violation, ...]
    groups: Mapping[str, str] = {}
    """The group of each account that has one: the readers to whom it matters."""

    @property
    def several_accounts(self) -> bool:
        """Whether a name needs its account."""
        return self.report.has_several_accounts

    @property
    def several_products(self) -> bool:
        """Whether a name needs its product."""
        return len(self.report.products) > 1

    @property
    def severity(self) -> Severity:
        """The worst of what is reported; ``ok`` where that is ends alone."""
        warned = Severity.WARNING if self.report.announced else Severity.OK
        return max((severity_of(item) for item in self.items), default=warned)

    @property
    def events(self) -> int:
        """How many things the message tells; at least 1."""
        return len(self.items) + len(self.resolved) + len(self.report.announced)


def select(report: Report, *, notify: Notify = True, groups: Mapping[str, str] | None = None) -> Digest | None:
    """Choose what to tell; None where there is nothing. *groups* has the group of each account that has one.

    With True it is the events of this run, what could not be read and that nothing was found (with a memory, where
    that is news); with ``"all"`` every violation, whatever its event; with False nothing.
    """
    if notify is False:
        return None
    violations = report.violations if notify == "all" else report.published
    items = _items(report, violations, every=notify == "all")
    if not (items or report.resolved or report.announced):
        return None
    return Digest(report, _news_first(report, violations), items, report.resolved, groups or {})


def _news_first(report: Report, violations: Sequence[Violation]) -> tuple[Violation, ...]:
    """Several accounts are read by several people: what is new comes before what they know. Else: as ranked."""
    return tuple(sorted(violations, key=_novelty)) if report.has_several_accounts else tuple(violations)


def _novelty(item: Item) -> int:
    """0: new or worse; 1: could not be looked at; 2: known already."""
    if not isinstance(item, Violation) or item.event is Event.UNREADABLE:
        return 1
    return 0 if item.event in (Event.NEW, Event.ESCALATED) else 2


def severity_of(item: Item) -> Severity:
    """How bad a line is; not having been able to look is ``unknown``."""
    return item.finding.severity if isinstance(item, Violation) else Severity.UNKNOWN


def _items(report: Report, violations: Sequence[Violation], *, every: bool) -> tuple[Item, ...]:
    by_account = report.has_several_accounts
    errors = [error for error in report.errors if every or error not in report.unpublished]
    failures, hidden = _failures(errors, violations, by_account=by_account)
    items: list[Item] = [*failures, *(violation for violation in violations if id(violation) not in hidden)]
    if len(report.accounts) > 1:
        if empty := [account for account in report.empty_accounts if every or account not in report.empty_said]:
            items.append(NothingFound(report.regions, tuple(empty)))
    elif report.is_empty and not report.errors and (every or not report.is_empty_said):
        items.append(NothingFound(report.regions))
    # Of the same severity the failures stay first, since they may hide anything, and the findings as they are ranked.
    items.sort(key=lambda item: -severity_of(item))
    return tuple(sorted(items, key=_novelty) if by_account else items)


def _failures(
    errors: Sequence[ReadError], violations: Sequence[Violation], *, by_account: bool
) -> tuple[list[Failure], set[int]]:
    """The errors by cause, each with the violations that it explains; and the identities of all of those."""
    causes: dict[_Cause, list[ReadError]] = {}
    for error in errors:
        causes.setdefault(_cause(error, by_account=by_account), []).append(error)
    explained: dict[_Cause, list[Violation]] = {}
    explanations = _explanations(errors, by_account=by_account)
    for violation in violations:
        if violation.finding.cause is not Cause.LIST_UNREAD or violation.event is Event.RESOLVED:
            continue
        if (cause := _explanation(explanations, violation.finding.subject)) is not None:
            explained.setdefault(cause, []).append(violation)
    failures = [Failure(tuple(same), tuple(explained.get(each, ()))) for each, same in causes.items()]
    return failures, {id(violation) for group in explained.values() for violation in group}


def _explanations(errors: Sequence[ReadError], *, by_account: bool) -> dict[_Place, _Cause]:
    """The cause that explains why the backups of a place are unknown."""
    found: dict[_Place, _Cause] = {}
    for error in sorted(errors, key=lambda error: error.list_kind is not ListKind.BACKUPS):
        found.setdefault((error.account, error.product, error.region), _cause(error, by_account=by_account))
    return found


def _explanation(explanations: Mapping[_Place, _Cause], subject: Subject) -> _Cause | None:
    """What befell the very list that holds *subject*, else its account, else everything."""
    account, product, region = subject.account, subject.product, subject.region
    places = ((account, product, region), (account, None, region), (account, None, None), (None, None, None))
    return next((explanations[place] for place in places if place in explanations), None)


def _cause(error: ReadError, *, by_account: bool) -> _Cause:
    if by_account:
        return error.account, "", error.kind, error.code
    return None, error.list_kind or error.operation, error.kind, error.code
