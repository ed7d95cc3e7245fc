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


def test_an_alert_while_every_backup_happened_is_a_false_alarm():
    tally = held(Episode(2 * DAY, 2 * DAY + HOUR))
    assert (tally.false_alarms, tally.afterwards, tally.missed) == (1, 0, 1)


def test_an_alert_within_the_outage_detects_it_after_the_time_since_its_slot():
    tally = held(Episode(5 * DAY + 3 * HOUR, 6 * DAY))
    assert (tally.false_alarms, tally.missed, tally.delays) == (0, 0, [3 * HOUR - 60])


def test_an_alert_at_the_last_check_of_the_outage_detects_it():
    assert held(Episode(6 * DAY, 6 * DAY)).delays == [DAY - 60]


def test_an_alert_at_the_first_check_after_the_outage_is_afterwards_and_misses_it():
    tally = held(Episode(6 * DAY + HOUR, 6 * DAY + HOUR))
    assert (tally.false_alarms, tally.afterwards, tally.missed) == (0, 1, 1)


@pytest.mark.parametrize(("after", "expected"), [(DAY - 1, (0, 1)), (DAY, (1, 0))])
def test_a_day_after_the_outage_an_alert_is_a_false_alarm_again(after, expected):
    begins = OUTAGE.ended_at + after
    tally = held(Episode(begins, begins))
    assert (tally.false_alarms, tally.afterwards) == expected


def test_a_false_alarm_that_goes_on_into_an_outage_is_one_and_detects_it_at_its_first_check():
    tally = held(Episode(4 * DAY, 6 * DAY))
    assert (tally.false_alarms, tally.delays) == (1, [HOUR - 60])


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
