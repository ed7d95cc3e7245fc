"""The judgement of one instance at one instant. First match wins, in the order of :func:`judge`."""

from __future__ import annotations

from datetime import datetime, timedelta

from backup_watch.model.daily_slot import KOREA, parse_slot, slot_judged
from backup_watch.model.findings import Finding
from backup_watch.model.instances import FUTURE_TOLERANCE, Instance, age_of
from backup_watch.model.policy import Limits
from backup_watch.model.vocabulary import ADJUSTABLE, SEVERITIES, Cause, Severity, Verdict

DAY = timedelta(hours=24)
NOTHING = timedelta(0)
YOUNGEST = -FUTURE_TOLERANCE
"""The age of the latest date that is believed."""
MAX_CREATION = timedelta(hours=24)
"""How long an instance may take to be created before it is judged all the same."""
DELETING_STATES = frozenset({"deleting", "deleted"})
CREATING_STATES = frozenset({"creating", "settingup"})
TRANSITIONAL_STATES = DELETING_STATES | CREATING_STATES
"""The states in which an instance may be skipped."""


def judge(instance: Instance, limits: Limits, *, now: datetime) -> Finding:
    """Judge *instance* at *now* (aware).

    Exactly ``max_age`` is FRESH and one microsecond more is STALE; a slot counts from exactly ``grace`` after it;
    LATE needs an age of more than 24 h. A date up to five minutes after *now* counts as now.
    """
    if instance.status in TRANSITIONAL_STATES and (skipped := _skip(instance, now=now)) is not None:
        return Finding(instance, Verdict.SKIPPED, Severity.OK, skipped, limits)
    newest: datetime | None
    age: timedelta | None
    dates, bad_date, bad_cause = instance.backups_at, None, None
    if dates and not instance.unreadable_dates and (age := now - dates[0]) >= NOTHING:
        newest = dates[0]  # as nearly always
    else:
        newest, age, bad_date, bad_cause = _newest(instance, now=now)
    if instance.is_backup is False:
        verdict, cause = Verdict.DISABLED, Cause.BACKUPS_OFF
    elif newest is None and bad_cause is None and not instance.backups_read:
        return Finding(instance, Verdict.UNKNOWN, Severity.UNKNOWN, Cause.LIST_UNREAD, limits)
    elif not instance.history_known:
        verdict, cause = Verdict.UNKNOWN, Cause.HISTORY_UNKNOWN
    else:
        verdict, cause = _by_age(instance, limits, newest, age, now=now)
        if bad_cause is not None and verdict is not Verdict.FRESH:
            verdict, cause = Verdict.UNKNOWN, bad_cause
    severity = Severity.OK if verdict is Verdict.FRESH else severity_of(verdict, limits)
    return Finding(instance, verdict, severity, cause, limits, now, newest, age, bad_date)


def _skip(instance: Instance, *, now: datetime) -> Cause | None:
    if instance.status in DELETING_STATES:
        return Cause.BEING_DELETED
    life = age_of(instance, now=now)
    return Cause.BEING_CREATED if life is not None and life < MAX_CREATION else None


def _newest(instance: Instance, *, now: datetime) -> tuple[datetime | None, timedelta | None, str | None, Cause | None]:
    """The newest date that can be believed and its age, and the last that was found not to be, with the reason."""
    bad_date, bad_cause = None, None
    if instance.unreadable_dates:
        bad_date, bad_cause = instance.unreadable_dates[0], Cause.DATE_UNREADABLE
    for moment in instance.backups_at:
        if (age := now - moment) >= YOUNGEST:
            return moment, max(NOTHING, age), bad_date, bad_cause
        bad_date, bad_cause = moment.isoformat(), Cause.DATE_IN_FUTURE
    return None, None, bad_date, bad_cause


def _by_age(
    instance: Instance, limits: Limits, newest: datetime | None, age: timedelta | None, *, now: datetime
) -> tuple[Verdict, Cause]:
    if newest is None or age is None:
        life = age_of(instance, now=now)
        if life is not None and life < limits.new_instance_grace:
            return Verdict.NEW, Cause.NEWLY_CREATED
        return Verdict.NEVER, Cause.NEVER_BACKED_UP
    if age > limits.max_age:
        return Verdict.STALE, Cause.TOO_OLD
    if age > DAY and _missed_slot(instance, limits, newest, now=now):
        return Verdict.LATE, Cause.SLOT_MISSED
    return Verdict.FRESH, Cause.IN_TIME


def _missed_slot(instance: Instance, limits: Limits, newest: datetime, *, now: datetime) -> bool:
    slot = parse_slot(instance.backup_time)
    return slot is not None and newest < slot_judged(slot, now, limits.grace, newest.tzinfo or KOREA)


def severity_of(verdict: Verdict, limits: Limits) -> Severity:
    """The severity of *verdict*, a rule's word included where rules may speak."""
    if limits.severity is not None and verdict in ADJUSTABLE:
        return limits.severity
    return SEVERITIES[verdict]
