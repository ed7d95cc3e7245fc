"""The accounts and products of the page, each with what is wrong there: where there are several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from backup_watch.model.instances import Instance
from backup_watch.model.report import Report
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
    """None: not known, as nothing of it was read."""
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
    parts: dict[str, list[Group]] = {}
    for part in _groups(report, by_account=True, by_product=True) if len(report.products) > 1 else ():
        parts.setdefault(part.account, []).append(part)
    return tuple(
        replace(account, parts=tuple(own) if len(own := parts.get(account.account, [])) > 1 else ())
        for account in _groups(report, by_account=True, by_product=False)
    )


class _Tally:
    """What one group comes to."""

    def __init__(self) -> None:
        self.severity, self.instances, self.unread = Severity.OK, 0, 0
        self.wrong: dict[Verdict, int] = {}

    def group(self, account: str, product: str) -> Group:
        known = None if self.unread and not self.instances else self.instances
        return Group(account, product, self.severity, known, self.wrong, self.unread)


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
    for fresh in report.fresh_groups:
        tallies[key(fresh.scope.account, fresh.scope.product)].instances += fresh.count
    unread = Counter(key(error.account or "", error.product or "") for error in report.errors)
    for (account, product), tally in tallies.items():
        tally.unread = sum(unread[place] for place in {(a, p) for a in (account, "") for p in (product, "")})
        is_unknown = tally.unread or account in report.empty_accounts
        tally.severity = max(tally.severity, Severity.UNKNOWN) if is_unknown else tally.severity
    groups = (tally.group(account, product) for (account, product), tally in tallies.items())
    return tuple(sorted(groups, key=lambda group: (-group.severity, group.account, group.product)))
