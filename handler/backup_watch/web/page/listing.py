"""Which rows are drawn at once, and which the page's script draws when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, takewhile

from markupsafe import Markup
from msgspec import Struct
from msgspec.json import encode

from backup_watch.web.page.choice import Choice
from backup_watch.web.page.rows import Row
from backup_watch.web.page.sorting import arranged

MAX_ROWS = 300
"""Drawn at once: a browser takes seconds to lay out thousands."""
MAX_TABLE_BYTES = 3_700_000
"""So that the page stays under what Lambda can answer, even uncompressed."""
ROW_BYTES = 540
"""What a row takes at most as HTML, besides its names and numbers."""
DATA_BYTES = 260
"""The same as data."""
FIELDS = (
    "tone", "verdict", "name", "account", "product", "region", "number", "place", "path", "muted", "bar", "ratio",
    "age", "allowed", "iso", "local", "slot", "size", "size_bytes", "retention", "retention_days",
)  # fmt: skip
"""What the script gets of a row, in this order. A row's place among the data is its rank."""


class Listing(Struct, frozen=True):
    """The table's content."""

    rows: list[Row]
    """Drawn, in the order chosen."""
    matching: list[Row]
    """All that the filter lets through, in that order."""
    data: Markup | None
    """All rows for the script, as JSON that can stand in HTML. None: too many; the server filters and sorts."""


def listing(rows: Sequence[Row], choice: Choice) -> Listing:
    """Choose of *rows*, which are in the order of their rank, what is drawn at once."""
    matching = arranged(tuple(filter(choice.lets_through, rows)) if choice.filter.narrows else rows, choice.sort)
    drawn = matching if choice.shows_all else matching[:MAX_ROWS]
    if sum(_sizes(drawn, ROW_BYTES)) + sum(_sizes(rows, DATA_BYTES)) <= MAX_TABLE_BYTES:
        return Listing(drawn, matching, _data(rows))
    fitting = takewhile(lambda total: total <= MAX_TABLE_BYTES, accumulate(_sizes(drawn, ROW_BYTES)))
    return Listing(drawn[: sum(1 for _ in fitting)], matching, None)


def _sizes(rows: Sequence[Row], each: int) -> Iterator[int]:
    """At most so many bytes each of *rows* takes; a character of a name may become six."""
    return (each + len(row.path) + len(row.place) + 6 * (len(row.name) + len(row.muted)) for row in rows)


def _data(rows: Sequence[Row]) -> Markup:
    values = [[getattr(row, field) for field in FIELDS] for row in rows]
    return Markup(encode(values).decode().replace("<", "\\u003c"))  # noqa: S704  nothing in it can end the script
