"""Durations as people write them."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.model.durations import LONGEST, format_duration, parse_duration


@pytest.mark.parametrize(("text", "length"), [
    ("90s", timedelta(seconds=90)), ("45m", timedelta(minutes=45)), ("26h", timedelta(hours=26)),
    ("2d", timedelta(days=2)), ("1d12h", timedelta(hours=36)), ("1d2h3m4s", timedelta(1, 7384)),
    (" 26h\n", timedelta(hours=26)), ("007h", timedelta(hours=7)), ("1d0h", timedelta(days=1)),
    ("3650d", LONGEST), ("315360000s", LONGEST),
])  # fmt: skip
def test_a_duration_is_read(text, length):
    assert parse_duration(text) == length


@pytest.mark.parametrize("text", [
    "", " ", "0", "0s", "0d0h", "-1h", "+1h", "1.5h", "1 h", "1h 30m", "h", "26", "26H", "1h1d", "1h2h", "1w", "1y",
    "3650d1s", "315360001s", "999999999d", "9999999999s", "999999999d999999999h", "1e3s", "٢٦h", "26h;", "one day",
])  # fmt: skip
def test_anything_else_is_refused_and_told_what_is_allowed(text):
    with pytest.raises(ValueError, match="a duration such as 90s, 45m, 26h, 2d or 1d12h, above zero and at most 3650d"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["0", "0s", " 0 ", "0d0h0m0s"])
def test_zero_is_taken_where_it_means_something(text):
    assert parse_duration(text, zero=True) == timedelta(0)


@pytest.mark.parametrize("text", ["", " ", "-0", "00", "3651d"])
def test_zero_allowed_does_not_allow_the_rest(text):
    with pytest.raises(ValueError, match="a duration"):
        parse_duration(text, zero=True)


@pytest.mark.parametrize(("length", "text"), [
    (timedelta(0), "0s"), (timedelta(seconds=90), "1m30s"), (timedelta(hours=26), "26h"), (timedelta(hours=24), "24h"),
    (timedelta(hours=36), "36h"), (timedelta(days=2), "2d"), (timedelta(days=2, seconds=1), "48h1s"),
    (timedelta(days=8), "8d"), (timedelta(minutes=59, seconds=59), "59m59s"), (timedelta(hours=49), "49h"),
])  # fmt: skip
def test_a_duration_is_written_as_a_setting_would_be(length, text):
    assert format_duration(length) == text


@given(st.integers(1, int(LONGEST.total_seconds())).map(lambda seconds: timedelta(seconds=seconds)))
def test_what_is_written_reads_back(length):
    assert parse_duration(format_duration(length)) == length


@given(st.text())
def test_no_text_does_anything_but_read_or_be_refused(text):
    with suppress(ValueError):
        assert timedelta(0) < parse_duration(text) <= LONGEST
