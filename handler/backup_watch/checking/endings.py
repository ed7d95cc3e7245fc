"""Whether an open incident is over: only what the list that showed it shows ends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from backup_watch.checking.expectations import is_judged, lines_of
from backup_watch.checking.keys import NOTHING_FOUND, is_common, key_of, limits_of
from backup_watch.checking.lifecycle import ReportingPeriod
from backup_watch.checking.list_sizes import Shrinking
from backup_watch.model.findings import Finding
from backup_watch.model.instances import Expectation, FreshGroup, Instance, InstanceId, Scope, Subject, UnreadList
from backup_watch.model.memory import Facts, ListSize, OpenIncident
from backup_watch.model.policy import Limits, Policy
from backup_watch.model.readings import ListRead
from backup_watch.model.report import ReadError
from backup_watch.model.vocabulary import Cause, ListKind, ResolvedBy, Severity, Verdict


class Whole(Struct, frozen=True):
    """What one run found of all accounts together: what an expectation may cover."""

    scopes: tuple[Scope, ...]
    """What was to be read."""
    errors: tuple[ReadError, ...]
    lists: Sequence[ListRead]
    is_halved: bool
    """Whether the lists of any scope hold fewer than half of what they held."""
    sizes: tuple[ListSize, ...]
    """What the memories hold of the lists in ``scopes``."""

    @property
    def is_paused(self) -> bool:
        """Whether nothing was to be read, and nothing kept the run from it: every account is paused."""
        return not self.scopes and not self.errors


class Seen(Struct, frozen=True, dict=True):
    """What one run found of one account."""

    account: str
    period: ReportingPeriod
    """Its ``since`` is of no account here."""
    policy: Policy
    scopes: tuple[Scope, ...]
    """What was to be read."""
    with_instances: bool
    """Whether the instance lists were asked for."""
    findings: Sequence[Finding]
    fresh_groups: Sequence[FreshGroup]
    lists: Sequence[ListRead]
    """Empty: nothing could even be asked for."""
    errors: tuple[ReadError, ...]
    """Those of the lists that shrank included."""
    whole: Whole
    """What was found of all accounts."""
    shrinking: Shrinking
    is_owner: bool
    """Whether what is no matter of one account is told and remembered here."""
    is_empty: bool = False
    """Whether everything was read and there is no instance at all, and the policy does not expect that."""

    @property
    def now(self) -> datetime:
        """The instant of the judgement."""
        return self.period.now

    @property
    def has_instances(self) -> bool:
        """Whether there is any instance."""
        return bool(self.fresh_groups) or any(isinstance(one.subject, Instance) for one in self.findings)

    def is_counted(self, instance: InstanceId) -> bool:
        """Whether *instance* was counted as plainly FRESH; it was not known then that an incident of it is open."""
        return any(group.scope == instance.scope and instance.number in group.names for group in self.fresh_groups)

    @cached_property
    def read(self) -> frozenset[tuple[Scope, ListKind]]:
        """The lists that were read whole, and are not emptied."""
        whole = {(each.scope, each.kind) for each in self.lists if each.instances is not None}
        return frozenset(whole - self.shrinking.emptied)

    @cached_property
    def expectations(self) -> Mapping[str, bool]:
        """The key of each line of the policy's ``[expect]``, and whether it was judged."""
        return {
            key_of(line): is_judged(expected, self.whole.errors)
            for expected in self.policy.expectations
            for line in lines_of(expected, self.whole.scopes, found=0)
        }


class Ending(Struct, frozen=True):
    """How an incident ended."""

    by: ResolvedBy
    at: datetime


def ending_of(
    incident: OpenIncident, facts: Facts, subject: Subject, finding: Finding | None, seen: Seen
) -> Ending | None:
    """How *incident*, last told by *facts*, ended; None: it goes on, or cannot be judged.

    *subject* is what it is about. *finding* is no violation; None: the instance is in no list, or only counted, or the
    expectation is met or was not judged.
    """
    by = _ended_by(incident, facts, subject, finding, seen)
    if by is None:
        return None
    newest = finding.last_backup_at if finding is not None and by is ResolvedBy.BACKUP else None
    return Ending(by, seen.now if newest is None else min(newest, seen.now))


def _ended_by(
    incident: OpenIncident, facts: Facts, subject: Subject, finding: Finding | None, seen: Seen
) -> ResolvedBy | None:
    if not seen.scopes and not is_common(incident):
        return ResolvedBy.POLICY  # its account is paused, or in the accounts file no more
    if isinstance(subject, UnreadList):
        return _read_again(subject, seen)
    if finding is not None and finding.mute is not None:
        return ResolvedBy.POLICY
    if finding is None and seen.policy.mute_for(subject, now=seen.now) is not None:
        return ResolvedBy.POLICY
    if isinstance(subject, Expectation):
        return _met(incident.key, seen)
    scope = subject.id.scope
    if scope not in seen.scopes:
        return ResolvedBy.POLICY
    if scope in seen.shrinking.halved_scopes:
        return None
    if finding is None:
        return None if seen.is_counted(subject.id) else _gone(facts, scope, seen)
    if not isinstance(finding.subject, Instance):
        return None
    if finding.verdict is Verdict.SKIPPED:
        return ResolvedBy.DELETED if finding.cause is Cause.BEING_DELETED else None
    if finding.verdict is Verdict.NEW:
        return ResolvedBy.POLICY
    return _fresh_again(incident, facts, finding, seen)


def _read_again(subject: UnreadList, seen: Seen) -> ResolvedBy | None:
    if subject.service_name == NOTHING_FOUND:
        return ResolvedBy.FOUND if seen.has_instances else None
    if subject.list_kind is None:  # a key, the policy or the accounts: without these no list would have been asked for
        if subject.account is not None:
            return ResolvedBy.READABLE if seen.lists else None
        return ResolvedBy.READABLE if seen.whole.lists or seen.whole.is_paused else None
    scope = Scope(subject.account or seen.account, subject.product or "", subject.region or "")
    if scope not in seen.scopes or (subject.list_kind is ListKind.INSTANCES and not seen.with_instances):
        return ResolvedBy.POLICY
    if subject.list_kind is ListKind.DETAILS:
        return ResolvedBy.READABLE if (scope, ListKind.BACKUPS) in seen.read else None
    return ResolvedBy.READABLE if (scope, subject.list_kind) in seen.read else None


def _met(key: str, seen: Seen) -> ResolvedBy | None:
    judged = seen.expectations.get(key)
    if judged is None:
        return ResolvedBy.POLICY
    return ResolvedBy.FOUND if judged and not seen.whole.is_halved else None


def _gone(facts: Facts, scope: Scope, seen: Seen) -> ResolvedBy | None:
    """An instance that no list names."""
    if not seen.with_instances:
        if (scope, ListKind.BACKUPS) not in seen.read:
            return None
        # What only the instance list shows is not asked for any more.
        is_its_own = facts.verdict is Verdict.DISABLED or (facts.verdict is Verdict.NEVER and facts.listed)
        return ResolvedBy.POLICY if is_its_own else None
    whole = all((scope, kind) in seen.read for kind in (ListKind.BACKUPS, ListKind.INSTANCES))
    return ResolvedBy.DELETED if whole else None


def _fresh_again(incident: OpenIncident, facts: Facts, now: Finding, seen: Seen) -> ResolvedBy | None:
    if facts.verdict is Verdict.UNKNOWN:
        return ResolvedBy.READABLE
    if facts.verdict is Verdict.DISABLED:
        return _enabled(now, seen)
    newest, before = now.last_backup_at, incident.seen_backup_at
    if newest is not None and (before is None or newest > before):
        return ResolvedBy.BACKUP
    if facts.verdict is Verdict.LATE:
        return ResolvedBy.POLICY if _allows_more(now.limits, limits_of(facts)) else None
    return ResolvedBy.POLICY


def _enabled(now: Finding, seen: Seen) -> ResolvedBy | None:
    if isinstance(now.subject, Instance) and now.subject.is_backup:
        return ResolvedBy.ENABLED
    return None if seen.with_instances else ResolvedBy.POLICY


def _allows_more(now: Limits, then: Limits) -> bool:
    """Whether the policy allows something now that it did not allow then; the numbers of its rules do not matter."""
    return (now.max_age, now.grace) != (then.max_age, then.grace)


def carried(facts: Facts, finding: Finding | None, then: Finding, seen: Seen) -> Finding:
    """What is reported of an incident that is not over, in place of *finding*, which does not show it.

    *then* is the incident's own finding. Not being able to judge lowers nothing that was told.
    """
    if finding is None and (not isinstance(then.subject, Instance) or seen.is_counted(then.subject.id)):
        return then
    if finding is not None and finding.verdict is not Verdict.UNKNOWN:
        return replace(finding, verdict=facts.verdict, severity=facts.severity, cause=facts.cause)
    severity = max(facts.severity, Severity.UNKNOWN)
    if finding is not None:
        return replace(finding, severity=severity)
    is_read = isinstance(then.subject, Instance) and (then.subject.id.scope, ListKind.BACKUPS) in seen.read
    cause = Cause.NOT_LISTED if is_read else Cause.LIST_UNREAD
    return replace(then, verdict=Verdict.UNKNOWN, severity=severity, cause=cause)
