"""How large the kept backups are, one bar each, oldest first."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from backup_watch.web.instance.timeline import MAX_DAYS, Backup

HEIGHT = 100
STEP = 10
LEAST_HEIGHT = 2.0
LEAST_BARS = 14
"""Fewer bars stand at the right, as wide as if there were so many."""


class Bar(Struct, frozen=True):
    """One backup of which the size is known."""

    x: int
    top: float
    height: float
    backup: Backup


class SizesChart(Struct, frozen=True):
    """Bars from zero to the largest."""

    width: int
    bars: tuple[Bar, ...]
    smallest: int
    largest: int
    newest: int


def sizes_chart(backups: Sequence[Backup]) -> SizesChart | None:
    """The sizes of *backups*, which are newest first. None: fewer than two are known, and nothing can be compared."""
    known = [(backup.size_bytes, backup) for backup in reversed(backups[:MAX_DAYS]) if backup.size_bytes is not None]
    if len(known) < 2:
        return None
    sizes = [size for size, _ in known]
    largest, places = max(*sizes, 1), max(len(known), LEAST_BARS)
    bars = []
    for number, (size, backup) in enumerate(known):
        height = round(max(size / largest * HEIGHT, LEAST_HEIGHT), 1)
        bars.append(Bar((places - len(known) + number) * STEP, round(HEIGHT - height, 1), height, backup))
    return SizesChart(places * STEP, tuple(bars), min(sizes), max(sizes), sizes[-1])
