"""The accounts and products of the page, each with what is wrong there: where there are several."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from backup_watch.model.instances import Instance
from backup_watch.model.report import Counts, ReadError, Report
from backup_watch.model.vocabulary import Severity, Verdict


class Group(Struct, frozen=True):
    """The databases of one account, of one product, or of one product of one account."""

    account: str
    """Empty: of all accounts."""
    product: str
    """Empty: of all products."""
    severity: Severity
    """Of the worst that is not muted; at least unknown where something of it could not be read, or where an account has
    no database at all, though it should.
    """
    instances: int | None
    """None: not known. Nothing of it was read, or a fleet's report has no such number."""
    wrong: Mapping[Verdict, int]
    """Findings that are neither ok nor muted, the worst first."""
    unread: int
    """How many of its lists could not be read."""
    parts: tuple[Group, ...] = ()
    """An account's products, where it has several."""


def groups_of(report: Report) -> tuple[Group, ...]:
    """By account, and by product inside it; by product alone where there is one account. Empty: there is one of each.

    The worst first, then by name.
    """
    if len(report.accounts) == 1:
        products = _groups(report, by_account=False, by_product=True)
        return products if len(products) > 1 else ()
    products = _groups(report, by_account=True, by_product=True)
    return tuple(
        replace(account, parts=parts if len(parts) > 1 else ())
        for account in _groups(report, by_account=True, by_product=False)
        for parts in [tuple(part for part in products if part.account == account.account)]
    )


class _Tally:
    """What one group comes to."""

    def __init__(self) -> None:
        self.severity, self.instances, self.unread = Severity.OK, 0, 0
        self.wrong: dict[Verdict, int] = {}


def _groups(report: Report, *, by_account: bool, by_product: bool) -> tuple[Group, ...]:
    def key(account: str, product: str) -> tuple[str, str]:
        return (account if by_account else "", product if by_product else "")

    tallies = {key(scope.account, scope.product): _Tally() for scope in report.scopes}
    for finding in report.findings:  # worst first
        subject = finding.subject
        tally = tallies.get(key(subject.account or "", subject.product or ""))
        if tally is None:
            continue  # a line of the roll call that covers several
        tally.instances += isinstance(subject, Instance)
        if finding.is_violation:
            tally.wrong[finding.verdict] = tally.wrong.get(finding.verdict, 0) + 1
            tally.severity = max(tally.severity, finding.severity)
    for (account, product), tally in tallies.items():
        tally.unread = sum(_concerns(error, account, product) for error in report.errors)
        is_unknown = tally.unread or (by_account and account in report.empty_accounts)
        tally.severity = max(tally.severity, Severity.UNKNOWN) if is_unknown else tally.severity
    counts = report.counts
    is_listed = counts.instances == sum(isinstance(finding.subject, Instance) for finding in report.findings)
    groups = []
    for (account, product), tally in tallies.items():
        instances = tally.instances if is_listed else _counted(counts, account, product)
        known = None if tally.unread and not instances else instances
        groups.append(Group(account, product, tally.severity, known, tally.wrong, tally.unread))
    return tuple(sorted(groups, key=lambda group: (-group.severity, group.account, group.product)))


def _counted(counts: Counts, account: str, product: str) -> int | None:
    """How many instances a group has where a fleet only counts those that are fresh beyond doubt."""
    if account and product:
        return None
    return counts.accounts.get(account, 0) if account else counts.products.get(product, 0)


def _concerns(error: ReadError, account: str, product: str) -> bool:
    return (not account or error.account in (None, account)) and (not product or error.product in (None, product))
