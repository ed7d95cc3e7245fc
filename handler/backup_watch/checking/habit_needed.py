"""Which instances' kept backups are asked for: of what may be late, since a healthy fleet is to cost no request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from backup_watch.checking.lateness import may_be_late
from backup_watch.checking.plan import Plan
from backup_watch.model.findings import Finding
from backup_watch.model.instances import Instance
from backup_watch.model.memory import Recalled
from backup_watch.model.vocabulary import Verdict


def need_habit(plan: Plan, findings: Iterable[Finding], recalled: Mapping[str, Recalled]) -> list[Instance]:
    """The instances of *findings*, judged without a habit, whose habit may change what is said; longest overdue first.

    Those that may be LATE; and those that became STALE since the run before, where nothing is remembered of it: the
    warning that they had, if they had one, is to be known. With ``plan.every_habit``, all that were backed up.
    """
    needed = [
        (newest + finding.limits.max_age, finding.subject)
        for finding in findings
        if isinstance(finding.subject, Instance)
        and (newest := finding.last_backup_at) is not None
        and (plan.every_habit or _may_say_more(plan, finding, finding.subject, newest, recalled))
    ]
    return [instance for _, instance in sorted(needed, key=lambda one: (one[0], one[1].id))]


def _may_say_more(
    plan: Plan, finding: Finding, instance: Instance, newest: datetime, recalled: Mapping[str, Recalled]
) -> bool:
    if finding.verdict is Verdict.STALE:
        remembered = recalled.get(instance.account)
        is_known = remembered is not None and remembered.is_known
        return not is_known and newest + finding.limits.max_age >= plan.period.since
    return finding.verdict is Verdict.FRESH and may_be_late(instance, finding.limits, newest, now=plan.now)
