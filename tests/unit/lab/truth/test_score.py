"""The metrics of the measured false alarms, on rows of alerts made by hand."""

import pytest

from backup_watch.model.vocabulary import Severity
from tests.lab.truth.model import DAY, HOUR
from tests.lab.truth.outages import Outage
from tests.lab.truth.rules import Stretch
from tests.lab.truth.score import Episode, Score, episodes_of, score

CHECKS = range(0, 20 * DAY, HOUR)
OUTAGE = Outage(5 * DAY + 60, 6 * DAY + 600)
WARNING, CRITICAL = frozenset({Severity.WARNING}), frozenset({Severity.CRITICAL})


def held(*episodes: Episode, outages: tuple[Outage, ...] = (OUTAGE,)) -> Score:
    return score(episodes, outages, checks=CHECKS, seconds=20 * DAY)


END = OUTAGE.ended_at
CASES = {
    # the episode of alerts; false alarms, those afterwards, missed outages, delays
    "while every backup happened": (Episode(2 * DAY, 2 * DAY + HOUR), 1, 0, 1, []),
    "within the outage, since its slot": (Episode(5 * DAY + 3 * HOUR, 6 * DAY), 0, 0, 0, [3 * HOUR - 60]),
    "at the last check of the outage": (Episode(6 * DAY, 6 * DAY), 0, 0, 0, [DAY - 60]),
    "at the first check after it": (Episode(6 * DAY + HOUR, 6 * DAY + HOUR), 0, 1, 1, []),
    "just within a day after it": (Episode(END + DAY - 1, END + DAY - 1), 0, 1, 1, []),
    "a day after it": (Episode(END + DAY, END + DAY), 1, 0, 1, []),
    "from before it into it": (Episode(4 * DAY, 6 * DAY), 1, 0, 0, [HOUR - 60]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_an_alert_is_false_afterwards_or_detects_the_outage(case):
    episode, *expected = CASES[case]
    tally = held(episode)
    assert [tally.false_alarms, tally.afterwards, tally.missed, tally.delays] == expected


def test_one_row_of_alerts_may_detect_two_outages():
    second = Outage(7 * DAY, 8 * DAY)
    assert held(Episode(5 * DAY + HOUR, 8 * DAY), outages=(OUTAGE, second)).delays == [HOUR - 60, 0]


def test_the_time_that_nobody_knew_is_the_delay_or_all_of_a_missed_outage():
    second = Outage(10 * DAY, 12 * DAY)
    tally = held(Episode(5 * DAY + HOUR, 6 * DAY), outages=(OUTAGE, second))
    assert tally.unnoticed == HOUR - 60 + 2 * DAY


def test_stretches_without_a_check_between_them_are_one_episode():
    stretches = [Stretch(1, 2, Severity.WARNING), Stretch(3, 4, Severity.WARNING), Stretch(6, 6, Severity.WARNING)]
    expected = [Episode(HOUR, 4 * HOUR), Episode(6 * HOUR, 6 * HOUR)]
    assert episodes_of(stretches, CHECKS, severities=WARNING) == expected


def test_only_the_severities_asked_for_make_an_episode():
    stretches = [Stretch(1, 2, Severity.WARNING), Stretch(3, 4, Severity.CRITICAL), Stretch(5, 5, Severity.UNKNOWN)]
    assert episodes_of(stretches, CHECKS, severities=CRITICAL) == [Episode(3 * HOUR, 4 * HOUR)]
    assert episodes_of(stretches, CHECKS, severities=WARNING | CRITICAL) == [Episode(HOUR, 4 * HOUR)]


def test_scores_add_up_and_the_delay_is_the_nearest_rank():
    total = Score()
    for hours in range(1, 21):
        total.add(Score(seconds=365 * DAY // 20, false_alarms=2, outages=2, delays=[hours * HOUR]))
    assert (total.years, total.false_alarms_per_year, total.missed) == (1.0, 40.0, 20)
    assert (total.delay(0.5), total.delay(0.95), total.delay(1.0)) == (10 * HOUR, 19 * HOUR, 20 * HOUR)


def test_without_a_detected_outage_there_is_no_delay():
    assert Score().delay(0.5) is None
