"""The table's headings, each with the link that sorts by it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from backup_watch.i18n import Words
from backup_watch.model.messages import N_
from backup_watch.web.page.choice import Choice
from backup_watch.web.page.sorting import FIRST_DOWN, SORTS

LABELS = {
    "worst": N_("Verdict"),
    "name": N_("Database"),
    "freshness": N_("Age of newest backup"),
    "newest": N_("Newest backup"),
    "slot": N_("Backup slot"),
    "size": N_("Size"),
    "retention": N_("Kept for"),
}
"""The heading of each column, by the order that it sorts by."""
Direction = Literal["ascending", "descending"]


class Column(Struct, frozen=True):
    """One heading."""

    sort: str
    label: str
    href: str
    direction: Direction | None
    """How the table is sorted by it now. None: it is not."""
    starts_down: bool
    """Whether the first click lists the largest first."""


def columns(choice: Choice, words: Words) -> list[Column]:
    """All headings, in their order."""
    return [_column(sort, choice, words) for sort in SORTS]


def _column(sort: str, choice: Choice, words: Words) -> Column:
    down = sort in FIRST_DOWN
    first, other = (f"-{sort}", sort) if down else (sort, f"-{sort}")
    href = choice.query(sort=other if choice.sort == first else first)
    return Column(sort, words.text(LABELS[sort]), href, _direction(sort, choice), down)


def _direction(sort: str, choice: Choice) -> Direction | None:
    if choice.sort.removeprefix("-") != sort:
        return None
    return "descending" if choice.sort.startswith("-") else "ascending"
