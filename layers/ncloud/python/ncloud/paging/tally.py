"""Counts the rows of a list's pages: how many distinct ones, and whether they can be trusted to be. No I/O.

Two rows are the same if all their fields are; the rows of one page all count, as a page never repeats itself.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from ncloud.model import Listing, Page


class Tally:
    """The pages of one round of reading."""

    def __init__(self, identity: Callable[[Any], str]) -> None:
        self.pages: dict[int, Page] = {}
        self.total_rows = 0
        """As the first page promised."""
        self._identity = identity
        self._identities: set[str] = set()
        self._received = 0

    def add(self, page_no: int, page: Page) -> None:
        if not self.pages:
            self.total_rows = page.total_rows
        self.pages[page_no] = page
        self._identities.update(map(self._identity, page.rows))
        self._received += len(page.rows)

    def has_new_rows(self, page: Page, *, apart_from: int | None = None) -> bool:
        """Whether *page* holds a row that no page so far holds; *apart_from*: the number of one to leave out."""
        others = [each.rows for page_no, each in self.pages.items() if page_no != apart_from]
        known = {row for rows in others for row in rows}
        return not known.issuperset(page.rows)

    def is_short(self) -> bool:
        return self._distinct() < self.total_rows

    def is_exact(self) -> bool:
        """As many distinct rows as promised. More would mean that the promise is worth nothing."""
        return self._distinct() == self.total_rows

    def is_consistent(self, earlier: "Tally | None") -> bool:
        """No instance has different rows on two pages, or *earlier* read the very same ones of it."""
        if self._names_all() or self._has_one_row_each():
            return True
        conflicting = self._conflicting()
        return not conflicting or (earlier is not None and conflicting.items() <= earlier._conflicting().items())

    def shortfall(self) -> str:
        return f"{self._distinct()} of {self.total_rows} rows came"

    def listing(self, *, request_count: int, operation: str = "") -> Listing:
        """The list, in the order of its pages; rows that pages repeat are there once."""
        pages = [page.rows for _, page in sorted(self.pages.items())]
        if len(pages) == 1:
            rows = pages[0]
        elif self._has_one_row_each():
            rows = [row for page in pages for row in page]
        else:
            rows = list(self._most(pages).elements())
        attributed = [row for row in rows if self._identity(row)] if "" in self._identities else rows
        return Listing(attributed, self.total_rows, request_count, len(rows) - len(attributed), operation)

    def _names_all(self) -> bool:
        """Each promised row is about something else; known without hashing a row, as is the next."""
        return len(self._identities) == self.total_rows and "" not in self._identities

    def _has_one_row_each(self) -> bool:
        return self._received == len(self._identities) and "" not in self._identities

    def _distinct(self) -> int:
        if self._names_all():
            return self.total_rows
        if self._has_one_row_each():
            return self._received
        return self._most([page.rows for page in self.pages.values()]).total()

    @staticmethod
    def _most(pages: list[list[Any]]) -> Counter[Any]:
        """Each row as often as it is on the page that has it most often."""
        most: Counter[Any] = Counter()
        for rows in pages:
            most |= Counter(rows)
        return most

    def _conflicting(self) -> dict[str, frozenset[Any]]:
        """The rows of each instance that has different ones on two pages."""
        seen: dict[str, frozenset[Any]] = {}
        conflicting: set[str] = set()
        for page in self.pages.values():
            here: dict[str, set[Any]] = {}
            for row in page.rows:
                here.setdefault(self._identity(row), set()).add(row)
            for identity, rows in here.items():
                if seen.setdefault(identity, frozenset(rows)) != rows:
                    conflicting.add(identity)
                    seen[identity] |= rows
        return {identity: seen[identity] for identity in conflicting}
