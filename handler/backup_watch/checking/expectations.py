"""What the policy's ``[expect]`` says should be there, and is not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from backup_watch.model.findings import Finding
from backup_watch.model.instances import DELETING_STATES, Expectation, FreshGroup, Instance, Scope
from backup_watch.model.policy import Expectations, Policy, Selector
from backup_watch.model.report import ReadError
from backup_watch.model.vocabulary import Cause, Verdict


def unmet_expectations(
    policy: Policy,
    instances: Sequence[Instance],
    fresh_groups: Sequence[FreshGroup] = (),
    *,
    scopes: Sequence[Scope],
    errors: Sequence[ReadError] = (),
    now: datetime,
) -> list[Finding]:
    """One MISSING for each name that no instance matches, and one where there are too few.

    An instance that is being deleted, or is deleted, does not count. Expectations of which not every list was read
    are not judged.
    """
    there = [one for one in instances if one.status not in DELETING_STATES]
    unmet = []
    for expected in policy.expectations:
        if not is_judged(expected, errors):
            continue
        covered = [instance for instance in there if expected.covers(instance.id)]
        groups = [group for group in fresh_groups if expected.covers(group.scope)]
        found = len(covered) + sum(group.count for group in groups)
        unmet += [line for line in lines_of(expected, scopes, found=found) if not _is_met(line, covered, groups)]
    return [_missing(policy, line, now=now) for line in unmet]


def is_judged(expected: Expectations, errors: Sequence[ReadError]) -> bool:
    """Whether every list that *expected* covers was read."""
    return not any(expected.may_cover(error.account, error.product, error.region) for error in errors)


def lines_of(expected: Expectations, scopes: Sequence[Scope], *, found: int) -> list[Expectation]:
    """The lines of *expected*, met or not: one for each name, and one for the number, of which *found* are there.

    Where *scopes* are of one account, it is named though the policy does not.
    """
    accounts = {scope.account for scope in scopes}
    account, product, region = expected.account, expected.product, expected.region
    if account is None and len(accounts) == 1:
        [account] = accounts
    line = Expectation(
        "", account=account, product=product, region=region, covers_every_account=expected.account is None
    )
    lines = [replace(line, service_name=name) for name in expected.names]
    if (wanted := expected.instances) is not None:
        lines.append(replace(line, service_name=f"{wanted} instances", wanted=wanted, found=found))
    return lines


def _is_met(line: Expectation, instances: Sequence[Instance], groups: Sequence[FreshGroup]) -> bool:
    if line.wanted is not None and line.found is not None:
        return line.found >= line.wanted
    selector = Selector(line.service_name)
    return any(map(selector.selects, instances)) or any(map(selector.selects_any_of, groups))


def _missing(policy: Policy, line: Expectation, *, now: datetime) -> Finding:
    cause = Cause.NAME_ABSENT if line.wanted is None else Cause.TOO_FEW
    mute = policy.mute_for(line, now=now)
    return Finding(line, Verdict.MISSING, Verdict.MISSING.severity, cause, policy.defaults(), mute=mute)
