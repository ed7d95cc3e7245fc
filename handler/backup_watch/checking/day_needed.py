"""Which instances, of whose newest backup only the day is known, need its time: those that it may decide about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace

from backup_watch.checking.case import case_of
from backup_watch.checking.plan import Plan
from backup_watch.checking.rules import rule_for
from backup_watch.model.findings import Finding
from backup_watch.model.instances import Instance
from backup_watch.model.policy import Limits
from backup_watch.model.vocabulary import DatedBy


def need_day(plan: Plan, findings: Iterable[Finding]) -> list[Instance]:
    """The instances of *findings* that would be judged otherwise at one end of the day than at the other.

    At the run before, too: an outage that was found by the time of its last backup must not begin anew where the end
    of the day suffices.
    """
    return [
        finding.subject
        for finding in findings
        if isinstance(finding.subject, Instance)
        and finding.subject.dated_by is DatedBy.DAY
        and any(_decides(finding.subject, finding.limits, at) for at in (plan.now, plan.period.since))
    ]


def _decides(instance: Instance, limits: Limits, at: datetime) -> bool:
    if not instance.backups_at or (day := instance.backups_at[0]) > at:
        return False
    latest = case_of(instance, limits, now=at, kept=())
    earliest = replace(latest, newest=day, age=at - day)
    return rule_for(earliest).verdict is not rule_for(latest).verdict
