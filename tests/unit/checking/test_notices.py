"""The warnings of a report: each when it is due, and no more often."""

from datetime import timedelta

import pytest

from backup_watch.checking.check import run_check
from backup_watch.model.instances import FUTURE_TOLERANCE
from backup_watch.model.policy import Mute, Policy, RollCall, Rule, Selector
from backup_watch.model.report import NoticeCode
from backup_watch.model.vocabulary import Severity
from tests.builders import NOW, an_error, hours
from tests.unit.checking.builders import TICK, FakeSource, ago, instance, plan

SOMEDAY = NOW + hours(99)
FRESH = instance(ago(hours(9)), service_name="orders-db")


def rule(match, region=None):
    return Rule(Selector(match, region), severity=Severity.WARNING)


def mute(match, *, until=SOMEDAY, region=None):
    return Mute(Selector(match, region), until, "being retired", "dba@example.com")


def notices(policy=None, *instances, errors=(), **planned):
    report = run_check(plan(policy, **planned), FakeSource(*(instances or (FRESH,)), errors=errors))
    return [(notice.code, notice.values) for notice in report.notices]


def test_a_quiet_run_warns_of_nothing():
    assert notices(Policy(rules=(rule("orders-*"),), mutes=(mute("1234925"),))) == []


def test_rules_and_mutes_that_match_nothing_are_told_with_their_number():
    policy = Policy(
        rules=(rule("orders-*"), rule("analytic-*"), rule("orders-*", region="SGN")),
        mutes=(mute("legacy"), mute("orders-db")),
    )
    assert notices(policy) == [
        (NoticeCode.RULE_UNUSED, {"number": 2, "match": "analytic-*"}),
        (NoticeCode.RULE_UNUSED, {"number": 3, "match": "orders-*"}),
        (NoticeCode.MUTE_UNUSED, {"number": 1, "match": "legacy"}),
    ]


def test_a_line_of_the_roll_call_uses_a_mute_but_no_rule():
    """A rule says what is allowed for an instance; where there is none, it has no effect."""
    roll_call = RollCall(instances=3, names=("billing-*",))
    policy = Policy(rules=(rule("billing-*"),), mutes=(mute("billing-*"), mute("3 instances")), roll_call=roll_call)
    assert notices(policy) == [(NoticeCode.RULE_UNUSED, {"number": 1, "match": "billing-*"})]


def test_while_not_all_could_be_read_nothing_is_said_to_match_nothing():
    policy = Policy(rules=(rule("typo"),), mutes=(mute("typo"),))
    assert notices(policy, errors=[an_error()]) == []
    assert run_check(plan(), FakeSource(errors=[an_error()])).notices == ()


@pytest.mark.parametrize(("until", "told"), [
    (NOW, True), (NOW + TICK, False), (NOW - hours(1) + TICK, True), (NOW - hours(1), False), (NOW - hours(9), False),
])  # fmt: skip
def test_an_expired_mute_is_told_by_the_first_run_after_its_end(until, told):
    expired = (
        NoticeCode.MUTE_EXPIRED,
        {"number": 1, "match": "orders-*", "until": until, "owner": "dba@example.com"},
    )
    assert notices(Policy(mutes=(mute("orders-*", until=until),))) == ([expired] if told else [])


def test_an_expired_mute_is_told_even_if_not_all_could_be_read():
    policy = Policy(mutes=(mute("orders-*", until=NOW),))
    assert [code for code, _ in notices(policy, errors=[an_error()])] == [NoticeCode.MUTE_EXPIRED]


@pytest.mark.parametrize("interval", [timedelta(minutes=15), hours(1), hours(6)])
def test_of_all_runs_exactly_one_tells_that_a_mute_has_ended(interval):
    policy = Policy(mutes=(mute("orders-*", until=NOW + timedelta(minutes=100, seconds=7)),))
    told = [notices(policy, now=NOW + interval * step, interval=interval) for step in range(48)]
    assert sum(map(len, told)) == 1


def test_an_account_without_any_instance_says_so_with_its_regions_at_every_run():
    for step in range(3):
        report = run_check(plan(now=NOW + step * hours(1), regions=("KR", "SGN")), FakeSource())
        [notice] = report.notices
        assert (notice.code, notice.values) == (NoticeCode.NOTHING_FOUND, {"regions": "KR, SGN"})
        assert (report.severity, report.looked_at_nothing, report.complete) == (Severity.UNKNOWN, True, True)


def test_what_was_created_after_the_instant_asked_about_is_left_out_and_said():
    soon = instance(service_name="soon", created_at=NOW + FUTURE_TOLERANCE)
    later = instance(service_name="later", instance_no="2", created_at=NOW + FUTURE_TOLERANCE + TICK)
    report = run_check(plan(clock=NOW + hours(5)), FakeSource(FRESH, soon, later))
    assert [(notice.code, notice.values) for notice in report.notices] == [(NoticeCode.CREATED_LATER, {"count": 1})]
    assert {finding.subject.service_name for finding in report.findings} == {"orders-db", "soon"}
    assert report.counts["instances"] == 2


def test_where_all_were_created_later_nothing_is_said_to_have_been_found_nor_to_be_ok():
    later = instance(created_at=NOW + hours(1))
    report = run_check(plan(clock=NOW + hours(5)), FakeSource(later))
    assert [notice.code for notice in report.notices] == [NoticeCode.CREATED_LATER]
    assert (report.severity, report.counts["instances"]) == (Severity.UNKNOWN, 0)


def test_a_creation_after_the_clock_is_a_lie_and_leaves_nothing_out():
    clock = NOW + hours(5)
    for created_at, never in ((clock + FUTURE_TOLERANCE, 0), (clock + FUTURE_TOLERANCE + TICK, 1)):
        report = run_check(plan(clock=clock), FakeSource(instance(created_at=created_at)))
        assert report.counts["NEVER"] == never
