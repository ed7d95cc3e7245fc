"""Taking an instance back in time."""

from datetime import timedelta

import pytest

from backup_watch.model.instances import FUTURE_TOLERANCE, age_of, as_of
from tests.builders import NOW, hours
from tests.unit.checking.builders import TICK, ago, instance

CLOCK = NOW + hours(10)


def taken_back(one, history=None):
    then = as_of(one, NOW, known_until=CLOCK, backups_at=history)
    return then.backups_at, then.history_known


def test_what_came_before_stays_and_needs_no_history():
    assert taken_back(instance(ago(hours(1)), ago(hours(2)))) == ((ago(hours(1)), ago(hours(2))), True)
    assert taken_back(instance()) == ((), True)


def test_the_very_same_instance_is_given_back_where_nothing_came_after():
    for one in (instance(ago(hours(1))), instance(NOW), instance()):
        assert as_of(one, NOW, known_until=CLOCK) is one


def test_a_backup_at_the_very_instant_has_come():
    assert taken_back(instance(NOW)) == ((NOW,), True)
    assert taken_back(instance(NOW + TICK)) == ((), False)


def test_the_details_show_what_was_before():
    after, before, older = NOW + hours(1), ago(hours(3)), ago(hours(27))
    assert taken_back(instance(after), (after, before, older)) == ((before, older), True)
    assert taken_back(instance(after), (after,)) == ((), False)
    assert taken_back(instance(after), ()) == ((), False)
    assert taken_back(instance(after), (after, NOW)) == ((NOW,), True)


def test_summary_and_details_are_one_history_without_repetition():
    after, before, older = NOW + hours(1), ago(hours(3)), ago(hours(27))
    assert taken_back(instance(after, older), (before, older)) == ((before, older), True)


@pytest.mark.parametrize(("moment", "is_lie"), [(CLOCK, False), (CLOCK + TICK, True)])
def test_a_date_after_all_that_can_be_known_stays_for_the_judgement_to_see(moment, is_lie):
    assert taken_back(instance(moment, ago(hours(3)))) == (((moment,) if is_lie else ()) + (ago(hours(3)),), True)
    assert taken_back(instance(moment)) == ((moment,) if is_lie else (), is_lie)


def test_the_rest_of_an_instance_stays_as_it_is():
    one = instance(NOW + hours(1), unreadable_dates=("x",), backup_time="02:00", is_backup=False)
    then = as_of(one, NOW, known_until=CLOCK, backups_at=(ago(hours(1)),))
    assert (then.unreadable_dates, then.backup_time, then.is_backup, then.id) == (("x",), "02:00", False, one.id)


def test_an_age_counts_from_creation_and_up_to_five_minutes_before_it():
    assert age_of(instance(created_at=ago(hours(3))), now=NOW) == hours(3)
    assert age_of(instance(created_at=NOW + FUTURE_TOLERANCE), now=NOW) == -timedelta(minutes=5)
    assert age_of(instance(created_at=NOW + FUTURE_TOLERANCE + TICK), now=NOW) is None
    assert age_of(instance(created_at=None), now=NOW) is None
