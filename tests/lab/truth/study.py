"""Runs every rule over every simulated year, on as many processes as there are cores."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from itertools import product

from msgspec import Struct

from backup_watch.model.policy import Limits, Policy
from backup_watch.model.vocabulary import Severity
from tests.lab.truth.model import HOUR, Model
from tests.lab.truth.outages import Outage, outages_of
from tests.lab.truth.rules import CalendarDates, FlatAge, Judgement, Rule, Stretch
from tests.lab.truth.score import Score, episodes_of, score
from tests.lab.truth.timeline import DateMeans, State, Timeline, timeline_of
from tests.lab.truth.years import fleet_of, history_of

EITHER = frozenset({Severity.WARNING, Severity.CRITICAL})
"""An alert of ours for a person: a warning or worse. Not UNKNOWN, which is counted apart."""
CRITICAL = frozenset({Severity.CRITICAL})

OTHERS: dict[str, Rule] = {
    **{f"flat {hours} h": FlatAge(hours) for hours in (24, 25, 26, 30, 48)},
    "calendar dates, UTC": CalendarDates(0),
    "calendar dates, +09:00": CalendarDates(9),
}
PART = 50
"""Databases to a job."""
QUICK = HOUR

DEFAULTS = Policy().defaults()
MAX_AGES = tuple(timedelta(hours=hours) for hours in (25, 26, 28, 30, 36, 48))
GRACES = tuple(timedelta(minutes=minutes) for minutes in (30, 60, 90, 120, 180, 360))

Setting = tuple[timedelta, timedelta]
"""``max_age`` and ``grace`` of our rule."""
SETTINGS: tuple[Setting, ...] = ((timedelta(hours=24), GRACES[0]), *product(MAX_AGES, GRACES))
"""Stricter ones first. With 24 h the grace says nothing: what is older is STALE before it is looked at for its slot."""
DEFAULT: Setting = (DEFAULTS.max_age, DEFAULTS.grace)


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
    databases: int = 0
    quick_databases: int = 0

    @classmethod
    def empty(cls) -> Outcome:
        return cls(Tally.empty(), Tally.empty())

    def add(self, other: Outcome) -> None:
        self.everything.add(other.everything)
        self.quick.add(other.quick)
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
    for setting, stretches in settings_replayed(timeline):
        tally.either[setting].add(hold(stretches, EITHER))
        tally.critical[setting].add(hold(stretches, CRITICAL))
        if setting == DEFAULT:
            tally.unknown += sum(s.last - s.first + 1 for s in stretches if s.severity is Severity.UNKNOWN)
    tally.unknown += Judgement(DEFAULTS).severities_when_blind(timeline).count(Severity.UNKNOWN)


def settings_replayed(timeline: Timeline) -> Iterator[tuple[Setting, list[Stretch]]]:
    """What our rule says with each setting.

    What is ok by a stricter setting is ok by a laxer one: of each state only the suspects of the strictest are judged
    again.
    """
    suspects: dict[Setting, tuple[State, ...]] = {}
    for setting in SETTINGS:
        max_age, grace = setting
        stricter = (found for other, found in suspects.items() if other[0] <= max_age and other[1] <= grace)
        among = min(stricter, key=len, default=timeline.states)
        limits = Limits(max_age, grace, DEFAULTS.new_instance_grace)
        stretches = Judgement(limits).stretches(timeline, among)
        begun = {stretch.last for stretch in stretches}
        suspects[setting] = tuple(state for state in among if state.last in begun)
        yield setting, stretches
