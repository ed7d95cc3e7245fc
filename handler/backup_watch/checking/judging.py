"""Judges instances by what a policy allows each of them, mutes included."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from functools import cache

from msgspec.structs import replace

from backup_watch.checking.rules import judge
from backup_watch.model.findings import Finding
from backup_watch.model.instances import Instance
from backup_watch.model.policy import Policy
from backup_watch.model.vocabulary import Severity


def judge_all(instances: Sequence[Instance], policy: Policy, *, now: datetime) -> list[Finding]:
    """Judge each of *instances* by what *policy* allows it, mutes included."""
    now = _in_the_zone_of(instances, now)
    defaults = cache(policy.defaults)
    findings = [
        judge(instance, policy.limits_for(instance) if policy.rules else defaults(instance.id.product), now=now)
        for instance in instances
    ]
    return [muted(finding, policy, now=now) for finding in findings] if policy.mutes else findings


def _in_the_zone_of(instances: Sequence[Instance], now: datetime) -> datetime:
    """The same instant in the zone object of the first backup: subtracting within one object is ten times as fast."""
    zone = next((one.backups_at[0].tzinfo for one in instances if one.backups_at), None)
    return now.astimezone(zone) if isinstance(zone, timezone) else now


def muted(finding: Finding, policy: Policy, *, now: datetime) -> Finding:
    """*finding* with the mute that is in force for it at *now*, if there is one."""
    if finding.severity is Severity.OK or (mute := policy.mute_for(finding.subject, now=now)) is None:
        return finding
    return replace(finding, mute=mute)
