"""Charts, sizes and the icon."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.i18n import Words
from backup_watch.model.vocabulary import Severity
from backup_watch.web.page.charts import BOTTOM_UP, HEIGHT, WIDTH, age_chart, slot_chart, slot_label, strip
from backup_watch.web.page.icon import icon
from backup_watch.web.page.rows import rows_of
from backup_watch.web.page.sizes import human_size
from tests.builders import a_report, fresh, late, missing, never, new, stale

FINDINGS = [fresh(), late(), stale(), never(), new(), missing()]


def rows(*findings):
    return rows_of(a_report(others=findings), Words())


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 B"), (1, "1 B"), (999, "999 B"), (1000, "1.0 kB"), (1049, "1.0 kB"), (10_422_991, "10.4 MB"),
        (99_949_999, "99.9 MB"), (99_960_000, "100 MB"), (999_499_999, "999 MB"), (999_500_000, "1.0 GB"),
        (10**15, "1.0 PB"), (5 * 10**18, "5000 PB"),
    ],
)  # fmt: skip
def test_sizes_have_three_digits_and_a_unit(size, shown):
    assert human_size(size) == shown


@given(st.integers(0, 10**18), st.integers(0, 10**18))
def test_a_larger_size_is_never_shown_as_smaller(one, other):
    units = ("B", "kB", "MB", "GB", "TB", "PB")

    def value(shown: str) -> float:
        number, unit = shown.split()
        return float(number) * 1000 ** units.index(unit)

    small, large = sorted((one, other))
    assert value(human_size(small)) <= value(human_size(large))


def test_a_crowd_at_one_slot_is_the_highest_bar():
    crowd = [fresh(f"db-{n}", number=str(n)) for n in range(9)]
    chart = slot_chart(rows(*crowd, fresh(backup_time="13:45"), fresh(backup_time=None)))
    assert [(slot_label(bar.index), bar.count) for bar in chart.bars] == [("02:00", 9), ("13:30", 1)]
    assert chart.busiest is chart.bars[0]
    assert chart.busiest.segments[0].height == HEIGHT
    assert chart.left_out == 1


def test_ages_beyond_twice_what_is_allowed_are_the_last_bar():
    chart = age_chart(rows(fresh(), stale(age=late().age * 100), never()))
    assert [bar.index for bar in chart.bars] == [6, 39]
    assert chart.left_out == 1


def test_charts_of_nothing_are_empty():
    for chart in (age_chart([]), slot_chart([])):
        assert (chart.bars, chart.busiest, chart.left_out) == ((), None, 0)
    assert strip(Counter()) == []


@given(st.lists(st.sampled_from(FINDINGS), min_size=1, max_size=400))
def test_charts_hold_everyone_and_stay_inside_their_frame(findings):
    shown = rows(*findings)
    for chart in (age_chart(shown), slot_chart(shown)):
        assert sum(bar.count for bar in chart.bars) + chart.left_out == len(findings)
        for bar in chart.bars:
            assert all(each.top >= 0 and each.top + each.height <= HEIGHT + 0.1 for each in bar.segments)
    pieces = strip(Counter(row.tone for row in shown))
    assert pieces[-1].start + pieces[-1].width == pytest.approx(WIDTH, abs=5)
    order = [BOTTOM_UP.index(piece.tone) for piece in pieces]
    assert order == sorted(order, reverse=True)


def test_one_stale_among_thousands_can_still_be_seen():
    many = [fresh(number=str(n)) for n in range(5000)]
    random.Random(1).shuffle(many)  # noqa: S311
    pieces = strip(Counter(row.tone for row in rows(stale(), *many)))
    assert (pieces[0].tone, pieces[0].width >= 4) == (3, True)


def test_each_severity_has_an_icon_of_its_own():
    icons = {icon(severity) for severity in Severity}
    assert len(icons) == len(Severity)
    assert all(each.startswith("data:image/svg+xml,") and '"' not in each for each in icons)
