"""Instances, findings and reports built by hand, judged by the real judgement: what tests and pictures stand on."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

from backup_watch.checking.lifecycle import began_at, incident_of
from backup_watch.checking.rules import judge
from backup_watch.model.findings import Finding, Violation, rank
from backup_watch.model.instances import Expected, Instance
from backup_watch.model.policy import Allowance, Policy
from backup_watch.model.report import Notice, NoticeCode, ReadError, Report
from backup_watch.model.vocabulary import Cause, Event, Severity, Verdict

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""Noon in Seoul; the instant at which everything here is judged."""
KST = timezone(timedelta(hours=9))
ALLOWANCE = Policy().defaults()


LAST_NIGHT = timedelta(hours=9)
A_DAY_AND_AN_HOUR = timedelta(hours=25)
TWO_DAYS = timedelta(hours=51)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def an_instance(name: str = "orders-db", *, age: timedelta | None = LAST_NIGHT, **facts) -> Instance:
    """An instance whose newest backup is *age* old; None: it has none."""
    backups = () if age is None else ((NOW - age).astimezone(KST),)
    usual = {
        "region": "KR", "instance_no": "1234925", "backups_at": backups, "in_instance_list": True,
        "status": "running", "is_backup": True, "created_at": datetime(2026, 1, 5, 10, 0, tzinfo=KST),
        "backup_time": "02:00", "backup_type": "USER", "retention_days": 10, "size_bytes": 10_422_991,
    }  # fmt: skip
    return Instance(service_name=name, **(usual | facts))


def a_finding(
    name: str = "orders-db", *, age: timedelta | None = LAST_NIGHT, allowance: Allowance = ALLOWANCE, **facts
) -> Finding:
    """The judgement of such an instance at NOW."""
    return judge(an_instance(name, age=age, **facts), allowance, now=NOW)


def fresh(name: str = "fresh-db", **facts) -> Finding:
    return a_finding(name, **facts)


def stale(name: str = "orders-db", *, age: timedelta = TWO_DAYS, **facts) -> Finding:
    return a_finding(name, age=age, **facts)


def late(name: str = "late-db", *, age: timedelta = A_DAY_AND_AN_HOUR, **facts) -> Finding:
    return a_finding(name, age=age, **({"backup_time": "10:00"} | facts))


def never(name: str = "never-db", **facts) -> Finding:
    return a_finding(name, age=None, **facts)


def disabled(name: str = "disabled-db", **facts) -> Finding:
    return a_finding(name, is_backup=False, **facts)


def new(name: str = "new-db", **facts) -> Finding:
    return a_finding(name, age=None, created_at=NOW - hours(0.5), **facts)


def skipped(name: str = "leaving-db", **facts) -> Finding:
    return a_finding(name, status="deleting", **facts)


def unread(name: str = "unread-db", **facts) -> Finding:
    return a_finding(name, age=None, backups_read=False, **facts)


def misdated(name: str = "misdated-db", *, date: str = "2026-13-01T00:00:00", **facts) -> Finding:
    return a_finding(name, age=None, unreadable_dates=(date,), **facts)


def missing(pattern: str = "billing-*") -> Finding:
    """The roll call names a pattern that nothing matches."""
    return Finding(Expected(pattern), Verdict.MISSING, Severity.CRITICAL, Cause.NAME_ABSENT, ALLOWANCE)


def too_few(wanted: int = 12, found: int = 9) -> Finding:
    subject = Expected(f"{wanted} instances", wanted, found)
    return Finding(subject, Verdict.MISSING, Severity.CRITICAL, Cause.TOO_FEW, ALLOWANCE)


def a_violation(finding: Finding | None = None, event: Event = Event.NEW) -> Violation:
    """*finding* with its incident and its beginning, as the lifecycle tells them."""
    finding = stale() if finding is None else finding
    if finding.verdict is Verdict.UNKNOWN:
        event = Event.UNREADABLE
    return Violation(finding, event, incident_of(finding.subject, finding.last_backup_at), began_at(finding))


def an_end(finding: Finding | None = None, *, ended_at: datetime = NOW - timedelta(minutes=40)) -> Violation:
    """A resolved violation: *finding* is the past one."""
    finding = stale() if finding is None else finding
    incident = incident_of(finding.subject, finding.last_backup_at)
    return Violation(finding, Event.RESOLVED, incident, began_at(finding), ended_at)


def an_error(kind: str = "ReadTimeout", *, region: str | None = "KR", **facts) -> ReadError:
    usual = {"operation": "getCloudPostgresqlBackupList", "message": "no answer within 10 s"}
    return ReadError(kind=kind, region=region, **(usual | facts))


def a_report(
    *violations: Violation | Finding,
    others: Sequence[Finding] = (),
    resolved: Sequence[Violation] = (),
    errors: Sequence[ReadError] = (),
    notices: Sequence[Notice] = (),
    regions: tuple[str, ...] = ("KR",),
) -> Report:
    """A report as a check would make it; *others* are findings that are no violations."""
    told = [item if isinstance(item, Violation) else a_violation(item) for item in violations]
    told.sort(key=lambda violation: rank(violation.finding))
    findings = sorted([violation.finding for violation in told] + list(others), key=rank)
    instances = sum(1 for finding in findings if isinstance(finding.subject, Instance))
    counts = {"instances": instances} | {str(verdict): 0 for verdict in Verdict} | {"muted": 0}
    for finding in findings:
        counts[str(finding.verdict)] += 1
        counts["muted"] += finding.mute is not None
    worst = max((finding.severity for finding in findings if finding.mute is None), default=Severity.OK)
    severity = max(worst, Severity.UNKNOWN) if errors or not instances else worst
    if not instances and not errors:
        notices = (Notice(NoticeCode.NOTHING_FOUND, {"regions": ", ".join(regions)}), *notices)
    return Report(
        NOW, severity, not errors, counts, tuple(findings), tuple(told), tuple(resolved), tuple(notices), tuple(errors),
        regions,
    )  # fmt: skip
