"""The rules that are compared: the real judgement, a flat age, and calendar dates."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from backup_watch.checking.habit import Habit, habit_of
from backup_watch.checking.lateness import may_be_late
from backup_watch.checking.rules import judge
from backup_watch.model.daily_slot import first_slot_after, parse_slot
from backup_watch.model.instances import Instance, KeptBackup
from backup_watch.model.policy import Limits
from backup_watch.model.vocabulary import Severity
from tests.lab.truth.model import DAY, HOUR
from tests.lab.truth.timeline import KST, State, Timeline, instant


class Stretch(Struct, frozen=True):
    """A row of checks at which a rule says the same, and that is not ok."""

    first: int
    last: int
    """Indices into the timeline's checks, both inclusive."""
    severity: Severity


class Rule(Protocol):
    def stretches(self, timeline: Timeline) -> list[Stretch]:
        """All that the rule says of a year, in order."""


class _Escalating:
    """A rule that, while the lists say the same, only ever gets worse: it is asked at as few checks as that allows."""

    def severity_at(self, timeline: Timeline, state: State, at: int) -> Severity:
        raise NotImplementedError

    def stretches(self, timeline: Timeline, among: Iterable[State] | None = None) -> list[Stretch]:
        """What the rule says in the states *among*; None: in all."""
        found: list[Stretch] = []
        for state in timeline.states if among is None else among:
            severity = self.severity_at(timeline, state, timeline.clock[state.last])
            last = state.last
            while severity is not Severity.OK:
                first = self._first_at_least(timeline, state, severity, last)
                found.append(Stretch(first, last, severity))
                if (last := first - 1) < state.first:
                    break
                severity = self.severity_at(timeline, state, timeline.clock[last])
        return sorted(found, key=lambda stretch: stretch.first)

    def _first_at_least(self, timeline: Timeline, state: State, severity: Severity, last: int) -> int:
        """The first check of *state* at which it is as bad as at *last*; looks near *last* first, as most are short."""
        low, step = last - 1, 1
        while low >= state.first and self.severity_at(timeline, state, timeline.clock[low]) >= severity:
            low, step = low - step, step * 2
        return bisect_left(
            range(last),
            severity,
            lo=max(low + 1, state.first),
            key=lambda index: self.severity_at(timeline, state, timeline.clock[index]),
        )


class Judgement(_Escalating):
    """The product's own rule where the kept backups are not asked for: by age alone, nothing is LATE."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits

    def severity_at(self, timeline: Timeline, state: State, at: int) -> Severity:
        return judge(state.instance, self.limits, now=instant(at)).severity

    def severities_when_blind(self, timeline: Timeline) -> list[Severity]:
        """What it says at the checks at which the backup list could not be read."""
        states = ((at, _state_at(timeline, at)) for at in timeline.blind_checks)
        return [
            self.severity_at(timeline, replace(state, instance=_unread(state.instance)), at + timeline.skew)
            for at, state in states
            if state is not None
        ]


Expectation = Callable[[Timeline, State, int], datetime | None]
"""When the next backup is expected, as known at the check of an index; None: nothing tells."""


class Lateness:
    """LATE by an expectation, beside what is judged by age: the candidates are worked out once for all graces."""

    def __init__(self, expected: Expectation, *, shortest: timedelta) -> None:
        self.expect, self.limits = expected, Limits(timedelta(days=40), shortest, timedelta(hours=2))

    def candidates(self, timeline: Timeline) -> list[tuple[int, timedelta]]:
        """The checks at which the newest backup is older than a day, and by how much what was expected is overdue."""
        found = []
        for state in timeline.states:
            if not state.instance.backups_at or state.instance.status == "deleting":
                continue
            newest = state.instance.backups_at[0]
            for index in range(state.last, state.first - 1, -1):
                now = instant(timeline.clock[index])
                if not may_be_late(state.instance, self.limits, newest, now=now):
                    break
                expected_at = self.expect(timeline, state, index)
                if expected_at is not None:
                    found.append((index, now - expected_at))
        return found


def late(candidates: Iterable[tuple[int, timedelta]], grace: timedelta) -> list[Stretch]:
    """The checks at which it is LATE with *grace*."""
    return [Stretch(index, index, Severity.WARNING) for index, overdue in candidates if overdue >= grace]


def by_habit(timeline: Timeline, state: State, index: int) -> datetime | None:
    """The product's own: what the kept backups show."""
    return _habit(timeline, state, index, timeline.kept(index)).expected_at


def without_habit(timeline: Timeline, state: State, index: int) -> datetime | None:
    """The product's own where no details can be read: half an hour after the slot."""
    return _habit(timeline, state, index, ()).expected_at


def by_habit_or_memory(timeline: Timeline, state: State, index: int) -> datetime | None:
    """What the kept backups show; where they show nothing, what a memory of when each was first seen shows."""
    found = _habit(timeline, state, index, timeline.kept(index))
    if found.usual is not None:
        return found.expected_at
    instance = replace(state.instance, retention_days=40)
    return _habit(timeline, replace(state, instance=instance), index, timeline.first_seen(index)).expected_at


def by_first_slot(timeline: Timeline, state: State, index: int) -> datetime | None:
    """The rule up to now: the first slot after the newest backup."""
    slot, newest = parse_slot(state.instance.backup_time), state.instance.backups_at[0]
    return None if slot is None else first_slot_after(newest, slot, zone=KST)


def _habit(timeline: Timeline, state: State, index: int, kept: Sequence[KeptBackup]) -> Habit:
    instance = state.instance
    return habit_of(
        instance.backups_at[0], kept, slot=parse_slot(instance.backup_time), zone=KST,
        retention_days=instance.retention_days, now=instant(timeline.clock[index]),
    )  # fmt: skip


def _unread(instance: Instance) -> Instance:
    return replace(instance, backups_at=(), backups_read=False)


def _state_at(timeline: Timeline, at: int) -> State | None:
    """The state of the last check before *at*."""
    index = bisect_left(timeline.checks, at) - 1
    number = bisect_left(timeline.states, index, key=lambda state: state.last)
    return timeline.states[number] if index >= 0 else None


class FlatAge(_Escalating):
    """Alerts where the newest backup (where there is none, the creation) is older than so many hours."""

    def __init__(self, hours: int) -> None:
        self.longest = hours * HOUR

    def severity_at(self, timeline: Timeline, state: State, at: int) -> Severity:
        newest = timeline.created_at if state.newest is None else state.newest
        return Severity.CRITICAL if at - newest > self.longest else Severity.OK


class CalendarDates:
    """Alerts where no backup carries yesterday's date.

    That is Cloud Custodian's ``consecutive-snapshots`` (c7n/resources/rds.py) with ``days: 1``, whose dates are UTC's.
    It is spared databases that were not there all of yesterday.
    """

    def __init__(self, offset_hours: int) -> None:
        self.offset = (offset_hours - 9) * HOUR
        """What turns the simulation's seconds (+09:00) into this calendar's."""

    def stretches(self, timeline: Timeline) -> list[Stretch]:
        seen: dict[int, int] = {}
        """By our clock, when the first backup of each date was seen."""
        for seen_at, date in timeline.dates:
            seen.setdefault((date + self.offset) // DAY, seen_at + timeline.skew)
        return [
            stretch
            for day in self._days(timeline.clock)
            if (day - 1) * DAY - self.offset >= timeline.created_at
            for stretch in self._day(timeline.clock, day, seen.get(day - 1))
        ]

    def _days(self, checks: Sequence[int]) -> range:
        if not checks:
            return range(0)
        return range((checks[0] + self.offset) // DAY, (checks[-1] + self.offset) // DAY + 1)

    def _day(self, checks: Sequence[int], day: int, seen_at: int | None) -> list[Stretch]:
        midnight = day * DAY - self.offset
        until = midnight + DAY if seen_at is None else min(seen_at, midnight + DAY)
        first, stop = bisect_left(checks, midnight), bisect_left(checks, until)
        return [Stretch(first, stop - 1, Severity.CRITICAL)] if first < stop else []
