"""One check, from readings to report: take back to the instant, judge, compare with what is expected, follow, count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from msgspec import Struct

from backup_watch.checking.accounts import empty_accounts, empty_notices, pause_notices
from backup_watch.checking.day_needed import need_day
from backup_watch.checking.expectations import unmet_expectations
from backup_watch.checking.fresh_window import fresh_window
from backup_watch.checking.habit_needed import need_habit
from backup_watch.checking.history import (
    PastBackups,
    is_created_after,
    judged_as_of_now,
    not_backed_up_before,
    read_past_backups,
    resolved_by_backups,
    violations_of,
)
from backup_watch.checking.judging import judge_all
from backup_watch.checking.memories import (
    announced,
    expects_none,
    follow_accounts,
    memories_of,
    watched,
    without_emptied_lists,
)
from backup_watch.checking.notices import notices_for
from backup_watch.checking.plan import Plan
from backup_watch.checking.remembered import Followed, Run
from backup_watch.model.findings import Finding, rank
from backup_watch.model.instances import FreshGroup, Instance, Scope
from backup_watch.model.memory import Memory, Recalled
from backup_watch.model.readings import Reading, Source
from backup_watch.model.report import Counts, Report
from backup_watch.model.vocabulary import Severity, Verdict


class Observation(Struct, frozen=True):
    """All that a check reads, judged; what it comes to is worked out from it without reading more."""

    plan: Plan
    reading: Reading
    existing: Sequence[Instance]
    """The instances that are not plainly fresh and existed at the instant of the judgement."""
    findings: tuple[Finding, ...]
    past: PastBackups
    created_later: int
    recalled: Mapping[str, Recalled]
    """What was said, by account. An account that is absent: events are worked out from its history."""


class Checked(Struct, frozen=True):
    """A report, and what it makes of the memories."""

    report: Report
    drafts: Mapping[str, Memory]
    """By account: what is to be written before the report is published. Absent: nothing is to be written."""
    account_ids: tuple[str, ...] | None = None
    """``Plan.account_ids``."""


Recall = Callable[[], Mapping[str, Recalled]]


def nothing_is_remembered() -> Mapping[str, Recalled]:
    """The memories of a check that has none."""
    return {}


def run_check(plan: Plan, source: Source, recall: Recall = nothing_is_remembered) -> Report:
    """Read everything, judge it at ``plan.now``, and report. What could not be read is in the report, never lost.

    *recall* gives what was said before; it is asked once, after the lists were read.
    """
    observation = observe(plan, source, recall)
    return conclude(observation, observation.recalled, ONLY_SHOWN).report


ONLY_SHOWN = Run("", "")
"""The run of a check that only shows."""


def observe(plan: Plan, source: Source, recall: Recall = nothing_is_remembered) -> Observation:
    """Read everything, and judge it at ``plan.now``."""
    recall_once = cache(recall)
    window = None
    if not plan.every_finding:
        window = fresh_window(
            plan.policy, now=plan.now, interval=plan.interval, watched=lambda: watched(recall_once()),
            has_memory=recall is not nothing_is_remembered, is_part=plan.is_part,
        )  # fmt: skip
    reading = source.read(plan.scopes, window)
    recalled = recall_once()
    findings = judge_all(reading.instances, plan.policy, now=plan.now)
    need_history = not_backed_up_before(plan, findings)
    created_after = {instance.id for instance in need_history if is_created_after(plan, instance)}
    existing: Sequence[Instance] = reading.instances
    if created_after:
        existing = [one for one in existing if one.id not in created_after]
        need_history = [one for one in need_history if one.id not in created_after]
        findings = [
            finding for one, finding in zip(reading.instances, findings, strict=True) if one.id not in created_after
        ]
    overdue = [*need_habit(plan, findings, recalled), *need_day(plan, findings)]
    past = read_past_backups(plan, source, need_history, overdue, recalled)
    findings = judged_as_of_now(plan, existing, past, findings)
    return Observation(
        plan=plan,
        reading=reading,
        existing=existing,
        findings=tuple(findings),
        past=past,
        created_later=len(created_after),
        recalled=recalled,
    )


def conclude(seen: Observation, recalled: Mapping[str, Recalled], run: Run) -> Checked:
    """What the check comes to where *recalled* was said before; *run* is the one that is to tell."""
    plan, reading, groups = seen.plan, seen.reading, seen.reading.fresh_groups
    memories = memories_of(recalled, reading, scopes=plan.scopes, policy=plan.policy, now=plan.now)
    unread = reading.errors + memories.errors
    errors = unread
    counts = _counts_by_scope(seen.existing, groups)
    number = sum(counts.values())
    findings = without_emptied_lists(seen.findings, memories)
    findings += unmet_expectations(plan.policy, seen.existing, groups, scopes=plan.scopes, errors=unread, now=plan.now)
    empty = () if seen.created_later else empty_accounts(
        counts, errors, scopes=plan.scopes, policy=plan.policy, may_be_empty=plan.may_be_empty
    )  # fmt: skip
    followed = follow_accounts(
        memories, findings, errors, reading, scopes=plan.scopes, policy=plan.policy, period=plan.period,
        with_instances=plan.with_instances, empty=frozenset(empty), run=run,
    )  # fmt: skip
    others = [one for one in findings if memories.account_of(one.subject) not in followed] if followed else findings
    findings = [*others, *(finding for each in followed.values() for finding in each.findings)]
    # Nearly all are FRESH, and FRESH is never told: from here on only the rest is looked at one by one.
    rest = sorted([finding for finding in findings if finding.verdict is not Verdict.FRESH], key=rank)
    fresh = [finding for finding in findings if finding.verdict is Verdict.FRESH]
    notices = notices_for(
        plan.policy, seen.existing, memories.period(plan.period), fresh_groups=groups, scopes=plan.scopes,
        errors=unread, withheld=reading.withheld, taken_for_empty=reading.taken_for_empty, findings=rest,
        left_out=(seen.past.left_out, plan.max_detail_calls), details_unread=seen.past.histories.errors,
        created_later=seen.created_later, paused=plan.paused,
    )  # fmt: skip
    several = len({scope.account for scope in plan.scopes}) > 1
    # What only shows may be asked for some of the accounts: the others are not gone.
    notices += memories.halved + memories.gone(plan.account_ids if run.id else None) + memories.problems
    notices += pause_notices(plan.pauses, memories.period(plan.period))
    notices += empty_notices(empty) if several and number else ()
    violations = [one for each in followed.values() for one in each.violations]
    violations += violations_of(plan, seen.past, [one for one in others if one.verdict is not Verdict.FRESH])
    resolved = [one for each in followed.values() for one in each.resolved]
    resolved += resolved_by_backups(plan, seen.past, followed)
    report = Report(
        checked_at=plan.now,
        severity=_severity(rest, is_blind=bool(errors or not number or empty)),
        complete=not errors,
        counts=_counts(rest, counts, plan.scopes, fresh=len(fresh) + sum(group.count for group in groups)),
        findings=tuple(rest + fresh),
        violations=tuple(sorted(violations, key=lambda one: rank(one.finding))),
        resolved=tuple(sorted(resolved, key=lambda one: rank(one.finding))),
        notices=notices,
        announced=announced(notices, followed),
        errors=errors,
        unpublished=frozenset(error for each in followed.values() for error in each.unpublished),
        is_empty_said=_is_empty_said(plan, followed),
        empty_accounts=empty if several else (),
        empty_said=frozenset(account for account in empty if account in followed and followed[account].is_empty_said),
        scopes=plan.scopes,
        account_ids=plan.account_ids or (),
        fresh_groups=groups,
    )  # fmt: skip
    drafts = {account: each.draft for account, each in followed.items() if each.draft is not None}
    return Checked(report, drafts, plan.account_ids)


def _is_empty_said(plan: Plan, followed: Mapping[str, Followed]) -> bool:
    """Whether it is no news that the only account, if it is the only one, has no instance at all."""
    if not plan.scopes:  # every account is paused
        return any(each.is_empty_said for each in followed.values())
    account = plan.scopes[0].account
    if account in plan.may_be_empty:
        return True
    return account in followed and (followed[account].is_empty_said or expects_none(plan.policy))


def _severity(findings: Sequence[Finding], *, is_blind: bool) -> Severity:
    """The worst that is not muted; at least UNKNOWN where something was not read, or nothing was there to look at."""
    worst = max((finding.severity for finding in findings if finding.mute is None), default=Severity.OK)
    return max(worst, Severity.UNKNOWN) if is_blind else worst


def _counts_by_scope(instances: Sequence[Instance], groups: Sequence[FreshGroup]) -> Counter[Scope]:
    counts = Counter(instance.id.scope for instance in instances)
    for group in groups:
        counts[group.scope] += group.count
    return counts


def _counts(rest: Sequence[Finding], counts: Counter[Scope], scopes: Sequence[Scope], *, fresh: int) -> Counts:
    products, accounts = ({scope.product: 0 for scope in scopes}, {scope.account: 0 for scope in scopes})
    for scope, count in counts.items():
        products[scope.product] = products.get(scope.product, 0) + count
        accounts[scope.account] = accounts.get(scope.account, 0) + count
    return Counts(
        instances=sum(counts.values()),
        by_verdict={**Counter(finding.verdict for finding in rest), Verdict.FRESH: fresh},
        muted=sum(1 for finding in rest if finding.mute is not None),
        products=products,
        accounts=accounts,
    )
