"""What a reader of the page chose: which instances, in which order."""

from __future__ import annotations

from urllib.parse import urlencode

from msgspec import Struct

from backup_watch.web.page.rows import Row
from backup_watch.web.page.sorting import SORTS
from backup_watch.web.query import FILTERS, Filter, Place, only_known, read_filter, refused_value, values
from backup_watch.web.request import Query

WORST_FIRST = "worst"


class Choice(Struct, frozen=True):
    """The page's query, valid. Empty: everything, worst first."""

    filter: Filter = Filter()
    sort: str = WORST_FIRST
    """A key of ``SORTS``, with a minus sign before it for the other direction."""
    shows_all: bool = False
    """Whether all that match are to be listed at once, however many."""

    def lets_through(self, row: Row) -> bool:
        """Whether *row* is to be seen."""
        place = Place(row.account, row.product, row.region, row.number)
        return self.filter.covers(row.verdict, row.name, place)

    def query(self, **changes: str) -> str:
        """The query string of this choice, with *changes* to its sort or filters."""
        given = {
            "verdict": ",".join(self.filter.verdicts),
            "account": ",".join(self.filter.accounts),
            "product": ",".join(self.filter.products),
            "region": ",".join(self.filter.regions),
            "match": ",".join(self.filter.terms),
            "sort": "" if self.sort == WORST_FIRST else self.sort,
        }
        return "?" + urlencode({name: value for name, value in (given | changes).items() if value})

    def only(self, **filters: str) -> str:
        """The query string of this choice's order with just these *filters*."""
        return self.query(**(dict.fromkeys(FILTERS, "") | filters))


def read_choice(query: Query) -> Choice:
    """Read the page's query. Raises :class:`RequestRefused` (400) for what is not known."""
    only_known(query, (*FILTERS, "sort", "show"))
    chosen = read_filter(tuple(pair for pair in query if pair[0] in FILTERS))
    sort = (values(query, "sort") or (WORST_FIRST,))[-1]
    if sort.removeprefix("-") not in SORTS:
        raise refused_value("sort", sort, allowed=", ".join(SORTS) + "; each also with - before it")
    if shown := [value for value in values(query, "show") if value != "all"]:
        raise refused_value("show", shown[0], allowed="all")
    return Choice(chosen, sort, bool(values(query, "show")))
