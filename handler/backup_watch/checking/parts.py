"""A check in parts: what each saw of one account, and how they come together into one observation.

A fleet's accounts are read by many invocations, and concluded by one. No part knows what was said before: whatever a
memory asks for is made of the parts here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain

from msgspec import Struct
from msgspec.structs import fields, replace

from backup_watch.checking.check import Observation
from backup_watch.checking.history import PastBackups
from backup_watch.checking.judging import judge_all
from backup_watch.checking.memories import watched
from backup_watch.checking.plan import Plan
from backup_watch.model.findings import Finding
from backup_watch.model.instances import FreshGroup, Instance, InstanceId
from backup_watch.model.memory import Recalled
from backup_watch.model.outcomes import LOST, NOT_CHECKED
from backup_watch.model.readings import Histories, Reading
from backup_watch.model.report import ReadError

FIELDS = tuple(field.name for field in fields(Reading))
NO_RESULT = "its check left no result"


class Part(Struct, frozen=True):
    """What one check saw of one account."""

    account: str
    clock: datetime
    """The real instant of the reading, aware."""
    reading: Reading
    existing: tuple[Instance, ...]
    findings: tuple[Finding, ...]
    past: PastBackups
    created_later: int = 0
    api_requests: int = 0
    api_errors: int = 0


def part_of(account: str, seen: Observation, *, api_requests: int = 0, api_errors: int = 0) -> Part:
    """What is handed on of *seen*, an observation of *account* alone."""
    return Part(
        account=account,
        clock=seen.plan.clock,
        reading=seen.reading,
        existing=tuple(seen.existing),
        findings=seen.findings,
        past=seen.past,
        created_later=seen.created_later,
        api_requests=api_requests,
        api_errors=api_errors,
    )


def unread_part(account: str, error: ReadError, *, clock: datetime) -> Part:
    """The part of an account of which nothing could be read, because of *error*."""
    return Part(account, clock, Reading((), (error,)), (), (), PastBackups((), 0, Histories({})))


def not_checked(account: str, cause: str | None) -> ReadError:
    """The error of an account that is planned and has no result. *cause* None: nothing shows why, and it is lost."""
    if cause is None:
        return ReadError("checkAccount", NOT_CHECKED, NO_RESULT, account=account, code=LOST)
    return ReadError("checkAccount", NOT_CHECKED, cause, account=account)


def together(plan: Plan, parts: Sequence[Part], recalled: Mapping[str, Recalled]) -> Observation:
    """The observation that one check of all of *parts* would have made, in their order, *recalled* being said before.

    What is counted as plainly fresh and has an open incident is judged one by one, so that its end can be told.
    """
    clock = max((part.clock for part in parts), default=plan.clock)
    groups, again = [], list[Instance]()
    open_ids = watched(recalled)
    for part in parts:
        for group in part.reading.fresh_groups:
            rest, taken_out = _without_watched(group, open_ids, with_instances=plan.with_instances)
            again += taken_out
            groups += [] if rest is None else [rest]
    instances = [one for part in parts for one in part.reading.instances]
    findings = [finding for part in parts for finding in part.findings]
    return Observation(
        plan=replace(plan, clock=clock),
        reading=replace(
            _reading([part.reading for part in parts]), instances=(*instances, *again), fresh_groups=tuple(groups)
        ),
        existing=[*(one for part in parts for one in part.existing), *again],
        findings=(*findings, *judge_all(again, plan.policy, now=plan.now)),
        past=_past([part.past for part in parts]),
        created_later=sum(part.created_later for part in parts),
        recalled=recalled,
    )


def _reading(readings: Sequence[Reading]) -> Reading:
    """All of *readings*, each of whose fields is a tuple."""
    joined = {name: tuple(chain.from_iterable(getattr(one, name) for one in readings)) for name in FIELDS}
    return Reading(**joined)


def _past(pasts: Sequence[PastBackups]) -> PastBackups:
    backups_at = {name: dates for past in pasts for name, dates in past.histories.backups_at.items()}
    errors = tuple(error for past in pasts for error in past.histories.errors)
    kept = {name: rows for past in pasts for name, rows in past.histories.kept.items()}
    needed_by = tuple(one for past in pasts for one in past.needed_by)
    return PastBackups(needed_by, sum(past.left_out for past in pasts), Histories(backups_at, errors, kept))


def _without_watched(
    group: FreshGroup, open_ids: frozenset[InstanceId], *, with_instances: bool
) -> tuple[FreshGroup | None, list[Instance]]:
    """*group* without what is watched (None: nothing is left), and that, as far as its group shows it."""
    scope = group.scope
    ids = {number: InstanceId(scope.account, scope.product, scope.region, number) for number in group.backups_at}
    taken_out = [
        Instance(
            id=ids[number],
            service_name=group.names.get(number, number),
            backups_at=(at,),
            # What is counted runs, and has its backups on wherever that is known.
            in_instance_list=with_instances or None,
            is_backup=with_instances or None,
        )
        for number, at in group.backups_at.items()
        if ids[number] in open_ids
    ]
    if not taken_out:
        return group, []
    gone = {one.number for one in taken_out}
    if len(gone) == group.count:
        return None, taken_out
    left = {number: at for number, at in group.backups_at.items() if number not in gone}
    names = {number: name for number, name in group.names.items() if number not in gone}
    return FreshGroup(scope, group.count - len(gone), min(left.values()), names, left), taken_out
