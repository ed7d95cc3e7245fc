"""The judgement: one table of rules, the first that holds decides.

A row says when its verdict is reached, since when it holds and what ``explain`` prints for it. What a verdict is
(its severity, its statement in the headline, whether a policy may adjust it) and what a message shows of a cause is
declared with them in :mod:`backup_watch.model.vocabulary`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct

from backup_watch.checking import explanations
from backup_watch.checking.case import Case, case_of
from backup_watch.checking.dating import BEHIND_AFTER
from backup_watch.checking.explanations import Explained
from backup_watch.checking.habit import NO_HABIT, under_way_since
from backup_watch.checking.lateness import late_from
from backup_watch.model.findings import Finding
from backup_watch.model.instances import (
    CREATING_STATES,
    DELETING_STATES,
    FUTURE_TOLERANCE,
    MAX_CREATION,
    Instance,
    KeptBackup,
)
from backup_watch.model.policy import Limits
from backup_watch.model.vocabulary import Cause, Severity, Verdict

Explanation = Callable[[Explained], str]


class Rule(Struct, frozen=True):
    """One row of the judgement."""

    verdict: Verdict
    cause: Cause
    when: Callable[[Case], bool]
    """Asked only where no row before this one holds."""
    since: Callable[[Instance, Finding], datetime | None] = lambda instance, finding: None  # noqa: ARG005  of a row
    """The instant at which a finding of this row got its severity. None: the history cannot show it."""
    explain: Explanation = explanations.by_reason
    """What ``explain`` prints where the row was asked. Rows of one verdict have one explanation."""
    newest: Callable[[Case], datetime | None] = lambda case: case.newest
    """The backup that the finding is about."""
    by_dates: bool = True
    """Whether the dates of backups play a part: without, the finding has none, and nothing is due."""


def _is_being_created(case: Case) -> bool:
    if case.instance.status not in CREATING_STATES:
        return False
    life = case.life
    return life is not None and life < MAX_CREATION


def _is_unread(case: Case) -> bool:
    return case.newest is None and case.bad_cause is None and not case.instance.backups_read


def _is_new(case: Case) -> bool:
    if case.newest is not None:
        return False
    life = case.life
    return life is not None and life < case.limits.new_instance_grace


def _never_since(instance: Instance, finding: Finding) -> datetime | None:
    if instance.created_at is None or finding.overdue is None:
        return None
    grace = finding.limits.new_instance_grace
    return instance.created_at + (max(grace, MAX_CREATION) if instance.status in CREATING_STATES else grace)


def _aged_since(_: Instance, finding: Finding) -> datetime | None:
    """When it became STALE, or LATE before that, whichever gave it its severity."""
    newest, expected_at, limits = finding.last_backup_at, finding.expected_at, finding.limits
    if newest is None:
        return None
    stale = newest + limits.max_age
    if expected_at is None or finding.severity is not Severity.WARNING:
        return stale
    return min(late_from(limits, newest, expected_at), stale)


def _newest_of_what_is_behind(case: Case) -> datetime | None:
    latest = case.now + FUTURE_TOLERANCE
    return next((moment for each in case.behind for moment in each.backups_at if moment <= latest), None)


def _behind_since(_: Instance, finding: Finding) -> datetime | None:
    return None if finding.last_backup_at is None else finding.last_backup_at + BEHIND_AFTER


# fmt: off
RULES: tuple[Rule, ...] = (
    Rule(Verdict.SKIPPED, Cause.BEING_DELETED, lambda case: case.instance.status in DELETING_STATES,
         explain=explanations.skipped, by_dates=False),
    Rule(Verdict.SKIPPED, Cause.BEING_CREATED, _is_being_created, explain=explanations.skipped, by_dates=False),
    Rule(Verdict.DISABLED, Cause.BACKUPS_OFF, lambda case: case.instance.is_backup is False,
         explain=explanations.disabled),
    Rule(Verdict.UNKNOWN, Cause.LIST_UNREAD, _is_unread, explain=explanations.unknown, by_dates=False),
    Rule(Verdict.UNKNOWN, Cause.HISTORY_UNKNOWN, lambda case: not case.instance.history_known,
         explain=explanations.unknown),
    Rule(Verdict.UNKNOWN, Cause.DATE_UNREADABLE,
         lambda case: case.bad_cause is Cause.DATE_UNREADABLE and not case.is_fresh, explain=explanations.unknown),
    Rule(Verdict.UNKNOWN, Cause.DATE_IN_FUTURE,
         lambda case: case.bad_cause is Cause.DATE_IN_FUTURE and not case.is_fresh, explain=explanations.unknown),
    Rule(Verdict.NEW, Cause.NEWLY_CREATED, _is_new, explain=explanations.new),
    Rule(Verdict.NEVER, Cause.NEVER_BACKED_UP, lambda case: case.newest is None,
         _never_since, explanations.never),
    Rule(Verdict.STALE, Cause.TOO_OLD, lambda case: case.age is not None and case.age > case.limits.max_age,
         _aged_since, explanations.stale),
    Rule(Verdict.LATE, Cause.SLOT_MISSED, lambda case: case.is_late, _aged_since, explanations.late),
    Rule(Verdict.LATE, Cause.DATABASES_BEHIND, lambda case: bool(case.behind),
         _behind_since, explanations.late, _newest_of_what_is_behind),
    Rule(Verdict.FRESH, Cause.IN_TIME, lambda case: True, explain=explanations.fresh),  # noqa: ARG005  the last row
)
"""In the order of the judgement."""
# fmt: on


def judge(instance: Instance, limits: Limits, *, now: datetime, kept: Sequence[KeptBackup] | None = None) -> Finding:
    """Judge *instance* at *now* (aware).

    Exactly ``max_age`` is FRESH and one microsecond more is STALE; LATE counts from exactly ``grace`` after what is
    usual for it, and needs an age of more than 24 h. A date up to five minutes after *now* counts as now. *kept* are
    the backups that are kept of it, empty where they could not be read; None: not asked for, and nothing is LATE.
    """
    case = case_of(instance, limits, now=now, kept=kept)
    rule = rule_for(case)
    verdict = rule.verdict
    severity = severity_of(verdict, limits, product=instance.id.product)
    if not rule.by_dates:
        return Finding(instance, verdict, severity, rule.cause, limits)
    habit, newest = case.habit or NO_HABIT, rule.newest(case)
    return Finding(
        subject=instance,
        verdict=verdict,
        severity=severity,
        cause=rule.cause,
        limits=limits,
        judged_at=now,
        last_backup_at=newest,
        age=case.age if newest is case.newest or newest is None else now - newest,
        bad_date=case.bad_date,
        expected_at=habit.expected_at,
        usual=habit.usual,
        sample=habit.sample,
        database=case.database,
        behind=case.behind,
        under_way_since=None if kept is None else under_way_since(kept, now=now),
    )


def rule_for(case: Case) -> Rule:
    """The first row that holds."""
    return next(row for row in RULES if row.when(case))


def severity_of(verdict: Verdict, limits: Limits, *, product: str | None = None) -> Severity:
    """The severity of *verdict*, a rule's word included where rules may speak."""
    if limits.severity is not None and verdict.is_adjustable:
        return limits.severity
    return verdict.by_product.get(product, verdict.severity) if product is not None else verdict.severity


def rule_of(cause: Cause) -> Rule | None:
    """The row that *cause* comes from. None: it is not an instance's."""
    return next((row for row in RULES if row.cause is cause), None)
