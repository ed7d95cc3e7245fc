"""The past of instances: which need it, what they were at an earlier instant, and what it says of outages.

The lists have the newest backup alone; what was before it is in the detail lists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from backup_watch.checking.dating import about, exactly_dated
from backup_watch.checking.judging import Kept, judge_all, muted
from backup_watch.checking.lifecycle import follow, resolve
from backup_watch.checking.plan import Plan
from backup_watch.checking.rules import judge
from backup_watch.model.findings import Finding, Violation
from backup_watch.model.instances import DELETING_STATES, FUTURE_TOLERANCE, Instance, as_of
from backup_watch.model.memory import Recalled
from backup_watch.model.policy import Limits
from backup_watch.model.readings import Histories, Source


class PastBackups(Struct, frozen=True):
    """The backups before the newest, of the instances that need them."""

    needed_by: tuple[Instance, ...]
    """The instances with a backup after the instant that they are to be taken back to."""
    left_out: int
    """Of how many instances the details were needed and not asked for."""
    histories: Histories


def not_backed_up_before(plan: Plan, findings: Sequence[Finding]) -> list[Instance]:
    """The instances that were not yet backed up when the period began: all that need a look at the past.

    What is going away is left out: it is skipped, now as before, and its details may be gone already.
    """
    interval = plan.interval
    needing = [one for one in findings if one.age is None or one.age < interval or one.bad_date is not None]
    return [
        one.subject
        for one in needing
        if isinstance(one.subject, Instance) and one.subject.status not in DELETING_STATES
    ]


def is_created_after(plan: Plan, instance: Instance) -> bool:
    """Whether *instance* was created after the instant asked about, by a date that can be believed."""
    created = instance.created_at
    return created is not None and plan.now + FUTURE_TOLERANCE < created <= plan.known_until


def _newest_believed(plan: Plan, instance: Instance) -> datetime | None:
    dates = (about(instance, moment) for moment in instance.backups_at)
    return next((moment for moment in dates if moment <= plan.known_until), None)


def read_past_backups(
    plan: Plan,
    source: Source,
    instances: Sequence[Instance],
    overdue: Sequence[Instance],
    recalled: Mapping[str, Recalled],
) -> PastBackups:
    """Read the details of *instances* with a backup after ``now``, then of what is *overdue*, then of those with one
    after the period's beginning, by id: what is left out are the ends of outages, rather than outages.

    What is remembered needs no history, but for what came after ``now``.
    """
    dated = []
    for instance in instances:
        newest = _newest_believed(plan, instance)
        remembered = recalled.get(instance.account)
        since = plan.now if remembered is not None and remembered.is_known else plan.period.since
        if newest is not None and newest > since:
            dated.append((newest <= plan.now, instance.id, instance))
    dated.sort(key=lambda item: item[:2])
    needed_by = tuple(instance for _, _, instance in dated)
    later = [instance for is_past, _, instance in dated if not is_past]
    needed = list({one.id: one for one in (*later, *overdue, *needed_by)}.values())
    asked = dealt(needed, plan.max_detail_calls)
    histories = source.histories(asked) if asked else Histories({})
    needed_by = tuple(exactly_dated(one, histories.backups_at.get(one.id)) for one in needed_by)
    kept = {one.id: histories.kept.get(one.id, ()) for one in asked}
    return PastBackups(needed_by, len(needed) - len(asked), replace(histories, kept=kept))


def dealt(needed: Sequence[Instance], most: int) -> list[Instance]:
    """The first *most* of *needed*, each account in its turn: the many of one leave out none of another's first."""
    if len(needed) <= most:
        return list(needed)
    turns: Counter[str] = Counter()
    numbered = []
    for instance in needed:
        numbered.append((turns[instance.account], instance))
        turns[instance.account] += 1
    return [instance for _, instance in sorted(numbered, key=lambda pair: pair[0])[:most]]


def judged_as_of_now(
    plan: Plan, existing: Sequence[Instance], past: PastBackups, findings: list[Finding]
) -> list[Finding]:
    """The findings of *existing* as of ``plan.now`` and by their habits; as they are where nothing more was read."""
    then, kept = {}, past.histories.kept
    if plan.clock > plan.now:
        then = {one.id: earlier for one in past.needed_by if (earlier := _taken_back(plan, one, past)) is not one}
    if not then and not kept:
        return findings
    exact = past.histories.backups_at
    changed = {
        place: then.get(one.id) or exactly_dated(one, exact.get(one.id))
        for place, one in enumerate(existing)
        if one.id in then or one.id in kept
    }
    again = judge_all(list(changed.values()), plan.policy, now=plan.now, kept=kept)
    by_place = dict(zip(changed, again, strict=True))
    return [by_place.get(place, finding) for place, finding in enumerate(findings)]


def _taken_back(plan: Plan, instance: Instance, past: PastBackups) -> Instance:
    after = [moment for moment in instance.backups_at if plan.now < moment <= plan.known_until]
    if not after:
        return instance
    history = past.histories.backups_at.get(instance.id)
    then = as_of(instance, plan.now, known_until=plan.known_until, backups_at=history)
    # A date that is a clock's difference ahead counts as now, unless the details show what was before it.
    return instance if not then.history_known and after[0] <= plan.now + FUTURE_TOLERANCE else then


def violations_of(plan: Plan, past: PastBackups, findings: Sequence[Finding]) -> list[Violation]:
    """The violations among *findings*, with what became of each since the run before."""
    period = plan.period
    return [
        follow(finding, _before(plan, finding, past.histories.kept, since=period.since), period)
        for finding in findings
        if finding.is_violation
    ]


def _before(plan: Plan, finding: Finding, kept: Kept, *, since: datetime) -> Finding | None:
    """The judgement of the same history one interval ago; None where there was nothing to judge, or it is no matter."""
    subject, newest = finding.subject, finding.last_backup_at
    if not isinstance(subject, Instance):
        return muted(finding, plan.policy, now=since)
    if (newest is not None and newest > since) or (subject.created_at is not None and subject.created_at > since):
        return None
    past = as_of(subject, since, known_until=plan.known_until)
    return _judged_then(plan, past, finding.limits, kept, since=since)


def _judged_then(plan: Plan, past: Instance, limits: Limits, kept: Kept, *, since: datetime) -> Finding:
    """The judgement one interval ago, by what is kept now: what was purged since played no part then either."""
    return muted(judge(past, limits, now=since, kept=kept.get(past.id)), plan.policy, now=since)


def resolved_by_backups(plan: Plan, past: PastBackups, remembered: Container[str]) -> list[Violation]:
    """The outages that a backup inside the period ended, of accounts that are not *remembered*. Without a backup before
    it, none is claimed.
    """
    needed_by = (instance for instance in past.needed_by if instance.account not in remembered)
    ends = (_end_of_outage(plan, instance, past) for instance in needed_by)
    return [end for end in ends if end is not None]


def _end_of_outage(plan: Plan, instance: Instance, past: PastBackups) -> Violation | None:
    history, since = past.histories.backups_at.get(instance.id), plan.period.since
    if history is None or (instance.created_at is not None and instance.created_at > since):
        return None
    ended_at = min((moment for moment in (*history, *instance.backups_at) if since < moment <= plan.now), default=None)
    if ended_at is None:
        return None
    earlier = as_of(instance, since, known_until=plan.known_until, backups_at=history)
    limits = plan.policy.limits_for(instance)
    then = _judged_then(plan, earlier, limits, past.histories.kept, since=since)
    return resolve(then, ended_at=ended_at)  # an unknown history is UNKNOWN, and has no end
