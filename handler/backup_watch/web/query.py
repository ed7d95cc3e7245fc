"""The one query language of the report and the page: which findings a reader wants to see."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import normalize

from msgspec import Struct

from backup_watch.model.findings import Finding
from backup_watch.model.plain_text import MAX_NAME_CHARS, cut
from backup_watch.model.policy import glob_matches
from backup_watch.model.vocabulary import Verdict
from backup_watch.web.refusals import RequestRefused
from backup_watch.web.request import Query

FILTERS = ("verdict", "region", "match")
MAX_TERMS = 50
"""Of one query, all filters together: each is compared with every finding."""


class Filter(Struct, frozen=True):
    """What a finding must be to be shown; an empty part lets all through."""

    verdicts: tuple[Verdict, ...] = ()
    regions: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    """Parts of a name or number; with ``*`` or ``?``, all of it. Upper and lower case are the same."""

    @property
    def narrows(self) -> bool:
        """Whether anything is to be left out."""
        return bool(self.verdicts or self.regions or self.terms)

    def lets_through(self, finding: Finding) -> bool:
        """Whether *finding* is to be shown."""
        subject = finding.subject
        return self.covers(finding.verdict, subject.region, subject.service_name, subject.number)

    def covers(self, verdict: str, region: str | None, name: str, number: str | None) -> bool:
        """Whether what has these is to be shown."""
        return (
            (not self.verdicts or verdict in self.verdicts)
            and (not self.regions or region in self.regions)
            and (not self.terms or self._is_named(_folded(name), number or ""))
        )

    def _is_named(self, name: str, number: str) -> bool:
        """The script does the same in the browser (``wanted`` in script.js)."""
        globs = map(_glob, self.terms)
        return any(glob_matches(glob, name) or glob_matches(glob, number) for glob in globs)


def _folded(text: str) -> str:
    return text.casefold() if text.isascii() else normalize("NFC", text).casefold()


def _glob(term: str) -> str:
    """*term* as a pattern of the policy's, in which a bracket means more than itself."""
    glob = _folded(term).replace("[", "[[]")
    return glob if "*" in glob or "?" in glob else f"*{glob}*"


def read_filter(query: Query) -> Filter:
    """Read ``verdict``, ``region`` and ``match``: repeated, separated by commas, or both; blanks mean nothing.

    Raises :class:`RequestRefused` (400), which names what is allowed, for any other parameter or verdict, and for more
    than ``MAX_TERMS`` terms.
    """
    only_known(query, FILTERS)
    if sum(len(values(query, name)) for name in FILTERS) > MAX_TERMS:
        raise RequestRefused(400, f"a filter has at most {MAX_TERMS} terms")
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
    return RequestRefused(400, f"unknown {what} {cut(value, MAX_NAME_CHARS)!r}; allowed: {allowed}")


def _verdict(value: str) -> Verdict:
    try:
        return Verdict(value.upper())
    except ValueError as error:
        raise refused_value("verdict", value, allowed=", ".join(Verdict)) from error
