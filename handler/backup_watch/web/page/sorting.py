"""The orders in which the page can list instances."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from backup_watch.web.page.rows import Row

Key = float | str
SORTS: dict[str, Callable[[Row], Key | None]] = {
    "worst": lambda row: row.rank,
    "name": lambda row: row.name.casefold(),
    "freshness": lambda row: row.ratio,
    "newest": lambda row: row.iso or None,
    "slot": lambda row: row.slot_minutes,
    "size": lambda row: row.size_bytes,
    "retention": lambda row: row.retention_days,
}
"""The value each order looks at; None is listed last in either direction."""
FIRST_DOWN = frozenset({"freshness", "size"})
"""Orders whose larger values are of more interest."""


def arranged(rows: Sequence[Row], sort: str) -> list[Row]:
    """*rows* in the order *sort*; those that are equal keep their rank."""
    value = SORTS[sort.removeprefix("-")]
    known = [(key, row) for row in rows if (key := value(row)) is not None]
    unknown = [row for row in rows if value(row) is None]
    known.sort(key=lambda pair: pair[0], reverse=sort.startswith("-"))
    return [row for _, row in known] + unknown
