"""The replay asks the rules at few checks; these tests ask at every check, and look at the histories directly."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from backup_watch.checking.rules import judge
from backup_watch.model.instances import Instance, KeptBackup
from backup_watch.model.policy import Limits
from backup_watch.model.vocabulary import Severity
from tests.builders import an_id
from tests.lab.truth.model import DAY, HOUR, Backup, Fleet, History, Model, Slot
from tests.lab.truth.pages import page
from tests.lab.truth.rules import CalendarDates, FlatAge, Judgement, Stretch
from tests.lab.truth.study import DEFAULT, DEFAULTS, replayed, study
from tests.lab.truth.timeline import DateMeans, Timeline, instant, timeline_of
from tests.lab.truth.years import fleet_of, history_of

MODEL = replace(
    Model(), days=60, databases=20, fleets=3, outages=12, slot_changes=9, server_changes=20, born=0.5, removed=0.5,
    api_outages=60, first_backup_fails=0.5, duration_median=1800,
)  # fmt: skip


def world(number: int, means: DateMeans) -> tuple[History, Fleet, Timeline]:
    history, fleet = history_of(MODEL, 7, number), fleet_of(MODEL, 7, number)
    return history, fleet, timeline_of(history, fleet, means=means)


def as_listed(history: History, at: int, means: DateMeans) -> Instance:
    """What the lists say at *at*, from the history itself."""
    seen = [backup for backup in history.backups if backup.ended_at <= at]
    date = max((b.ended_at if means is DateMeans.END else b.started_at for b in seen), default=None)
    slot = [slot for slot in history.slots if slot.since <= at][-1]
    status = "creating" if at < history.running_at else "deleting" if at >= history.deleting_at else "running"
    return Instance(
        an_id("1"), "db", () if date is None else (instant(date),), status=status, is_backup=True,
        created_at=instant(history.created_at), retention_days=history.retention_days,
        backup_time=f"{slot.time // HOUR:02}:{slot.time % HOUR // 60:02}" if slot.is_told else None,
    )  # fmt: skip


def as_kept(history: History, at: int) -> list[KeptBackup]:
    """What the details say at *at*, from the history itself."""
    kept = (b for b in history.backups if at - history.retention_days * DAY < b.ended_at <= at)
    return [KeptBackup(instant(b.started_at), instant(b.ended_at)) for b in kept]


def check_by_check(stretches: list[Stretch], checks: int) -> list[Severity]:
    said = [Severity.OK] * checks
    for stretch in stretches:
        for index in range(stretch.first, stretch.last + 1):
            said[index] = stretch.severity
    return said


@pytest.mark.parametrize("means", DateMeans)
def test_the_judgement_says_the_same_at_every_check_as_the_replay(means):
    seen = set()
    for number in range(12):
        history, fleet, timeline = world(number, means)
        expected = [
            judge(
                as_listed(history, at, means), DEFAULTS, now=instant(at + fleet.skew), kept=as_kept(history, at)
            ).severity
            for at in fleet.checks
            if history.created_at <= at < history.gone_at
        ]
        assert check_by_check(replayed(timeline)[DEFAULT], len(timeline.checks)) == expected
        seen |= set(expected)
    assert seen >= {Severity.OK, Severity.WARNING, Severity.CRITICAL}


def test_a_flat_age_counts_from_the_newest_backup_or_the_creation():
    for number in range(6):
        history, fleet, timeline = world(number, DateMeans.END)
        expected = []
        for at in timeline.checks:
            newest = max((b.ended_at for b in history.backups if b.ended_at <= at), default=history.created_at)
            expected.append(Severity.CRITICAL if at + fleet.skew - newest > 26 * HOUR else Severity.OK)
        assert check_by_check(FlatAge(26).stretches(timeline), len(timeline.checks)) == expected


@pytest.mark.parametrize("offset_hours", [0, 9])
def test_calendar_dates_want_a_backup_of_yesterday(offset_hours):
    shift = (offset_hours - 9) * HOUR
    for number in range(6):
        history, fleet, timeline = world(number, DateMeans.START)
        expected = []
        for at in timeline.checks:
            today = (at + fleet.skew + shift) // DAY
            days = {(b.started_at + shift) // DAY for b in history.backups if b.ended_at <= at}
            there_all_day = history.created_at <= (today - 1) * DAY - shift
            expected.append(Severity.CRITICAL if there_all_day and today - 1 not in days else Severity.OK)
        assert check_by_check(CalendarDates(offset_hours).stretches(timeline), len(timeline.checks)) == expected


def test_a_healthy_backup_that_drifts_across_nine_in_the_morning_is_missing_by_utc_dates_alone():
    minutes = [538, 541, 539]  # 08:58, 09:01 and 08:59 at +09:00: no backup starts on the second day of UTC
    backups = tuple(Backup(day * DAY + minute * 60, day * DAY + minute * 60 + 60) for day, minute in enumerate(minutes))
    history = History(1, -9 * DAY, -9 * DAY + 60, 3 * DAY, 3 * DAY, (Slot(-9 * DAY, 535 * 60, True),), backups, ())
    fleet = Fleet(tuple(range(DAY, 3 * DAY, HOUR)), (), 0)
    timeline = timeline_of(history, fleet, means=DateMeans.START)
    assert CalendarDates(9).stretches(timeline) == []
    assert FlatAge(26).stretches(timeline) == []
    assert Judgement(DEFAULTS).stretches(timeline) == []
    assert CalendarDates(0).stretches(timeline) != []


def test_where_the_list_could_not_be_read_ours_says_unknown():
    said = []
    for number in range(6):
        _, _, timeline = world(number, DateMeans.END)
        said += Judgement(DEFAULTS).severities_when_blind(timeline)
    assert set(said) <= {Severity.UNKNOWN, Severity.OK}  # ok: what is being created or deleted is skipped all the same
    assert said.count(Severity.UNKNOWN) > 10 * said.count(Severity.OK)


def test_every_slot_is_either_backed_up_in_healthy_time_or_missed():
    longest = MODEL.latest_start + MODEL.longest_change_delay + MODEL.longest_typical_duration * 3
    for number in range(20):
        history = history_of(MODEL, 7, number)
        missed = {one.at for one in history.missed}
        for slot, until in zip(
            history.slots, [s.since for s in history.slots[1:]] + [history.deleting_at], strict=True
        ):
            since = max(slot.since, history.created_at + MODEL.first_backup_within, 0) + 1
            for at in range(since + (slot.time - since) % DAY, until, DAY):
                starts = [b for b in history.backups if at <= b.started_at and b.ended_at <= at + longest]
                assert starts or at in missed or at + longest > history.deleting_at


def test_the_same_seed_gives_the_same_page_and_another_gives_another():
    small = replace(MODEL, databases=6)
    first, again, other = (
        page(small, seeds, found := study(small, seeds, processes=1), found) for seeds in ([1], [1], [2])
    )
    assert first == again
    assert other.partition("## Rules compared")[2] != first.partition("## Rules compared")[2]


def test_a_laxer_setting_never_alerts_where_a_stricter_one_does_not():
    strict = Limits(timedelta(hours=25), timedelta(minutes=30), DEFAULTS.new_instance_grace)
    for number in range(6):
        _, _, timeline = world(number, DateMeans.END)
        stricter = check_by_check(Judgement(strict).stretches(timeline), len(timeline.checks))
        laxer = check_by_check(Judgement(DEFAULTS).stretches(timeline), len(timeline.checks))
        assert all(lax <= said for lax, said in zip(laxer, stricter, strict=True))
