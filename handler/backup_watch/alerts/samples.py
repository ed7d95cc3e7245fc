"""One report for each kind of message, about databases that do not exist: what the test-alert action sends."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from backup_watch.checking.lifecycle import began_at, incident_of
from backup_watch.checking.rules import judge
from backup_watch.model.daily_slot import KOREA
from backup_watch.model.findings import Finding, Violation
from backup_watch.model.instances import Instance, InstanceId, KeptBackup, Scope
from backup_watch.model.policy import Policy
from backup_watch.model.report import Counts, ReadError, Report
from backup_watch.model.vocabulary import Event, ListKind, Severity, Verdict

NUMBER = "0000000"
"""No instance has it."""
HEALTHY = 9
"""How many fresh databases stand beside the one that the sample is about."""


def sample_reports(*, now: datetime, scope: Scope) -> tuple[Report, ...]:
    """A report each for NEW, ESCALATED, REPEAT, RESOLVED and UNREADABLE, as if checked at *now* (aware).

    Compose them with ``is_test=True``, so that subject and text say what they are.
    """
    stale, old = _finding(now, scope, timedelta(hours=31)), _finding(now, scope, timedelta(hours=51))
    late = _late(now, scope)
    error = ReadError(
        "getCloudPostgresqlBackupList",
        "ReadTimeout",
        "sample: no answer in time",
        account=scope.account,
        product=scope.product,
        region=scope.region,
        list_kind=ListKind.BACKUPS,
    )
    return (
        _report(now, scope, _violation(late, Event.NEW)),
        _report(now, scope, _violation(stale, Event.ESCALATED)),
        _report(now, scope, _violation(old, Event.REPEAT)),
        _report(now, scope, resolved=_ended(stale, now=now)),
        _report(now, scope, _violation(_unread(now, scope), Event.UNREADABLE), error=error),
    )


def _instance(scope: Scope, *backups_at: datetime, slot: str | None = None, backups_read: bool = True) -> Instance:
    which = InstanceId(scope.account, scope.product, scope.region, NUMBER)
    return Instance(which, "test-alert-db", backups_at=backups_at, backup_time=slot, backups_read=backups_read)


def _finding(now: datetime, scope: Scope, age: timedelta) -> Finding:
    return judge(_instance(scope, now.astimezone(KOREA) - age), Policy().defaults(), now=now)


def _late(now: datetime, scope: Scope) -> Finding:
    """An instance whose slot was two and a half hours ago, and whose backups usually take 25 minutes."""
    slot = now.astimezone(KOREA).replace(second=0, microsecond=0) - timedelta(hours=2, minutes=30)
    starts = [slot - timedelta(days=day) for day in range(1, 8)]
    kept = [KeptBackup(start, start + timedelta(minutes=25)) for start in starts]
    one = _instance(scope, starts[0] + timedelta(minutes=25), slot=f"{slot:%H:%M}")
    return judge(replace(one, retention_days=10), Policy().defaults(), now=now, kept=kept)


def _unread(now: datetime, scope: Scope) -> Finding:
    return judge(_instance(scope, backups_read=False), Policy().defaults(), now=now)


def _violation(finding: Finding, event: Event) -> Violation:
    return Violation(finding, event, incident_of(finding.subject, finding.last_backup_at), began_at(finding))


def _ended(finding: Finding, *, now: datetime) -> Violation:
    incident = incident_of(finding.subject, finding.last_backup_at)
    return Violation(finding, Event.RESOLVED, incident, began_at(finding), ended_at=now - timedelta(minutes=10))


def _report(
    now: datetime,
    scope: Scope,
    violation: Violation | None = None,
    *,
    resolved: Violation | None = None,
    error: ReadError | None = None,
) -> Report:
    """The report of a run that found *violation* among healthy databases."""
    verdict = Verdict.FRESH if violation is None else violation.finding.verdict
    by_verdict = {Verdict.FRESH: HEALTHY}
    by_verdict[verdict] = by_verdict.get(verdict, 0) + 1
    number = HEALTHY + 1
    counts = Counts(number, by_verdict, products={scope.product: number}, accounts={scope.account: number})
    return Report(
        checked_at=now,
        severity=Severity.OK if violation is None else violation.finding.severity,
        complete=error is None,
        counts=counts,
        findings=(),
        violations=() if violation is None else (violation,),
        resolved=() if resolved is None else (resolved,),
        errors=() if error is None else (error,),
        scopes=(scope,),
    )
