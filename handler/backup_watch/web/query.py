"""The filters of a query: which findings a reader wants to see."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from backup_watch.config.problems import shorten
from backup_watch.model.findings import Finding
from backup_watch.model.policy import Selector
from backup_watch.model.vocabulary import Verdict
from backup_watch.web.refusals import RequestRefused
from backup_watch.web.request import Query

FILTERS = ("verdict", "region", "match")


class Filter(Struct, frozen=True):
    """What a finding must be to be shown; an empty part lets all through."""

    verdicts: tuple[Verdict, ...] = ()
    regions: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()
    """Globs on the service name, or instance numbers, as in the policy; one of them must match."""

    def lets_through(self, finding: Finding) -> bool:
        """Whether *finding* is to be shown."""
        return (
            (not self.verdicts or finding.verdict in self.verdicts)
            and (not self.regions or finding.subject.region in self.regions)
            and (not self.matches or any(Selector(match).selects(finding.subject) for match in self.matches))
        )


def read_filter(query: Query) -> Filter:
    """Read ``verdict``, ``region`` and ``match``: repeated, separated by commas, or both; blanks mean nothing.

    Raises :class:`RequestRefused` (400), which names what is allowed, for any other parameter or verdict.
    """
    only_known(query, FILTERS)
    return Filter(
        tuple(_verdict(value) for value in values(query, "verdict")),
        tuple(value.upper() for value in values(query, "region")),
        values(query, "match"),
    )


def values(query: Query, name: str) -> tuple[str, ...]:
    """All values of the parameter *name*, each once, in their order; without blanks."""
    parts = (part.strip() for key, value in query if key == name for part in value.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def only_known(query: Query, known: Iterable[str]) -> None:
    """Raise :class:`RequestRefused` (400) for a parameter that is not *known*: a typo must not look like an answer."""
    names = tuple(known)
    if unknown := sorted({key for key, _ in query if key not in names}):
        allowed = ", ".join(names) if names else "none"
        raise refused_value("query parameter", unknown[0], allowed=allowed)


def refused_value(what: str, value: str, *, allowed: str) -> RequestRefused:
    """A 400 that shows the wrong *value* and says what is allowed."""
    return RequestRefused(400, f"unknown {what} {shorten(value)!r}; allowed: {allowed}")


def _verdict(value: str) -> Verdict:
    try:
        return Verdict(value.upper())
    except ValueError as error:
        raise refused_value("verdict", value, allowed=", ".join(Verdict)) from error
