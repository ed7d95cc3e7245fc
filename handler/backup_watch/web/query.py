"""The one query language of the report and the page: which findings a reader wants to see."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import normalize

from msgspec import Struct

from backup_watch.model.findings import Finding
from backup_watch.model.plain_text import MAX_NAME_CHARS, cut
from backup_watch.model.policy import glob_matches
from backup_watch.model.products import PRODUCTS
from backup_watch.model.vocabulary import Verdict
from backup_watch.web.refusals import RequestRefused
from backup_watch.web.request import Query

FILTERS = ("verdict", "account", "product", "region", "match")
MAX_TERMS = 50
"""Of one query, all filters together: each is compared with every finding."""


class Place(Struct, frozen=True):
    """Where a finding belongs; empty: to no single one."""

    account: str
    product: str
    region: str
    number: str


class Filter(Struct, frozen=True):
    """What a finding must be to be shown; an empty part lets all through."""

    verdicts: tuple[Verdict, ...] = ()
    accounts: tuple[str, ...] = ()
    """Globs of the account's id, lower case."""
    products: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    """Parts of a name or number; with ``*`` or ``?``, all of it. Upper and lower case are the same."""

    @property
    def narrows(self) -> bool:
        """Whether anything is to be left out."""
        return self != ALL

    def lets_through(self, finding: Finding) -> bool:
        """Whether *finding* is to be shown."""
        subject, verdict = finding.subject, finding.verdict
        place = Place(subject.account or "", subject.product or "", subject.region or "", subject.number or "")
        return self.covers(verdict, subject.service_name, place)

    def covers(self, verdict: str, name: str, place: Place) -> bool:
        """Whether what has these is to be shown."""
        return (
            (not self.verdicts or verdict in self.verdicts)
            and (not self.accounts or _is_one_of(place.account, self.accounts))
            and (not self.products or place.product in self.products)
            and (not self.regions or place.region in self.regions)
            and (not self.terms or self._is_named(_folded(name), place.number))
        )

    def _is_named(self, name: str, number: str) -> bool:
        """The script does the same in the browser (``wanted`` in script.js)."""
        globs = map(_glob, self.terms)
        return any(glob_matches(glob, name) or glob_matches(glob, number) for glob in globs)


ALL = Filter()
"""Leaves nothing out."""


def _is_one_of(value: str, globs: tuple[str, ...]) -> bool:
    return any(glob_matches(_bracketless(glob), value) for glob in globs)


def _folded(text: str) -> str:
    return text.casefold() if text.isascii() else normalize("NFC", text).casefold()


def _glob(term: str) -> str:
    """*term* as a pattern of the policy's, in which a bracket means more than itself."""
    glob = _bracketless(_folded(term))
    return glob if "*" in glob or "?" in glob else f"*{glob}*"


def _bracketless(glob: str) -> str:
    return glob.replace("[", "[[]")


def read_filter(query: Query) -> Filter:
    """Read the parameters of ``FILTERS``: each repeated, separated by commas, or both; blanks mean nothing.

    Raises :class:`RequestRefused` (400), which names what is allowed, for any other parameter, verdict or product, and
    for more than ``MAX_TERMS`` terms.
    """
    only_known(query, FILTERS)
    if sum(len(values(query, name)) for name in FILTERS) > MAX_TERMS:
        raise RequestRefused(400, f"a filter has at most {MAX_TERMS} terms")
    return Filter(
        tuple(_verdict(value) for value in values(query, "verdict")),
        tuple(value.lower() for value in values(query, "account")),
        tuple(_product(value) for value in values(query, "product")),
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


def _product(value: str) -> str:
    if (product := value.lower()) not in PRODUCTS:
        raise refused_value("product", value, allowed=", ".join(PRODUCTS))
    return product
