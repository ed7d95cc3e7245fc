"""A finding: what the judgement says of one instance, with all that is needed to explain it."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from backup_watch.model.daily_slot import KOREA, next_slot, parse_slot, slot_judged
from backup_watch.model.instances import DatabaseBackups, Instance, KeptBackup, Subject, age_of
from backup_watch.model.policy import Limits, Mute
from backup_watch.model.vocabulary import Cause, Event, Severity, Verdict


class Usual(Struct, frozen=True, gc=False):
    """When the backups of an instance usually are there, as its kept backups show."""

    done_by: str
    """A time of day in the offset of its slot, ``HH:MM``, with ``+1d`` where that is past midnight."""
    backups: int
    """How many backups show it."""


class Finding(Struct, frozen=True, gc=False):
    """The judgement of one instance, or of one unmet line of the policy's ``[expect]``.

    What is due is computed only on access: of most instances it is never needed.
    """

    subject: Subject
    verdict: Verdict
    severity: Severity
    cause: Cause
    limits: Limits
    judged_at: datetime | None = None
    """The instant of the judgement. None: dates played no part in it, and nothing is due."""
    last_backup_at: datetime | None = None
    """The newest readable backup, in the API's own offset. None: never, or not known."""
    age: timedelta | None = None
    """From that backup to the instant of the judgement; never negative."""
    bad_date: str | None = None
    """The date that could not be believed, as it came. None: all were readable."""
    mute: Mute | None = None
    expected_at: datetime | None = None
    """When the newest backup should have been there, by what is usual. None: not asked for, or not known."""
    usual: Usual | None = None
    """What is usual for the instance. None: not asked for, or not known."""
    sample: tuple[KeptBackup, ...] = ()
    """The kept backups that show what is usual, newest first."""
    database: str | None = None
    """The database of the instance whose newest backup decides. None: there are not several."""
    behind: tuple[DatabaseBackups, ...] = ()
    """Its databases without a backup for two days while others have one; longest first."""
    under_way_since: datetime | None = None
    """When the backup that is under way started. None: there is none, or its start is not known."""

    @property
    def is_violation(self) -> bool:
        """Whether it is to alert: not ok, and not muted."""
        return self.severity is not Severity.OK and self.mute is None

    @property
    def due_at(self) -> datetime | None:
        """The slot for which there is no backup yet (past or next); without a slot, the end of what is allowed."""
        if self.judged_at is None or not isinstance(self.subject, Instance):
            return None
        if self.verdict in (Verdict.NEW, Verdict.NEVER):
            return _first_due_at(self.subject, self.limits, now=self.judged_at)
        if self.last_backup_at is None:
            return None  # there may be a backup, or none is wanted: when the next is due is unknown
        return _next_due_at(self.subject, self.limits, self.last_backup_at, now=self.judged_at)

    @property
    def overdue(self) -> timedelta | None:
        """How much older than allowed; negative while it is not. None: unknown, ranks as longest."""
        if self.age is not None:
            return self.age - self.limits.max_age
        return None if self.judged_at is None or (due_at := self.due_at) is None else self.judged_at - due_at


def _first_due_at(instance: Instance, limits: Limits, *, now: datetime) -> datetime | None:
    life = age_of(instance, now=now)
    return None if life is None else now - life + limits.new_instance_grace


def _next_due_at(instance: Instance, limits: Limits, newest: datetime, *, now: datetime) -> datetime:
    slot = parse_slot(instance.backup_time)
    if slot is None:
        return newest + limits.max_age
    zone = newest.tzinfo or KOREA
    return max(slot_judged(slot, now, limits.grace, zone), next_slot(newest, slot, zone=zone))


class Violation(Struct, frozen=True):
    """A violation with its place in time; also a resolved one (``finding`` is then the past one)."""

    finding: Finding
    event: Event
    incident: str
    """Twelve hexadecimal digits that name the outage; the same from LATE over STALE to RESOLVED."""
    began_at: datetime | None = None
    """Since when it is this bad. None: the history cannot show it."""
    ended_at: datetime | None = None
    """For RESOLVED: the instant at which it ended; without a memory, that of the backup that ended it."""
    resolved_by: str | None = None
    """For RESOLVED: ``backup``, or what else ended it. None: goes on."""
    told_at: datetime | None = None
    """When it was last published. None: not known."""


def rank(finding: Finding) -> tuple[bool, bool, int, float, str, str, str, str, str]:
    """Sort key: what alerts, worst first, then longest overdue (unknown counts as longest), then by name; then muted
    ones, and what is ok.
    """
    overdue = float("inf") if finding.overdue is None else finding.overdue.total_seconds()
    subject = finding.subject
    place = subject.account or "", subject.region or "", subject.product or "", subject.number or ""
    is_ok = finding.severity is Severity.OK
    return is_ok, finding.mute is not None and not is_ok, -finding.severity, -overdue, subject.service_name, *place
