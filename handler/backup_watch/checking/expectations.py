"""The roll call: what the policy expects to be there, and is not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backup_watch.checking.rules import ENDING
from backup_watch.model.findings import Finding
from backup_watch.model.instances import Expected, Instance, PlainlyFresh
from backup_watch.model.policy import Policy, RollCall, Selector
from backup_watch.model.vocabulary import SEVERITIES, Cause, Verdict


def call_roll(
    policy: Policy, instances: Sequence[Instance], plainly_fresh: Sequence[PlainlyFresh] = (), *, now: datetime
) -> list[Finding]:
    """One MISSING for each name that no instance answers to, and one where there are too few.

    An instance that is being deleted, or is deleted, answers no more. To be asked only of a complete reading.
    """
    there: list[Instance | PlainlyFresh] = [instance for instance in instances if instance.status not in ENDING]
    there += plainly_fresh
    absent = [line for line in lines_of(policy.roll_call, found=len(there)) if not _is_met(line, there)]
    return [_missing(policy, line, now=now) for line in absent]


def lines_of(roll_call: RollCall, *, found: int) -> list[Expected]:
    """The lines of *roll_call*, met or not: one for each name, and one for the number, of which *found* are there."""
    names = [Expected(name) for name in roll_call.names]
    wanted = roll_call.instances
    return names if wanted is None else [*names, Expected(f"{wanted} instances", wanted=wanted, found=found)]


def _is_met(line: Expected, instances: Sequence[Instance | PlainlyFresh]) -> bool:
    if line.wanted is not None:
        return len(instances) >= line.wanted
    selector = Selector(line.service_name)
    return any(selector.selects(instance) for instance in instances)


def _missing(policy: Policy, line: Expected, *, now: datetime) -> Finding:
    cause = Cause.NAME_ABSENT if line.wanted is None else Cause.TOO_FEW
    mute = policy.mute_for(line, now=now)
    return Finding(line, Verdict.MISSING, SEVERITIES[Verdict.MISSING], cause, policy.defaults(), mute=mute)
