"""What is counted without being judged is FRESH by the judgement, and a report says the same either way."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import ncloud
from backup_watch.adapters.ncloud_rows import join
from backup_watch.checking.check import run_check
from backup_watch.checking.fresh_window import fresh_window
from backup_watch.checking.plan import Plan
from backup_watch.i18n import Words
from backup_watch.model.instances import FreshGroup
from backup_watch.model.policy import Expectations, Mute, Policy, Rule, Selector, Thresholds
from backup_watch.model.readings import NEVER_FRESH, FreshWindow, Histories, Reading
from backup_watch.model.report import ReadError
from backup_watch.model.vocabulary import Severity, Verdict
from backup_watch.outputs.emf import RunStats, metric_sets
from backup_watch.outputs.report_json import report_document
from tests.builders import KST, NOW, an_id, hours, scopes

TICK = timedelta(microseconds=1)
WORDS = Words()
INTERVALS = [hours(1), hours(1), hours(1), hours(6), hours(24), hours(30)]
EDGES = [hours(count) for count in (0, 1, 2, 6, 8, 24, 26, 30, 192)]

edges = st.sampled_from([edge + tick for edge in EDGES for tick in (-TICK, timedelta(0), TICK)])
usual = st.integers(90, 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
ages = st.one_of(usual, usual, edges, st.integers(-400, 12_000).map(lambda minutes: timedelta(minutes=minutes)))
zones = st.sampled_from([KST, NOW.tzinfo])
instants = st.builds(lambda age, zone: (NOW - age).astimezone(zone), ages, zones)
numbers = st.integers(0, 19).map(str)
names = st.sampled_from([None, "orders-1", "orders-2", "legacy"])
slots = st.sampled_from([None, "02:00", "12:30", "auto"])
backup_rows = st.builds(
    ncloud.Backup, numbers, names, backup_time=slots, last_backup_at=st.one_of(instants, instants, instants, st.none()),
    unreadable_date=st.sampled_from([None] * 9 + ["yesterday"]),
)  # fmt: skip
instance_rows = st.builds(
    ncloud.Instance, numbers, names, is_backup=st.sampled_from([True, True, None, False]), backup_time=slots,
    status_name=st.sampled_from(["running", "running", "Running", None, "stopped", "deleting", "Deleted", "creating"]),
    created_at=st.none() | instants,
)  # fmt: skip

[KR] = scopes("KR")


def listings(rows: st.SearchStrategy) -> st.SearchStrategy[ncloud.Listing]:
    return st.builds(
        lambda listed, lost: ncloud.Listing(listed, len(listed) + lost, 1, lost),
        st.lists(rows, min_size=4, max_size=12), st.sampled_from([0, 0, 0, 1]),
    )  # fmt: skip


refused = st.just(ncloud.NcloudError("no"))
backup_lists = st.one_of(listings(backup_rows), listings(backup_rows), listings(backup_rows), refused)
instance_lists = st.one_of(listings(instance_rows), listings(instance_rows), st.none(), refused)
selectors = st.builds(
    Selector, st.sampled_from(["orders-*", "3", "legacy", "gone"]), st.sampled_from([None, "KR", "X"])
)
limits = st.sampled_from([hours(8), hours(24) - TICK, hours(24), hours(26), hours(26), hours(192)])
expectations = st.builds(
    Expectations, st.none() | st.integers(0, 7), st.lists(st.sampled_from(["orders-*", "gone"])).map(tuple)
)
policies = st.builds(
    Policy,
    st.builds(Thresholds, limits),
    st.lists(
        st.builds(Rule, selectors, st.none() | limits, severity=st.sampled_from([None, Severity.WARNING])), max_size=2
    ).map(tuple),
    st.lists(st.builds(Mute, selectors, st.just(NOW + hours(5)), st.just("r"), st.just("o")), max_size=2).map(tuple),
    st.lists(
        st.builds(
            Expectations, st.none() | st.integers(0, 7), st.lists(st.sampled_from(["orders-*", "gone"])).map(tuple)
        ),
        max_size=2,
    ).map(tuple),
)
plans = st.builds(
    lambda policy, interval, ahead: Plan(
        scopes=(KR,), policy=policy, now=NOW, clock=NOW + ahead, interval=interval, repeat=hours(24), zone=KST,
    ),
    policies, st.sampled_from(INTERVALS), st.sampled_from([timedelta(0), timedelta(minutes=1), hours(48)]),
)  # fmt: skip


class Lists:
    """A source of two lists, which tells what is plainly fresh if *counting*."""

    def __init__(self, backups: object, listed: object, *, counting: bool) -> None:
        self._backups, self._listed, self._counting = backups, listed, counting

    def read(self, scopes, fresh_window=None):
        reading = join(KR, self._backups, self._listed, fresh_window if self._counting else None)  # type: ignore[arg-type]
        failed = [answer for answer in (self._backups, self._listed) if _is_failed(answer)]
        return replace(reading, errors=tuple(ReadError("list", "Refused", "no", "KR") for _ in failed))

    def histories(self, instances):
        """Of every other one, a backup a day and a half before the newest."""
        known = [one for one in instances if int(one.number) % 2 and one.backups_at]
        return Histories({one.id: (*one.backups_at, one.backups_at[-1] - hours(36)) for one in known})


def _is_failed(answer: object) -> bool:
    return isinstance(answer, ncloud.NcloudError) or bool(answer and answer.unattributed_rows)  # type: ignore[attr-defined]


def everything_told(report):
    """The report's document, its log's and metrics' figures."""
    stats = RunStats(1.0, 2, 0)
    metrics = metric_sets(report, stats, service="s", notifying=True, delivered=True)
    return report_document(report, WORDS), metrics


@given(backup_lists, instance_lists, plans)
@settings(max_examples=500)
def test_a_report_is_the_same_whether_what_is_plainly_fresh_is_judged_or_counted(backups, listed, plan):
    judged = run_check(plan, Lists(backups, listed, counting=False))
    counted = run_check(replace(plan, every_finding=False), Lists(backups, listed, counting=True))
    assert everything_told(counted) == everything_told(judged)
    verdicts = {finding.subject.number: finding.verdict for finding in judged.findings}
    names = {number for group in counted.fresh_groups for number in group.names}
    assert {verdicts[number] for number in names} <= {Verdict.FRESH}
    event(f"{min(sum(group.count for group in counted.fresh_groups), 3)} counted")


# --- the span ------------------------------------------------------------------------------------------------------


def span(*max_ages: timedelta | None, interval: timedelta = INTERVALS[0], **thresholds: timedelta) -> FreshWindow:
    rules = tuple(Rule(Selector(), max_age=max_age) for max_age in max_ages)
    return replace(fresh_window(Policy(Thresholds(**thresholds), rules), now=NOW, interval=interval), with_names=True)


def test_it_is_the_last_day_without_the_last_interval():
    assert span() == FreshWindow(NOW - hours(24), NOW - hours(1))
    assert span(hours(192), None, interval=hours(6)) == FreshWindow(NOW - hours(24), NOW - hours(6))


def test_it_is_no_longer_than_the_least_that_is_allowed_to_anyone():
    assert span(hours(8), hours(30)).since == span(max_age=hours(8)).since == NOW - hours(8)


def counted(at: datetime | None, within: FreshWindow | None, **facts: object) -> tuple[FreshGroup, ...]:
    row = ncloud.Backup("1", "orders", last_backup_at=at)
    listed = ncloud.Instance("1", **{"status_name": "running", "is_backup": True} | facts)  # type: ignore[arg-type]
    return join(KR, ncloud.Listing([row], 1, 1), ncloud.Listing([listed], 1, 1), within).fresh_groups


@pytest.mark.parametrize(("age", "number"), [
    (hours(24), 1), (hours(24) + TICK, 0), (hours(1), 1), (hours(1) - TICK, 0), (hours(9), 1),
])  # fmt: skip
def test_both_its_ends_are_in_it(age, number):
    assert len(counted((NOW - age).astimezone(KST), span())) == number


def test_an_empty_span_counts_nobody():
    for within in (None, NEVER_FRESH, span(interval=hours(25))):
        assert counted(NOW - hours(9), within) == ()


@pytest.mark.parametrize("facts", [
    {"is_backup": False}, {"status_name": "deleting"}, {"status_name": "DELETED"}, {"status_name": "creating"},
    {"status_name": "settingup"}, {"status_name": "stopped"},
])  # fmt: skip
def test_of_whom_more_than_the_backup_counts_is_judged(facts):
    assert counted(NOW - hours(9), span(), **facts) == ()
    assert len(counted(NOW - hours(9), span(), is_backup=None, status_name=None)) == 1


@pytest.mark.parametrize("listed", [None, ncloud.NcloudError("no"), ncloud.Listing([], 0, 1)])
def test_what_only_the_backup_list_tells_of_is_counted_too(listed):
    row = ncloud.Backup("1", last_backup_at=NOW - hours(9))
    joined = join(KR, ncloud.Listing([row], 1, 1), listed, span())
    assert joined == Reading((), fresh_groups=(FreshGroup(KR, 1, NOW - hours(9), {"1": "1"}),))


@pytest.mark.parametrize(("policy", "has_memory", "asked"), [
    (Policy(), False, False), (Policy(), True, True), (Policy(expectations=(Expectations(3),)), False, False),
    (Policy(expectations=(Expectations(names=("a*",)),)), False, True),
    (Policy(rules=(Rule(Selector(), max_age=hours(9)),)), False, True),
    (Policy(mutes=(Mute(Selector(), NOW, "r", "o"),)), False, True),
])  # fmt: skip
def test_names_are_kept_where_a_policy_or_a_memory_may_ask_for_them(policy, has_memory, asked):
    window = fresh_window(policy, now=NOW, interval=hours(1), has_memory=has_memory)
    assert window.with_names is asked
    [group] = counted(NOW - hours(9), replace(window, since=NOW - hours(24)))
    assert (group.count, dict(group.names)) == (1, {"1": "orders"} if asked else {})


def test_what_is_watched_is_judged_and_never_merely_counted():
    window = replace(span(), watched=lambda: {an_id("1"), an_id("1", region="SGN"), an_id("7")})
    assert counted(NOW - hours(9), window) == ()
    assert len(counted(NOW - hours(9), replace(span(), watched=lambda: {an_id("1", account="other")}))) == 1


def test_a_group_has_the_oldest_of_its_newest_backups():
    ages = {"1": hours(9), "2": hours(20), "3": hours(12)}
    rows = [ncloud.Backup(number, last_backup_at=NOW - age) for number, age in ages.items()]
    [group] = join(KR, ncloud.Listing(rows, 3, 1), None, span()).fresh_groups
    assert (group.count, group.oldest_backup_at) == (3, NOW - hours(20))


def test_a_policys_patterns_see_the_name_that_the_judgement_would_see():
    [one] = counted(NOW - hours(9), span())
    assert one == FreshGroup(KR, 1, NOW - hours(9), {"1": "orders"})
    [other] = counted(NOW - hours(9), span(), service_name="as-listed")
    assert other.names == {"1": "as-listed"}


def test_where_all_are_plainly_fresh_all_is_well_and_nothing_is_said():
    numbers = [str(number) for number in range(12)]
    backups = [ncloud.Backup(number, f"orders-{number}", last_backup_at=NOW - hours(9)) for number in numbers]
    instances = [ncloud.Instance(number, status_name="running", is_backup=True) for number in numbers]
    policy = Policy(
        rules=(Rule(Selector("orders-1"), max_age=hours(192)),), expectations=(Expectations(12, ("orders-*",)),),
        mutes=(Mute(Selector("orders-2"), NOW + hours(5), "r", "o"),),
    )  # fmt: skip
    plan = Plan(
        scopes=(KR,), policy=policy, now=NOW, clock=NOW, interval=hours(1), repeat=hours(24), zone=KST,
        every_finding=False,
    )  # fmt: skip
    report = run_check(plan, Lists(ncloud.Listing(backups, 12, 1), ncloud.Listing(instances, 12, 1), counting=True))
    assert ([group.count for group in report.fresh_groups], report.findings) == ([12], ())
    assert (report.severity, report.complete, report.has_nothing_to_publish) == (Severity.OK, True, True)
    assert (report.counts.instances, report.counts.of(Verdict.FRESH), report.notices) == (12, 12, ())


def test_a_source_that_counts_nobody_is_a_source_too():
    plan = Plan(
        scopes=(KR,), policy=Policy(), now=NOW, clock=NOW, interval=hours(1), repeat=hours(24), zone=KST,
        every_finding=False,
    )  # fmt: skip
    assert run_check(plan, Lists(ncloud.Listing([], 0, 1), None, counting=False)).is_empty
    assert Reading(()).fresh_groups == ()
