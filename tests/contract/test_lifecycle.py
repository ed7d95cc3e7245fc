"""Events and incidents over time: once at the beginning, once when it worsens, daily, once at the end; and again the
same for whoever asks again about the same instant, whatever has landed in between.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest

from tests.contract.fake_ncloud import DETAILS, KST, Reply, backup, detail, instance

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
    # The newest is of 02:10. The slot of 02:00 is missed for two hours at 04:00 the next day, 16 h after noon; it is
    # more than 26 h old after 04:10, so at 05:00; and the next backup comes 86 h and 10 min after noon.
    assert events == [(16, "NEW"), (17, "ESCALATED"), (41, "REPEAT"), (65, "REPEAT"), (87, "RESOLVED")]
    assert len({incident for *_, incident in told}) == 1, "one outage, one incident"


def test_a_second_outage_has_an_incident_of_its_own(function):
    story = Story(function, last_night(0, 2, 4))
    told = story.hours(START, 5 * 24)
    assert [event for _, event, _ in told].count("NEW") == [event for _, event, _ in told].count("RESOLVED") + 1 == 3
    assert len({incident for *_, incident in told}) == 3


@pytest.mark.parametrize("later", [timedelta(0), MINUTE, HOUR, 3 * DAY, None])
def test_asked_again_about_the_same_instant_it_tells_the_same(function, later):
    """With what Ncloud showed then, a little later, much later, and when all has landed."""
    story = Story(function, last_night(-2, -1, 0, 3, 4))
    for hour in (15, 16, 17, 41, 62, 63, 64, 86):
        at = START + hour * HOUR
        then = story.events(at, until=at)
        assert story.events(at, until=None if later is None else at + later) == then, hour


@pytest.mark.parametrize("seed", range(4))
def test_of_random_lives_every_outage_begins_once_and_ends_once(function, seed):
    random = Random(seed)  # noqa: S311  chosen so as to be the same every time
    moment, backups = START - 3 * DAY, []
    while moment < START + 6 * DAY:
        backups.append(moment)
        moment += random.choice([DAY, DAY, DAY - 20 * MINUTE, DAY + 50 * MINUTE, 1.3 * DAY, 2.2 * DAY, 0.4 * DAY])
    story = Story(function, backups)
    told = story.hours(START, 5 * 24)
    open_now, seen = None, set()
    for hour, event, incident in told:
        match event:
            case "NEW":
                assert open_now is None, (hour, told)
                assert incident not in seen
                open_now = incident
                seen.add(incident)
            case "ESCALATED" | "REPEAT":
                assert open_now == incident, (hour, told)
            case "RESOLVED":
                assert open_now in (incident, None), (hour, told)
                assert open_now == incident or not seen, "an end without a beginning only of what began before"
                open_now = None
            case _:
                pytest.fail(f"{event} after {hour} h")
    for hour in sorted({hour for hour, *_ in told}):
        live = story.events(START + hour * HOUR, until=START + hour * HOUR)
        assert [(hour, *event) for event in live if event[0] != "ONGOING"] == [one for one in told if one[0] == hour]


@pytest.mark.parametrize(("repeat", "expected"), [("24h", [24, 48]), ("12h", [12, 24, 36, 48]), ("0", [])])
def test_it_is_told_again_as_often_as_is_set(function, repeat, expected):
    stale_at = START + 17 * HOUR
    told = Story(function, last_night(0)).hours(stale_at, 50, REPEAT_INTERVAL=repeat)
    assert [(hour, event) for hour, event, _ in told] == [(0, "ESCALATED"), *((hour, "REPEAT") for hour in expected)]


def test_a_run_that_comes_twice_tells_the_same_and_one_in_between_the_rest(function):
    """Half-hourly runs with CHECK_INTERVAL of half an hour tell each event once."""
    story = Story(function, last_night(0, 2))
    told = []
    for number in range(100):
        at = START + number * HOUR / 2
        told += [event for event, _ in story.events(at, CHECK_INTERVAL="30m") if event != "ONGOING"]
    assert told == ["NEW", "ESCALATED", "RESOLVED"]


def test_without_a_backup_before_the_newest_no_end_is_claimed(function):
    story = Story(function, last_night(3))
    report = story.run(START.replace(hour=3) + 3 * DAY).report
    assert (report["resolved"], report["severity"]) == ([], "ok")


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


def test_the_details_are_read_only_of_what_landed_inside_the_interval(function, now):
    for number, age in enumerate((0.2, 0.9, 1.1, 5, 30)):
        function.ncloud.database(f"db-{number}", now - age * HOUR)
    outcome = function.check()
    asked = {one.query["cloudPostgresqlInstanceNo"] for one in outcome.asked if one.operation == DETAILS}
    assert asked == {"1000", "1001"}


def test_no_more_details_are_read_than_is_set_and_the_rest_is_a_warning(function, now):
    for number in range(7):
        function.ncloud.database(f"db-{number}", now - (number + 1) * MINUTE)
        function.ncloud.details[str(1000 + number)] = [detail(now - (number + 1) * MINUTE), detail(now - 60 * HOUR)]
    for limit, expected in (("3", 3), ("0", 0), ("7", 7)):
        outcome = function.check_with(MAX_DETAIL_CALLS=limit)
        assert len([one for one in outcome.asked if one.operation == DETAILS]) == expected
        assert len(outcome.report["resolved"]) == expected
        left_out = 7 - expected
        assert bool(outcome.report["warnings"]) is bool(left_out)
        assert not left_out or str(left_out) in outcome.report["warnings"][0]
        assert outcome.report["severity"] == "ok"


@pytest.mark.parametrize(
    "body", [b"", b"<html/>", b'{"responseError":{"returnCode":"5001017","returnMessage":"gone"}}']
)
def test_details_that_cannot_be_read_are_told_rather_than_kept_quiet(function, now, body):
    function.ncloud.database("orders", now - 10 * MINUTE)
    function.ncloud.answers[DETAILS] = lambda asked: Reply(body, 400)
    outcome = function.check()
    assert outcome.verdicts() == {"orders": "FRESH"}
    assert (outcome.report["complete"], outcome.report["severity"]) == (False, "unknown")
    assert outcome.report["resolved"] == []
    assert outcome.alert.attribute("event") == ["UNREADABLE"]


def test_what_began_before_anybody_looked_is_told_at_midnight(function):
    """DISABLED, and NEVER of unknown age: at the first run of each day where people are."""
    for facts in ({"isBackup": False}, {"created": "garbage"}):
        story = Story(function, [] if "created" in facts else last_night(0), **facts)
        told = story.hours(START, 48)
        assert [(hour, event) for hour, event, _ in told] == [(12, "REPEAT"), (36, "REPEAT")]
        utc = story.hours(START, 48, DISPLAY_TIMEZONE="UTC")
        assert [hour for hour, *_ in utc] == [21, 45]
        often = story.hours(START, 24, REPEAT_INTERVAL="6h")
        assert [hour for hour, *_ in often] == [0, 6, 12, 18]
        daily = story.hours(START, 48, REPEAT_INTERVAL="0")
        assert [hour for hour, *_ in daily] == [12, 36]


def test_who_was_never_backed_up_is_told_when_the_grace_ends_then_daily(function):
    created = START + 30 * MINUTE
    story = Story(function, [], created=created)
    told = story.hours(START + HOUR, 60)
    assert [(hour, event) for hour, event, _ in told] == [(2, "NEW"), (26, "REPEAT"), (50, "REPEAT")]


def test_what_cannot_be_read_is_told_at_every_run(function, now):
    function.ncloud.database("orders", "garbage")
    for _ in range(2):
        outcome = function.check()
        assert [one["event"] for one in outcome.report["violations"]] == ["UNREADABLE"]
        assert len(outcome.published) == 1


def test_what_goes_on_is_reported_and_not_published_unless_all_is_asked_for(function):
    story, at = Story(function, last_night(0)), START + 20 * HOUR
    quiet = story.run(at)
    assert [one["event"] for one in quiet.report["violations"]] == ["ONGOING"]
    assert (quiet.published, quiet.report["notification"]) == ([], None)
    told = story.run(at, notify="all")
    assert told.alert.document["violations"][0]["event"] == "ONGOING"
    assert told.report["notification"] == {"messageIds": ["m-1"], "events": 1}
    silent = story.run(START + 16 * HOUR, notify=False)
    assert [one["event"] for one in silent.report["violations"]] == ["NEW"]
    assert silent.published == []


def test_at_an_instant_before_it_was_created_an_instance_is_left_out_and_that_is_said(function):
    story = Story(function, last_night(0), created=START)
    report = story.run(START - 5 * DAY, notify=False).report
    assert report["counts"]["instances"] == 0
    assert report["warnings"]
    assert report["severity"] == "unknown"
