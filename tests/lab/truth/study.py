"""Runs every rule over every simulated year, on as many processes as there are cores."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from itertools import product

from msgspec import Struct

from backup_watch.model.policy import Limits, Policy
from backup_watch.model.vocabulary import Severity
from tests.lab.truth.model import HOUR, Model
from tests.lab.truth.outages import Outage, outages_of
from tests.lab.truth.rules import (
    CalendarDates,
    Expectation,
    FlatAge,
    Judgement,
    Lateness,
    Rule,
    Stretch,
    by_first_slot,
    by_habit,
    by_habit_or_memory,
    late,
    without_habit,
)
from tests.lab.truth.score import Score, episodes_of, score
from tests.lab.truth.timeline import DateMeans, Timeline, timeline_of
from tests.lab.truth.years import fleet_of, history_of

EITHER = frozenset({Severity.WARNING, Severity.CRITICAL})
"""An alert of ours for a person: a warning or worse. Not UNKNOWN, which is counted apart."""
CRITICAL = frozenset({Severity.CRITICAL})

OTHERS: dict[str, Rule] = {
    **{f"flat {hours} h": FlatAge(hours) for hours in (24, 25, 26, 30, 48)},
    "calendar dates, UTC": CalendarDates(0),
    "calendar dates, +09:00": CalendarDates(9),
}
PART = 25
"""Databases to a job."""
QUICK = HOUR

DEFAULTS = Policy().defaults("postgresql")
GRACES = tuple(timedelta(minutes=minutes) for minutes in (30, 45, 60, 75, 90, 120, 150, 180, 240))
MAX_AGES = tuple(timedelta(hours=hours) for hours in (26, 28, 30, 36, 48))
EXPECTATIONS: dict[str, Expectation] = {
    "habit": by_habit,
    "no habit": without_habit,
    "habit and memory": by_habit_or_memory,
    "first slot": by_first_slot,
}

Setting = tuple[str, timedelta, timedelta]
"""By what a backup is expected, ``max_age`` and ``grace``."""
DEFAULT: Setting = ("habit", DEFAULTS.max_age, DEFAULTS.grace)
BEFORE: Setting = ("first slot", timedelta(hours=26), timedelta(hours=2))
"""The rule and its defaults before there was a habit."""
NO_HABIT: Setting = ("no habit", DEFAULTS.max_age, DEFAULTS.grace)
WITH_MEMORY: Setting = ("habit and memory", DEFAULTS.max_age, DEFAULTS.grace)
SETTINGS: tuple[Setting, ...] = tuple(
    dict.fromkeys([
        DEFAULT, NO_HABIT, WITH_MEMORY, BEFORE,
        *(("habit", DEFAULTS.max_age, grace) for grace in GRACES),
        *(("habit", max_age, DEFAULTS.grace) for max_age in MAX_AGES),
    ])
)  # fmt: skip


class Job(Struct, frozen=True):
    """A part of the work: some databases of one seed, with one reading of their dates."""

    model: Model
    seed: int
    means: DateMeans
    numbers: range


class Tally(Struct):
    """All scores of some databases."""

    others: dict[str, Score]
    either: dict[Setting, Score]
    """Of ours: when a warning or worse was told."""
    critical: dict[Setting, Score]
    unknown: int = 0
    """Checks at which our rule (as it is by default) said UNKNOWN."""

    @classmethod
    def empty(cls) -> Tally:
        return cls({name: Score() for name in OTHERS}, {s: Score() for s in SETTINGS}, {s: Score() for s in SETTINGS})

    def add(self, other: Tally) -> None:
        for name, mine in self.others.items():
            mine.add(other.others[name])
        for setting in SETTINGS:
            self.either[setting].add(other.either[setting])
            self.critical[setting].add(other.critical[setting])
        self.unknown += other.unknown


class Outcome(Struct):
    """What one reading of the dates came to."""

    everything: Tally
    quick: Tally
    """Of the databases whose backups never take longer than :data:`QUICK`."""
    by_retention: dict[int, Tally]
    databases: int = 0
    quick_databases: int = 0

    @classmethod
    def empty(cls) -> Outcome:
        return cls(Tally.empty(), Tally.empty(), {})

    def add(self, other: Outcome) -> None:
        self.everything.add(other.everything)
        self.quick.add(other.quick)
        for days, tally in other.by_retention.items():
            self.by_retention.setdefault(days, Tally.empty()).add(tally)
        self.databases += other.databases
        self.quick_databases += other.quick_databases


def study(model: Model, seeds: Sequence[int], *, processes: int | None = None) -> dict[DateMeans, Outcome]:
    """Replay all years of *seeds* with all rules, for either reading of the dates; None: a process for each core."""
    parts = [range(first, min(first + PART, model.databases)) for first in range(0, model.databases, PART)]
    jobs = [Job(model, *part) for part in product(seeds, DateMeans, parts)]
    if processes == 1:
        return _together(jobs, map(work, jobs))
    with ProcessPoolExecutor(processes or os.cpu_count()) as pool:
        return _together(jobs, pool.map(work, jobs))


def _together(jobs: Sequence[Job], done: Iterable[Outcome]) -> dict[DateMeans, Outcome]:
    outcomes = {means: Outcome.empty() for means in DateMeans}
    for job, outcome in zip(jobs, done, strict=True):
        outcomes[job.means].add(outcome)
    return outcomes


def work(job: Job) -> Outcome:
    """Replay the years of one job."""
    outcome = Outcome.empty()
    fleets = [fleet_of(job.model, job.seed, number) for number in range(job.model.fleets)]
    for number in job.numbers:
        history = history_of(job.model, job.seed, number)
        timeline = timeline_of(history, fleets[number % job.model.fleets], means=job.means)
        tally = Tally.empty()
        _replay(timeline, outages_of(history), tally)
        outcome.everything.add(tally)
        outcome.by_retention.setdefault(history.retention_days, Tally.empty()).add(tally)
        outcome.databases += 1
        if all(backup.ended_at - backup.started_at <= QUICK for backup in history.backups):
            outcome.quick.add(tally)
            outcome.quick_databases += 1
    return outcome


def _replay(timeline: Timeline, outages: Sequence[Outage], tally: Tally) -> None:
    def hold(stretches: Sequence[Stretch], severities: frozenset[Severity]) -> Score:
        episodes = episodes_of(stretches, timeline.checks, severities=severities)
        return score(episodes, outages, checks=timeline.checks, seconds=seconds)

    seconds = 3600 * (len(timeline.checks) + len(timeline.blind_checks))
    for name, rule in OTHERS.items():
        tally.others[name].add(hold(rule.stretches(timeline), CRITICAL))
    for setting, stretches in replayed(timeline).items():
        tally.either[setting].add(hold(stretches, EITHER))
        tally.critical[setting].add(hold(stretches, CRITICAL))
        if setting == DEFAULT:
            tally.unknown += sum(s.last - s.first + 1 for s in stretches if s.severity is Severity.UNKNOWN)
    tally.unknown += Judgement(DEFAULTS).severities_when_blind(timeline).count(Severity.UNKNOWN)


def replayed(timeline: Timeline) -> Mapping[Setting, list[Stretch]]:
    """What our rule says with each setting: by age, and LATE where it is not worse by age."""
    by_age = {
        max_age: Judgement(Limits(max_age, DEFAULTS.grace, DEFAULTS.new_instance_grace)).stretches(timeline)
        for max_age in {max_age for _, max_age, _ in SETTINGS}
    }
    candidates = {
        name: Lateness(expected, shortest=GRACES[0]).candidates(timeline) for name, expected in EXPECTATIONS.items()
    }
    said = {}
    for name, max_age, grace in SETTINGS:
        worse = by_age[max_age]
        taken = {index for stretch in worse for index in range(stretch.first, stretch.last + 1)}
        warned = [stretch for stretch in late(candidates[name], grace) if stretch.first not in taken]
        said[name, max_age, grace] = sorted([*worse, *warned], key=lambda stretch: stretch.first)
    return said
