"""The readings of pageNo and totalRows that the documents leave open, each as a word."""

from __future__ import annotations

from dataclasses import dataclass, fields
from random import Random
from typing import Final, Generic, TypeVar

from tests.emulator.refusals import ServiceRefusal

Item = TypeVar("Item")

WORDS: Final = {
    "base": {
        "zero-based": "page 0 is the first (default)",
        "one-based": "page 1 is the first, page 0 is empty",
        "one-based-strict": "page 1 is the first, page 0 is refused",
        "alias": "0 and 1 are both the first page, 2 is the second",
        "ignored": "pageNo and pageSize change nothing: always the whole list",
    },
    "past_end": {
        "past-end-empty": "an empty list with the same totalRows (default)",
        "past-end-last": "the last page once more",
        "past-end-error": "refused: 400, returnCode 800",
        "past-end-zero-total": "an empty list with totalRows 0",
    },
    "order": {
        "ordered": "the same order at every request (default)",
        "shuffled": "another order at every request",
    },
    "totals": {
        "totals-right": "all rows of all pages (default)",
        "totals-changing": "one more with each page number",
        "totals-too-large": "three more than there are",
        "totals-too-small": "one fewer than there are",
        "totals-zero": "0, whatever there is",
        "totals-missing": "the field is left out",
        "totals-strings": "the number as a string of digits",
        "totals-null": "null",
    },
    "rows": {
        "rows-once": "one row for each instance (default)",
        "rows-duplicated": "every tenth row, the first included, stands twice",
        "rows-several": "an older row stands beside each instance's own, where it has two backups",
    },
}
"""Word by word what may be asked for; the first of each group is the default."""


@dataclass(frozen=True)
class Paging:
    """One word of each group."""

    base: str = "zero-based"
    past_end: str = "past-end-empty"
    order: str = "ordered"
    totals: str = "totals-right"
    rows: str = "rows-once"

    @classmethod
    def parse(cls, spec: str | Paging) -> Paging:
        """From words with commas or plus signs between: `one-based,past-end-error`. ValueError: an unknown word."""
        return spec if isinstance(spec, Paging) else cls(**words_by_group(spec, WORDS))

    def __str__(self) -> str:
        return ",".join(getattr(self, field.name) for field in fields(self))


def words_by_group(spec: str, groups: dict[str, dict[str, str]]) -> dict[str, str]:
    """The group of each word of *spec*. ValueError names an unknown word and the known ones."""
    chosen = {}
    for word in filter(None, spec.replace("+", ",").replace(" ", "").split(",")):
        group = next((name for name, words in groups.items() if word in words), None)
        if group is None:
            known = ", ".join(word for words in groups.values() for word in words)
            raise ValueError(f"no such mode: {word}; there are {known}")
        chosen[group] = word
    return chosen


@dataclass(frozen=True)
class Page(Generic[Item]):
    items: list[Item]
    total: object
    """None: the field says null. ABSENT: the field is left out."""


ABSENT: Final = object()


def page_of(
    items: list[Item], *, page_no: int | None, page_size: int | None, paging: Paging, random: Random
) -> Page[Item]:
    """The page that a service of this reading answers. ServiceRefusal where it refuses the page."""
    if paging.order == "shuffled":
        items = random.sample(items, len(items))
    if page_size is None or paging.base == "ignored":
        return Page(items, _total(len(items), paging, page_no or 0))
    index = _page_index(page_no, paging)
    start = index * page_size
    if index > 0 and start >= len(items):
        return _past_end(items, page_no or 0, page_size, paging)
    shown = items[start : start + page_size] if index >= 0 else []
    return Page(shown, _total(len(items), paging, page_no or 0))


def _page_index(page_no: int | None, paging: Paging) -> int:
    """Which page, from 0; -1 is the page before the first."""
    if page_no is None or paging.base == "zero-based":
        return page_no or 0
    if paging.base == "alias":
        return max(page_no - 1, 0)
    if page_no == 0 and paging.base == "one-based-strict":
        raise ServiceRefusal("800", "pageNo must be 1 or more.")
    return page_no - 1


def _past_end(items: list[Item], page_no: int, page_size: int, paging: Paging) -> Page[Item]:
    if paging.past_end == "past-end-error":
        raise ServiceRefusal("800", "pageNo is past the last page.")
    if paging.past_end == "past-end-zero-total":
        return Page([], 0)
    start = (max(len(items) - 1, 0) // page_size) * page_size
    shown = items[start:] if paging.past_end == "past-end-last" else []
    return Page(shown, _total(len(items), paging, page_no))


def _total(count: int, paging: Paging, page_no: int) -> object:
    totals: dict[str, object] = {
        "totals-right": count,
        "totals-changing": count + page_no,
        "totals-too-large": count + 3,
        "totals-too-small": max(count - 1, 0),
        "totals-zero": 0,
        "totals-missing": ABSENT,
        "totals-strings": str(count),
        "totals-null": None,
    }
    return totals[paging.totals]


def with_doubles(items: list[Item]) -> list[Item]:
    """Every tenth item, the first included, twice."""
    return [item for place, item in enumerate(items) for _ in range(2 if place % 10 == 0 else 1)]
