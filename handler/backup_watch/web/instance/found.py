"""Which database a request means."""

from __future__ import annotations

from urllib.parse import quote, unquote, urlencode

from backup_watch.model.findings import Finding, Violation
from backup_watch.model.instances import Instance, InstanceId
from backup_watch.model.plain_text import shown
from backup_watch.model.report import Report
from backup_watch.web.query import Filter, only_known, read_filter
from backup_watch.web.refusals import RequestRefused
from backup_watch.web.request import Query, Request

PATH = "/instance/"
FILTERS = ("account", "product", "region")


def number_of(request: Request) -> str:
    """The number that the path names."""
    return unquote(request.path.removeprefix(PATH), errors="replace")


def read_scope(query: Query) -> Filter:
    """Read ``account``, ``product`` and ``region``. Raises :class:`RequestRefused` (400) for anything else."""
    only_known(query, FILTERS)
    return read_filter(query)


def found_in(report: Report, number: str, chosen: Filter) -> list[tuple[Instance, Finding]]:
    """The instances with their findings that have *number*: several where accounts, products or regions share it.

    Raises :class:`RequestRefused` (404) where there is none.
    """
    found = [
        (finding.subject, finding)
        for finding in report.findings
        if isinstance(finding.subject, Instance) and finding.subject.number == number and chosen.lets_through(finding)
    ]
    if not found:
        unread = "; not everything could be read" if report.errors else ""
        raise RequestRefused(404, f"there is no database with the number {shown(number)!r} here{unread}")
    return found


def violation_of(report: Report, finding: Finding) -> Violation | None:
    """The violation that *finding* is; else the one that it ended. None: neither."""
    told = (*report.violations, *report.resolved)
    return next((each for each in told if _id(each.finding) == _id(finding)), None)


def _id(finding: Finding) -> InstanceId | None:
    return finding.subject.id if isinstance(finding.subject, Instance) else None


def address_of(instance: Instance, *, prefix: str = "") -> str:
    """The page of *instance* among those that share its number."""
    place = {name: getattr(instance, name) for name in FILTERS}
    return f"{prefix}{PATH}{quote(instance.number, safe='')}?{urlencode(place)}"
