"""A finding: what the judgement says of one instance, with all that is needed to explain it."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from backup_watch.model.daily_slot import KOREA, first_slot_after, parse_slot, slot_judged
from backup_watch.model.instances import Expected, Instance, age_of
from backup_watch.model.policy import Allowance, Mute
from backup_watch.model.vocabulary import Cause, Event, Severity, Verdict


class Finding(Struct, frozen=True, gc=False):
    """The judgement of one instance, or of one line of the roll call.

    What is due is worked out only when asked for: of most instances, nobody asks.
    """

    subject: Instance | Expected
    verdict: Verdict
    severity: Severity
    cause: Cause
    allowance: Allowance
    judged_at: datetime | None = None
    """The instant of the judgement. None: dates played no part in it, and nothing is due."""
    last_backup_at: datetime | None = None
    """The newest readable backup, in the API's own offset. None: never, or not known."""
    age: timedelta | None = None
    """From that backup to the instant of the judgement; never negative."""
    bad_date: str | None = None
    """The date that could not be believed, as it came. None: all were readable."""
    mute: Mute | None = None

    @property
    def is_violation(self) -> bool:
        """Whether it is to alert: not ok, and not muted."""
        return self.severity is not Severity.OK and self.mute is None

    @property
    def due_at(self) -> datetime | None:
        """The slot for which there is no backup yet (past or next); without a slot, the end of what is allowed."""
        if self.judged_at is None or isinstance(self.subject, Expected):
            return None
        if self.verdict in (Verdict.NEW, Verdict.NEVER):
            return _first_due_at(self.subject, self.allowance, now=self.judged_at)
        if self.last_backup_at is None:
            return None  # there may be a backup, or none is wanted: nobody can tell when the next is due
        return _next_due_at(self.subject, self.allowance, self.last_backup_at, now=self.judged_at)

    @property
    def overdue(self) -> timedelta | None:
        """How much older than allowed; negative while it is not. None: unknown, ranks as longest."""
        if self.age is not None:
            return self.age - self.allowance.max_age
        return None if self.judged_at is None or (due_at := self.due_at) is None else self.judged_at - due_at


def _first_due_at(instance: Instance, allowance: Allowance, *, now: datetime) -> datetime | None:
    life = age_of(instance, now=now)
    return None if life is None else now - life + allowance.new_instance_grace


def _next_due_at(instance: Instance, allowance: Allowance, newest: datetime, *, now: datetime) -> datetime:
    slot = parse_slot(instance.backup_time)
    if slot is None:
        return newest + allowance.max_age
    zone = newest.tzinfo or KOREA
    return max(slot_judged(slot, now, allowance.grace, zone), first_slot_after(newest, slot, zone=zone))


class Violation(Struct, frozen=True):
    """A violation with its place in time; also a resolved one (``finding`` is then the past one)."""

    finding: Finding
    event: Event
    incident: str
    """Twelve hexadecimal digits that name the outage; the same from LATE over STALE to RESOLVED."""
    began_at: datetime | None = None
    """Since when it is this bad. None: the history cannot show it."""
    ended_at: datetime | None = None
    """For RESOLVED: the instant of the backup that ended it."""


def rank(finding: Finding) -> tuple[int, float, str, str, str]:
    """Sort key: worst first, then longest overdue (unknown counts as longest), then by name."""
    overdue = float("inf") if finding.overdue is None else finding.overdue.total_seconds()
    subject = finding.subject
    return -finding.severity, -overdue, subject.service_name, subject.region or "", subject.instance_no or ""
