"""What became of a violation since the run before, with no state stored: judged now, and one interval ago."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta, tzinfo

from msgspec import Struct

from backup_watch.checking.rules import rule_of
from backup_watch.model.daily_slot import DAY
from backup_watch.model.findings import Finding, Violation
from backup_watch.model.instances import Instance, Subject
from backup_watch.model.vocabulary import DatedBy, Event, Severity, Verdict

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  wall-clock arithmetic: midnight stays midnight when an offset changes


DAYS = (DatedBy.DAY, DatedBy.DAY_AND_TIME)
"""Of instances of whose newest backup the list tells a day."""


class ReportingPeriod(Struct, frozen=True):
    """The stretch of time that a run answers for: after *since*, up to and including *now*."""

    since: datetime
    """The run before: ``now - CHECK_INTERVAL``."""
    now: datetime
    repeat: timedelta
    """How often an alert that goes on is published again; zero: never."""
    zone: tzinfo
    """Where midnight is, for what is published by the clock."""


def incident_of(subject: Subject, last_backup_at: datetime | None) -> str:
    """Name an outage by its instance and the newest backup before it: twelve hexadecimal digits."""
    if last_backup_at is not None and isinstance(subject, Instance) and subject.dated_by in DAYS:
        last_backup_at = _day_of(last_backup_at)  # the same by the day alone and by its kept backup
    last = "none" if last_backup_at is None else last_backup_at.astimezone(UTC).isoformat()
    account = "default" if subject.account is None else subject.account  # as when there was only one
    parts = [account, subject.region or "", subject.number or subject.service_name, last]
    if subject.product not in (None, "postgresql"):  # as when it was the only one
        parts.append(subject.product)
    return hashlib.sha256("\n".join(parts).encode(errors="surrogatepass")).hexdigest()[:12]


def _day_of(moment: datetime) -> datetime:
    """The midnight of its day, which ends with the next one."""
    return (moment - timedelta.resolution).replace(hour=0, minute=0, second=0, microsecond=0)


def began_at(finding: Finding) -> datetime | None:
    """The instant at which *finding* got its present severity; None where the history cannot show it."""
    rule = rule_of(finding.cause)
    if rule is None or not isinstance(finding.subject, Instance):
        return None
    return rule.since(finding.subject, finding)


def follow(finding: Finding, past: Finding | None, period: ReportingPeriod) -> Violation:
    """Tell what became of the violation *finding*.

    *past* is the judgement of the same history at ``period.since``; None where the instance did not exist then,
    or where a backup came since (what is wrong now then began after that backup).
    """
    began = began_at(finding)
    return Violation(
        finding,
        _event(finding, past, began, period),
        incident_of(finding.subject, finding.last_backup_at),
        began,
    )


def _event(finding: Finding, past: Finding | None, began: datetime | None, period: ReportingPeriod) -> Event:
    if finding.verdict is Verdict.UNKNOWN:
        return Event.UNREADABLE
    if past is not None and not past.is_violation:
        return Event.NEW  # it was fine, or a mute ended inside the period: it was not published before
    if began is None:
        return Event.REPEAT if _midnight_rule(period) else Event.ONGOING
    if past is None:
        return Event.NEW
    if past.severity is Severity.WARNING and finding.severity is Severity.CRITICAL:
        return Event.ESCALATED
    return Event.REPEAT if _repeat_is_due(began, period) else Event.ONGOING


def _repeat_is_due(began: datetime, period: ReportingPeriod) -> bool:
    """Whether a whole number of repeat intervals since *began* was completed inside the period."""
    repeat = period.repeat
    return bool(repeat) and (period.now - began) // repeat > (period.since - began) // repeat


def _midnight_rule(period: ReportingPeriod) -> bool:
    """Whether this is the first run of a repeat interval counted from local midnight (daily where repeat is 0)."""
    step = period.repeat or DAY
    return interval_of(period.now, step, period.zone) != interval_of(period.since, step, period.zone)


def interval_of(moment: datetime, step: timedelta, zone: tzinfo) -> tuple[int, int]:
    """Which interval of the length *step*, counted from midnight in *zone*, *moment* is in."""
    wall = moment.astimezone(zone).replace(tzinfo=None)
    days, today = divmod(wall - EPOCH, DAY)
    return (days, today // step) if step < DAY else (0, (wall - EPOCH) // step)


def resolve(past: Finding, *, ended_at: datetime) -> Violation | None:
    """The end of the outage *past*, judged one interval ago, by a backup at *ended_at*; None if it was none.

    What was muted then, or could not be read, was no alert and has no end.
    """
    if not past.is_violation or past.verdict in (Verdict.UNKNOWN, Verdict.DISABLED):
        return None
    return Violation(past, Event.RESOLVED, incident_of(past.subject, past.last_backup_at), began_at(past), ended_at)
