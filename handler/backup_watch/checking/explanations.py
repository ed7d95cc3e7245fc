"""What ``explain`` says of each rule that was asked: in English, with the values that decided it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from backup_watch.model.daily_slot import DAY, KOREA, parse_slot, slot_judged
from backup_watch.model.findings import Finding
from backup_watch.model.instances import CREATING_STATES, MAX_CREATION, Instance, age_of
from backup_watch.model.plain_text import shown

MINUTE = timedelta(minutes=1)


class Formats(Protocol):
    """How values are written for people."""

    def instant(self, moment: datetime) -> str:
        """An instant to the minute, with its zone."""

    def duration(self, length: timedelta, *, parts: int = 2) -> str:
        """A length of time in its *parts* largest units, rounded down."""

    def allowed(self, length: timedelta) -> str:
        """A threshold exactly as it was set."""


class Explained(Struct, frozen=True):
    """A rule that was asked: of which finding, and whether it holds."""

    finding: Finding
    instance: Instance
    met: bool
    now: datetime
    words: Formats
    reason: str
    """The sentence of the finding."""

    @property
    def life(self) -> timedelta | None:
        """How long the instance has existed. None: not known."""
        return age_of(self.instance, now=self.now)


def by_reason(case: Explained) -> str:
    """For a rule without an explanation of its own."""
    return case.reason if case.met else "not met"


def skipped(case: Explained) -> str:
    status = case.instance.status
    if status is None:
        return "its status is not known"
    said = f"its status is {shown(status)!r}"
    if status in CREATING_STATES:
        limit = case.words.allowed(MAX_CREATION)
        if case.life is None:
            return f"{said}, and since when it exists is not known"
        return f"{said}, and it exists for {case.words.duration(case.life)}: {_compared(case)} {limit}"
    return f"{said}: it is going away" if case.met else said


def _compared(case: Explained) -> str:
    return "less than" if case.met else "not less than"


def disabled(case: Explained) -> str:
    if case.instance.is_backup is None:
        return "isBackup is unknown"
    return f"isBackup is {str(case.instance.is_backup).lower()}"


def unknown(case: Explained) -> str:
    finding = case.finding
    if case.met:
        return case.reason
    if finding.bad_date is not None:
        return f"a date cannot be believed ({shown(finding.bad_date)}), but the readable ones make it FRESH"
    if not case.instance.backups_read:
        return "the backup list was not read whole, but a backup of this instance was in it"
    return "the backup list was read, and each of its dates for this instance can be believed"


def new(case: Explained) -> str:
    if case.finding.last_backup_at is not None:
        return _there_is_a_backup(case)
    granted = case.words.allowed(case.finding.limits.new_instance_grace)
    if case.life is None:
        return "it was never backed up, and since when it exists is not known"
    existed = case.words.duration(case.life)
    return f"it was never backed up, and exists for {existed}: {_compared(case)} new_instance_grace, {granted}"


def never(case: Explained) -> str:
    if case.finding.last_backup_at is not None:
        return _there_is_a_backup(case)
    return "the backup list was read, and shows no backup of it"


def _there_is_a_backup(case: Explained) -> str:
    newest = case.finding.last_backup_at
    return f"there is a backup, of {case.words.instant(newest)}" if newest else "there is a backup"


def stale(case: Explained) -> str:
    rule = case.finding.limits.max_age_rule
    by = "" if rule is None else f" by rule {rule}"
    limit = f"max_age, {case.words.allowed(case.finding.limits.max_age)}{by}"
    return f"the newest backup is {_age(case)} old: {'more than' if case.met else 'within'} {limit}"


def _age(case: Explained) -> str:
    """The age to the minute; where that would hide that it is over a limit, ``just over`` the limit."""
    age = case.finding.age or timedelta(0)
    for limit in (case.finding.limits.max_age, DAY):
        if timedelta(0) < age - limit < MINUTE:
            return f"just over {case.words.allowed(limit)}"
    return case.words.duration(age, parts=3)


def late(case: Explained) -> str:
    slot, newest, due_at = parse_slot(case.instance.backup_time), case.finding.last_backup_at, case.finding.due_at
    if slot is None or newest is None or due_at is None:
        said = case.instance.backup_time
        return "backupTime is unknown" if said is None else f"backupTime {shown(said)!r} is no time of day"
    grace = case.finding.limits.grace
    judged = slot_judged(slot, case.now, grace, newest.tzinfo or KOREA)
    after_grace = f"{case.words.allowed(grace)} after it"
    if newest >= judged:
        due, from_then = case.words.instant(due_at), case.words.instant(due_at + grace)
        return f"no slot was missed; the next, of {due}, is judged from {from_then} ({after_grace})"
    missed = f"the slot of {case.words.instant(judged)} had no backup up to {after_grace}"
    more = "more than" if case.met else "not more than"
    return f"{missed}; the newest backup is {_age(case)} old: {more} {case.words.allowed(DAY)}"


def fresh(case: Explained) -> str:
    return f"nothing before was met; the newest backup is {_age(case)} old"
