"""The judgement of one instance at one instant. First match wins, in the order of :func:`judge`."""

from __future__ import annotations

from datetime import datetime, timedelta

from backup_watch.findings import Finding
from backup_watch.instances import FUTURE_TOLERANCE, Instance
from backup_watch.policy import Allowance
from backup_watch.slots import KOREA, first_slot_after, last_slot, parse_slot
from backup_watch.verdicts import ADJUSTABLE, SEVERITIES, Cause, Severity, Verdict

DAY = timedelta(hours=24)
STARTING_FOR = timedelta(hours=24)
"""How long an instance may take to be created before it is judged all the same."""
ENDING = frozenset({"deleting", "deleted"})
STARTING = frozenset({"creating", "settingup"})


def judge(instance: Instance, allowance: Allowance, *, now: datetime) -> Finding:
    """Judge *instance* at *now* (aware).

    Exactly ``max_age`` is FRESH and one microsecond more is STALE; a slot counts from exactly ``grace`` after it;
    LATE needs an age of more than 24 h. A date up to five minutes after *now* counts as now.
    """
    if (skipped := _skip(instance, now=now)) is not None:
        return _finding(instance, allowance, Verdict.SKIPPED, skipped)
    newest, bad_date, bad_cause = _newest(instance, now=now)
    if instance.is_backup is False:
        return _dated(instance, allowance, Verdict.DISABLED, Cause.BACKUPS_OFF, newest, bad_date, now=now)
    if not instance.backups_read and newest is None and bad_cause is None:
        return _finding(instance, allowance, Verdict.UNKNOWN, Cause.LIST_UNREAD)
    verdict, cause = _by_age(instance, allowance, newest, now=now)
    if bad_cause is not None and verdict is not Verdict.FRESH:
        verdict, cause = Verdict.UNKNOWN, bad_cause
    if not instance.history_known:
        verdict, cause = Verdict.UNKNOWN, Cause.HISTORY_UNKNOWN
    return _dated(instance, allowance, verdict, cause, newest, bad_date, now=now)


def _skip(instance: Instance, *, now: datetime) -> Cause | None:
    if instance.status in ENDING:
        return Cause.BEING_DELETED
    if instance.status in STARTING and (life := age_of(instance, now=now)) is not None and life < STARTING_FOR:
        return Cause.BEING_CREATED
    return None


def age_of(instance: Instance, *, now: datetime) -> timedelta | None:
    """How long *instance* has existed; None if that is unknown, or its creation lies too far in the future."""
    if instance.created_at is None or instance.created_at - now > FUTURE_TOLERANCE:
        return None
    return now - instance.created_at


def _newest(instance: Instance, *, now: datetime) -> tuple[datetime | None, str | None, Cause | None]:
    """The newest date that can be believed, and the first that cannot, with the reason."""
    horizon = now + FUTURE_TOLERANCE
    bad_date, bad_cause = None, None
    if instance.unreadable_dates:
        bad_date, bad_cause = instance.unreadable_dates[0], Cause.DATE_UNREADABLE
    for moment in instance.backups_at:
        if moment <= horizon:
            return moment, bad_date, bad_cause
        bad_date, bad_cause = moment.isoformat(), Cause.DATE_IN_FUTURE
    return None, bad_date, bad_cause


def _by_age(
    instance: Instance, allowance: Allowance, newest: datetime | None, *, now: datetime
) -> tuple[Verdict, Cause]:
    if newest is None:
        life = age_of(instance, now=now)
        if life is not None and life < allowance.new_instance_grace:
            return Verdict.NEW, Cause.NEWLY_CREATED
        return Verdict.NEVER, Cause.NEVER_BACKED_UP
    age = now - newest
    if age > allowance.max_age:
        return Verdict.STALE, Cause.TOO_OLD
    if age > DAY and _missed_slot(instance, allowance, newest, now=now):
        return Verdict.LATE, Cause.SLOT_MISSED
    return Verdict.FRESH, Cause.IN_TIME


def _missed_slot(instance: Instance, allowance: Allowance, newest: datetime, *, now: datetime) -> bool:
    slot = parse_slot(instance.backup_time)
    return slot is not None and newest < last_slot(now - allowance.grace, slot, zone=newest.tzinfo or KOREA)


def _due_at(instance: Instance, allowance: Allowance, newest: datetime | None, *, now: datetime) -> datetime | None:
    if newest is None:
        life = age_of(instance, now=now)
        return None if life is None else now - life + allowance.new_instance_grace
    slot = parse_slot(instance.backup_time)
    if slot is None:
        return newest + allowance.max_age
    zone = newest.tzinfo or KOREA
    return max(last_slot(now - allowance.grace, slot, zone=zone), first_slot_after(newest, slot, zone=zone))


def _dated(
    instance: Instance,
    allowance: Allowance,
    verdict: Verdict,
    cause: Cause,
    newest: datetime | None,
    bad_date: str | None,
    *,
    now: datetime,
) -> Finding:
    """A finding with everything that its dates say."""
    due_at = _due_at(instance, allowance, newest, now=now)
    age = None if newest is None else max(now - newest, timedelta(0))
    overdue = _overdue(age, due_at, allowance, now=now)
    return Finding(
        instance,
        verdict,
        severity_of(verdict, allowance),
        cause,
        allowance,
        newest,
        age,
        due_at,
        overdue,
        bad_date,
    )


def _overdue(
    age: timedelta | None, due_at: datetime | None, allowance: Allowance, *, now: datetime
) -> timedelta | None:
    if age is not None:
        return age - allowance.max_age
    return None if due_at is None else now - due_at


def _finding(instance: Instance, allowance: Allowance, verdict: Verdict, cause: Cause) -> Finding:
    return Finding(instance, verdict, severity_of(verdict, allowance), cause, allowance)


def severity_of(verdict: Verdict, allowance: Allowance) -> Severity:
    """The severity of *verdict*, a rule's word included where rules may speak."""
    if allowance.severity is not None and verdict in ADJUSTABLE:
        return allowance.severity
    return SEVERITIES[verdict]
