"""Holds what a rule said against the ground truth."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import ceil

from msgspec import Struct

from backup_watch.model.vocabulary import Severity
from tests.lab.truth.model import DAY
from tests.lab.truth.outages import Outage
from tests.lab.truth.rules import Stretch

AFTERWARDS = DAY
"""An alarm that begins within this time after an outage's end is about that outage, and too late."""


class Episode(Struct, frozen=True):
    began_at: int
    last_at: int
    """The first and the last check of an unbroken row of alerts."""


class Score(Struct):
    """What one rule came to; scores of several databases add up."""

    seconds: int = 0
    """Database time that was checked."""
    false_alarms: int = 0
    afterwards: int = 0
    outages: int = 0
    delays: list[int] = []
    """Seconds from the missed slot to the first alert, of each outage that was detected."""
    unnoticed: int = 0
    """Seconds of outages before they were told; all of those that never were."""

    def add(self, other: Score) -> None:
        self.seconds += other.seconds
        self.false_alarms += other.false_alarms
        self.afterwards += other.afterwards
        self.outages += other.outages
        self.delays += other.delays
        self.unnoticed += other.unnoticed

    @property
    def missed(self) -> int:
        return self.outages - len(self.delays)

    @property
    def years(self) -> float:
        return self.seconds / (365 * DAY)

    @property
    def false_alarms_per_year(self) -> float:
        return self.false_alarms / self.years

    def delay(self, share: float) -> int | None:
        """The delay within which *share* of the detected outages were told (nearest rank). None: none was."""
        return sorted(self.delays)[max(ceil(share * len(self.delays)), 1) - 1] if self.delays else None


def episodes_of(
    stretches: Sequence[Stretch], checks: Sequence[int], *, severities: frozenset[Severity]
) -> list[Episode]:
    """Join the *stretches* of these *severities* where no check lies between them."""
    spans: list[list[int]] = []
    for stretch in stretches:
        if stretch.severity not in severities:
            continue
        if spans and spans[-1][1] + 1 == stretch.first:
            spans[-1][1] = stretch.last
        else:
            spans.append([stretch.first, stretch.last])
    return [Episode(checks[first], checks[last]) for first, last in spans]


def score(episodes: Sequence[Episode], outages: Sequence[Outage], *, checks: Sequence[int], seconds: int) -> Score:
    """Hold *episodes* against *outages*, both in order and without overlap, of one database checked for *seconds*."""
    begins = [outage.began_at for outage in outages]
    tally = Score(seconds=seconds, outages=len(outages))
    for episode in episodes:
        before = bisect_right(begins, episode.began_at) - 1
        if before < 0 or episode.began_at >= outages[before].ended_at + AFTERWARDS:
            tally.false_alarms += 1
        elif episode.began_at >= outages[before].ended_at:
            tally.afterwards += 1
    for outage in outages:
        told_at = _first_alert(outage, episodes, checks)
        tally.unnoticed += (outage.ended_at if told_at is None else told_at) - outage.began_at
        if told_at is not None:
            tally.delays.append(told_at - outage.began_at)
    return tally


def _first_alert(outage: Outage, episodes: Sequence[Episode], checks: Sequence[int]) -> int | None:
    """The first check within *outage* that lies in one of *episodes*; None: there is none."""
    following = bisect_left(episodes, outage.began_at, key=lambda episode: episode.last_at)
    if following == len(episodes):
        return None
    inside = bisect_left(checks, max(episodes[following].began_at, outage.began_at))
    return checks[inside] if inside < len(checks) and checks[inside] < outage.ended_at else None
