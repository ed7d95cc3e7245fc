"""Judges instances by what a policy allows each of them, mutes included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from functools import cache

from msgspec.structs import replace

from backup_watch.checking.rules import judge
from backup_watch.model.findings import Finding
from backup_watch.model.instances import Instance, InstanceId, KeptBackup
from backup_watch.model.policy import Policy
from backup_watch.model.vocabulary import Severity

Kept = Mapping[InstanceId, Sequence[KeptBackup]]
"""The backups that are kept, of the instances of which they were asked for."""
NOTHING_KEPT: Kept = {}


def judge_all(
    instances: Sequence[Instance], policy: Policy, *, now: datetime, kept: Kept = NOTHING_KEPT
) -> list[Finding]:
    """Judge each of *instances* by what *policy* allows it, mutes included. One that is not in *kept* is never LATE."""
    now = _in_the_zone_of(instances, now)
    defaults = cache(policy.defaults)
    findings = [
        judge(
            one,
            policy.limits_for(one) if policy.rules else defaults(one.id.product),
            now=now,
            kept=kept.get(one.id) if kept else None,
        )
        for one in instances
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
