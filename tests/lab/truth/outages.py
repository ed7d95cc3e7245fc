"""The ground truth: which outages there were. Knows the history and no rule."""

from __future__ import annotations

from bisect import bisect_right

from msgspec import Struct

from tests.lab.truth.model import History


class Outage(Struct, frozen=True):
    began_at: int
    """The slot that was missed first."""
    ended_at: int
    """When the next good backup was seen, or the deletion began. Exclusive."""


def outages_of(history: History) -> list[Outage]:
    """The outages of *history*, in order."""
    outages: list[Outage] = []
    starts = sorted(backup.started_at for backup in history.backups)
    ends = {backup.started_at: backup.ended_at for backup in history.backups}
    for missed in history.missed:
        if outages and missed.at < outages[-1].ended_at:
            continue
        following = bisect_right(starts, missed.at)
        ended_at = ends[starts[following]] if following < len(starts) else history.deleting_at
        if ended_at > missed.healthy_until:
            outages.append(Outage(missed.at, ended_at))
    return outages
