"""One report for each kind of message, about databases that do not exist: what the test-alert action sends."""

from __future__ import annotations

from datetime import datetime, timedelta

from backup_watch.checking.lifecycle import began_at, incident_of
from backup_watch.checking.rules import judge
from backup_watch.model.daily_slot import KOREA
from backup_watch.model.findings import Finding, Violation
from backup_watch.model.instances import Instance
from backup_watch.model.policy import Policy
from backup_watch.model.report import ReadError, Report
from backup_watch.model.vocabulary import Event, Severity, Verdict

NUMBER = "0000000"
"""No instance has it."""
HEALTHY = 9
"""How many fresh databases stand beside the one that the sample is about."""


def sample_reports(*, now: datetime, region: str = "KR") -> tuple[Report, ...]:
    """A report each for NEW, ESCALATED, REPEAT, RESOLVED and UNREADABLE, as if checked at *now* (aware).

    Compose them with ``is_test=True``, so that subject and text say what they are.
    """
    stale, old = _finding(now, region, timedelta(hours=27)), _finding(now, region, timedelta(hours=51))
    late = _finding(now, region, timedelta(hours=25), slot=_slot(now))
    error = ReadError("getCloudPostgresqlBackupList", "ReadTimeout", "sample: no answer in time", region=region)
    return (
        _report(now, region, _violation(late, Event.NEW)),
        _report(now, region, _violation(stale, Event.ESCALATED)),
        _report(now, region, _violation(old, Event.REPEAT)),
        _report(now, region, resolved=_ended(stale, now=now)),
        _report(now, region, _violation(_unread(now, region), Event.UNREADABLE), error=error),
    )


def _slot(now: datetime) -> str:
    """A daily slot that was due two hours and a half ago."""
    return f"{(now - timedelta(hours=2, minutes=30)).astimezone(KOREA):%H:%M}"


def _instance(region: str, *backups_at: datetime, slot: str | None = None, backups_read: bool = True) -> Instance:
    return Instance(region, NUMBER, "test-alert-db", backups_at=backups_at, backup_time=slot, backups_read=backups_read)


def _finding(now: datetime, region: str, age: timedelta, *, slot: str | None = None) -> Finding:
    return judge(_instance(region, now.astimezone(KOREA) - age, slot=slot), Policy().defaults(), now=now)


def _unread(now: datetime, region: str) -> Finding:
    return judge(_instance(region, backups_read=False), Policy().defaults(), now=now)


def _violation(finding: Finding, event: Event) -> Violation:
    return Violation(finding, event, incident_of(finding.subject, finding.last_backup_at), began_at(finding))


def _ended(finding: Finding, *, now: datetime) -> Violation:
    incident = incident_of(finding.subject, finding.last_backup_at)
    return Violation(finding, Event.RESOLVED, incident, began_at(finding), ended_at=now - timedelta(minutes=10))


def _report(
    now: datetime,
    region: str,
    violation: Violation | None = None,
    *,
    resolved: Violation | None = None,
    error: ReadError | None = None,
) -> Report:
    """The report of a run that found *violation* among healthy databases."""
    counts = {"instances": HEALTHY + 1} | {str(verdict): 0 for verdict in Verdict} | {"muted": 0}
    counts[Verdict.FRESH] = HEALTHY
    counts[Verdict.FRESH if violation is None else violation.finding.verdict] += 1
    return Report(
        checked_at=now,
        severity=Severity.OK if violation is None else violation.finding.severity,
        complete=error is None,
        counts=counts,
        findings=(),
        violations=() if violation is None else (violation,),
        resolved=() if resolved is None else (resolved,),
        errors=() if error is None else (error,),
        regions=(region,),
    )
