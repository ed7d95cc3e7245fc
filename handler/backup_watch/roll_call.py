"""The roll call: what the policy expects to be there, and is not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backup_watch.findings import Finding
from backup_watch.instances import Expected, Instance
from backup_watch.judgement import ENDING
from backup_watch.policy import Policy, Selector
from backup_watch.verdicts import SEVERITIES, Cause, Verdict


def call_roll(policy: Policy, instances: Sequence[Instance], *, now: datetime) -> list[Finding]:
    """One MISSING for each name that no instance answers to, and one where there are too few.

    An instance that is being deleted, or is deleted, answers no more. To be asked only of a complete reading.
    """
    there = [instance for instance in instances if instance.status not in ENDING]
    absent = [Expected(name) for name in policy.roll_call.names if not _answered(name, there)]
    findings = [_missing(policy, subject, Cause.NAME_ABSENT, now=now) for subject in absent]
    wanted = policy.roll_call.instances
    if wanted is not None and len(there) < wanted:
        short = Expected(f"{wanted} instances", wanted=wanted, found=len(there))
        findings.append(_missing(policy, short, Cause.TOO_FEW, now=now))
    return findings


def _answered(name: str, instances: Sequence[Instance]) -> bool:
    selector = Selector(name)
    return any(selector.selects(instance) for instance in instances)


def _missing(policy: Policy, subject: Expected, cause: Cause, *, now: datetime) -> Finding:
    severity = SEVERITIES[Verdict.MISSING]
    mute = policy.mute_for(subject, now=now)
    return Finding(subject, Verdict.MISSING, severity, cause, policy.defaults(), mute=mute)
