"""Which date counts: of a day, of several databases, and of kept backups in place of a day."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.checking.dating import (
    BEHIND_AFTER,
    Newest,
    about,
    databases_judged,
    exactly_dated,
    newest_of_databases,
    newest_on,
)
from backup_watch.model.instances import DatabaseBackups, as_of
from backup_watch.model.vocabulary import DatedBy
from tests.builders import KST, NOW, an_instance, hours

TODAY = datetime(2026, 11, 23, tzinfo=KST)
"""Its noon is NOW."""
YESTERDAY = TODAY - hours(24)
TICK = timedelta.resolution


def cache(*days: datetime, time: str | None = "14:10"):
    return an_instance(product="cache", backups_at=days, backup_time=time, dated_by=DatedBy.DAY)


# --- days ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "time", "age", "slot"), [
    (TODAY, "02:00", hours(0), TODAY + hours(2)),  # the day is not over: it may have come just now
    (YESTERDAY, "14:10", hours(12), YESTERDAY + timedelta(hours=14, minutes=10)),
    (YESTERDAY, None, hours(12), TODAY),  # without a slot nothing is known but the day
    (YESTERDAY, "soon", hours(12), TODAY),
    (YESTERDAY + hours(3), "14:10", hours(33), YESTERDAY + hours(3)),  # no midnight: an instant after all
])  # fmt: skip
def test_a_day_is_its_end_or_now_for_the_age_and_its_slot_for_the_slots(day, time, age, slot):
    newest = newest_on(day, cache(day, time=time), now=NOW)
    assert (NOW - newest.at, newest.since_slot_of) == (age, slot)


@given(st.integers(-300, 300), st.timedeltas(timedelta(), timedelta(days=9)))
def test_a_day_is_never_taken_for_later_than_now_nor_for_another_day(days, since):
    day = TODAY + timedelta(days=days)
    now = day + since
    at = newest_on(day, cache(day), now=now).at
    assert day <= at <= min(now, day + hours(24))


def test_what_is_about_a_day_is_about_its_slot():
    assert about(cache(YESTERDAY), YESTERDAY) == YESTERDAY + timedelta(hours=14, minutes=10)
    assert about(cache(YESTERDAY, time=None), YESTERDAY) == YESTERDAY
    assert about(an_instance(), YESTERDAY) == YESTERDAY


def test_kept_backups_stand_in_place_of_a_day_and_none_decides_nothing():
    instance, ends = cache(YESTERDAY), [YESTERDAY + hours(14), YESTERDAY - hours(10)]
    dated = exactly_dated(instance, ends)
    assert (dated.backups_at, dated.dated_by) == (tuple(ends), DatedBy.DAY_AND_TIME)
    assert exactly_dated(instance, []) == exactly_dated(instance, None) == instance
    assert exactly_dated(an_instance(), ends) == an_instance(), "only a day is to be made exact"


# --- databases -----------------------------------------------------------------------------------------------------


def databases(**ages: float | tuple[float, ...]) -> tuple[DatabaseBackups, ...]:
    """Each with backups so many hours old."""
    return tuple(
        DatabaseBackups(name, tuple(NOW - hours(age) for age in (of if isinstance(of, tuple) else (of,))))
        for name, of in ages.items()
    )


def judged(**ages) -> tuple[float, str | None, list[str]]:
    newest = newest_of_databases(databases(**ages), now=NOW)
    assert newest is not None
    return (NOW - newest.at) / hours(1), newest.database, [each.name for each in newest.behind]


@pytest.mark.parametrize(("ages", "expected"), [
    ({"a": (3, 27)}, (3, None, [])),
    ({"a": (3, 27), "b": (4, 28), "c": (3.5,)}, (4, "b", [])),
    ({"a": (3,), "b": (47,)}, (47, "b", [])),  # not yet two days: the oldest decides
    ({"a": (3,), "b": (48,)}, (48, "b", [])),
    ({"a": (3,), "b": (48.01,)}, (3, "a", ["b"])),
    ({"a": (3,), "b": (99,), "c": (200,)}, (3, "a", ["c", "b"])),
    ({"a": (80,), "b": (80.1,)}, (80.1, "b", [])),  # all of them have stopped: none is behind the others
    ({"a": (80,), "b": (300,)}, (80, "a", ["b"])),  # dropped, and then all the others stopped
])  # fmt: skip
def test_the_oldest_decides_and_what_is_two_days_behind_the_others_is_told_instead(ages, expected):
    assert judged(**ages) == expected


NAMES_AND_AGES = st.dictionaries(st.sampled_from("abcd"), st.floats(0, 400), min_size=1)


@given(NAMES_AND_AGES)
def test_a_database_is_either_as_new_as_what_decides_or_told_to_be_behind(ages):
    age, _, behind = judged(**ages)
    for name, own in ages.items():
        assert (name in behind) or own <= age + 1e-6
        assert (name not in behind) or hours(own) > BEHIND_AFTER - TICK
    assert len(behind) < len(ages), "one of them decides"


def test_dates_ahead_of_the_clock_decide_nothing():
    assert newest_of_databases(databases(a=-1), now=NOW) is None
    assert newest_of_databases(databases(a=(-1, 5)), now=NOW) == Newest(NOW - hours(5), NOW - hours(5))
    assert newest_of_databases((), now=NOW) is None


def test_ignored_databases_are_not_judged():
    instance = an_instance(databases=databases(orders=3, archive_2024=99, archive_2023=999))
    assert [each.name for each in databases_judged(instance, ["archive_*"])] == ["orders"]
    assert len(databases_judged(instance, [])) == 3


def test_an_instance_taken_back_has_its_databases_of_then():
    found = databases(a=(3, 27), b=(1,))
    instance = an_instance(databases=found, backups_at=(NOW - hours(1), NOW - hours(3), NOW - hours(27)))
    then = as_of(instance, NOW - hours(2), known_until=NOW)
    assert (then.databases, then.history_known) == (databases(a=(3, 27)), True)
