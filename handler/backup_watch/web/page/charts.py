"""The two charts of the page: how old against what is allowed, and when backups are due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import accumulate

from msgspec import Struct

from backup_watch.web.page.rows import FULL_BAR, SLOT_STEP_MINUTES, Row

HEIGHT = 100
BOTTOM_UP = (0, 4, 1, 2, 3)
"""Tones from the mildest to the worst."""
WIDTH = 1000
TOLD_APART = 150
AGE_BINS = 40
SLOT_BINS = 24 * 60 // SLOT_STEP_MINUTES
LEAST_VISIBLE = 2.5
"""A bar of one instance among thousands is drawn at least this high, of ``HEIGHT``."""


class Segment(Struct, frozen=True):
    """The instances of one tone in one bar, from ``top`` downwards."""

    tone: int
    top: float
    height: float


class Bar(Struct, frozen=True):
    """One bar: where it stands, and how many instances it is for."""

    index: int
    count: int
    segments: tuple[Segment, ...]


class Chart(Struct, frozen=True):
    """A stacked histogram. Bars that would be empty are left out."""

    bins: int
    bars: tuple[Bar, ...]
    left_out: int
    """Instances that have no such value."""

    @property
    def busiest(self) -> Bar | None:
        """The highest bar, the first of equals; None where there is none."""
        return max(self.bars, key=lambda bar: bar.count, default=None)


class Stretch(Struct, frozen=True):
    """A piece of the strip."""

    tone: int
    start: float
    width: float


def age_chart(rows: Sequence[Row]) -> Chart:
    """Age to allowed age, 0 to twice; the last bar holds all that are older."""

    def bin_of(row: Row) -> int | None:
        return None if row.ratio is None else min(int(row.ratio / FULL_BAR * AGE_BINS), AGE_BINS - 1)

    return _chart(rows, bin_of, AGE_BINS)


def slot_chart(rows: Sequence[Row]) -> Chart:
    """Backup slots in half hours of the day, in the display zone."""
    return _chart(rows, lambda row: None if row.slot_minutes is None else row.slot_step, SLOT_BINS)


def slot_label(index: int) -> str:
    """The half hour *index* as ``02:00``."""
    hours, minutes = divmod(index * SLOT_STEP_MINUTES, 60)
    return f"{hours:02}:{minutes:02}"


def _chart(rows: Sequence[Row], bin_of: Callable[[Row], int | None], bins: int) -> Chart:
    counts: dict[int, dict[int, int]] = {}
    left_out = 0
    for row in rows:
        index = bin_of(row)
        if index is None:
            left_out += 1
        else:
            of_bin = counts.setdefault(index, {})
            of_bin[row.tone] = of_bin.get(row.tone, 0) + 1
    highest = max((sum(found.values()) for found in counts.values()), default=1)
    return Chart(bins, tuple(_bar(index, counts[index], highest) for index in sorted(counts)), left_out)


def _bar(index: int, found: dict[int, int], highest: int) -> Bar:
    """Stack the tones, the mildest at the bottom."""
    floor = float(HEIGHT)
    segments = []
    for tone in filter(found.__contains__, BOTTOM_UP):
        height = max(found[tone] / highest * HEIGHT, LEAST_VISIBLE)
        floor = max(floor - height, 0.0)
        segments.append(Segment(tone, round(floor, 1), round(min(height, HEIGHT), 1)))
    return Bar(index, sum(found.values()), tuple(segments))


def strip(counts: Counter[int]) -> list[Stretch]:
    """All side by side, of whose tones there are *counts*, worst first: one piece each while they can be told apart,
    else one for each tone.
    """
    total = counts.total()
    worst_first = [tone for tone in reversed(BOTTOM_UP) if counts[tone]]
    if total <= TOLD_APART:
        tones = [tone for tone in worst_first for _ in range(counts[tone])]
        return [Stretch(tone, round(at * WIDTH / total, 2), round(WIDTH / total, 2)) for at, tone in enumerate(tones)]
    widths = [max(counts[tone] / total * WIDTH, LEAST_VISIBLE * 2) for tone in worst_first]
    starts = accumulate(widths, initial=0.0)
    scale = WIDTH / sum(widths)
    return [
        Stretch(tone, round(start * scale, 2), round(width * scale, 2))
        for tone, start, width in zip(worst_first, starts, widths, strict=False)
    ]
