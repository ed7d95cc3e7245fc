"""Makes the histories: seeded, and the same on every Python."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from math import exp, log
from random import Random

from tests.lab.truth.model import DAY, HOUR, MINUTE, Backup, Fleet, History, Missed, Model, Slot

OLD = -90 * DAY
"""When the databases were created that are there from the beginning."""
RUN_IN = -3 * DAY
"""Their backups are simulated from here, so that each has one before the first check."""


def fleet_of(model: Model, seed: int, number: int) -> Fleet:
    """The fleet that the database *number* belongs to."""
    random = Random(f"{seed}/fleet/{number % model.fleets}")  # noqa: S311  a simulation
    end = model.days * DAY
    checks = range(random.randrange(HOUR), end, HOUR)
    spans = [
        (at, at + _log_uniform(random, 10 * MINUTE, 6 * HOUR))
        for at in _moments(random, model.api_outages, since=0, until=end)
    ]
    blind = {check for begin, stop in spans for check in checks[bisect_left(checks, begin) : bisect_left(checks, stop)]}
    return Fleet(
        tuple(check for check in checks if check not in blind),
        tuple(sorted(blind)),
        random.randint(-model.largest_skew, model.largest_skew),
        random.random() >= model.details_refused,
    )


def history_of(model: Model, seed: int, number: int) -> History:
    """The year of the database *number*."""
    random = Random(f"{seed}/database/{number}")  # noqa: S311  a simulation
    end = model.days * DAY
    is_born = random.random() < model.born
    created_at = random.randrange(end - 10 * DAY) if is_born else OLD
    running_at = created_at + random.randint(5 * MINUTE, 25 * MINUTE)
    begins = created_at + model.first_backup_within if is_born else RUN_IN
    deleting_at = end
    if random.random() < model.removed:
        deleting_at = random.randrange(max(begins, 0) + DAY, end)
    gone_at = deleting_at + random.randint(5 * MINUTE, model.longest_deletion)
    slots = _slots(model, random, begins, deleting_at)
    due = _due(slots, begins, deleting_at)
    backups, missed = _Backups(model, random).carry_out(due, deleting_at, first_for=created_at if is_born else None)
    retention = Random(f"{seed}/retention/{number}").choice(model.retention_days)  # noqa: S311  the same
    return History(number, created_at, running_at, deleting_at, gone_at, slots, backups, missed, retention)


def _moments(random: Random, rate: float, *, since: int, until: int) -> list[int]:
    """Instants of a Poisson process with *rate* events a year."""
    moments, at = [], float(since)
    while (at := at - log(1 - random.random()) * 365 * DAY / rate) < until:
        moments.append(int(at))
    return moments


def _log_uniform(random: Random, low: int, high: int) -> int:
    return int(exp(random.uniform(log(low), log(high))))


def _slots(model: Model, random: Random, begins: int, ends: int) -> tuple[Slot, ...]:
    if random.random() < model.automatic:
        slots = [Slot(OLD, 0, random.random() < model.automatic_told)]
    else:
        slots = [Slot(OLD, _slot_time(model, random), True)]
    for at in _moments(random, model.slot_changes, since=begins, until=ends):
        in_office_hours = at // DAY * DAY + random.randint(9 * HOUR, 19 * HOUR)
        if in_office_hours > max(slots[-1].since, begins):
            slots.append(Slot(in_office_hours, _slot_time(model, random), True))
    return tuple(slots)


def _slot_time(model: Model, random: Random) -> int:
    hours = 7 if random.random() < model.by_night else 24
    return random.randrange(hours * HOUR // model.slot_step) * model.slot_step


def _due(slots: tuple[Slot, ...], begins: int, ends: int) -> list[int]:
    """Every slot strictly after *begins* and before *ends*."""
    due: list[int] = []
    for slot, until in zip(slots, [later.since for later in slots[1:]] + [ends], strict=True):
        since = max(slot.since, begins) + 1
        first = since + (slot.time - since) % DAY
        due += range(first, min(until, ends), DAY)
    return due


class _Backups:
    """Carries out one database's schedule."""

    def __init__(self, model: Model, random: Random) -> None:
        self.model, self.random = model, random
        typical = random.lognormvariate(log(model.duration_median), model.duration_sigma)
        self.duration = min(max(typical, model.shortest_duration), model.longest_typical_duration)
        self.growth = random.uniform(0, model.largest_growth)
        self.long_day = random.randrange(7) if model.weekly_long > 1 else None
        self.backups: list[Backup] = []
        self.missed: list[Missed] = []

    @property
    def longest_duration(self) -> int:
        typical = self.duration * (1 + self.growth) * exp(3 * self.model.duration_noise)
        return int(typical * self.model.weekly_long) + 1

    @property
    def longest_lateness(self) -> int:
        """From the slot until its backup is seen, when nothing is wrong."""
        return self.model.latest_start + self.model.longest_change_delay + self.longest_duration

    def carry_out(
        self, due: list[int], ends: int, *, first_for: int | None
    ) -> tuple[tuple[Backup, ...], tuple[Missed, ...]]:
        delays = self._delays(due, ends)
        left = 0 if first_for is None else self._first(first_for)
        for slot, following in pairwise([*due, ends]):
            left = left or self._outage_length(slot, ends)
            if not left:
                self._back_up(slot + self.random.randint(0, self.model.latest_start) + delays.get(slot, 0))
                continue
            self.missed.append(Missed(slot, slot + self.longest_lateness))
            left -= 1
            if not left and self.random.random() < self.model.mended_by_hand:
                self._mend(slot, following)
        done = sorted((backup for backup in self.backups if backup.ended_at < ends), key=lambda one: one.ended_at)
        return tuple(done), tuple(self.missed)

    def _delays(self, due: list[int], ends: int) -> dict[int, int]:
        """How much later than usual the backup of a slot starts, after a change of the server."""
        model, delays = self.model, {}
        for at in _moments(self.random, model.server_changes, since=RUN_IN, until=ends):
            drawn = self.random.lognormvariate(log(model.change_delay_median), model.change_delay_sigma)
            if (index := bisect_left(due, at)) < len(due):
                delays[due[index]] = int(min(drawn, model.longest_change_delay))
        return delays

    def _first(self, created_at: int) -> int:
        """Make the first backup of a new database, or fail to. Returns how many slots fail after it."""
        by = created_at + self.model.first_backup_within
        if self.random.random() < self.model.first_backup_fails:
            self.missed.append(Missed(by, by + self.longest_duration))
            return self.random.randint(0, 3)
        self._back_up(self.random.randint(by - 5 * MINUTE, by))
        return 0

    def _outage_length(self, slot: int, ends: int) -> int:
        """How many slots fail from *slot* on; mostly none."""
        if not 0 <= slot < ends - 3 * DAY or self.random.random() >= self.model.outages / 365:
            return 0
        if self.random.random() < self.model.single_skips:
            return 1
        return self.random.randint(2, 7) if self.random.random() < 0.8 else self.random.randint(8, 30)

    def _back_up(self, started_at: int) -> None:
        noise = self.random.gauss(0, 1)
        factor = exp(self.model.duration_noise * min(max(noise, -3), 3))
        grown = 1 + self.growth * max(started_at, 0) / (365 * DAY)
        if self.long_day is not None and started_at // DAY % 7 == self.long_day:
            grown *= self.model.weekly_long
        self.backups.append(Backup(started_at, started_at + max(1, int(self.duration * grown * factor))))

    def _mend(self, slot: int, following: int) -> None:
        """Back up between two slots, if there is room after the longest healthy lateness."""
        earliest, latest = slot + self.longest_lateness + 1, following - self.longest_duration
        if earliest < latest:
            self._back_up(self.random.randint(earliest, latest))
