"""The ground truth of the measured false alarms, on histories made by hand."""

from tests.lab.truth.model import DAY, HOUR, Backup, History, Missed, Slot
from tests.lab.truth.outages import Outage, outages_of

NEVER = 365 * DAY


def history(good: list[int], missed: list[int], *, deleting_at: int = NEVER) -> History:
    """A database with the slot 00:00, backed up from minute 5 to 10 of the days *good*, and never of *missed*."""
    backups = tuple(Backup(day * DAY + 300, day * DAY + 600) for day in good)
    lost = tuple(Missed(day * DAY, day * DAY + 7 * HOUR) for day in missed)
    return History(0, -DAY, -DAY + 60, deleting_at, deleting_at, (Slot(-DAY, 0, True),), backups, lost)


def test_a_history_without_a_missed_slot_has_no_outage():
    assert outages_of(history([0, 1, 2], [])) == []


def test_an_outage_runs_from_the_missed_slot_until_the_next_good_backup_is_seen():
    assert outages_of(history([0, 2], [1])) == [Outage(DAY, 2 * DAY + 600)]


def test_slots_missed_in_a_row_are_one_outage():
    assert outages_of(history([0, 4], [1, 2, 3])) == [Outage(DAY, 4 * DAY + 600)]


def test_outages_with_a_good_backup_between_them_are_two():
    assert outages_of(history([0, 2, 4], [1, 3])) == [Outage(DAY, 2 * DAY + 600), Outage(3 * DAY, 4 * DAY + 600)]


def test_what_is_mended_within_the_longest_healthy_lateness_is_no_outage():
    early = history([0, 2], [1])
    mended = Backup(DAY + 6 * HOUR, DAY + 7 * HOUR)
    assert outages_of(with_backup(early, mended)) == []


def test_what_is_mended_a_second_later_is_one():
    mended = Backup(DAY + 6 * HOUR, DAY + 7 * HOUR + 1)
    assert outages_of(with_backup(history([0, 2], [1]), mended)) == [Outage(DAY, DAY + 7 * HOUR + 1)]


def test_an_outage_ends_when_the_deletion_begins():
    assert outages_of(history([0], [1, 2], deleting_at=3 * DAY)) == [Outage(DAY, 3 * DAY)]


def with_backup(of: History, backup: Backup) -> History:
    backups = tuple(sorted((*of.backups, backup), key=lambda one: one.ended_at))
    return History(of.number, of.created_at, of.running_at, of.deleting_at, of.gone_at, of.slots, backups, of.missed)
