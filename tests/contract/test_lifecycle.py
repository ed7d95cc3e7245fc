"""Events and incidents over time: once at the beginning, once when it worsens, daily, once at the end; and again the
same for whoever asks again about the same instant, whatever has landed in between.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.contract.fake_ncloud import KST, backup, detail, instance

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
START = datetime(2026, 9, 7, 12, 0, tzinfo=KST)
"""Long ago, so that every instant of these stories is in the past of whatever clock runs the tests."""


class Story:
    """One database with a slot at 02:00, and all the backups that it ever had."""

    def __init__(self, function, backups, **facts):
        self._function, self.backups, self._facts = function, sorted(backups), facts

    def shown(self, until: datetime | None):
        """Let Ncloud show what there is at *until* (None: all of it)."""
        seen = [one for one in self.backups if until is None or one <= until]
        ncloud = self._function.ncloud
        ncloud.backups["KR"] = [backup("1", "orders", seen[-1] if seen else None)]
        ncloud.instances["KR"] = [instance("1", "orders", **self._facts)]
        ncloud.details["1"] = [detail(one) for one in reversed(seen)]

    def run(self, at: datetime, *, until: datetime | None = None, notify: object = True, **settings):
        self.shown(until)
        return self._function({"action": "check", "at": at.isoformat(), "all": True, "notify": notify}, **settings)

    def events(self, at: datetime, **rest):
        """What a run tells: event and incident of each violation and end."""
        report = self.run(at, **rest).report
        return [(one["event"], one["incident"]) for one in (*report["violations"], *report["resolved"])]

    def hours(self, start: datetime, count: int, **rest):
        """What *count* hourly runs tell, those with nothing to tell left out: hours after *start*, event, incident."""
        told = []
        for number in range(count):
            at = start + number * HOUR
            told += [(number, *event) for event in self.events(at, **rest) if event[0] != "ONGOING"]
        return told


def last_night(*nights: int) -> list[datetime]:
    """Backups that ended at 02:10 of these days after the story's first."""
    return [START.replace(hour=2, minute=10) + night * DAY for night in nights]


def test_an_outage_is_told_as_it_begins_worsens_goes_on_and_ends(function):
    story = Story(function, last_night(-3, -2, -1, 0, 4, 5))
    told = story.hours(START, 4 * 24)
    events = [(hour, event) for hour, event, _ in told]
    # The newest is of 02:10. Too few backups show what is usual, so the next is expected half an hour after the slot of
    # 02:00, and late 90 min after that, at 04:00 the next day, 16 h after noon; it is over 30 h old after 08:10, so
    # at 09:00; and the next backup comes 86 h and 10 min after noon.
    assert events == [(16, "NEW"), (21, "ESCALATED"), (45, "REPEAT"), (69, "REPEAT"), (87, "RESOLVED")]
    assert len({incident for *_, incident in told}) == 1, "one outage, one incident"


@pytest.mark.parametrize("later", [timedelta(0), MINUTE, HOUR, 3 * DAY, None])
def test_asked_again_about_the_same_instant_it_tells_the_same(function, later):
    """With what Ncloud showed then, a little later, much later, and when all has landed."""
    story = Story(function, last_night(-2, -1, 0, 3, 4))
    for hour in (15, 16, 20, 21, 45, 62, 63, 64, 86):
        at = START + hour * HOUR
        then = story.events(at, until=at)
        assert story.events(at, until=None if later is None else at + later) == then, hour


def test_what_details_say_by_their_start_or_their_end_is_the_same_incident(function):
    """The summary may tell when a backup started; the details have both."""
    ends = last_night(0, 3)
    starts = [end - 10 * MINUTE for end in ends]
    incidents = set()
    for summary in (ends, starts):
        for at, seen in ((START + 20 * HOUR, 1), (START.replace(hour=2, minute=30) + 3 * DAY, 2)):
            function.ncloud.backups["KR"] = [backup("1", "orders", summary[seen - 1])]
            function.ncloud.instances["KR"] = [instance("1", "orders")]
            function.ncloud.details["1"] = [detail(end) for end in reversed(ends[:seen])]
            outcome = function({"action": "check", "at": at.isoformat()})
            [told] = outcome.report["violations"] or outcome.report["resolved"]
            incidents.add(told["incident"])
        assert len(incidents) == 1, "late and resolved share it"
        incidents.clear()
