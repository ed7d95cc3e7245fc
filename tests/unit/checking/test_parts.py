"""A check in parts comes to what one check of everything comes to, whatever was said before and whatever is unread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.adapters.run_documents import Unusable, decode_result, encode_result
from backup_watch.checking.check import Checked, conclude, nothing_is_remembered, observe
from backup_watch.checking.parts import Part, not_checked, part_of, together, unread_part
from backup_watch.checking.plan import Plan
from backup_watch.checking.remembered import Run
from backup_watch.checking.said import Told, settle
from backup_watch.model.instances import FreshGroup, Instance, InstanceId, Scope
from backup_watch.model.memory import Memory, Recalled
from backup_watch.model.policy import Expectations, Mute, Policy, Rule, Selector
from backup_watch.model.readings import FreshWindow, Histories, ListRead, Reading
from backup_watch.model.report import ReadError
from backup_watch.model.vocabulary import ListKind, MemoryState
from tests.builders import KST
from tests.unit.checking.worlds import BEGIN

HOUR = timedelta(hours=1)
PRODUCT = "postgresql"
KINDS = (ListKind.BACKUPS, ListKind.INSTANCES)


@dataclass
class Account:
    """One account: its instances, its regions, and the lists of it that cannot be read."""

    id: str
    regions: tuple[str, ...]
    instances: list[Instance]
    unread: set[tuple[str, ListKind]]
    blind: bool = False
    """Whether its key cannot be read."""

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return tuple(Scope(self.id, PRODUCT, region) for region in self.regions)


class Lists:
    """The lists of some accounts, what is plainly fresh only counted."""

    def __init__(self, accounts: Sequence[Account]) -> None:
        self._accounts = {account.id: account for account in accounts}

    def read(self, scopes: Sequence[Scope], fresh_window: FreshWindow | None = None) -> Reading:
        instances, errors, groups, lists = [], [], [], []
        for scope in scopes:
            account = self._accounts[scope.account]
            if account.blind:
                if scope == account.scopes[0]:
                    errors.append(ReadError("GetParameters", "SecretUnreadable", "gone", account=account.id))
                continue
            shown = [one for one in account.instances if one.region == scope.region]
            for kind in KINDS:
                is_read = (scope.region, kind) not in account.unread
                lists.append(ListRead(scope, kind, str(kind), len(shown) if is_read else None))
                if not is_read:
                    place = {"account": scope.account, "product": scope.product, "region": scope.region}
                    errors.append(ReadError(str(kind), "ReadTimeout", "slow", list_kind=kind, **place))
            if (scope.region, ListKind.BACKUPS) in account.unread:
                shown = [_without_backups(one) for one in shown]
            rest, group = _counted(scope, shown, fresh_window)
            instances += rest
            groups += group
        return Reading(tuple(instances), tuple(errors), tuple(groups), tuple(lists))

    def histories(self, instances: Sequence[Instance]) -> Histories:
        return Histories({one.id: (*one.backups_at, one.backups_at[0] - timedelta(days=3)) for one in instances})


def _without_backups(one: Instance) -> Instance:
    return Instance(one.id, one.service_name, backups_read=False, in_instance_list=True, is_backup=one.is_backup)


def _counted(scope: Scope, shown: list[Instance], window: FreshWindow | None):
    if window is None:
        return shown, []
    watched = window.watched()
    plain = [
        one
        for one in shown
        if one.id not in watched and one.is_backup and one.status == "running"
        and one.backups_at and window.since <= one.backups_at[0] <= window.until
    ]  # fmt: skip
    if not plain:
        return shown, []
    names = {one.number: one.service_name for one in plain} if window.with_names else {}
    dates = {one.number: one.backups_at[0] for one in plain} if window.with_dates else {}
    group = FreshGroup(scope, len(plain), min(one.backups_at[0] for one in plain), names, dates)
    return [one for one in shown if one not in plain], [group]


def a_world(rng: Random, at: datetime) -> list[Account]:
    accounts = []
    for number in range(rng.randint(1, 5)):
        name, regions = f"account-{number}", ("KR", "SGN")[: rng.randint(1, 2)]
        instances = [an_instance(rng, name, rng.choice(regions), n, at) for n in range(rng.randint(0, 5))]
        unread = {(region, kind) for region in regions for kind in KINDS if rng.random() < 0.07}
        accounts.append(Account(name, regions, instances, unread, blind=rng.random() < 0.1))
    return accounts


def an_instance(rng: Random, account: str, region: str, number: int, at: datetime) -> Instance:
    age = rng.choice((timedelta(minutes=20), 5 * HOUR, 20 * HOUR, 25 * HOUR, 50 * HOUR, None))
    return Instance(
        id=InstanceId(account, PRODUCT, region, f"{number}"),
        service_name=f"{rng.choice(('orders', 'billing'))}-{number}",
        backups_at=() if age is None else ((at - age).astimezone(KST),),
        in_instance_list=True,
        status=rng.choice(("running", "running", "running", "deleting")),
        is_backup=rng.random() < 0.9,
        created_at=at - timedelta(days=rng.choice((0, 30))),
        backup_time="03:00",
    )


def a_policy(rng: Random, at: datetime) -> Policy:
    mute = Mute(Selector("billing-*", account="account-1"), at + HOUR, "a test", "me")
    return Policy(
        rules=(Rule(Selector("orders-1"), max_age=timedelta(days=9)), Rule(Selector("nothing"), max_age=HOUR)),
        mutes=(mute,) if rng.random() < 0.5 else (),
        expectations=(Expectations(instances=rng.choice((0, 3)), names=("orders-*",)),),
    )


def a_plan(accounts: Sequence[Account], policy: Policy, at: datetime, *, is_part: bool = False) -> Plan:
    return Plan(
        scopes=tuple(scope for account in accounts for scope in account.scopes), policy=policy, now=at,
        clock=at + timedelta(seconds=5), interval=HOUR, repeat=24 * HOUR, zone=KST,
        account_ids=tuple(account.id for account in accounts), every_finding=False, is_part=is_part,
    )  # fmt: skip


def in_parts(accounts: Sequence[Account], policy: Policy, at: datetime, *, has_memory: bool) -> list[Part]:
    """Each account seen by itself, without its memory, and on the wire and back."""
    parts = []
    for account in accounts:

        def recall(name: str = account.id) -> Mapping[str, Recalled]:
            return {name: Recalled(name, MemoryState.ABSENT)}

        plan = a_plan([account], policy, at, is_part=has_memory)
        seen = observe(plan, Lists([account]), recall if has_memory else nothing_is_remembered)
        parts += decode_result(encode_result("run", 1, [part_of(account.id, seen)]), "run")
    return parts


def comes_to(one: Checked) -> tuple[object, ...]:
    report = one.report
    told = [
        [(each.event, each.incident, each.resolved_by, each.began_at, each.finding.verdict) for each in listed]
        for listed in (report.violations, report.resolved)
    ]
    counts = report.counts.instances, dict(report.counts.by_verdict), dict(report.counts.accounts)
    return (
        told, counts, report.severity, report.complete, report.errors, report.unpublished, report.notices,
        report.announced, report.is_empty_said, one.drafts, one.account_ids,
    )  # fmt: skip


@given(st.integers(0, 10**9), st.booleans())
def test_parts_come_to_what_one_check_comes_to_run_after_run(seed, has_memory):
    rng, memories = Random(seed), dict[str, Memory]()  # noqa: S311  repeatable, and nothing secret
    policy = a_policy(rng, BEGIN)
    for number in range(3):
        at = BEGIN + number * HOUR
        accounts = a_world(rng, at)
        names = [account.id for account in accounts]
        recalled = {  # with those that are gone, and what is no matter of one account
            name: Recalled(name, MemoryState.READ if name in memories else MemoryState.ABSENT, memories.get(name))
            for name in dict.fromkeys((*names, "default", *memories))
        } if has_memory else {}  # fmt: skip
        run = Run(f"run-{number}", "audience")
        recall = partial(dict, recalled) if has_memory else nothing_is_remembered
        at_once = observe(a_plan(accounts, policy, at), Lists(accounts), recall)
        expected = conclude(at_once, recalled, run)
        parts = in_parts(accounts, policy, at, has_memory=has_memory)
        together_seen = together(a_plan(accounts, policy, at), parts, recalled)
        assert comes_to(conclude(together_seen, recalled, run)) == comes_to(expected)
        told = Told(frozenset(one.incident for one in (*expected.report.violations, *expected.report.resolved)), True)
        memories |= {
            name: settle(draft, told, run=run.id, now=at, accounts=expected.account_ids)
            for name, draft in expected.drafts.items()
        }


@given(st.integers(0, 10**9), st.data())
def test_every_planned_account_is_in_the_counts_or_among_the_errors_whatever_is_lost(seed, data):
    rng = Random(seed)  # noqa: S311  the same
    policy, accounts = a_policy(rng, BEGIN), a_world(rng, BEGIN)
    names = [account.id for account in accounts]
    lost = data.draw(st.sets(st.sampled_from(names)))
    parts = [
        unread_part(part.account, not_checked(part.account, "lost"), clock=part.clock) if part.account in lost else part
        for part in in_parts(accounts, policy, BEGIN, has_memory=False)
    ]
    report = conclude(together(a_plan(accounts, policy, BEGIN), parts, {}), {}, Run("run", "audience")).report
    unread = {error.account for error in report.errors}
    assert lost <= unread
    for account in accounts:
        counted = report.counts.accounts[account.id] == len(account.instances)
        assert account.id in unread or counted
    assert report.complete == (not lost and not any(one.blind or one.unread for one in accounts))


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"version": "0.9"}', b'{"version": "1.0", "parts": 1}', b"\xff"])
def test_a_result_that_is_broken_or_of_another_version_is_unusable(body):
    with pytest.raises(Unusable):
        decode_result(body, "run")


def test_a_result_of_another_run_is_unusable():
    with pytest.raises(Unusable):
        decode_result(encode_result("one", 1, []), "another")
