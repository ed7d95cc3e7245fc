"""The ground truth of the measured false alarms, on histories made by hand."""

import pytest

from tests.lab.truth.model import DAY, HOUR, Backup, History, Missed, Slot
from tests.lab.truth.outages import Outage, outages_of

NEVER = 365 * DAY


def history(good: list[int], missed: list[int], *more: Backup, deleting_at: int = NEVER) -> History:
    """A database with the slot 00:00, backed up from minute 5 to 10 of the days *good*, and never of *missed*."""
    backups = [Backup(day * DAY + 300, day * DAY + 600) for day in good] + list(more)
    lost = tuple(Missed(day * DAY, day * DAY + 7 * HOUR) for day in missed)
    backups.sort(key=lambda one: one.ended_at)
    return History(0, -DAY, -DAY + 60, deleting_at, deleting_at, (Slot(-DAY, 0, True),), tuple(backups), lost)


SIX = DAY + 6 * HOUR
CASES = {
    "no missed slot": (history([0, 1, 2], []), []),
    "until the next good backup is seen": (history([0, 2], [1]), [Outage(DAY, 2 * DAY + 600)]),
    "slots missed in a row are one": (history([0, 4], [1, 2, 3]), [Outage(DAY, 4 * DAY + 600)]),
    "with a good backup between them two": (
        history([0, 2, 4], [1, 3]), [Outage(DAY, 2 * DAY + 600), Outage(3 * DAY, 4 * DAY + 600)],
    ),
    "mended within the longest healthy lateness": (history([0, 2], [1], Backup(SIX, SIX + HOUR)), []),
    "mended a second later": (history([0, 2], [1], Backup(SIX, SIX + HOUR + 1)), [Outage(DAY, SIX + HOUR + 1)]),
    "until the deletion begins": (history([0], [1, 2], deleting_at=3 * DAY), [Outage(DAY, 3 * DAY)]),
}  # fmt: skip


@pytest.mark.parametrize(("lived", "outages"), CASES.values(), ids=CASES)
def test_an_outage_runs_from_the_missed_slot_to_the_next_good_backup(lived, outages):
    assert outages_of(lived) == outages
