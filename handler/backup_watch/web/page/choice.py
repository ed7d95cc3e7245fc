"""What a reader of the page chose: which instances, in which order."""

from __future__ import annotations

from urllib.parse import urlencode

from msgspec import Struct

from backup_watch.model.policy import glob_matches
from backup_watch.model.vocabulary import Verdict
from backup_watch.web.page.rows import Row
from backup_watch.web.page.sorting import SORTS
from backup_watch.web.query import FILTERS, only_known, read_filter, refused_value, values
from backup_watch.web.request import Query

WORST_FIRST = "worst"


class Choice(Struct, frozen=True):
    """The page's query, valid. Empty: everything, worst first."""

    verdicts: tuple[Verdict, ...] = ()
    regions: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    """Parts of a name or number; with ``*`` or ``?``, all of it. Upper and lower case are the same."""
    sort: str = WORST_FIRST
    """A key of ``SORTS``, with a minus sign before it for the other direction."""

    @property
    def narrows(self) -> bool:
        """Whether anything is to be left out."""
        return bool(self.verdicts or self.regions or self.terms)

    def lets_through(self, row: Row) -> bool:
        """Whether *row* is to be seen."""
        return (
            (not self.verdicts or row.verdict in self.verdicts)
            and (not self.regions or row.region in self.regions)
            and (not self.terms or any(_matches(term, row) for term in self.terms))
        )

    def query(self, **changes: str) -> str:
        """The query string of this choice, with *changes* to its sort or filters."""
        given = {
            "verdict": ",".join(self.verdicts),
            "region": ",".join(self.regions),
            "match": ",".join(self.terms),
            "sort": "" if self.sort == WORST_FIRST else self.sort,
        }
        return "?" + urlencode({name: value for name, value in (given | changes).items() if value})


def read_choice(query: Query) -> Choice:
    """Read the page's query. Raises :class:`RequestRefused` (400) for what is not known."""
    only_known(query, (*FILTERS, "sort"))
    chosen = read_filter(tuple(pair for pair in query if pair[0] != "sort"))
    sort = (values(query, "sort") or (WORST_FIRST,))[-1]
    if sort.removeprefix("-") not in SORTS:
        raise refused_value("sort", sort, allowed=", ".join(SORTS) + "; each also with - before it")
    return Choice(chosen.verdicts, chosen.regions, chosen.matches, sort)


def _matches(term: str, row: Row) -> bool:
    """The script does the same in the browser (``wanted`` in script.js)."""
    glob = term.casefold().replace("[", "[[]")
    if "*" not in glob and "?" not in glob:
        glob = f"*{glob}*"
    return glob_matches(glob, row.name.casefold()) or glob_matches(glob, row.number)
