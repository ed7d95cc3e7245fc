"""One check, from readings to report: take back to the instant, judge, call the roll, follow, count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from datetime import datetime, timedelta, timezone, tzinfo

from msgspec import Struct
from msgspec.structs import replace

from backup_watch.checking.expectations import unmet_expectations
from backup_watch.checking.fresh_window import fresh_window as window_of
from backup_watch.checking.lifecycle import ReportingPeriod, follow, resolve
from backup_watch.checking.memories import (
    announced,
    expects_none,
    follow_accounts,
    memories_of,
    without_emptied_lists,
)
from backup_watch.checking.notices import notices_for
from backup_watch.checking.remembered import Run
from backup_watch.checking.rules import judge
from backup_watch.model.findings import Finding, Violation, rank
from backup_watch.model.instances import (
    DELETING_STATES,
    FUTURE_TOLERANCE,
    FreshSize,
    Instance,
    Scope,
    as_of,
    sizes_by_scope,
)
from backup_watch.model.memory import Memory, Recalled
from backup_watch.model.policy import Limits, Policy
from backup_watch.model.readings import FreshWindow, Histories, Reading, Source
from backup_watch.model.report import Counts, ReadError, Report
from backup_watch.model.vocabulary import Severity, Verdict


class Plan(Struct, frozen=True):
    """How a check is to be made."""

    scopes: tuple[Scope, ...]
    """What is to be read."""
    policy: Policy
    now: datetime
    """The instant of the judgement, aware."""
    clock: datetime
    """The real instant of the reading, aware. Where it is after ``now``, later backups are left out again."""
    interval: timedelta
    repeat: timedelta
    zone: tzinfo
    max_detail_calls: int = 500
    with_instances: bool = True
    """Whether the instance lists are asked for."""
    account_ids: tuple[str, ...] | None = None
    """The ids of the accounts file. None: there is none."""
    every_finding: bool = True
    """False: what is plainly fresh may be counted without a finding of its own."""

    @property
    def period(self) -> ReportingPeriod:
        """The stretch of time that this check answers for."""
        return ReportingPeriod(self.now - self.interval, self.now, self.repeat, self.zone)

    @property
    def fresh_window(self) -> FreshWindow | None:
        """What is plainly fresh; None where every finding is wanted."""
        return None if self.every_finding else window_of(self.policy, now=self.now, interval=self.interval)

    @property
    def known_until(self) -> datetime:
        """A date after this instant is not believed."""
        return max(self.clock, self.now) + FUTURE_TOLERANCE


class _Pasts(Struct, frozen=True):
    """What the detail lists told of the time before the newest backup."""

    landed: tuple[Instance, ...]
    """The instances with a backup after the period's beginning."""
    asked: int
    """Of how many of them, the first, the details were asked for."""
    histories: Histories

    @property
    def left_out(self) -> int:
        return len(self.landed) - self.asked


class Observation(Struct, frozen=True):
    """All that a check reads, judged; what it comes to is worked out from it without reading more."""

    plan: Plan
    reading: Reading
    existing: Sequence[Instance]
    """The instances that are not plainly fresh and existed at the instant of the judgement."""
    findings: tuple[Finding, ...]
    pasts: _Pasts
    created_later: int
    recalled: Mapping[str, Recalled]
    """What was said, by account. An account that is absent: events are worked out from its history."""


class Checked(Struct, frozen=True):
    """A report, and what it makes of the memories."""

    report: Report
    drafts: Mapping[str, Memory]
    """By account: what is to be written before the report is published. Absent: nothing is to be written."""
    account_ids: tuple[str, ...] | None = None
    """The ids of the accounts file. None: there is none."""


Recall = Callable[[], Mapping[str, Recalled]]


def nothing_is_remembered() -> Mapping[str, Recalled]:
    """The memories of a check that has none."""
    return {}


def run_check(plan: Plan, source: Source, recall: Recall = nothing_is_remembered) -> Report:
    """Read everything, judge it at ``plan.now``, and report. What could not be read is in the report, never lost.

    *recall* gives what was said before; it is asked once, after the lists were read.
    """
    observation = observe(plan, source, recall)
    return conclude(observation, observation.recalled, NOBODY).report


NOBODY = Run("", "")
"""The run of a check that only shows."""


def observe(plan: Plan, source: Source, recall: Recall = nothing_is_remembered) -> Observation:
    """Read everything, and judge it at ``plan.now``."""
    reading = source.read(plan.scopes, plan.fresh_window)
    recalled = recall()
    findings = judge_all(reading.instances, plan.policy, now=plan.now)
    recent = _recent(plan, findings)
    created_later = {instance.id for instance in recent if _came_later(plan, instance)}
    existing = [one for one in reading.instances if one.id not in created_later] if created_later else reading.instances
    pasts = _read_pasts(plan, source, [one for one in recent if one.id not in created_later], recalled)
    if created_later or plan.clock > plan.now:
        findings = _judged_again(plan, existing, pasts, findings)
    return Observation(plan, reading, existing, tuple(findings), pasts, len(created_later), recalled)


def conclude(seen: Observation, recalled: Mapping[str, Recalled], run: Run) -> Checked:
    """What the check comes to where *recalled* was said before; *run* is the one that is to tell."""
    plan, reading, plain = seen.plan, seen.reading, seen.reading.plainly_fresh
    memories = memories_of(recalled, reading, scopes=plan.scopes, policy=plan.policy, now=plan.now)
    unread = reading.errors + memories.errors
    errors = unread + seen.pasts.histories.errors
    number = len(seen.existing) + len(plain)
    findings = without_emptied_lists(seen.findings, memories)
    findings += unmet_expectations(plan.policy, seen.existing, plain, scopes=plan.scopes, errors=unread, now=plan.now)
    followed = follow_accounts(
        memories, findings, errors, reading, scopes=plan.scopes, policy=plan.policy, period=plan.period,
        with_instances=plan.with_instances, is_empty=not (number or errors or seen.created_later), run=run,
    )  # fmt: skip
    others = [one for one in findings if memories.account_of(one.subject) not in followed] if followed else findings
    findings = [*others, *(finding for each in followed.values() for finding in each.findings)]
    # Nearly all are FRESH, and FRESH is never told: from here on only the rest is looked at one by one.
    rest = sorted([finding for finding in findings if finding.verdict is not Verdict.FRESH], key=rank)
    fresh = [finding for finding in findings if finding.verdict is Verdict.FRESH]
    notices = notices_for(
        plan.policy, [*seen.existing, *plain], memories.period(plan.period), scopes=plan.scopes, errors=unread,
        left_out=(seen.pasts.left_out, plan.max_detail_calls), created_later=seen.created_later,
    )  # fmt: skip
    sizes = sizes_by_scope(plain)
    notices += memories.halved + memories.gone(plan.account_ids) + memories.problems
    violations = [one for each in followed.values() for one in each.violations]
    violations += _follow(plan, [one for one in others if one.verdict is not Verdict.FRESH])
    resolved = [one for each in followed.values() for one in each.resolved]
    resolved += _resolved(plan, seen.pasts, followed)
    report = Report(
        checked_at=plan.now,
        severity=_severity(rest, errors, number),
        complete=not errors,
        counts=_counts(rest, seen.existing, sizes, plan.scopes, fresh=len(fresh)),
        findings=tuple(rest + fresh),
        violations=tuple(sorted(violations, key=lambda one: rank(one.finding))),
        resolved=tuple(sorted(resolved, key=lambda one: rank(one.finding))),
        notices=notices,
        announced=announced(notices, followed),
        errors=errors,
        unpublished=frozenset(error for each in followed.values() for error in each.unpublished),
        is_empty_said=memories.owner in followed and (
            followed[memories.owner].is_empty_said or expects_none(plan.policy)
        ),
        scopes=plan.scopes,
        plainly_fresh=plain,
        fresh_sizes=sizes,
    )  # fmt: skip
    drafts = {account: each.draft for account, each in followed.items() if each.draft is not None}
    return Checked(report, drafts, plan.account_ids)


def judge_all(instances: Sequence[Instance], policy: Policy, *, now: datetime) -> list[Finding]:
    """Judge each of *instances* by what *policy* allows it, mutes included."""
    now = _in_the_zone_of(instances, now)
    shared = None if policy.rules else policy.defaults()
    findings = [judge(instance, shared or policy.limits_for(instance), now=now) for instance in instances]
    return [_muted(finding, policy, now=now) for finding in findings] if policy.mutes else findings


def _in_the_zone_of(instances: Sequence[Instance], now: datetime) -> datetime:
    """The same instant in the zone object of the first backup: subtracting within one object is ten times as fast."""
    zone = next((one.backups_at[0].tzinfo for one in instances if one.backups_at), None)
    return now.astimezone(zone) if isinstance(zone, timezone) else now


def _muted(finding: Finding, policy: Policy, *, now: datetime) -> Finding:
    if finding.severity is Severity.OK or (mute := policy.mute_for(finding.subject, now=now)) is None:
        return finding
    return replace(finding, mute=mute)


def _recent(plan: Plan, findings: Sequence[Finding]) -> list[Instance]:
    """The instances that were not yet backed up when the period began: all that need a look at the past.

    What is going away is left out: it is skipped, now as before, and its details may be gone already.
    """
    interval = plan.interval
    recent = [one for one in findings if one.age is None or one.age < interval or one.bad_date is not None]
    return [
        one.subject for one in recent if isinstance(one.subject, Instance) and one.subject.status not in DELETING_STATES
    ]


def _came_later(plan: Plan, instance: Instance) -> bool:
    """Whether *instance* was created after the instant asked about, by a date that can be believed."""
    created = instance.created_at
    return created is not None and plan.now + FUTURE_TOLERANCE < created <= plan.known_until


def _newest_believed(plan: Plan, instance: Instance) -> datetime | None:
    return next((moment for moment in instance.backups_at if moment <= plan.known_until), None)


def _read_pasts(plan: Plan, source: Source, recent: Sequence[Instance], recalled: Mapping[str, Recalled]) -> _Pasts:
    """Ask for the details of what has a backup after the period's beginning; after ``now`` first, then by number.

    What is remembered needs no history, but for what came after ``now``.
    """
    landed = []
    for instance in recent:
        newest = _newest_believed(plan, instance)
        remembered = recalled.get(instance.account)
        since = plan.now if remembered is not None and remembered.is_known else plan.period.since
        if newest is not None and newest > since:
            landed.append((newest <= plan.now, instance.id, instance))
    landed.sort(key=lambda item: item[:2])
    everyone = tuple(instance for _, _, instance in landed)
    asked = everyone[: plan.max_detail_calls]
    histories = source.histories(asked) if asked else Histories({})
    return _Pasts(everyone, len(asked), histories)


def _judged_again(plan: Plan, existing: Sequence[Instance], pasts: _Pasts, findings: list[Finding]) -> list[Finding]:
    """The findings of *existing* as of ``plan.now``; *findings* where nothing came after it, as at most runs."""
    then = {one.id: past for one in pasts.landed if (past := _taken_back(plan, one, pasts)) is not one}
    if not then and len(existing) == len(findings):
        return findings
    return judge_all([then.get(one.id, one) for one in existing], plan.policy, now=plan.now)


def _taken_back(plan: Plan, instance: Instance, pasts: _Pasts) -> Instance:
    after = [moment for moment in instance.backups_at if plan.now < moment <= plan.known_until]
    if not after:
        return instance
    history = pasts.histories.backups_at.get(instance.id)
    then = as_of(instance, plan.now, known_until=plan.known_until, backups_at=history)
    # A date that is a clock's difference ahead counts as now, unless the details show what was before it.
    return instance if not then.history_known and after[0] <= plan.now + FUTURE_TOLERANCE else then


def _follow(plan: Plan, findings: Sequence[Finding]) -> list[Violation]:
    period = plan.period
    return [
        follow(finding, _before(plan, finding, since=period.since), period)
        for finding in findings
        if finding.is_violation
    ]


def _before(plan: Plan, finding: Finding, *, since: datetime) -> Finding | None:
    """The judgement of the same history one interval ago; None where there was nothing to judge, or it is no matter."""
    subject, newest = finding.subject, finding.last_backup_at
    if not isinstance(subject, Instance):
        return _muted(finding, plan.policy, now=since)
    if (newest is not None and newest > since) or (subject.created_at is not None and subject.created_at > since):
        return None
    return _judged_then(plan, as_of(subject, since, known_until=plan.known_until), finding.limits, since=since)


def _judged_then(plan: Plan, past: Instance, limits: Limits, *, since: datetime) -> Finding:
    """The judgement one interval ago."""
    return _muted(judge(past, limits, now=since), plan.policy, now=since)


def _resolved(plan: Plan, pasts: _Pasts, remembered: Container[str]) -> list[Violation]:
    """The outages that a backup inside the period ended, of accounts that are not *remembered*. Without a backup before
    it, none is claimed.
    """
    landed = (instance for instance in pasts.landed if instance.account not in remembered)
    ends = (_end_of_outage(plan, instance, pasts) for instance in landed)
    return [end for end in ends if end is not None]


def _end_of_outage(plan: Plan, instance: Instance, pasts: _Pasts) -> Violation | None:
    history, since = pasts.histories.backups_at.get(instance.id), plan.period.since
    if history is None or (instance.created_at is not None and instance.created_at > since):
        return None
    ended_at = min((moment for moment in (*history, *instance.backups_at) if since < moment <= plan.now), default=None)
    if ended_at is None:
        return None
    past = as_of(instance, since, known_until=plan.known_until, backups_at=history)
    then = _judged_then(plan, past, plan.policy.limits_for(instance), since=since)
    return resolve(then, ended_at=ended_at)  # an unknown history is UNKNOWN, and has no end


def _severity(findings: Sequence[Finding], errors: Sequence[ReadError], instances: int) -> Severity:
    """The worst that is not muted; at least UNKNOWN where something was not read, or nothing was there to look at."""
    worst = max((finding.severity for finding in findings if finding.mute is None), default=Severity.OK)
    return max(worst, Severity.UNKNOWN) if errors or not instances else worst


def _counts(
    rest: Sequence[Finding],
    instances: Sequence[Instance],
    plain: Mapping[Scope, FreshSize],
    scopes: Sequence[Scope],
    *,
    fresh: int,
) -> Counts:
    by_scope = Counter((one.account, one.product) for one in instances)
    for scope, size in plain.items():
        by_scope[scope.account, scope.product] += size.instances
    products, accounts = ({scope.product: 0 for scope in scopes}, {scope.account: 0 for scope in scopes})
    for (account, product), count in by_scope.items():
        products[product] = products.get(product, 0) + count
        accounts[account] = accounts.get(account, 0) + count
    plain_count = sum(size.instances for size in plain.values())
    return Counts(
        instances=len(instances) + plain_count,
        by_verdict={**Counter(finding.verdict for finding in rest), Verdict.FRESH: fresh + plain_count},
        muted=sum(1 for finding in rest if finding.mute is not None),
        products=products,
        accounts=accounts,
    )
