"""A finding: what the judgement says of one instance, with all that is needed to explain it."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from backup_watch.instances import Expected, Instance
from backup_watch.policy import Allowance, Mute
from backup_watch.verdicts import Cause, Event, Severity, Verdict


class Finding(Struct, frozen=True):
    """The judgement of one instance, or of one line of the roll call."""

    subject: Instance | Expected
    verdict: Verdict
    severity: Severity
    cause: Cause
    allowance: Allowance
    last_backup_at: datetime | None = None
    """The newest readable backup, in the API's own offset. None: never, or not known."""
    age: timedelta | None = None
    """From the newest readable backup to the instant of the judgement; never negative."""
    due_at: datetime | None = None
    """The slot for which there is no backup yet (past or next); without a slot, the end of what is allowed."""
    overdue: timedelta | None = None
    """How much older than allowed; negative while it is not. None: unknown, ranks as longest."""
    bad_date: str | None = None
    """The date that could not be believed, as it came. None: all were readable."""
    mute: Mute | None = None

    @property
    def is_violation(self) -> bool:
        """Whether it is to alert: not ok, and not muted."""
        return self.severity is not Severity.OK and self.mute is None


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
