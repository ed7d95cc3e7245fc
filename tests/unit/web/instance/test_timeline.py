"""Kept backups as lines of days, and their sizes as bars."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.model.instances import KeptBackup
from backup_watch.web.instance.sizes_chart import HEIGHT, sizes_chart
from backup_watch.web.instance.timeline import LEAST_MINUTES, MAX_DAYS, MINUTES, Piece, backups_of, lines_of
from tests.builders import NOW

KST = timezone(timedelta(hours=9))


def kst(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=KST)


def pieces(*kept: KeptBackup, now=NOW, zone=KST) -> dict[int, list[tuple[float, float]]]:
    lines = lines_of(backups_of(kept, now=now), now=now, zone=zone)
    return {line.day.day: [(piece.start, piece.width) for piece in line.pieces] for line in lines}


def test_a_backup_is_drawn_from_start_to_end_on_its_day_and_a_day_without_one_has_its_line():
    drawn = pieces(KeptBackup(kst(23, 2, 3), kst(23, 2, 24)), KeptBackup(kst(21, 2), kst(21, 3)))
    assert drawn == {23: [(123.0, 21.0)], 22: [], 21: [(120.0, 60.0)]}


def test_over_midnight_it_is_drawn_on_both_days_and_stands_on_the_first():
    kept = KeptBackup(kst(22, 23, 50), kst(23, 0, 20))
    assert pieces(kept) == {23: [(0.0, 20.0)], 22: [(1430.0, 10.0)]}
    today, before = lines_of(backups_of([kept], now=NOW), now=NOW, zone=KST)
    assert ([len(line.backups) for line in (today, before)]) == [0, 1]


def test_days_are_those_of_the_display_zone():
    kept = KeptBackup(kst(23, 2, 3), kst(23, 2, 24))
    assert pieces(kept, zone=UTC) == {23: [], 22: [(1023.0, 21.0)]}


def test_the_shards_of_one_backup_are_one_which_has_the_sum_of_their_sizes():
    shards = [KeptBackup(kst(23, 2, minute), kst(23, 2, minute + 20), 100) for minute in (3, 1, 9)]
    [backup] = backups_of(shards, now=NOW)
    assert (backup.started_at, backup.ended_at, backup.size_bytes) == (kst(23, 2, 1), kst(23, 2, 29), 300)
    assert backup.took == timedelta(minutes=28)
    [running] = backups_of([*shards, KeptBackup(kst(23, 2, 30), None)], now=NOW)
    assert (running.ended_at, running.took) == (None, None)


def test_what_is_under_way_is_drawn_up_to_now():
    [line] = lines_of(backups_of([KeptBackup(kst(23, 11), None)], now=NOW), now=NOW, zone=KST)
    assert line.pieces == (Piece(660.0, 60.0, True),)


def test_a_row_with_an_end_alone_stands_there_and_one_without_any_date_nowhere():
    assert pieces(KeptBackup(None, kst(23, 2)), KeptBackup(None, None)) == {23: [(120.0, LEAST_MINUTES)]}


def test_what_has_not_happened_yet_is_not_drawn():
    assert lines_of(backups_of([KeptBackup(kst(24, 2), kst(24, 3))], now=NOW), now=NOW, zone=KST) == []


MOMENTS = st.datetimes(datetime(2026, 9, 1), datetime(2026, 11, 25), timezones=st.sampled_from([UTC, KST]))  # noqa: DTZ001
ROWS = st.builds(KeptBackup, st.none() | MOMENTS, st.none() | MOMENTS, st.none() | st.integers(0, 10**15))


@given(st.lists(ROWS, max_size=50), st.sampled_from([KST, UTC, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")]))
def test_whatever_the_rows_say_lines_follow_each_other_and_pieces_stay_inside_their_day(kept, zone):
    backups = backups_of(kept, now=NOW)
    lines = lines_of(backups, now=NOW, zone=zone)
    days = [line.day for line in lines]
    assert days == [NOW.astimezone(zone).date() - timedelta(days=number) for number in range(len(days))]
    assert len(lines) <= MAX_DAYS
    for line in lines:
        for piece in line.pieces:
            assert 0 <= piece.start <= piece.start + piece.width <= MINUTES + 0.11
            assert piece.width >= LEAST_MINUTES
    shown = [backup for line in lines for backup in line.backups]
    assert (
        len(shown) == sum(days[-1] <= backup.at.astimezone(zone).date() for backup in backups) if days else not backups
    )
    chart = sizes_chart(backups)
    for bar in chart.bars if chart else ():
        assert bar.top + bar.height == pytest.approx(HEIGHT, abs=0.11)
        assert bar.height > 0


def test_sizes_are_bars_oldest_first_and_one_alone_is_not_drawn():
    kept = [KeptBackup(kst(day, 2), kst(day, 3), size) for day, size in ((23, 300), (22, None), (21, 150))]
    chart = sizes_chart(backups_of(kept, now=NOW))
    assert chart is not None
    assert [bar.height for bar in chart.bars] == [50.0, 100.0]
    assert (chart.smallest, chart.largest, chart.newest) == (150, 300, 300)
    assert sizes_chart(backups_of(kept[:2], now=NOW)) is None
