"""Mutes over time: they keep findings from alerting, change no verdict, and when they end somebody is told."""

from datetime import timedelta

import pytest

from backup_watch.checking.check import run_check
from backup_watch.model.policy import Expectations, Mute, Policy, Selector
from backup_watch.model.vocabulary import Event, Severity, Verdict
from tests.builders import KST, NOW, an_error, hours
from tests.unit.checking.builders import TICK, FakeSource, ago, instance, plan

STALE = instance(ago(hours(60)))


def muted_until(until, match="*", expectations=()):
    mutes = (Mute(Selector(match), until, "being retired", "dba"),)
    return Policy(mutes=mutes, expectations=expectations)


def events(policy, *instances, now=NOW, **how):
    report = run_check(plan(policy, now=now, **how), FakeSource(*instances, histories=how.pop("histories", None)))
    return [violation.event for violation in report.violations]


def test_a_muted_finding_keeps_its_verdict_and_is_no_violation():
    report = run_check(plan(muted_until(NOW + TICK)), FakeSource(STALE))
    [finding] = report.findings
    assert (finding.verdict, finding.severity, finding.mute is not None) == (Verdict.STALE, Severity.CRITICAL, True)
    assert (report.severity, report.violations) == (Severity.OK, ())
    assert (report.counts.of(Verdict.STALE), report.counts.muted) == (1, 1)


def test_what_is_ok_is_not_counted_as_muted():
    report = run_check(plan(muted_until(NOW + TICK)), FakeSource(instance(ago(hours(1)))))
    assert (report.counts.of(Verdict.FRESH), report.counts.muted) == (1, 0)


def test_one_mute_leaves_the_others_alone():
    policy = muted_until(NOW + hours(9), match="test-a")
    other = instance(ago(hours(60)), service_name="test-b", number="2")
    report = run_check(plan(policy), FakeSource(STALE, other))
    assert [violation.finding.subject.service_name for violation in report.violations] == ["test-b"]
    assert report.severity is Severity.CRITICAL


@pytest.mark.parametrize(("ended_ago", "event"), [
    (timedelta(0), Event.NEW), (hours(1) - TICK, Event.NEW), (hours(1), Event.ONGOING), (hours(5), Event.ONGOING),
])  # fmt: skip
def test_a_mute_that_ended_inside_the_window_tells_what_it_hid_as_new(ended_ago, event):
    assert events(muted_until((NOW - ended_ago).astimezone(KST)), STALE) == [event]


def test_it_is_new_whatever_it_hid():
    hidden = [
        STALE,
        instance(ago(hours(25)), backup_time="08:00", number="2"),
        instance(number="3"),
        instance(is_backup=False, number="4"),
    ]
    policy = muted_until(NOW, expectations=(Expectations(instances=9),))
    assert events(policy, *hidden) == [Event.NEW] * 5


def test_what_could_not_be_read_stays_unreadable():
    assert events(muted_until(NOW), instance(backups_read=False)) == [Event.UNREADABLE]


@pytest.mark.parametrize("interval", [hours(0.25), hours(1), hours(6)])
def test_of_all_runs_exactly_one_tells_it_as_new(interval):
    policy = muted_until(NOW + timedelta(minutes=100, seconds=7))
    told = [events(policy, STALE, now=NOW + interval * step, interval=interval) for step in range(30)]
    quiet = [event for run in told for event in run if event not in (Event.ONGOING, Event.REPEAT)]
    assert quiet == [Event.NEW]
    assert told[0] == []
    assert told[-1] != []


def test_an_outage_that_ended_while_it_was_muted_has_no_end_to_be_told():
    backups = ago(hours(0.5)), ago(hours(60))
    for until, resolved in ((NOW, 0), (NOW - hours(1) + TICK, 0), (NOW - hours(1), 1)):
        source = FakeSource(instance(backups[0]), histories={"1234925": backups})
        assert len(run_check(plan(muted_until(until)), source).resolved) == resolved


def test_a_muted_instance_that_could_not_be_read_leaves_the_run_unknown_by_its_error():
    unread = instance(backups_read=False)
    report = run_check(plan(muted_until(NOW + hours(1))), FakeSource(unread, errors=[an_error()]))
    assert (report.violations, report.severity, report.complete) == ((), Severity.UNKNOWN, False)
