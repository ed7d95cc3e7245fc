"""One check, from readings to report: take back to the instant, judge, call the roll, follow, count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from msgspec import Struct
from msgspec.structs import replace

from backup_watch.findings import Finding, Violation, rank
from backup_watch.instances import FUTURE_TOLERANCE, Instance, as_of
from backup_watch.judgement import ENDING, judge
from backup_watch.lifecycle import Window, follow, resolve
from backup_watch.notices import notices_for
from backup_watch.policy import Policy
from backup_watch.readings import Histories, Source
from backup_watch.report import ReadError, Report
from backup_watch.roll_call import call_roll
from backup_watch.verdicts import Severity, Verdict


class Plan(Struct, frozen=True):
    """How a check is to be made."""

    regions: tuple[str, ...]
    policy: Policy
    now: datetime
    """The instant of the judgement, aware."""
    clock: datetime
    """The real instant of the reading, aware. Where it is after ``now``, later backups are left out again."""
    interval: timedelta
    repeat: timedelta
    zone: tzinfo
    max_detail_calls: int = 500

    @property
    def window(self) -> Window:
        """The stretch of time that this check answers for."""
        return Window(self.now - self.interval, self.now, self.repeat, self.zone)

    @property
    def known_until(self) -> datetime:
        """A date after this instant is not believed."""
        return max(self.clock, self.now) + FUTURE_TOLERANCE


class _Pasts(Struct, frozen=True):
    """What the detail lists were asked for, and what they told."""

    landed: tuple[Instance, ...]
    """The instances with a backup after the window's beginning."""
    asked: frozenset[tuple[str, str]]
    histories: Histories

    @property
    def left_out(self) -> int:
        return len(self.landed) - len(self.asked)


def run_check(plan: Plan, source: Source) -> Report:
    """Read everything, judge it at ``plan.now``, and report. What could not be read is in the report, never lost."""
    reading = source.read(plan.regions)
    existing = [instance for instance in reading.instances if not _came_later(plan, instance)]
    pasts = _read_pasts(plan, source, existing)
    present = [_at_now(plan, instance, pasts) for instance in existing]
    findings = judge_all(present, plan.policy, now=plan.now)
    if not reading.errors:
        findings += call_roll(plan.policy, existing, now=plan.now)
    findings.sort(key=rank)
    notices = notices_for(
        plan.policy, existing, plan.window, regions=plan.regions, complete=not reading.errors,
        left_out=(pasts.left_out, plan.max_detail_calls), later=len(reading.instances) - len(existing),
    )  # fmt: skip
    errors = reading.errors + pasts.histories.errors
    return Report(
        checked_at=plan.now,
        severity=_severity(findings, errors, len(existing)),
        complete=not errors,
        counts=_counts(findings, len(existing)),
        findings=tuple(findings),
        violations=_follow(plan, findings),
        resolved=_resolved(plan, pasts),
        notices=notices,
        errors=errors,
        regions=plan.regions,
    )


def judge_all(instances: Sequence[Instance], policy: Policy, *, now: datetime) -> list[Finding]:
    """Judge each of *instances* by what *policy* allows it, mutes included."""
    shared = None if policy.rules else policy.defaults()
    findings = [judge(instance, shared or policy.allowance_for(instance), now=now) for instance in instances]
    return [_muted(finding, policy, now=now) for finding in findings] if policy.mutes else findings


def _muted(finding: Finding, policy: Policy, *, now: datetime) -> Finding:
    if finding.severity is Severity.OK or (mute := policy.mute_for(finding.subject, now=now)) is None:
        return finding
    return replace(finding, mute=mute)


def _came_later(plan: Plan, instance: Instance) -> bool:
    """Whether *instance* was created after the instant asked about, by a date that can be believed."""
    created = instance.created_at
    return created is not None and plan.now + FUTURE_TOLERANCE < created <= plan.known_until


def _newest_believed(plan: Plan, instance: Instance) -> datetime | None:
    return next((moment for moment in instance.backups_at if moment <= plan.known_until), None)


def _read_pasts(plan: Plan, source: Source, instances: Sequence[Instance]) -> _Pasts:
    """Ask for the details of what has a backup after the window's beginning; after ``now`` first, then by number."""
    since = plan.window.since
    landed = []
    for instance in instances:
        if instance.backups_at and instance.backups_at[0] > since and instance.status not in ENDING:
            newest = _newest_believed(plan, instance)
            if newest is not None and newest > since:
                landed.append((newest <= plan.now, instance.key, instance))
    landed.sort(key=lambda item: item[:2])
    everyone = tuple(instance for _, _, instance in landed)
    asked = everyone[: plan.max_detail_calls]
    histories = source.histories(asked) if asked else Histories({})
    return _Pasts(everyone, frozenset(instance.key for instance in asked), histories)


def _at_now(plan: Plan, instance: Instance, pasts: _Pasts) -> Instance:
    """*instance* as it was at ``plan.now``; unchanged where nothing happened since, as at most runs."""
    newest = _newest_believed(plan, instance) if plan.clock > plan.now else None
    if newest is None or newest <= plan.now:
        return instance
    then = as_of(
        instance,
        plan.now,
        known_until=plan.known_until,
        backups_at=pasts.histories.backups_at.get(instance.key),
    )
    # A date that is a clock's difference ahead counts as now, unless the details show what was before it.
    return instance if not then.history_known and newest <= plan.now + FUTURE_TOLERANCE else then


def _follow(plan: Plan, findings: Sequence[Finding]) -> tuple[Violation, ...]:
    return tuple(follow(finding, _before(plan, finding), plan.window) for finding in findings if finding.is_violation)


def _before(plan: Plan, finding: Finding) -> Finding | None:
    """The judgement of the same history one interval ago; None where there was nothing to judge, or it is no matter."""
    since, subject = plan.window.since, finding.subject
    newest = finding.last_backup_at
    if not isinstance(subject, Instance):
        return _muted(finding_without_mute(finding), plan.policy, now=since)
    if (newest is not None and newest > since) or (subject.created_at is not None and subject.created_at > since):
        return None
    return _judge_past(plan, as_of(subject, since, known_until=plan.known_until))


def finding_without_mute(finding: Finding) -> Finding:
    """*finding* as it would be with nothing muted."""
    return finding if finding.mute is None else replace(finding, mute=None)


def _judge_past(plan: Plan, instance: Instance) -> Finding:
    return judge_all([instance], plan.policy, now=plan.window.since)[0]


def _resolved(plan: Plan, pasts: _Pasts) -> tuple[Violation, ...]:
    """The outages that a backup inside the window ended. Without a backup before it, none is claimed."""
    ends = (_end_of_outage(plan, instance, pasts) for instance in pasts.landed)
    return tuple(sorted((end for end in ends if end is not None), key=lambda end: rank(end.finding)))


def _end_of_outage(plan: Plan, instance: Instance, pasts: _Pasts) -> Violation | None:
    history = pasts.histories.backups_at.get(instance.key)
    window = plan.window
    if history is None or (instance.created_at is not None and instance.created_at > window.since):
        return None
    known = sorted({*history, *(at for at in instance.backups_at if at <= plan.known_until)}, reverse=True)
    inside = [moment for moment in known if window.since < moment <= max(window.now, window.since)]
    past = as_of(instance, window.since, known_until=plan.known_until, backups_at=tuple(known))
    if not inside or not any(moment <= window.since for moment in known):
        return None
    return resolve(_judge_past(plan, past), ended_at=inside[-1])


def _severity(findings: Sequence[Finding], errors: Sequence[ReadError], instances: int) -> Severity:
    """The worst that is not muted; at least UNKNOWN where something was not read, or nothing was there to look at."""
    worst = max((finding.severity for finding in findings if finding.mute is None), default=Severity.OK)
    return max(worst, Severity.UNKNOWN) if errors or not instances else worst


def _counts(findings: Sequence[Finding], instances: int) -> dict[str, int]:
    by_verdict = Counter(finding.verdict for finding in findings)
    muted = sum(1 for finding in findings if finding.mute is not None)
    return {"instances": instances} | {str(v): by_verdict[v] for v in Verdict} | {"muted": muted}
