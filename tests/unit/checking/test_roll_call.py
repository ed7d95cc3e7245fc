"""Who is expected, and is not there."""

import pytest

from backup_watch.checking.check import run_check
from backup_watch.checking.expectations import call_roll
from backup_watch.model.instances import Expected
from backup_watch.model.policy import Mute, Policy, RollCall, Selector
from backup_watch.model.vocabulary import Cause, Severity, Verdict
from tests.builders import NOW, an_error, hours
from tests.unit.checking.builders import FakeSource, ago, instance, plan

ORDERS = instance(ago(hours(9)), service_name="orders-1", instance_no="11")
BILLING = instance(ago(hours(9)), service_name="billing", instance_no="22")


def called(roll_call, *instances, mutes=()):
    findings = call_roll(Policy(roll_call=roll_call, mutes=mutes), instances, now=NOW)
    return [(finding.subject, finding.cause) for finding in findings]


def test_without_a_roll_call_nobody_is_missing():
    assert called(RollCall()) == []


@pytest.mark.parametrize("name", ["orders-*", "orders-1", "11", "*", "*-?"])
def test_a_name_is_answered_by_name_glob_or_number(name):
    assert called(RollCall(names=(name,)), ORDERS, BILLING) == []


def test_each_name_that_nobody_answers_to_is_missing():
    wanted = RollCall(names=("users-*", "orders-*", "33"))
    assert called(wanted, ORDERS, BILLING) == [
        (Expected("users-*"), Cause.NAME_ABSENT), (Expected("33"), Cause.NAME_ABSENT),
    ]  # fmt: skip


def test_fewer_than_wanted_is_a_finding_and_as_many_or_more_is_none():
    assert called(RollCall(instances=2), ORDERS, BILLING) == []
    assert called(RollCall(instances=1), ORDERS, BILLING) == []
    assert called(RollCall(instances=3), ORDERS, BILLING) == [(Expected("3 instances", 3, 2), Cause.TOO_FEW)]


@pytest.mark.parametrize(("status", "answers"), [
    ("deleting", False), ("deleted", False), ("creating", True), ("stopped", True), (None, True),
])  # fmt: skip
def test_what_is_going_away_answers_no_more(status, answers):
    going = instance(service_name="orders-1", status=status)
    missing = called(RollCall(instances=1, names=("orders-1",)), going)
    assert (missing == []) is answers
    assert answers or [cause for _, cause in missing] == [Cause.NAME_ABSENT, Cause.TOO_FEW]


def test_missing_is_critical_and_is_muted_by_the_pattern_it_names():
    mute = Mute(Selector("users-*"), NOW + hours(1), "r", "o")
    policy = Policy(roll_call=RollCall(names=("users-*",)), mutes=(mute,))
    [finding] = call_roll(policy, [], now=NOW)
    assert (finding.verdict, finding.severity, finding.mute) == (Verdict.MISSING, Severity.CRITICAL, mute)
    [finding] = call_roll(policy, [], now=NOW + hours(1))
    assert finding.mute is None
    assert finding.allowance == policy.defaults()
    assert (finding.age, finding.due_at, finding.overdue, finding.last_backup_at) == (None, None, None, None)


def test_the_roll_is_called_only_of_a_complete_reading():
    policy = Policy(roll_call=RollCall(instances=3, names=("users-*",)))
    whole = run_check(plan(policy), FakeSource(ORDERS))
    cut = run_check(plan(policy), FakeSource(ORDERS, errors=[an_error(region="SGN")]))
    assert (whole.counts["MISSING"], whole.severity) == (2, Severity.CRITICAL)
    assert (cut.counts["MISSING"], cut.severity) == (0, Severity.UNKNOWN)


def test_missing_lines_are_no_instances():
    report = run_check(plan(Policy(roll_call=RollCall(instances=3))), FakeSource(ORDERS, BILLING))
    assert (report.counts["instances"], report.counts["FRESH"], report.counts["MISSING"]) == (2, 2, 1)
