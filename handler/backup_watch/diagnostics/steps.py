"""The judgement of one instance, rule by rule: what was asked, what it came to, and with which values.

What was met is taken from the finding itself, and every value from the functions that judge: the two cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from backup_watch.checking.rules import CREATING_STATES, DAY, MAX_CREATION
from backup_watch.i18n import Words
from backup_watch.i18n.plain_text import shown
from backup_watch.model.daily_slot import KOREA, parse_slot, slot_judged
from backup_watch.model.findings import Finding
from backup_watch.model.instances import Expectation, Instance, age_of
from backup_watch.model.vocabulary import Verdict

MINUTE = timedelta(minutes=1)


class Step(Struct, frozen=True):
    """One rule of the judgement."""

    verdict: Verdict
    met: bool | None
    """None: never asked, since a rule before it was met."""
    because: str


class _Case(Struct, frozen=True):
    """A rule that is looked at: whose it is, and whether it was met."""

    finding: Finding
    instance: Instance
    met: bool
    now: datetime
    words: Words

    @property
    def life(self) -> timedelta | None:
        return age_of(self.instance, now=self.now)


def steps_of(finding: Finding, *, now: datetime, zone: str) -> list[Step]:
    """Every rule in the order in which it is asked, with instants in *zone* (an IANA name), in English.

    *now* is the instant at which *finding* was judged.
    """
    words, subject = Words("en", zone), finding.subject
    if isinstance(subject, Expectation):
        return [Step(finding.verdict, True, words.reason(finding))]
    asked = list(BECAUSE)
    decided = asked.index(finding.verdict)
    return [
        _step(verdict, _Case(finding, subject, number == decided, now, words), asked=number <= decided)
        for number, verdict in enumerate(asked)
    ]


def _step(verdict: Verdict, case: _Case, *, asked: bool) -> Step:
    if not asked:
        return Step(verdict, None, f"not asked: {case.finding.verdict} was met before")
    return Step(verdict, case.met, BECAUSE[verdict](case))


def _skipped(case: _Case) -> str:
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


def _compared(case: _Case) -> str:
    return "less than" if case.met else "not less than"


def _disabled(case: _Case) -> str:
    if case.instance.is_backup is None:
        return "isBackup is not told"
    return f"isBackup is {str(case.instance.is_backup).lower()}"


def _unknown(case: _Case) -> str:
    finding = case.finding
    if case.met:
        return case.words.reason(finding)
    if finding.bad_date is not None:
        return f"a date cannot be believed ({shown(finding.bad_date)}), but the readable ones make it FRESH"
    if not case.instance.backups_read:
        return "the backup list was not read whole, but a backup of this instance was in it"
    return "the backup list was read, and each of its dates for this instance can be believed"


def _new(case: _Case) -> str:
    if case.finding.last_backup_at is not None:
        return _there_is_a_backup(case)
    granted = case.words.allowed(case.finding.limits.new_instance_grace)
    if case.life is None:
        return "it was never backed up, and since when it exists is not known"
    existed = case.words.duration(case.life)
    return f"it was never backed up, and exists for {existed}: {_compared(case)} new_instance_grace, {granted}"


def _never(case: _Case) -> str:
    if case.finding.last_backup_at is not None:
        return _there_is_a_backup(case)
    return "the backup list was read, and shows no backup of it"


def _there_is_a_backup(case: _Case) -> str:
    newest = case.finding.last_backup_at
    return f"there is a backup, of {case.words.instant(newest)}" if newest else "there is a backup"


def _stale(case: _Case) -> str:
    rule = case.finding.limits.max_age_rule
    by = "" if rule is None else f" by rule {rule}"
    limit = f"max_age, {case.words.allowed(case.finding.limits.max_age)}{by}"
    return f"the newest backup is {_age(case)} old: {'more than' if case.met else 'within'} {limit}"


def _age(case: _Case) -> str:
    """The age to the minute; where that would hide that it is over a limit, ``just over`` the limit."""
    age = case.finding.age or timedelta(0)
    for limit in (case.finding.limits.max_age, DAY):
        if timedelta(0) < age - limit < MINUTE:
            return f"just over {case.words.allowed(limit)}"
    return case.words.duration(age, parts=3)


def _late(case: _Case) -> str:
    slot, newest, due_at = parse_slot(case.instance.backup_time), case.finding.last_backup_at, case.finding.due_at
    if slot is None or newest is None or due_at is None:
        said = case.instance.backup_time
        return "no backupTime is told" if said is None else f"backupTime {shown(said)!r} is no time of day"
    grace = case.finding.limits.grace
    judged = slot_judged(slot, case.now, grace, newest.tzinfo or KOREA)
    after_grace = f"{case.words.allowed(grace)} after it"
    if newest >= judged:
        due, from_then = case.words.instant(due_at), case.words.instant(due_at + grace)
        return f"no slot was missed; the next, of {due}, is judged from {from_then} ({after_grace})"
    missed = f"the slot of {case.words.instant(judged)} had no backup up to {after_grace}"
    more = "more than" if case.met else "not more than"
    return f"{missed}; the newest backup is {_age(case)} old: {more} {case.words.allowed(DAY)}"


def _fresh(case: _Case) -> str:
    return f"nothing before was met; the newest backup is {_age(case)} old"


BECAUSE: Mapping[Verdict, Callable[[_Case], str]] = {
    Verdict.SKIPPED: _skipped,
    Verdict.DISABLED: _disabled,
    Verdict.UNKNOWN: _unknown,
    Verdict.NEW: _new,
    Verdict.NEVER: _never,
    Verdict.STALE: _stale,
    Verdict.LATE: _late,
    Verdict.FRESH: _fresh,
}
"""The rules in the order of :func:`backup_watch.checking.rules.judge`."""
