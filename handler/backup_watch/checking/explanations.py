"""What ``explain`` says of each rule that was asked: with the values that decided it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from backup_watch.model.daily_slot import DAY, parse_slot
from backup_watch.model.findings import Finding
from backup_watch.model.instances import CREATING_STATES, MAX_CREATION, Instance, age_of
from backup_watch.model.messages import N_
from backup_watch.model.plain_text import shown
from backup_watch.model.vocabulary import Cause

MINUTE = timedelta(minutes=1)


class Formats(Protocol):
    """How sentences and values are written for people."""

    def text(self, message: str, **values: object) -> str:
        """An English *message* in the reader's language, with *values* filled in."""

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
    return case.reason if case.met else case.words.text("not met")


def skipped(case: Explained) -> str:
    status = case.instance.status
    if status is None:
        return case.words.text("its status is not known")
    status_is = case.words.text("its status is '{status}'", status=shown(status))
    if status in CREATING_STATES:
        limit = case.words.allowed(MAX_CREATION)
        if case.life is None:
            return case.words.text("{status_is}, and since when it exists is not known", status_is=status_is)
        less = N_("{status_is}, and it exists for {life}: less than {limit}")
        not_less = N_("{status_is}, and it exists for {life}: not less than {limit}")
        values = {"status_is": status_is, "life": case.words.duration(case.life), "limit": limit}
        return case.words.text(less if case.met else not_less, **values)
    return case.words.text("{status_is}: it is being deleted", status_is=status_is) if case.met else status_is


def disabled(case: Explained) -> str:
    if case.instance.is_backup is None:
        return case.words.text("isBackup is unknown")
    return case.words.text("isBackup is {value}", value=str(case.instance.is_backup).lower())


def unknown(case: Explained) -> str:
    finding = case.finding
    if case.met:
        return case.reason
    if finding.bad_date is not None:
        message = N_("a date cannot be believed ({date}), but the readable ones make it FRESH")
        return case.words.text(message, date=shown(finding.bad_date))
    if not case.instance.backups_read:
        return case.words.text("the backup list was not read whole, but a backup of this instance was in it")
    return case.words.text("the backup list was read, and each of its dates for this instance can be believed")


def new(case: Explained) -> str:
    if case.finding.last_backup_at is not None:
        return _there_is_a_backup(case)
    granted = case.words.allowed(case.finding.limits.new_instance_grace)
    if case.life is None:
        return case.words.text("it was never backed up, and since when it exists is not known")
    less = N_("it was never backed up, and exists for {life}: less than new_instance_grace, {granted}")
    not_less = N_("it was never backed up, and exists for {life}: not less than new_instance_grace, {granted}")
    return case.words.text(less if case.met else not_less, life=case.words.duration(case.life), granted=granted)


def never(case: Explained) -> str:
    if case.finding.last_backup_at is not None:
        return _there_is_a_backup(case)
    return case.words.text("the backup list was read, and shows no backup of it")


def _there_is_a_backup(case: Explained) -> str:
    newest = case.finding.last_backup_at
    if newest is None:
        return case.words.text("there is a backup")
    return case.words.text("there is a backup, of {instant}", instant=case.words.instant(newest))


def stale(case: Explained) -> str:
    more = N_("the newest backup is {age} old: more than max_age, {limit}")
    within = N_("the newest backup is {age} old: within max_age, {limit}")
    limits = case.finding.limits
    limit = case.words.allowed(limits.max_age)
    if limits.max_age_rule is not None:
        limit += case.words.text(" (rule {number})", number=limits.max_age_rule)
    return case.words.text(more if case.met else within, age=_age(case), limit=limit)


def _age(case: Explained) -> str:
    """The age to the minute; where that would hide that it is over a limit, ``just over`` the limit."""
    age = case.finding.age or timedelta(0)
    for limit in (case.finding.limits.max_age, DAY):
        if timedelta(0) < age - limit < MINUTE:
            return case.words.text("just over {duration}", duration=case.words.allowed(limit))
    return case.words.duration(age, parts=3)


def late(case: Explained) -> str:
    if case.met and case.finding.cause is Cause.DATABASES_BEHIND:
        return case.reason
    newest, expected_at = case.finding.last_backup_at, case.finding.expected_at
    if newest is None:
        return case.words.text("it was never backed up")
    if expected_at is None:
        return _nothing_usual(case)
    limits = case.finding.limits
    late_at = expected_at + limits.grace
    values = {
        "expected": case.words.instant(expected_at),
        "why": _why_expected(case),
        "then": case.words.instant(late_at),
        "grace": case.words.allowed(limits.grace),
        "age": _age(case),
        "day": case.words.allowed(DAY),
    }
    if case.now < late_at:
        message = N_("the next backup is expected by {expected} ({why}), and late from {then} ({grace} after it)")
        return case.words.text(message, **values)
    missed = case.words.text("the backup expected by {expected} ({why}) did not come up to {grace} after it", **values)
    more = N_("{missed}; the newest backup is {age} old: more than {day}")
    not_more = N_("{missed}; the newest backup is {age} old: not more than {day}")
    is_older = case.finding.age is not None and case.finding.age > DAY
    return case.words.text(more if is_older else not_more, missed=missed, **values)


def _nothing_usual(case: Explained) -> str:
    """Why no instant is known at which a backup is expected."""
    said = case.instance.backup_time
    if said is not None and parse_slot(said) is None:
        return case.words.text(
            "backupTime '{time}' is no time of day, and the kept backups show nothing that is usual", time=shown(said)
        )
    if said is None:
        return case.words.text("backupTime is unknown, and the kept backups show nothing that is usual")
    return case.words.text("its kept backups were not asked for, so its age alone is judged")


def _why_expected(case: Explained) -> str:
    usual = case.finding.usual
    if usual is None:
        return case.words.text("half an hour after its slot: its kept backups show nothing that is usual")
    return case.words.text("usually done by {time}: {count} backups", time=usual.done_by, count=usual.backups)


def fresh(case: Explained) -> str:
    return case.words.text("nothing before was met; the newest backup is {age} old", age=_age(case))
