"""Which rule counts for which instance, and which mute covers what."""

from datetime import timedelta
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.model.instances import Expectation
from backup_watch.model.policy import Expectations, Limits, Mute, Policy, Rule, Selector, Thresholds, glob_matches
from backup_watch.model.vocabulary import Severity
from tests.builders import KST, NOW, an_id, hours
from tests.unit.checking.builders import TICK, instance


def named(name, number="1", region="KR"):
    return instance(service_name=name, number=number, region=region)


@pytest.mark.parametrize(("match", "name", "number", "selected"), [
    ("orders", "orders", "1", True), ("orders", "orders-2", "1", False), ("orders", "Orders", "1", False),
    ("orders-*", "orders-", "1", True), ("orders-*", "orders", "1", False), ("*", "", "1", True),
    ("o?ders", "orders", "1", True), ("o[a-r]ders", "orders", "1", True), ("o[!r]ders", "orders", "1", False),
    ("123", "orders", "123", True), ("12*", "orders", "123", False), ("123", "123", "9", True),
    ("db[1]", "db[1]", "1", True), ("db[1]", "db1", "1", True), ("db[1", "db[1", "1", True),
    ("주문-*", "주문-디비", "1", True), ("a.c", "abc", "1", False), ("a", "a\n", "1", False), ("*", "a\nb", "1", True),
])  # fmt: skip
def test_a_match_is_a_glob_on_the_name_or_the_number_to_the_letter(match, name, number, selected):
    assert Selector(match).selects(named(name, number)) is selected


def test_a_region_narrows_a_match():
    narrowed = Selector("db-*", region="KR")
    assert narrowed.selects(named("db-1", region="KR"))
    assert not narrowed.selects(named("db-1", region="SGN"))
    assert not narrowed.selects(named("web-1", region="KR"))
    assert Selector(region="SGN").selects(named("anything", region="SGN"))


@pytest.mark.parametrize("part", ["account", "product", "region"])
@pytest.mark.parametrize(("glob", "value", "selected"), [
    ("acme-prod", "acme-prod", True), ("acme-*", "acme-prod", True), ("acme-*", "acme", False), ("*", "x", True),
    ("ACME-prod", "acme-prod", False), ("acme", "acme-prod", False),
])  # fmt: skip
def test_account_product_and_region_narrow_a_match_as_globs(part, glob, value, selected):
    there = instance(service_name="orders", **{part: value})
    assert Selector("orders", **{part: glob}).selects(there) is selected
    assert Selector("other", **{part: glob}).selects(there) is False
    line = Expectation("orders", **{part: value})
    assert Selector("orders", **{part: glob}).selects(line) is selected
    assert Selector("orders", **{part: glob}).selects(Expectation("orders")) is False


@pytest.mark.parametrize(("narrowed", "covers", "may_cover_all"), [
    ({}, True, True), ({"account": "acme-*"}, True, True), ({"account": "beta"}, False, True),
    ({"product": "mysql"}, True, True), ({"region": "K?"}, True, True), ({"region": "SGN"}, False, True),
])  # fmt: skip
def test_expectations_cover_what_their_globs_do_and_may_cover_what_is_a_matter_of_all(narrowed, covers, may_cover_all):
    expected = Expectations(1, **narrowed)
    assert expected.covers(an_id(account="acme-prod", product="mysql").scope) is covers
    assert expected.may_cover("acme-prod", "mysql", "KR") is covers
    assert expected.may_cover(None, None, None) is may_cover_all


def test_a_line_of_the_roll_call_is_meant_by_its_own_pattern_in_no_region():
    assert Selector("orders-*").selects(Expectation("orders-*"))
    assert Selector("orders-[0-9]").selects(Expectation("orders-[0-9]"))
    assert Selector("*").selects(Expectation("orders-*"))
    assert not Selector("orders-1").selects(Expectation("orders-*"))
    assert not Selector("orders-*", region="KR").selects(Expectation("orders-*"))


@given(st.text("ab*?[]!-^&~|\\", max_size=12), st.text("ab*?[]!-^&~|\\", max_size=12))
def test_a_glob_is_the_standard_librarys_and_nothing_warns(glob, name):
    assert glob_matches(glob, name) is fnmatchcase(name, glob)


def test_without_a_rule_the_defaults_count_and_no_rule_is_named():
    policy = Policy(Thresholds(hours(30), hours(3), hours(1)), (Rule(Selector("other"), max_age=hours(1)),))
    assert policy.limits_for(named("db")) == policy.defaults() == Limits(hours(30), hours(3), hours(1))


def test_the_last_rule_that_matches_and_sets_a_key_wins_key_by_key():
    policy = Policy(rules=(
        Rule(Selector("db-*"), max_age=hours(50), grace=hours(5), severity=Severity.WARNING),
        Rule(Selector("db-1"), max_age=hours(60), new_instance_grace=hours(9)),
        Rule(Selector("web-*"), max_age=hours(70), grace=hours(7), severity=Severity.CRITICAL),
        Rule(Selector("*"), grace=hours(8)),
    ))  # fmt: skip
    assert policy.limits_for(named("db-1")) == Limits(hours(60), hours(8), hours(9), Severity.WARNING, 2, 1)
    assert policy.limits_for(named("db-2")) == Limits(hours(50), hours(8), hours(2), Severity.WARNING, 1, 1)
    assert policy.limits_for(named("web-1")) == Limits(hours(70), hours(8), hours(2), Severity.CRITICAL, 3, 3)
    assert policy.limits_for(named("x")) == Limits(hours(30), hours(8), hours(2))


def test_a_mute_holds_until_its_very_end_and_not_at_it():
    mute = Mute(Selector("db-*"), NOW.astimezone(KST), "retired", "dba")
    policy = Policy(mutes=(mute,))
    assert policy.mute_for(named("db-1"), now=NOW - TICK) is mute
    assert policy.mute_for(named("db-1"), now=NOW) is None
    assert policy.mute_for(named("web"), now=NOW - TICK) is None


def test_of_several_mutes_the_one_that_lasts_longest_is_named():
    long, short = (Mute(Selector(), NOW + timedelta(days=days), "r", "o") for days in (9, 2))
    ended = Mute(Selector(), NOW - TICK, "r", "o")
    for mutes in ((long, short, ended), (ended, short, long)):
        assert Policy(mutes=mutes).mute_for(named("db"), now=NOW) is long
