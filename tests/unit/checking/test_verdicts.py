"""Every verdict on both sides of each of its edges, and which of two comes first."""

from datetime import UTC, timedelta, timezone

import pytest

from backup_watch.checking.rules import judge
from backup_watch.model.findings import Usual
from backup_watch.model.instances import FUTURE_TOLERANCE, KeptBackup
from backup_watch.model.vocabulary import Cause, Severity, Verdict
from tests.builders import KST, LIMITS, NOW, hours, punctual
from tests.unit.checking.builders import TICK, ago, instance, limits

V = Verdict


def judged(one, allowed=LIMITS, *, now=NOW):
    return judge(one, allowed, now=now, kept=punctual(one, now=now))


def verdict_of(one, allowed=LIMITS, *, now=NOW):
    finding = judged(one, allowed, now=now)
    assert (finding.subject, finding.limits) == (one, allowed)
    return finding.verdict, finding.cause


# --- FRESH and STALE -------------------------------------------------------------------------------------------------


def test_exactly_max_age_is_fresh():
    assert verdict_of(instance(ago(hours(26)))) == (V.FRESH, Cause.IN_TIME)


def test_one_microsecond_more_than_max_age_is_stale():
    assert verdict_of(instance(ago(hours(26) + TICK))) == (V.STALE, Cause.TOO_OLD)


def test_the_newest_of_several_backups_counts():
    assert verdict_of(instance(ago(hours(1)), ago(hours(50)))) == (V.FRESH, Cause.IN_TIME)


def test_the_offset_of_a_date_does_not_change_its_age():
    moment = NOW - hours(26)
    for offset in (-12, 0, 5.5, 9, 14):
        local = moment.astimezone(timezone(hours(offset)))
        assert verdict_of(instance(local)) == (V.FRESH, Cause.IN_TIME)
        assert verdict_of(instance(local - TICK)) == (V.STALE, Cause.TOO_OLD)


def test_a_finding_says_age_and_by_how_much_it_is_over():
    finding = judge(instance(ago(hours(51))), LIMITS, now=NOW)
    assert (finding.age, finding.overdue) == (hours(51), hours(25))
    assert finding.last_backup_at == NOW - hours(51)
    assert finding.due_at == NOW - hours(25)  # no slot: the end of what is allowed


def test_what_is_not_overdue_says_how_long_it_has_yet():
    assert judge(instance(ago(hours(1))), LIMITS, now=NOW).overdue == -hours(25)


# --- LATE ------------------------------------------------------------------------------------------------------------


def at_slot(age, *, backup_time="08:00"):
    """An instance with a slot at 08:00 in Seoul, 4 h before NOW, and a newest backup of this age."""
    return instance(ago(age), backup_time=backup_time)


def test_a_missed_slot_makes_it_late_with_an_age_of_just_over_a_day():
    assert verdict_of(at_slot(hours(24) + TICK)) == (V.LATE, Cause.SLOT_MISSED)


def test_exactly_24_hours_are_never_late():
    assert verdict_of(at_slot(hours(24))) == (V.FRESH, Cause.IN_TIME)


def test_a_slot_counts_from_exactly_grace_after_it():
    late = at_slot(hours(25), backup_time="10:00")
    assert verdict_of(late) == (V.LATE, Cause.SLOT_MISSED)
    assert verdict_of(late, now=NOW - TICK) == (V.FRESH, Cause.IN_TIME)
    assert verdict_of(late, limits(grace=hours(2) + TICK)) == (V.FRESH, Cause.IN_TIME)


def test_a_backup_within_twelve_hours_before_a_slot_is_that_slots_own():
    allowed, slot = limits(max_age=hours(60)), (NOW - hours(4)).astimezone(KST)
    made_by_hand = instance(slot - hours(12), backup_time="08:00")
    assert verdict_of(made_by_hand, allowed, now=slot + hours(12)) == (V.FRESH, Cause.IN_TIME)
    assert verdict_of(made_by_hand, allowed, now=slot + hours(12) + TICK) == (V.LATE, Cause.SLOT_MISSED)
    its_own = instance(slot - hours(12) + TICK, backup_time="08:00")
    assert verdict_of(its_own, allowed, now=slot + hours(26) - TICK) == (V.FRESH, Cause.IN_TIME)
    assert verdict_of(its_own, allowed, now=slot + hours(26)) == (V.LATE, Cause.SLOT_MISSED)


def test_where_fewer_than_three_backups_show_what_is_usual_half_an_hour_is_granted():
    late, from_then = at_slot(hours(26)), NOW - hours(1.5)
    for kept in ((), punctual(late, count=2)):
        assert judge(late, limits(grace=hours(2)), now=from_then, kept=kept).verdict is V.LATE
        assert judge(late, limits(grace=hours(2)), now=from_then - TICK, kept=kept).verdict is V.FRESH


def test_nothing_is_late_whose_kept_backups_were_not_asked_for():
    finding = judge(at_slot(hours(25)), LIMITS, now=NOW)
    assert (finding.verdict, finding.expected_at, finding.usual) == (V.FRESH, None, None)


def test_a_finding_says_what_is_usual_and_since_when_a_backup_is_under_way():
    one = at_slot(hours(25))
    running = KeptBackup(NOW - hours(1), None)
    finding = judge(one, LIMITS, now=NOW, kept=(*punctual(one, minutes=20), running))
    assert finding.verdict is V.LATE
    assert finding.expected_at == NOW - hours(4) + timedelta(minutes=20)
    assert (finding.usual, finding.sample) == (Usual("08:20", 3), punctual(one, minutes=20))
    assert finding.under_way_since == running.started_at


def test_stale_comes_before_late():
    assert verdict_of(at_slot(hours(26) + TICK)) == (V.STALE, Cause.TOO_OLD)


@pytest.mark.parametrize("backup_time", [None, "", "24:00", "soon", "08:60", "٠٨:٠٠"])
def test_without_a_readable_slot_nothing_is_late(backup_time):
    assert verdict_of(at_slot(hours(25), backup_time=backup_time)) == (V.FRESH, Cause.IN_TIME)


def test_the_slot_is_in_the_offset_of_the_instances_own_dates():
    """25 h before NOW it was 02:00 in UTC, and 11:00 in Seoul: 15:00 is the backup's own slot there, not in UTC."""
    slot_missed = instance((NOW - hours(25)).astimezone(UTC), backup_time="15:00")
    no_slot_yet = instance((NOW - hours(25)).astimezone(KST), backup_time="15:00")
    assert verdict_of(slot_missed) == (V.LATE, Cause.SLOT_MISSED)
    assert verdict_of(no_slot_yet) == (V.FRESH, Cause.IN_TIME)
    assert judged(slot_missed).due_at == NOW - hours(12)
    assert judged(no_slot_yet).due_at == NOW + hours(3)


def test_whether_a_slot_was_missed_depends_on_that_offset():
    """At 03:00 UTC, 02:00 UTC is within its grace, and the day before it came before the backup; 02:00 KST did not."""
    newest = NOW - hours(24.5)
    assert verdict_of(instance(newest.astimezone(UTC), backup_time="02:00")) == (V.FRESH, Cause.IN_TIME)
    assert verdict_of(instance(newest.astimezone(KST), backup_time="02:00")) == (V.LATE, Cause.SLOT_MISSED)


def test_the_missed_slot_is_the_last_that_counts():
    finding = judge(instance(ago(hours(200)), backup_time="11:00"), LIMITS, now=NOW)
    assert finding.due_at == NOW - hours(25)  # 11:00 today is within its grace


def test_a_fresh_backup_is_next_due_at_its_next_slot():
    assert judge(at_slot(hours(3)), LIMITS, now=NOW).due_at == NOW + hours(20)


# --- NEW and NEVER ---------------------------------------------------------------------------------------------------


def test_the_creation_grace_ends_exactly_after_it():
    assert verdict_of(instance(created_at=ago(hours(2) - TICK))) == (V.NEW, Cause.NEWLY_CREATED)
    assert verdict_of(instance(created_at=ago(hours(2)))) == (V.NEVER, Cause.NEVER_BACKED_UP)


def test_never_backed_up_and_of_unknown_age_is_never():
    finding = judge(instance(created_at=None), LIMITS, now=NOW)
    assert (finding.verdict, finding.age, finding.overdue, finding.due_at) == (V.NEVER, None, None, None)


def test_never_backed_up_is_due_when_its_grace_ends():
    finding = judge(instance(created_at=ago(hours(5))), LIMITS, now=NOW)
    assert (finding.due_at, finding.overdue) == (NOW - hours(3), hours(3))


def test_a_creation_up_to_five_minutes_ahead_is_new_and_beyond_that_no_date():
    assert verdict_of(instance(created_at=NOW + FUTURE_TOLERANCE)) == (V.NEW, Cause.NEWLY_CREATED)
    assert verdict_of(instance(created_at=NOW + FUTURE_TOLERANCE + TICK)) == (V.NEVER, Cause.NEVER_BACKED_UP)


def test_a_new_instance_with_an_old_backup_is_judged_by_the_backup():
    assert verdict_of(instance(ago(hours(27)), created_at=ago(hours(1)))) == (V.STALE, Cause.TOO_OLD)


# --- SKIPPED ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["deleting", "deleted"])
def test_what_is_going_away_is_skipped_whatever_else_is_wrong(status):
    for one in (instance(), instance(ago(hours(99))), instance(backups_read=False), instance(is_backup=False)):
        gone = instance(*one.backups_at, status=status, backups_read=one.backups_read, is_backup=one.is_backup)
        assert verdict_of(gone) == (V.SKIPPED, Cause.BEING_DELETED)


@pytest.mark.parametrize("status", ["creating", "settingup"])
def test_what_is_being_created_is_skipped_for_less_than_a_day(status):
    assert verdict_of(instance(status=status, created_at=ago(hours(24) - TICK))) == (V.SKIPPED, Cause.BEING_CREATED)
    assert verdict_of(instance(status=status, created_at=ago(hours(24)))) == (V.NEVER, Cause.NEVER_BACKED_UP)
    assert verdict_of(instance(status=status, created_at=None)) == (V.NEVER, Cause.NEVER_BACKED_UP)


@pytest.mark.parametrize("status", [
    None, "running", "stopped", "shuttingdown", "restarting", "recovering", "pending", "upgrading", "no such status",
])  # fmt: skip
def test_every_other_status_is_judged(status):
    assert verdict_of(instance(status=status, created_at=ago(hours(3)))) == (V.NEVER, Cause.NEVER_BACKED_UP)


# --- DISABLED --------------------------------------------------------------------------------------------------------


def test_backups_switched_off_are_told_before_anything_but_skipped():
    for one in (
        instance(ago(hours(1)), is_backup=False),
        instance(backups_read=False, is_backup=False),
        instance(unreadable_dates=("x",), is_backup=False),
        instance(history_known=False, is_backup=False),
        instance(created_at=ago(hours(1)), is_backup=False),
    ):
        assert verdict_of(one) == (V.DISABLED, Cause.BACKUPS_OFF)


def test_backups_that_are_not_said_to_be_on_or_off_are_judged():
    assert verdict_of(instance(ago(hours(1)), is_backup=None)) == (V.FRESH, Cause.IN_TIME)


# --- UNKNOWN ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("created_at", [None, ago(hours(1)), ago(hours(50))])
def test_an_unread_region_is_unknown_and_never_never(created_at):
    unread = instance(backups_read=False, created_at=created_at)
    assert verdict_of(unread) == (V.UNKNOWN, Cause.LIST_UNREAD)


def test_a_date_five_minutes_ahead_counts_as_now_and_one_microsecond_more_is_not_believed():
    finding = judge(instance(NOW + FUTURE_TOLERANCE), LIMITS, now=NOW)
    assert (finding.verdict, finding.age, finding.bad_date) == (V.FRESH, timedelta(0), None)
    ahead = (NOW + FUTURE_TOLERANCE + TICK).astimezone(KST)
    finding = judge(instance(ahead), LIMITS, now=NOW)
    assert (finding.verdict, finding.cause, finding.age) == (V.UNKNOWN, Cause.DATE_IN_FUTURE, None)
    assert finding.bad_date == "2026-11-23T12:05:00.000001+09:00"


@pytest.mark.parametrize(("bad", "cause"), [
    ({"unreadable_dates": ("2026-11-22 02:00", "x")}, Cause.DATE_UNREADABLE),
    ({"ahead": NOW + hours(1)}, Cause.DATE_IN_FUTURE),
])  # fmt: skip
@pytest.mark.parametrize(("age", "verdict"), [
    (hours(1), V.FRESH), (hours(25), V.UNKNOWN), (hours(27), V.UNKNOWN), (None, V.UNKNOWN),
])  # fmt: skip
def test_beside_a_bad_date_only_a_fresh_one_is_believed(bad, cause, age, verdict):
    ahead = (bad["ahead"],) if "ahead" in bad else ()
    dates = ahead if age is None else (*ahead, ago(age))
    one = instance(*dates, backup_time="08:00", unreadable_dates=bad.get("unreadable_dates", ()))
    finding = judge(one, LIMITS, now=NOW, kept=punctual(one))
    assert (finding.verdict, finding.cause) == (verdict, Cause.IN_TIME if verdict is V.FRESH else cause)
    assert finding.bad_date in ("2026-11-22 02:00", "2026-11-23T04:00:00+00:00")


def test_a_new_instance_with_a_bad_date_is_unknown():
    assert verdict_of(instance(unreadable_dates=("0",), created_at=ago(hours(1)))) == (V.UNKNOWN, Cause.DATE_UNREADABLE)


def test_an_unread_list_with_a_bad_date_of_this_instance_says_so():
    one = instance(backups_read=False, unreadable_dates=("yesterday",))
    assert verdict_of(one) == (V.UNKNOWN, Cause.DATE_UNREADABLE)


def test_a_history_that_cannot_be_shown_is_unknown_however_old_what_is_known():
    for dates in ((), (ago(hours(1)),), (ago(hours(99)),)):
        assert verdict_of(instance(*dates, history_known=False)) == (V.UNKNOWN, Cause.HISTORY_UNKNOWN)


# --- severities ------------------------------------------------------------------------------------------------------


def test_not_knowing_outranks_a_warning_and_is_outranked_by_what_is_critical():
    assert Severity.OK < Severity.WARNING < Severity.UNKNOWN < Severity.CRITICAL
    assert [severity.word for severity in Severity] == ["ok", "warning", "unknown", "critical"]


def test_each_verdict_has_its_severity():
    said = {severity: {v for v in V if v.severity is severity} for severity in Severity}
    assert said == {
        Severity.OK: {V.FRESH, V.NEW, V.SKIPPED},
        Severity.WARNING: {V.LATE},
        Severity.UNKNOWN: {V.UNKNOWN},
        Severity.CRITICAL: {V.STALE, V.NEVER, V.DISABLED, V.MISSING},
    }


@pytest.mark.parametrize("severity", [Severity.WARNING, Severity.CRITICAL])
@pytest.mark.parametrize(("one", "adjustable"), [
    (instance(ago(hours(27))), True),
    (instance(), True),
    (instance(is_backup=False), True),
    (instance(ago(hours(25)), backup_time="08:00"), False),
    (instance(backups_read=False), False),
    (instance(ago(hours(1))), False),
    (instance(created_at=ago(hours(1))), False),
    (instance(status="deleted"), False),
])  # fmt: skip
def test_a_rule_sets_the_severity_of_stale_never_and_disabled_only(one, adjustable, severity):
    plain, ruled = judge(one, LIMITS, now=NOW), judge(one, limits(severity=severity), now=NOW)
    assert ruled.verdict is plain.verdict
    assert ruled.severity is (severity if adjustable else plain.severity)
