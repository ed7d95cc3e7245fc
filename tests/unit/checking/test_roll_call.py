"""Who is expected, and is not there."""

import pytest

from backup_watch.checking.check import run_check
from backup_watch.checking.expectations import unmet_expectations
from backup_watch.model.instances import Expectation
from backup_watch.model.policy import Expectations, Mute, Policy, Selector
from backup_watch.model.vocabulary import Cause, Severity, Verdict
from tests.builders import NOW, an_error, hours, scopes
from tests.unit.checking.builders import FakeSource, ago, instance, plan

ORDERS = instance(ago(hours(9)), service_name="orders-1", number="11")
BILLING = instance(ago(hours(9)), service_name="billing", number="22")


def a_line(name, *numbers, **where):
    everywhere = "account" not in where
    return Expectation(name, *numbers, covers_every_account=everywhere, **({"account": "default"} | where))


def called(expected, *instances, mutes=()):
    findings = unmet_expectations(
        Policy(expectations=(expected,), mutes=mutes), instances, scopes=scopes("KR"), now=NOW
    )
    return [(finding.subject, finding.cause) for finding in findings]


def test_without_a_roll_call_nobody_is_missing():
    assert called(Expectations()) == []


@pytest.mark.parametrize("name", ["orders-*", "orders-1", "11", "*", "*-?"])
def test_a_name_is_answered_by_name_glob_or_number(name):
    assert called(Expectations(names=(name,)), ORDERS, BILLING) == []


def test_each_name_that_nobody_answers_to_is_missing():
    wanted = Expectations(names=("users-*", "orders-*", "33"))
    assert called(wanted, ORDERS, BILLING) == [
        (a_line("users-*"), Cause.NAME_ABSENT), (a_line("33"), Cause.NAME_ABSENT),
    ]  # fmt: skip


def test_fewer_than_wanted_is_a_finding_and_as_many_or_more_is_none():
    assert called(Expectations(instances=2), ORDERS, BILLING) == []
    assert called(Expectations(instances=1), ORDERS, BILLING) == []
    assert called(Expectations(instances=3), ORDERS, BILLING) == [(a_line("3 instances", 3, 2), Cause.TOO_FEW)]


@pytest.mark.parametrize(("status", "answers"), [
    ("deleting", False), ("deleted", False), ("creating", True), ("stopped", True), (None, True),
])  # fmt: skip
def test_what_is_going_away_answers_no_more(status, answers):
    going = instance(service_name="orders-1", status=status)
    missing = called(Expectations(instances=1, names=("orders-1",)), going)
    assert (missing == []) is answers
    assert answers or [cause for _, cause in missing] == [Cause.NAME_ABSENT, Cause.TOO_FEW]


def test_missing_is_critical_and_is_muted_by_the_pattern_it_names():
    mute = Mute(Selector("users-*"), NOW + hours(1), "r", "o")
    policy = Policy(expectations=(Expectations(names=("users-*",)),), mutes=(mute,))
    [finding] = unmet_expectations(policy, [], scopes=scopes("KR"), now=NOW)
    assert (finding.verdict, finding.severity, finding.mute) == (Verdict.MISSING, Severity.CRITICAL, mute)
    [finding] = unmet_expectations(policy, [], scopes=scopes("KR"), now=NOW + hours(1))
    assert finding.mute is None
    assert finding.limits == policy.defaults()
    assert (finding.age, finding.due_at, finding.overdue, finding.last_backup_at) == (None, None, None, None)


def test_the_roll_is_called_only_of_a_complete_reading():
    policy = Policy(expectations=(Expectations(instances=3, names=("users-*",)),))
    whole = run_check(plan(policy), FakeSource(ORDERS))
    cut = run_check(plan(policy), FakeSource(ORDERS, errors=[an_error(region="SGN")]))
    assert (whole.counts.of(Verdict.MISSING), whole.severity) == (2, Severity.CRITICAL)
    assert (cut.counts.of(Verdict.MISSING), cut.severity) == (0, Severity.UNKNOWN)


def test_missing_lines_are_no_instances():
    report = run_check(plan(Policy(expectations=(Expectations(instances=3),))), FakeSource(ORDERS, BILLING))
    assert (report.counts.instances, report.counts.of(Verdict.FRESH), report.counts.of(Verdict.MISSING)) == (2, 2, 1)


@pytest.mark.parametrize("narrowed", [{"region": "SGN"}, {"account": "acme-*"}, {"product": "mysql"}])
def test_expectations_that_cover_less_count_only_what_they_cover(narrowed):
    expected = Expectations(instances=1, names=("orders-*",), **narrowed)
    assert called(expected, ORDERS) == [
        (a_line("orders-*", **narrowed), Cause.NAME_ABSENT), (a_line("1 instances", 1, 0, **narrowed), Cause.TOO_FEW),
    ]  # fmt: skip
    there = instance(ago(hours(9)), service_name="orders-1", region="SGN", account="acme-prod", product="mysql")
    assert called(expected, there) == []


@pytest.mark.parametrize(("place", "judged"), [
    ({"region": "SGN"}, False), ({"region": "KR"}, True), ({"region": None}, False),
    ({"region": "SGN", "account": "other"}, True), ({"region": "SGN", "product": None}, False),
])  # fmt: skip
def test_expectations_are_judged_where_every_list_that_they_cover_was_read(place, judged):
    policy = Policy(expectations=(Expectations(instances=1, region="S*", account="default"),))
    report = run_check(plan(policy), FakeSource(ORDERS, errors=[an_error(**place)]))
    assert report.counts.of(Verdict.MISSING) == judged


def test_of_several_accounts_none_is_named_where_the_policy_names_none():
    everywhere = (*scopes("KR"), *scopes("KR", account="acme"))
    report = run_check(plan(Policy(expectations=(Expectations(instances=9),)), scopes=everywhere), FakeSource(ORDERS))
    [missing] = [one.subject for one in report.findings if one.verdict is Verdict.MISSING]
    assert (missing.account, missing.product, missing.region) == (None, None, None)
