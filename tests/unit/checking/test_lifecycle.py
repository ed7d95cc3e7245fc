"""How an outage is named, since when it is this bad, and what one period makes of it."""

import time
from datetime import UTC

import pytest

from backup_watch.checking.lifecycle import ReportingPeriod, began_at, follow, incident_of, resolve
from backup_watch.checking.rules import judge
from backup_watch.model.findings import Finding
from backup_watch.model.instances import Expectation
from backup_watch.model.vocabulary import Cause, Event, Severity, Verdict
from tests.builders import KST, LIMITS, NOW, hours, punctual
from tests.unit.checking.builders import TICK, ago, instance, limits

PERIOD = ReportingPeriod(NOW - hours(1), NOW, hours(24), KST)


def judged(one, allowed=LIMITS, *, now=NOW):
    return judge(one, allowed, now=now, kept=punctual(one, now=now))


def test_an_incident_is_twelve_hexadecimal_digits_that_never_change():
    """The names are in people's tickets: a change of this value is a change of version."""
    assert incident_of(instance(), ago(hours(51))) == "9b326ec6438f"
    assert incident_of(instance(), None) == "fedc5f2dbe46"
    assert incident_of(Expectation("orders-*"), None) == "72f5cdd487d6"


def test_an_incident_has_the_same_name_wherever_the_program_runs(monkeypatch):
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Seoul")
        time.tzset()
        named = incident_of(instance(), ago(hours(51)))
    time.tzset()
    assert named == "9b326ec6438f"


def test_a_name_that_is_no_valid_text_names_an_incident_too():
    assert incident_of(Expectation("\udc80"), None) != incident_of(Expectation("\udc81"), None)


def test_an_incident_is_named_by_region_number_and_the_backup_before_it():
    one, last = instance(), ago(hours(51))
    same = incident_of(one, last)
    assert incident_of(one, last.astimezone(UTC)) == same
    assert incident_of(instance(service_name="renamed", is_backup=False), last) == same
    others = {
        incident_of(instance(region="SGN"), last), incident_of(instance(number="1"), last),
        incident_of(one, last + TICK), incident_of(one, None), incident_of(Expectation("test-a"), None),
        incident_of(Expectation("test-b"), None),
    }  # fmt: skip
    assert len(others | {same}) == 7


def test_an_incident_of_another_account_or_product_has_another_name():
    last = ago(hours(51))
    named = {
        incident_of(instance(**where), last)
        for where in ({}, {"account": "acme"}, {"product": "mysql"}, {"account": "acme", "product": "mysql"})
    }
    assert len(named) == 4
    lines = [
        Expectation("a"),
        Expectation("a", account="acme"),
        Expectation("a", product="mysql"),
        Expectation("a", region="KR"),
    ]
    assert len({incident_of(line, None) for line in lines}) == 4
    assert incident_of(Expectation("orders-*", account="default", product="postgresql"), None) == "72f5cdd487d6"


# --- since when ------------------------------------------------------------------------------------------------------


def test_stale_began_when_max_age_had_passed():
    assert began_at(judged(instance(ago(hours(51))))) == NOW - hours(25)


def test_late_began_when_the_grace_of_the_first_slot_missed_was_over_and_a_day_had_passed():
    assert began_at(judged(instance(ago(hours(25)), backup_time="09:00"))) == NOW - hours(1)  # 09:00 and 2 h
    assert began_at(judged(instance(ago(hours(25)), backup_time="00:00"))) == NOW - hours(1)  # 24 h after the newest


def test_the_slot_that_was_missed_is_in_the_offset_of_the_newest_backup():
    """24 h 30 min ago, at 02:30 UTC: the 02:00 UTC after it is not over its grace, 02:00 in Seoul was at 17:00 UTC."""
    newest = NOW - hours(25.5)
    assert began_at(judged(instance(newest.astimezone(KST), backup_time="02:00"))) == newest + hours(24)
    late = judged(instance(newest.astimezone(UTC), backup_time="00:30"))
    assert (late.verdict, began_at(late)) == (Verdict.LATE, NOW - hours(0.5))  # 00:30 UTC and 2 h


def test_stale_as_a_mere_warning_began_with_late():
    warning = limits(severity=Severity.WARNING)
    assert began_at(judged(instance(ago(hours(51)), backup_time="09:00"), warning)) == NOW - hours(25)
    assert began_at(judged(instance(ago(hours(51)), backup_time="07:00"), warning)) == NOW - hours(27)
    assert began_at(judged(instance(ago(hours(51)), backup_time="07:00"))) == NOW - hours(25)
    assert began_at(judged(instance(ago(hours(51))), warning)) == NOW - hours(25)


@pytest.mark.parametrize(("facts", "began"), [
    ({"created_at": ago(hours(5))}, NOW - hours(3)),
    ({"created_at": ago(hours(30)), "status": "creating"}, NOW - hours(6)),
    ({"created_at": ago(hours(30)), "status": "running"}, NOW - hours(28)),
    ({"created_at": None}, None),
    ({"created_at": NOW + hours(1)}, None),
])  # fmt: skip
def test_never_began_when_its_grace_was_over(facts, began):
    finding = judged(instance(**facts))
    assert finding.verdict is Verdict.NEVER
    assert began_at(finding) == began


def test_never_of_what_was_long_in_creation_began_after_the_longer_of_both_graces():
    finding = judged(instance(created_at=ago(hours(40)), status="settingup"), limits(new_instance_grace=hours(30)))
    assert began_at(finding) == NOW - hours(10)


def test_where_history_cannot_show_it_there_is_no_beginning():
    missing = Finding(Expectation("x"), Verdict.MISSING, Severity.CRITICAL, Cause.NAME_ABSENT, LIMITS)
    for finding in (missing, judged(instance(is_backup=False)), judged(instance(backups_read=False))):
        assert began_at(finding) is None


# --- events ----------------------------------------------------------------------------------------------------------


def event_of(one, *, period=PERIOD, allowed=LIMITS):
    return follow(judged(one, allowed), judged(one, allowed, now=period.since), period).event


def test_it_is_new_in_the_first_window_that_sees_it_and_goes_on_in_the_next():
    for over, event in ((TICK, Event.NEW), (hours(1), Event.NEW), (hours(1) + TICK, Event.ONGOING)):
        assert event_of(instance(ago(hours(26) + over))) is event


def test_a_warning_that_becomes_critical_escalates_once():
    ages = {24.5: Event.NEW, 25.5: Event.ONGOING, 26.5: Event.ESCALATED, 27.5: Event.ONGOING}
    for age, event in ages.items():
        assert event_of(instance(ago(hours(age)), backup_time="08:00")) is event


def test_a_repeat_is_due_when_a_whole_interval_has_passed_since_it_is_this_bad():
    for age, event in ((hours(50) - TICK, Event.ONGOING), (hours(50), Event.REPEAT), (hours(51) - TICK, Event.REPEAT),
                       (hours(51), Event.ONGOING), (hours(74), Event.REPEAT)):  # fmt: skip
        assert event_of(instance(ago(age))) is event


def test_with_a_repeat_interval_of_zero_nothing_is_told_again():
    never_again = ReportingPeriod(NOW - hours(1), NOW, hours(0), KST)
    assert event_of(instance(ago(hours(50))), period=never_again) is Event.ONGOING


def test_what_landed_inside_the_window_and_is_wrong_again_is_new():
    finding = judged(instance(ago(hours(5))), limits(max_age=hours(4)))
    assert follow(finding, None, ReportingPeriod(NOW - hours(6), NOW, hours(24), KST)).event is Event.NEW


def test_a_violation_carries_its_finding_and_beginning():
    finding = judged(instance(ago(hours(51))))
    violation = follow(finding, finding, PERIOD)
    assert (violation.finding, violation.began_at, violation.ended_at) == (finding, NOW - hours(25), None)
    assert violation.incident == incident_of(finding.subject, finding.last_backup_at)


@pytest.mark.parametrize("one", [
    instance(ago(hours(9))), instance(is_backup=False), instance(backups_read=False), instance(status="deleted"),
])  # fmt: skip
def test_what_was_no_alert_with_a_beginning_has_no_end(one):
    assert resolve(judged(one), ended_at=NOW) is None
