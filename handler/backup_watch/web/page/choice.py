"""What a reader of the page chose: which instances, in which order."""

from __future__ import annotations

from urllib.parse import urlencode

from msgspec import Struct

from backup_watch.web.page.rows import Row
from backup_watch.web.page.sorting import SORTS
from backup_watch.web.query import FILTERS, Filter, only_known, read_filter, refused_value, values
from backup_watch.web.request import Query

WORST_FIRST = "worst"


class Choice(Struct, frozen=True):
    """The page's query, valid. Empty: everything, worst first."""

    filter: Filter = Filter()
    sort: str = WORST_FIRST
    """A key of ``SORTS``, with a minus sign before it for the other direction."""

    def lets_through(self, row: Row) -> bool:
        """Whether *row* is to be seen."""
        return self.filter.covers(row.verdict, row.region, row.name, row.number)

    def query(self, **changes: str) -> str:
        """The query string of this choice, with *changes* to its sort or filters."""
        given = {
            "verdict": ",".join(self.filter.verdicts),
            "region": ",".join(self.filter.regions),
            "match": ",".join(self.filter.terms),
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
    return Choice(chosen, sort)
