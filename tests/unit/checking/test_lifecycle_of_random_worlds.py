"""Thousands of random lives, run by run: everything that is told is told once, in order, under one name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest

from backup_watch.checking.check import run_check
from backup_watch.model.findings import Violation
from backup_watch.model.report import Report
from backup_watch.model.vocabulary import Event
from tests.builders import an_id, scopes
from tests.unit.checking.builders import plan
from tests.unit.checking.worlds import BEGIN, DAY, HOUR, Life, Limits, WorldSource, instant, random_world

Told = tuple[str, str, int]
"""Event, severity, and which backup of the life came before the outage (-1: none)."""
WAITING = 300
"""Up to five minutes after the run's instant, a date counts as now."""
PROMISE = re.compile(r"NEW( REPEAT)*( ESCALATED( REPEAT)*)?( RESOLVED| UNREADABLE)?")
"""One story of one outage. Where the very first backup ends it, a late run cannot show that, and says so."""


def report_at(world: list[Life], now: int, *, clock: int, interval: int, repeat: int, limits: Limits) -> Report:
    asked = plan(
        limits.policy(), now=BEGIN + timedelta(seconds=now), clock=BEGIN + timedelta(seconds=clock),
        interval=timedelta(seconds=interval), repeat=timedelta(seconds=repeat), max_detail_calls=len(world),
    )  # fmt: skip
    return run_check(asked, WorldSource(world, clock=clock))


def told_in(report: Report) -> Iterator[Violation]:
    """What a report tells: the ends first, as the beginnings of what follows come after them."""
    yield from report.resolved
    yield from report.published


def expected_at(life: Life, since: int, now: int, *, clock: int, repeat: int, limits: Limits) -> list[Told]:
    """The events of one run by the truth at its two instants, and by the one thing that no list can show."""
    past_backup, backup = life.newest(since), life.newest(now)
    past, present = life.severity(since, limits), life.severity(now, limits)
    if life.created > now or (past == present == "ok"):
        told = []
    elif past_backup not in (-1, backup) and past != "ok":
        told = [(Event.RESOLVED, past, past_backup)] + ([] if present == "ok" else [(Event.NEW, present, backup)])
    elif present == "ok":
        told = []
    elif past == "ok" or past_backup != backup:
        told = [(Event.NEW, present, backup)]
    elif past != present:
        told = [(Event.ESCALATED, present, backup)]
    else:
        began = life.began(now, limits)
        if backup >= 0 and (stale := life.backups[backup] + limits.max_age) < since:
            began = stale  # what was usual before is not asked for any more
        is_due = repeat and (now - began) // repeat != (since - began) // repeat
        told = [(Event.REPEAT, present, backup)] if is_due else []
    if backup < 0 and life.created <= now and life.newest(clock) >= 0:
        # The very first backup came between the two: nothing shows that there was none before it.
        return [] if life.backups[0] <= now + WAITING else [(Event.UNREADABLE, "unknown", -1)]
    return told


@pytest.mark.parametrize(
    ("interval", "repeat", "lives", "days", "limits"),
    [
        (HOUR, DAY, 250, 12, Limits()),
        (HOUR, 0, 100, 10, Limits()),
        (HOUR, 7 * HOUR, 100, 10, Limits()),
        (HOUR // 4, DAY, 60, 5, Limits()),
        (6 * HOUR, DAY, 400, 20, Limits()),
        (6 * HOUR, HOUR, 200, 15, Limits()),
        (DAY, 7 * DAY, 200, 30, Limits()),
        (6 * HOUR, DAY, 300, 10, Limits(max_age=3 * HOUR, grace=HOUR)),
        (HOUR, DAY, 100, 10, Limits(severity="warning", max_age=30 * HOUR, grace=9 * HOUR, new_grace=DAY)),
    ],
)
def test_every_run_tells_exactly_what_became_of_each_instance(interval, repeat, lives, days, limits):
    rng = Random(f"{interval} {repeat} {limits}")  # noqa: S311  the same worlds at every run
    world = random_world(rng, lives=lives, days=days)
    by_number = {life.number: life for life in world}
    outages: dict[str, set[tuple[str, int]]] = defaultdict(set)
    stories: dict[str, list[str]] = defaultdict(list)
    for now in range(interval, days * DAY, interval):
        clock = now + rng.choice((0, 1, 40, 299, 301, 800))
        told: dict[str, list[Told]] = defaultdict(list)
        for one in told_in(report_at(world, now, clock=clock, interval=interval, repeat=repeat, limits=limits)):
            life, last = by_number[one.finding.subject.number], one.finding.last_backup_at
            before = -1 if last is None else life.backups.index(int((last - BEGIN).total_seconds()))
            told[life.number].append((one.event, one.finding.severity.word, before))
            outages[one.incident].add((life.number, before))
            stories[one.incident].append(one.event)
        for life in world:
            expected = expected_at(life, now - interval, now, clock=clock, repeat=repeat, limits=limits)
            assert told[life.number] == expected, (now, clock, life)
    assert len(stories) > lives / 2  # or nothing was put to the test
    assert all(len(same) == 1 for same in outages.values())
    whole = [" ".join(story) for story in stories.values() if story[0] == Event.NEW]
    assert [story for story in whole if not PROMISE.fullmatch(story)] == []
    assert len(whole) > len(stories) * 0.7  # the others had begun before the first run


@pytest.mark.parametrize("interval", [HOUR, 6 * HOUR])
def test_a_retried_run_tells_the_same_under_the_same_names(interval):
    """The same instant, up to an interval later: whatever backups landed in between, the same events and ids."""
    rng = Random(interval)  # noqa: S311
    world = [life for life in random_world(rng, lives=150, days=8) if life.backups and life.backups[0] < 0]
    landed = 0
    for now in range(interval, 8 * DAY, interval):
        first, again = (
            report_at(world, now, clock=clock, interval=interval, repeat=DAY, limits=Limits())
            for clock in (now, now + rng.randrange(1, interval))
        )
        for said, said_again in ((first.violations, again.violations), (first.resolved, again.resolved)):
            assert [identity(one) for one in said] == [identity(one) for one in said_again]
        assert (first.severity, first.counts, first.errors) == (again.severity, again.counts, again.errors)
        landed += sum(a.subject != b.subject for a, b in zip(first.ranked, again.ranked, strict=True))
    assert landed > 100  # backups did land in between


def identity(violation: Violation):
    finding = violation.finding
    return (
        violation.event, violation.incident, violation.began_at, violation.ended_at,
        finding.verdict, finding.severity, finding.last_backup_at, finding.age, finding.due_at,
    )  # fmt: skip


def test_a_skipped_run_loses_the_events_of_its_own_window_and_no_other():
    """Every other run tells the very same as it would have told anyway: it depends on no run before it."""
    world = random_world(Random(9), lives=60, days=6)  # noqa: S311
    told = {
        now: {(one.event, one.incident) for one in told_in(
            report_at(world, now, clock=now, interval=HOUR, repeat=DAY, limits=Limits()))}
        for now in range(HOUR, 6 * DAY, HOUR)
    }  # fmt: skip
    windows = {now: [life for life in world if expected_at(
        life, now - HOUR, now, clock=now, repeat=DAY, limits=Limits())] for now in told}  # fmt: skip
    assert {now for now, lives in windows.items() if lives} == {now for now, events in told.items() if events}
    names = [name for events in told.values() for name in events if name[0] != Event.REPEAT]
    assert len(names) == len(set(names))  # what one run tells, no other run tells again


def test_the_world_is_what_the_api_would_show():
    life = Life("1", -DAY, 2 * HOUR, (-HOUR, HOUR))
    source = WorldSource([life, Life("2", 5 * DAY, None, ())], clock=0)
    [told] = source.read(scopes("KR")).instances
    assert (told.backups_at, told.backup_time) == ((instant(-HOUR),), "02:00")
    assert source.histories([told]).backups_at == {an_id("1"): (instant(-HOUR),)}
