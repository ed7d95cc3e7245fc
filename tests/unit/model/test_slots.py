"""When a daily backup was due."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.model.daily_slot import DAY, KOREA, first_slot_after, last_slot, parse_slot
from tests.unit.checking.builders import TICK

TWO = timedelta(hours=2)
AT_TWO = datetime(2026, 11, 23, 2, 0, tzinfo=KOREA)
ZONES = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@pytest.mark.parametrize(("text", "slot"), [
    ("00:00", timedelta(0)), ("02:00", TWO), ("09:05", timedelta(minutes=545)), ("23:59", timedelta(minutes=1439)),
    ("2:00", TWO), ("0200", TWO), ("02:00:00", TWO), ("2:00:59", TWO), (" 02:00 ", TWO), ("\t2:00", TWO),
])  # fmt: skip
def test_a_time_of_day_is_a_slot(text, slot):
    assert parse_slot(text) == slot


@pytest.mark.parametrize("text", [
    None, "", " ", "24:00", "23:60", "02-00", "02:0x", "0x:00", "x2:00", "02 :00", "-1:00", "+1:00", "02:00:60",
    "٠٢:٠٠", "²2:00", "200", "2400", "020000", "02:000", "02:00:00:00", "99:99", "2:0", "2", "02:", ":00", "2am",
])  # fmt: skip
def test_nothing_else_is_one(text):
    assert parse_slot(text) is None


def test_the_last_slot_may_be_now():
    assert last_slot(AT_TWO, TWO, zone=KOREA) == AT_TWO
    assert last_slot(AT_TWO - TICK, TWO, zone=KOREA) == AT_TWO - DAY
    assert last_slot(AT_TWO + TICK, TWO, zone=KOREA) == AT_TWO


def test_the_first_slot_after_is_never_now():
    assert first_slot_after(AT_TWO, TWO, zone=KOREA) == AT_TWO + DAY
    assert first_slot_after(AT_TWO - TICK, TWO, zone=KOREA) == AT_TWO


def test_a_slot_is_local_to_the_zone_and_not_to_the_instant():
    assert last_slot(AT_TWO.astimezone(UTC), TWO, zone=KOREA) == AT_TWO
    assert last_slot(AT_TWO, TWO, zone=UTC) == datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@given(st.datetimes(datetime(2, 1, 1), datetime(2199, 12, 31), timezones=ZONES), st.times(), ZONES)  # noqa: DTZ001
def test_slots_stand_a_day_apart_at_their_time_with_the_instant_between_them(moment, at, zone):
    slot = timedelta(hours=at.hour, minutes=at.minute)
    last, following = last_slot(moment, slot, zone=zone), first_slot_after(moment, slot, zone=zone)
    assert last <= moment < following == last + DAY
    assert (last.hour, last.minute, last.second, last.microsecond) == (at.hour, at.minute, 0, 0)
