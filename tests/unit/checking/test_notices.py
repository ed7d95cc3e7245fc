"""The warnings of a report: each when it is due, and no more often."""

from datetime import timedelta
from unicodedata import normalize

import pytest

from backup_watch.checking.check import run_check
from backup_watch.model.accounts import Pause
from backup_watch.model.instances import FUTURE_TOLERANCE
from backup_watch.model.notices import (
    CreatedLater,
    EverythingMuted,
    ExpectationNotJudged,
    InvisiblyDifferent,
    MuteExpired,
    MuteUnused,
    NothingFound,
    RuleUnused,
    WideLimit,
)
from backup_watch.model.policy import MAX_AGE, MAX_GRACE, Expectations, Mute, Policy, Rule, Selector, Thresholds
from backup_watch.model.vocabulary import Severity, Verdict
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
    return list(report.notices)


def test_a_quiet_run_warns_of_nothing():
    assert notices(Policy(rules=(rule("orders-*"),), mutes=(mute("1234925"),))) == []


def test_rules_and_mutes_that_match_nothing_are_told_with_their_number():
    policy = Policy(
        rules=(rule("orders-*"), rule("analytic-*"), rule("orders-*", region="SGN")),
        mutes=(mute("legacy"), mute("orders-db")),
    )
    assert notices(policy) == [
        RuleUnused(2, "analytic-*"),
        RuleUnused(3, "orders-*"),
        MuteUnused(1, "legacy"),
    ]


def test_of_a_rule_that_names_a_paused_account_nothing_can_be_said():
    def of(account):
        return Rule(Selector("*", account=account), severity=Severity.WARNING)

    policy = Policy(rules=(of("paused"), of("pause*"), of("over"), of("other"), rule("gone-*")))
    pauses = {"paused": Pause(NOW + hours(1), "moves", "dba"), "over": Pause(NOW - hours(9), "moves", "dba")}
    unused = [one for one in notices(policy, pauses=pauses) if isinstance(one, RuleUnused)]
    assert unused == [RuleUnused(3, "*"), RuleUnused(4, "*"), RuleUnused(5, "gone-*")]


def test_a_line_of_the_roll_call_uses_a_mute_but_no_rule():
    """A rule says what is allowed for an instance; where there is none, it has no effect."""
    expected = Expectations(instances=3, names=("billing-*",))
    policy = Policy(
        rules=(rule("billing-*"),), mutes=(mute("billing-*"), mute("3 instances")), expectations=(expected,)
    )
    assert notices(policy) == [EverythingMuted(2), RuleUnused(1, "billing-*")]


def test_while_not_all_could_be_read_nothing_is_said_to_match_nothing():
    policy = Policy(rules=(rule("typo"),), mutes=(mute("typo"),))
    assert notices(policy, errors=[an_error()]) == []
    assert run_check(plan(), FakeSource(errors=[an_error()])).notices == ()


def test_expectations_that_could_not_be_judged_are_told_by_their_number():
    here, everywhere = Expectations(1, region="KR"), Expectations(1)
    policy = Policy(expectations=(here, everywhere))
    assert notices(policy, errors=[an_error(region="SGN")]) == [ExpectationNotJudged(2)]
    assert notices(policy, errors=[an_error(region=None)]) == [ExpectationNotJudged(1), ExpectationNotJudged(2)]


@pytest.mark.parametrize(("until", "told"), [
    (NOW, True), (NOW + TICK, False), (NOW - hours(1) + TICK, True), (NOW - hours(1), False), (NOW - hours(9), False),
])  # fmt: skip
def test_an_expired_mute_is_told_by_the_first_run_after_its_end(until, told):
    expired = MuteExpired(1, "orders-*", until, "dba@example.com")
    assert notices(Policy(mutes=(mute("orders-*", until=until),))) == ([expired] if told else [])


def test_an_expired_mute_is_told_even_if_not_all_could_be_read():
    policy = Policy(mutes=(mute("orders-*", until=NOW),))
    assert [type(one) for one in notices(policy, errors=[an_error()])] == [MuteExpired]


@pytest.mark.parametrize("interval", [timedelta(minutes=15), hours(1), hours(6)])
def test_of_all_runs_exactly_one_tells_that_a_mute_has_ended(interval):
    policy = Policy(mutes=(mute("orders-*", until=NOW + timedelta(minutes=100, seconds=7)),))
    told = [notices(policy, now=NOW + interval * step, interval=interval) for step in range(48)]
    assert sum(map(len, told)) == 1


def test_an_account_without_any_instance_says_so_with_its_regions_at_every_run():
    for step in range(3):
        report = run_check(plan(now=NOW + step * hours(1), regions=("KR", "SGN")), FakeSource())
        [notice] = report.notices
        assert notice == NothingFound(("KR", "SGN"))
        assert (report.severity, report.is_empty, report.complete) == (Severity.UNKNOWN, True, True)


def test_what_was_created_after_the_instant_asked_about_is_left_out_and_said():
    soon = instance(service_name="soon", created_at=NOW + FUTURE_TOLERANCE)
    later = instance(service_name="later", number="2", created_at=NOW + FUTURE_TOLERANCE + TICK)
    report = run_check(plan(clock=NOW + hours(5)), FakeSource(FRESH, soon, later))
    assert report.notices == (CreatedLater(1),)
    assert {finding.subject.service_name for finding in report.findings} == {"orders-db", "soon"}
    assert report.counts.instances == 2


def test_where_all_were_created_later_nothing_is_said_to_have_been_found_nor_to_be_ok():
    later = instance(created_at=NOW + hours(1))
    report = run_check(plan(clock=NOW + hours(5)), FakeSource(later))
    assert report.notices == (CreatedLater(1),)
    assert (report.severity, report.counts.instances) == (Severity.UNKNOWN, 0)


def test_a_creation_after_the_clock_is_a_lie_and_leaves_nothing_out():
    clock = NOW + hours(5)
    for created_at, never in ((clock + FUTURE_TOLERANCE, 0), (clock + FUTURE_TOLERANCE + TICK, 1)):
        report = run_check(plan(clock=clock), FakeSource(instance(created_at=created_at)))
        assert report.counts.of(Verdict.NEVER) == never


@pytest.mark.parametrize(("match", "name"), [
    ("orders-db\u200b", "orders-db"), ("orders-db", "orders-db\u200b"), ("orders\u00a0db", "orders db"),
    ("ｏrders-db", "orders-db"), ("\u202eorders-db", "orders-db"), ("orders-db ", "orders-db"),
])  # fmt: skip
def test_a_name_that_differs_only_invisibly_is_said_so(match, name):
    policy = Policy(mutes=(mute(match),), expectations=(Expectations(names=(match,)),))
    told = notices(policy, instance(ago(hours(9)), service_name=name))
    assert InvisiblyDifferent(match, name) in told
    assert notices(Policy(mutes=(mute("orders"),)), instance(ago(hours(9)), service_name=name)) == [
        MuteUnused(1, "orders")
    ]


def test_decomposed_korean_is_the_same_name():
    policy = Policy(mutes=(mute("주문-*"),), expectations=(Expectations(names=("주문-디비",)),))
    assert notices(policy, instance(ago(hours(9)), service_name=normalize("NFD", "주문-디비"))) == []


@pytest.mark.parametrize(("key", "setting", "most"), [
    ("max_age", "MAX_BACKUP_AGE", MAX_AGE), ("grace", "BACKUP_GRACE", MAX_GRACE),
    ("new_instance_grace", "NEW_INSTANCE_GRACE", MAX_GRACE),
])  # fmt: skip
def test_a_setting_beyond_what_a_policy_may_allow_is_a_warning_of_every_report(key, setting, most):
    assert notices(Policy(thresholds=Thresholds(**{key: most}))) == []
    assert notices(Policy(thresholds=Thresholds(**{key: most + TICK}))) == [WideLimit(setting, most + TICK, most)]


def test_a_run_in_which_everything_wrong_is_muted_says_so():
    stale, other = instance(ago(hours(99)), service_name="a"), instance(ago(hours(99)), service_name="b", number="2")
    assert notices(Policy(mutes=(mute("*"),)), stale, other, FRESH) == [EverythingMuted(2)]
    assert notices(Policy(mutes=(mute("a"),)), stale, other) == []
    assert notices(Policy(mutes=(mute("*"),)), FRESH) == []
