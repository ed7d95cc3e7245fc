"""Whether what is held stays flat."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from tests.lab.soak.gauges import Held

MAX_GROWN_MB = 16.0
MAX_GROWN_OBJECTS = 2000
"""Between the second quarter of the runs and the last: far more than chance, far less than one report kept per run."""
MAX_SOCKETS = 10
"""Idle ones are kept on purpose: four to Ncloud, one for each AWS client; and one is the soak's own."""


def leaks(held: Sequence[Held]) -> list[str]:
    """What did not stay flat over the runs after which *held* was read; at least 8."""
    found = []
    if (grown := _grown(held, lambda each: each.resident_mb)) > MAX_GROWN_MB:
        found.append(f"the memory grew by {grown:.1f} MB, {MAX_GROWN_MB:g} are allowed")
    if (grown := _grown(held, lambda each: each.objects)) > MAX_GROWN_OBJECTS:
        found.append(f"{grown:.0f} more objects, {MAX_GROWN_OBJECTS} are allowed")
    if (threads := max(each.threads for each in held)) > 1:
        found.append(f"{threads - 1} threads left over")
    if (sockets := max(each.sockets for each in held)) > MAX_SOCKETS:
        found.append(f"{sockets} sockets, {MAX_SOCKETS} are allowed")
    if (files := held[-1].files - held[0].files) > 0:
        found.append(f"{files} open files left over")
    if (left := held[-1].temporary_files) > 0:
        found.append(f"{left} temporary files left over")
    return found


def _grown(held: Sequence[Held], gauge: Callable[[Held], float]) -> float:
    quarter = len(held) // 4
    return median(map(gauge, held[-quarter:])) - median(map(gauge, held[quarter : 2 * quarter]))
