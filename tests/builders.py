"""Instances, findings and reports built by hand, judged by the real judgement: what tests and pictures stand on."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

from backup_watch.checking.lifecycle import began_at, incident_of
from backup_watch.checking.rules import judge
from backup_watch.model.daily_slot import DAY, last_slot, parse_slot
from backup_watch.model.findings import Finding, Violation, rank
from backup_watch.model.instances import DatabaseBackups, Expectation, Instance, InstanceId, KeptBackup, Scope
from backup_watch.model.notices import NothingFound, Notice
from backup_watch.model.policy import Limits, Policy, Thresholds
from backup_watch.model.report import Counts, ReadError, Report
from backup_watch.model.vocabulary import Cause, DatedBy, Event, ListKind, Severity, Verdict

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""Noon in Seoul; the instant at which everything here is judged."""
KST = timezone(timedelta(hours=9))
THRESHOLDS = Thresholds(timedelta(hours=26), timedelta(hours=2), timedelta(hours=2))
"""Not the defaults: what is allowed here is said here."""
LIMITS = Policy(THRESHOLDS).defaults()


LIST_KINDS = {
    "getCloudPostgresqlBackupList": ListKind.BACKUPS,
    "getCloudPostgresqlInstanceList": ListKind.INSTANCES,
    "getCloudPostgresqlBackupDetailList": ListKind.DETAILS,
}
LAST_NIGHT = timedelta(hours=9)
A_DAY_AND_AN_HOUR = timedelta(hours=25)
TWO_DAYS = timedelta(hours=51)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def an_id(number: str = "1234925", *, account="default", product="postgresql", region="KR") -> InstanceId:
    return InstanceId(account, product, region, number)


def scopes(*regions: str, account: str = "default", product: str = "postgresql") -> tuple[Scope, ...]:
    """What a check of *regions* reads."""
    return tuple(Scope(account, product, region) for region in regions)


def an_instance(name: str = "orders-db", *, age: timedelta | None = LAST_NIGHT, **facts) -> Instance:
    """An instance whose newest backup is *age* old; None: it has none. Parts of its id may be among *facts*."""
    named = {part: facts.pop(part) for part in ("number", "account", "product", "region") if part in facts}
    backups = () if age is None else ((NOW - age).astimezone(KST),)
    usual = {
        "id": an_id(**named), "backups_at": backups, "in_instance_list": True,
        "status": "running", "is_backup": True, "created_at": datetime(2026, 1, 5, 10, 0, tzinfo=KST),
        "backup_time": "02:00", "backup_type": "USER", "retention_days": 10, "size_bytes": 10_422_991,
    }  # fmt: skip
    return Instance(service_name=name, **(usual | facts))


def punctual(instance: Instance, *, now: datetime = NOW, minutes: int = 0, count: int = 3) -> tuple[KeptBackup, ...]:
    """The kept backups of an instance whose backups start in their slot and take so many *minutes*.

    They are *count*, and older than any that decides. Without a slot there are none.
    """
    slot = parse_slot(instance.backup_time)
    if slot is None or not instance.backups_at:
        return ()
    latest = last_slot(now, slot, zone=instance.backups_at[0].tzinfo or KST)
    starts = (latest - day * DAY for day in range(2, 2 + count))
    return tuple(KeptBackup(start, start + timedelta(minutes=minutes)) for start in starts)


def a_finding(
    name: str = "orders-db",
    *,
    age: timedelta | None = LAST_NIGHT,
    limits: Limits = LIMITS,
    kept: Sequence[KeptBackup] | None = None,
    **facts,
) -> Finding:
    """The judgement of such an instance at NOW, whose kept backups are punctual unless they are given."""
    one = an_instance(name, age=age, **facts)
    return judge(one, limits, now=NOW, kept=punctual(one) if kept is None else kept)


def fresh(name: str = "fresh-db", **facts) -> Finding:
    return a_finding(name, **facts)


def stale(name: str = "orders-db", *, age: timedelta = TWO_DAYS, **facts) -> Finding:
    return a_finding(name, age=age, **facts)


def late(name: str = "late-db", *, age: timedelta = A_DAY_AND_AN_HOUR, **facts) -> Finding:
    return a_finding(name, age=age, **({"backup_time": "10:00" if "kept" not in facts else "09:00"} | facts))


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


def of_databases(**ages: float) -> dict:
    """The facts of an instance of several databases, each with one backup so many hours old."""
    backups = {name: (NOW - hours(age)).astimezone(KST) for name, age in ages.items()}
    return {
        "databases": tuple(DatabaseBackups(name, (at,)) for name, at in backups.items()),
        "backups_at": tuple(sorted(backups.values(), reverse=True)),
        "dated_by": DatedBy.DETAILS,
        "is_backup": None,
    }


def behind(name: str = "mssql-db", **facts) -> Finding:
    """One of its databases has had no backup for days, the other has."""
    return a_finding(name, **({"product": "mssql"} | of_databases(orders=9, archive=99) | facts))


def on_a_day(name: str = "cache-db", *, days_ago: int = 1, **facts) -> Finding:
    """The list tells but the day of its newest backup."""
    day = NOW.astimezone(KST).replace(hour=0) - timedelta(days=days_ago)
    return a_finding(name, product="cache", **({"backups_at": (day,), "dated_by": DatedBy.DAY} | facts))


def missing(pattern: str = "billing-*") -> Finding:
    """The roll call names a pattern that nothing matches."""
    return Finding(
        Expectation(pattern, account="default"), Verdict.MISSING, Severity.CRITICAL, Cause.NAME_ABSENT, LIMITS
    )


def too_few(wanted: int = 12, found: int = 9) -> Finding:
    subject = Expectation(f"{wanted} instances", wanted, found, account="default")
    return Finding(subject, Verdict.MISSING, Severity.CRITICAL, Cause.TOO_FEW, LIMITS)


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
    """A list that could not be read, the backup list unless *facts* say another operation."""
    usual = {"operation": "getCloudPostgresqlBackupList", "message": "no answer within 10 s", "account": "default"}
    if kind_of_list := LIST_KINDS.get(facts.get("operation", usual["operation"])):
        usual |= {"product": "postgresql", "list_kind": kind_of_list}
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
    counts = Counts(
        instances=instances,
        by_verdict=Counter(finding.verdict for finding in findings),
        muted=sum(finding.mute is not None for finding in findings),
        products=Counter(one.subject.product for one in findings if isinstance(one.subject, Instance)),
        accounts=Counter(one.subject.account for one in findings if isinstance(one.subject, Instance)),
    )
    worst = max((finding.severity for finding in findings if finding.mute is None), default=Severity.OK)
    severity = max(worst, Severity.UNKNOWN) if errors or not instances else worst
    if not instances and not errors:
        notices = (NothingFound(regions), *notices)
    return Report(
        checked_at=NOW,
        severity=severity,
        complete=not errors,
        counts=counts,
        findings=tuple(findings),
        violations=tuple(told),
        resolved=tuple(resolved),
        notices=tuple(notices),
        errors=tuple(errors),
        scopes=scopes(*regions),
    )
