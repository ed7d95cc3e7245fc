"""The orders in which the page can list instances."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from unicodedata import normalize

from backup_watch.web.page.rows import Row

Key = float | str | tuple[tuple[int, int, str], ...]
SORTS: dict[str, Callable[[Row], Key | None]] = {
    "worst": lambda row: row.rank,
    "name": lambda row: natural(row.name),
    "freshness": lambda row: row.ratio,
    "newest": lambda row: row.iso or None,
    "slot": lambda row: row.slot_minutes,
    "size": lambda row: row.size_bytes,
    "retention": lambda row: row.retention_days,
}
"""The value each order looks at; None is listed last in either direction."""
FIRST_DOWN = frozenset({"freshness", "size"})
"""Orders whose larger values are of more interest."""


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A key under which ``db-2`` comes before ``db-10``; upper and lower case are the same."""
    parts = re.split(r"([0-9]+)", normalize("NFC", name).casefold())
    return tuple((0, int(part[:300]), part) if part.isdigit() else (1, 0, part) for part in parts if part)


def arranged(rows: Sequence[Row], sort: str) -> list[Row]:
    """*rows* in the order *sort*; those that are equal keep their rank."""
    value = SORTS[sort.removeprefix("-")]
    known = [(key, row) for row in rows if (key := value(row)) is not None]
    unknown = [row for row in rows if value(row) is None]
    known.sort(key=lambda pair: pair[0], reverse=sort.startswith("-"))
    return [row for _, row in known] + unknown
