"""Durations and instants as a person reads them, at both sides of every edge."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.i18n import Words, reasons
from backup_watch.model.policy import Limits
from tests.builders import NOW, hours

ENGLISH, KOREAN = Words(), Words("ko")


@pytest.mark.parametrize(
    ("seconds", "english", "korean"),
    [
        (-5, "0 s", "0초"),
        (0, "0 s", "0초"),
        (59, "59 s", "59초"),
        (60, "1 min", "1분"),
        (3599, "59 min", "59분"),
        (3600, "1 h", "1시간"),
        (3661, "1 h 1 min", "1시간 1분"),
        (86399, "23 h 59 min", "23시간 59분"),
        (86400, "1 d", "1일"),
        (86400 + 3599, "1 d", "1일"),
        (90000, "1 d 1 h", "1일 1시간"),
        (183600, "2 d 3 h", "2일 3시간"),
        (400 * 86400, "400 d", "400일"),
    ],
)
def test_a_duration_has_its_two_largest_units(seconds, english, korean):
    assert ENGLISH.duration(timedelta(seconds=seconds)) == english
    assert KOREAN.duration(timedelta(seconds=seconds)) == korean


def test_a_duration_can_be_more_exact():
    assert ENGLISH.duration(timedelta(days=1, hours=2, minutes=30, seconds=9), parts=3) == "1 d 2 h 30 min"


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (hours(26), "26 h"),
        (hours(36), "36 h"),
        (hours(24), "24 h"),
        (hours(48), "2 d"),
        (hours(49), "49 h"),
        (timedelta(days=8), "8 d"),
        (timedelta(minutes=45), "45 min"),
        (timedelta(seconds=90), "1 min 30 s"),
    ],
)
def test_a_threshold_is_shown_exactly_as_it_is(length, shown):
    assert ENGLISH.allowed(length) == shown


@pytest.mark.parametrize(
    ("minutes", "english", "korean"),
    [
        (-0.9, "just now", "방금 전"),
        (-1, "1 min ago", "1분 전"),
        (-3060, "2 d 3 h ago", "2일 3시간 전"),
        (0, "just now", "방금 전"),
        (0.9, "just now", "방금 전"),
        (1, "in 1 min", "1분 후"),
        (90, "in 1 h 30 min", "1시간 30분 후"),
    ],
)
def test_an_instant_is_told_as_seen_from_now(minutes, english, korean):
    moment = NOW + timedelta(minutes=minutes)
    assert ENGLISH.relative(moment, now=NOW) == english
    assert KOREAN.relative(moment, now=NOW) == korean


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Asia/Seoul", "2026-11-21 09:00 KST"),
        ("UTC", "2026-11-21 00:00 UTC"),
        ("Asia/Singapore", "2026-11-21 08:00 UTC+08"),
        ("America/New_York", "2026-11-20 19:00 EST"),
        ("Asia/Kathmandu", "2026-11-21 05:45 UTC+0545"),
    ],
)
def test_an_instant_carries_its_zone(zone, shown):
    assert Words("en", zone).instant(datetime(2026, 11, 21, tzinfo=UTC)) == shown


def test_a_time_of_day_carries_its_zone():
    assert ENGLISH.clock_time(datetime(2026, 11, 21, 17, 30, tzinfo=UTC)) == "02:30 KST"


def test_the_default_zone_is_what_the_database_says():
    from zoneinfo import ZoneInfo

    for year in range(1989, 2100, 10):
        moment = datetime(year, 7, 1, tzinfo=UTC)
        assert ENGLISH.tzinfo.utcoffset(moment) == moment.astimezone(ZoneInfo("Asia/Seoul")).utcoffset()


def test_a_limit_set_by_a_rule_names_the_rule():
    assert reasons.allowed_by(ENGLISH, Limits(hours(26), hours(2), hours(2))) == "26 h"
    by_rule = Limits(timedelta(days=8), hours(2), hours(2), max_age_rule=3)
    assert reasons.allowed_by(ENGLISH, by_rule) == "8 d (rule 3)"
    assert reasons.allowed_by(KOREAN, by_rule) == "8일(규칙 3)"


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=4000)))
def test_a_duration_is_never_more_than_it_is(length):
    unit = {"d": 86400, "h": 3600, "min": 60, "s": 1}
    shown = ENGLISH.duration(length).split()
    told = sum(int(amount) * unit[name] for amount, name in zip(shown[::2], shown[1::2], strict=True))
    assert told <= length.total_seconds() < told + max(unit[shown[-1]], 3600 if "d" in shown else 60)
