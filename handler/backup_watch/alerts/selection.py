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
_Cause = tuple[str, str, str | None]
"""Operation, kind and code: what makes two errors the same."""


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


class NothingFound(Struct, frozen=True):
    """Every list was read, and there is no database at all."""

    regions: tuple[str, ...]


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

    @property
    def events(self) -> int:
        """How many things the message tells; at least 1."""
        return len(self.items) + len(self.resolved) + len(self.report.announced)


def select(report: Report, *, notify: Notify = True) -> Digest | None:
    """Choose what to tell; None where there is nothing.

    With True it is the events of this run, and at every run what could not be read or that nothing was found; with
    ``"all"`` every violation, whatever its event; with False nothing.
    """
    if notify is False:
        return None
    violations = report.violations if notify == "all" else report.published
    items = _items(report, violations)
    if not (items or report.resolved or report.announced):
        return None
    return Digest(report, violations, items, report.resolved)


def severity_of(item: Item) -> Severity:
    """How bad a line is; not having been able to look is ``unknown``."""
    return item.finding.severity if isinstance(item, Violation) else Severity.UNKNOWN


def _items(report: Report, violations: Sequence[Violation]) -> tuple[Item, ...]:
    failures, hidden = _failures(report.errors, violations)
    items: list[Item] = [*failures, *(violation for violation in violations if id(violation) not in hidden)]
    if report.is_empty and not report.errors:
        items.append(NothingFound(report.regions))
    # Of the same severity the failures stay first, since they may hide anything, and the findings as they are ranked.
    return tuple(sorted(items, key=lambda item: -severity_of(item)))


def _failures(errors: Sequence[ReadError], violations: Sequence[Violation]) -> tuple[list[Failure], set[int]]:
    """The errors by cause, each with the violations that it explains; and the identities of all of those."""
    causes: dict[_Cause, list[ReadError]] = {}
    for error in errors:
        causes.setdefault(_cause(error), []).append(error)
    explained: dict[_Cause, list[Violation]] = {}
    explanations = _explanations(errors)
    for violation in violations:
        if violation.finding.cause is not Cause.LIST_UNREAD or violation.event is Event.RESOLVED:
            continue
        if (cause := _explanation(explanations, violation.finding.subject)) is not None:
            explained.setdefault(cause, []).append(violation)
    failures = [Failure(tuple(same), tuple(explained.get(each, ()))) for each, same in causes.items()]
    return failures, {id(violation) for group in explained.values() for violation in group}


def _explanations(errors: Sequence[ReadError]) -> dict[_Place, _Cause]:
    """The cause that explains why the backups of a place are unknown."""
    found: dict[_Place, _Cause] = {}
    for error in sorted(errors, key=lambda error: error.list_kind is not ListKind.BACKUPS):
        found.setdefault((error.account, error.product, error.region), _cause(error))
    return found


def _explanation(explanations: Mapping[_Place, _Cause], subject: Subject) -> _Cause | None:
    """What befell the very list that holds *subject*, else its account, else everything."""
    account, product, region = subject.account, subject.product, subject.region
    places = ((account, product, region), (account, None, region), (account, None, None), (None, None, None))
    return next((explanations[place] for place in places if place in explanations), None)


def _cause(error: ReadError) -> _Cause:
    return error.operation, error.kind, error.code
