"""Random lives of databases, the API's answers about them at any moment, and the truth by other means than the code's.

The truth counts in whole seconds since BEGIN and takes severities straight from the rules' words; the instant at
which one began is found by halving, never by the formulas under test.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

from msgspec import Struct

from backup_watch.model.instances import Instance, KeptBackup, Scope
from backup_watch.model.policy import Policy, Rule, Selector, Thresholds
from backup_watch.model.readings import FreshWindow, Histories, Reading
from backup_watch.model.vocabulary import Severity
from tests.builders import KST, an_id

BEGIN = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
HOUR, DAY = 3600, 86400
QUARTER = 900
KOREA_AHEAD = 9 * HOUR


class Limits(Struct, frozen=True):
    """What is allowed, in seconds, and how bad it is to exceed it."""

    max_age: int = 26 * HOUR
    grace: int = 2 * HOUR
    new_grace: int = 2 * HOUR
    severity: str = "critical"

    def policy(self) -> Policy:
        ages = (timedelta(seconds=length) for length in (self.max_age, self.grace, self.new_grace))
        rule = Rule(Selector(), severity=Severity[self.severity.upper()])
        return Policy(Thresholds(*ages), () if self.severity == "critical" else (rule,))


class Life(Struct, frozen=True):
    """One instance from its creation on. Its instants are seconds after BEGIN."""

    number: str
    created: int
    slot: int | None
    """Seconds since midnight in Korea. None: the API tells no backup time."""
    backups: tuple[int, ...]
    """Their ends, oldest first; each is in the list from then on."""
    lengths: tuple[int, ...] = ()
    """How long each of them took, in the same order. Fewer: the others took no time."""
    retention: int = 30
    """Days."""
    purged_after: int = 0
    """How long a backup may stay beyond its retention."""

    def kept(self, at: int, *, since: int | None = None) -> list[tuple[int, int]]:
        """Start and end of the backups that are done at *at* and ended no earlier than *since*, newest first."""
        lengths = (*self.lengths, *(0 for _ in self.backups))
        spans = [(end - length, end) for end, length in zip(self.backups, lengths, strict=False)]
        return [span for span in reversed(spans) if span[1] <= at and (since is None or span[1] >= since)]

    def expected(self, newest: int, at: int) -> int | None:
        """When the backup after *newest* is expected, by the words of the rules, as known at *at*."""
        sample = self.kept(at, since=at - (self.retention - 1) * DAY)
        started = next((start for start, end in self.kept(at) if end == self.backups[newest]), self.backups[newest])
        if self.slot is None:
            gaps = [after[1] - before[1] for after, before in pairwise(sample)]
            usual = [gap for gap in gaps if gap < 36 * HOUR][:7]
            return self.backups[newest] + max(usual) if len(usual) >= 3 else None
        lateness = []
        for start, end in sample:
            behind = (start + QUARTER - self.slot + KOREA_AHEAD) % DAY  # since a quarter of an hour before the slot
            if behind < HOUR:
                lateness.append(end - (start + QUARTER - behind))
        earliest = max(started + 12 * HOUR, self.backups[newest] + 1)
        due = earliest + (self.slot - KOREA_AHEAD - earliest) % DAY
        return due + (max(0, *lateness[:7]) if len(lateness) >= 3 else HOUR // 2)

    def newest(self, at: int) -> int:
        """Which backup is the newest at *at*; -1: there is none."""
        return bisect_right(self.backups, at) - 1

    def as_told(self, at: int) -> Instance:
        """The lists' answer at *at*: the newest backup and no other."""
        newest = self.newest(at)
        time = None if self.slot is None else f"{self.slot // HOUR:02}:{self.slot % HOUR // 60:02}"
        return Instance(
            an_id(self.number), f"db-{self.number}", () if newest < 0 else (instant(self.backups[newest]),),
            in_instance_list=True, status="running", is_backup=True, created_at=instant(self.created), backup_time=time,
            retention_days=self.retention,
        )  # fmt: skip

    def severity(self, at: int, limits: Limits, *, known: int | None = None) -> str:
        """``ok``, ``warning`` or ``critical`` at *at*, by the words of the rules, and by what is usual at *known*."""
        newest = self.newest(at)
        if newest < 0:
            return "ok" if at - self.created < limits.new_grace else limits.severity
        age = at - self.backups[newest]
        if age > limits.max_age:
            return limits.severity
        if age <= DAY:
            return "ok"
        expected = self.expected(newest, at if known is None else known)
        return "warning" if expected is not None and at >= expected + limits.grace else "ok"

    def began(self, at: int, limits: Limits) -> int:
        """The last second at which it was not yet as bad as at *at* with the same newest backup, by halving."""
        newest = self.newest(at)
        good, bad = (self.backups[newest] if newest >= 0 else self.created), at
        severity = self.severity(at, limits)
        while bad - good > 1:
            middle = (good + bad) // 2
            same = self.severity(middle, limits, known=at) == severity
            good, bad = (good, middle) if same else (middle, bad)
        return good if newest >= 0 else bad  # a grace ends at its very end, an age counts from just after it


def instant(seconds: int) -> datetime:
    """Seconds after BEGIN as the API writes an instant."""
    return (BEGIN + timedelta(seconds=seconds)).astimezone(KST)


def random_world(rng: Random, *, lives: int, days: int) -> list[Life]:
    return [random_life(rng, number, days=days) for number in range(lives)]


def random_life(rng: Random, number: int, *, days: int) -> Life:
    """*days* days: daily backups with jitter, failed days, long outages, backups by hand, late ones."""
    created = rng.randrange(-days * DAY, 3 * DAY)
    slot = rng.randrange(0, DAY, 300) if rng.random() < 0.8 else None
    time_of_day = rng.randrange(DAY) if slot is None else slot
    fails, backups = 0, set()
    for day in range(-3, days + 1):
        due = day * DAY - KOREA_AHEAD + time_of_day
        fails = fails - 1 if fails else rng.choice((0, 0, 0, 0, 0, 0, 1, 1, 2, 4))
        if not fails:
            backups.add(due + rng.randrange(-60, rng.choice((0, 900, 900, 900, 4 * HOUR, 2 * HOUR)) + 60))
        if rng.random() < 0.05:
            backups.add(due + rng.randrange(DAY))
    ends, starts, lengths = [], [], []
    typical = rng.choice((5, 300, 900, 2 * HOUR))
    for end in sorted(at for at in backups if at > created):
        length = int(typical * rng.uniform(0.8, 1.3))
        if not ends or end - length > starts[-1] + HOUR:  # else they count as parts of one
            ends.append(end)
            starts.append(end - length)
            lengths.append(length)
    return Life(
        f"{number:05}", created, slot, tuple(ends), tuple(lengths),
        rng.choice((1, 2, 4, 5, 6, 7, 8, 10, 30)), rng.randrange(HOUR, 20 * HOUR),
    )  # fmt: skip


class WorldSource:
    """Answers about *lives* as the API would at *clock* (seconds after BEGIN)."""

    def __init__(self, lives: Sequence[Life], *, clock: int) -> None:
        self._by_number = {life.number: life for life in lives if life.created <= clock}
        self._clock = clock

    def read(self, scopes: Sequence[Scope], fresh_window: FreshWindow | None = None) -> Reading:
        return Reading(tuple(life.as_told(self._clock) for life in self._by_number.values()))

    def histories(self, instances: Sequence[Instance]) -> Histories:
        """All backups; of those that are beyond their retention, at any moment after that, only the instants."""
        lives = {instance.id: self._by_number[instance.number] for instance in instances}
        kept = {
            key: tuple(
                KeptBackup(instant(start), instant(end))
                for start, end in life.kept(self._clock, since=self._clock - life.retention * DAY - life.purged_after)
            )
            for key, life in lives.items()
        }
        return Histories({
            key: tuple(instant(at) for at in reversed(life.backups) if at <= self._clock) for key, life in lives.items()
        }, kept=kept)  # fmt: skip
