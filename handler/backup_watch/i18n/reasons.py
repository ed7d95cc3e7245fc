"""Why a verdict is what it is, and what to do about it: one sentence for every cause."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from backup_watch.i18n.plain_text import shown
from backup_watch.model.findings import Finding
from backup_watch.model.instances import Expectation, Instance
from backup_watch.model.policy import Limits
from backup_watch.model.vocabulary import Cause

if TYPE_CHECKING:
    from backup_watch.i18n.words import Words

BACKUP_MENU = "Cloud DB for PostgreSQL > Backup"
SERVER_MENU = "Cloud DB for PostgreSQL > DB Server"
"""Where to look in Ncloud's console (its user guide); the menus have English names in every language."""
BAD_DATES = (Cause.DATE_UNREADABLE, Cause.DATE_IN_FUTURE)


def reason(words: Words, finding: Finding) -> str:
    """One sentence: the cause, then whatever else a reader has to know of this very finding."""
    sentence = _cause(words, finding)
    for remark in _remarks(words, finding):
        sentence = words.text("reason.and", reason=sentence, remark=remark)
    return sentence


def advice(words: Words, finding: Finding) -> str:
    """What to do next: where to look in the console, and what to look for."""
    region = shown(finding.subject.region or "")
    return words.text(f"advice.{finding.cause}", region=region, backup_menu=BACKUP_MENU, server_menu=SERVER_MENU)


def _cause(words: Words, finding: Finding) -> str:
    """The sentence of the cause alone."""
    subject = finding.subject
    if isinstance(subject, Expectation):
        name = shown(subject.service_name)
        return words.text(f"reason.{finding.cause}", name=name, wanted=subject.wanted, found=subject.found)
    if finding.cause is Cause.NEVER_BACKED_UP and finding.due_at is None:
        return words.text("reason.never-backed-up.age-unknown")
    return words.told(f"reason.{finding.cause}", _Facts(words, finding))


def _remarks(words: Words, finding: Finding) -> list[str]:
    """What the cause does not say, in the order in which it is to be said."""
    subject, remarks = finding.subject, []
    if finding.cause in (Cause.BACKUPS_OFF, *BAD_DATES):
        remarks += _newest(words, finding)
    if finding.bad_date is not None and finding.cause not in BAD_DATES:
        remarks.append(words.text("reason.another-date", date=shown(finding.bad_date)))
    if finding.verdict.is_adjustable and finding.limits.severity_rule is not None:
        severity = words.severity(finding.severity)
        remarks.append(words.text("reason.severity", number=finding.limits.severity_rule, severity=severity))
    if isinstance(subject, Instance) and subject.in_instance_list is False:
        remarks.append(words.text("reason.unlisted"))
    return remarks


def _newest(words: Words, finding: Finding) -> list[str]:
    if finding.age is not None:
        return [words.text("reason.newest", age=words.duration(finding.age))]
    if isinstance(finding.subject, Instance) and finding.subject.backups_read and finding.bad_date is None:
        return [words.text("reason.no-backup")]
    return []


def _age(words: Words, finding: Finding) -> str:
    """The age, as exactly as it takes to see that it is more than what is allowed."""
    if finding.age is None:
        return ""
    over = finding.age - finding.limits.max_age
    if finding.cause is not Cause.TOO_OLD or over >= timedelta(hours=1):
        return words.duration(finding.age)
    if over >= timedelta(minutes=1):
        return words.duration(finding.age, parts=3)
    return words.text("time.just-over", duration=words.allowed(finding.limits.max_age))


def _life(words: Words, finding: Finding) -> str:
    """How long the instance has existed: what is allowed to a new one, and how much more (or less) it is."""
    if finding.overdue is None:
        return ""
    return words.duration(finding.limits.new_instance_grace + finding.overdue)


def allowed_by(words: Words, limits: Limits) -> str:
    """How old a backup may be, and the number of the rule that says so."""
    return words.allowed(limits.max_age) + _by_rule(words, limits)


def _by_rule(words: Words, limits: Limits) -> str:
    return "" if limits.max_age_rule is None else words.text("reason.by-rule", number=limits.max_age_rule)


class _Facts(dict[str, str]):
    """What the sentence of a cause may ask for; worked out only where it does, as most ask for two or three."""

    def __init__(self, words: Words, finding: Finding) -> None:
        super().__init__()
        self._words, self._finding = words, finding

    def __missing__(self, name: str) -> str:
        return FACTS[name](self._words, self._finding)


def _status(_: Words, finding: Finding) -> str:
    return shown((finding.subject.status if isinstance(finding.subject, Instance) else None) or "")


def _due(words: Words, finding: Finding) -> str:
    return "" if finding.due_at is None else words.instant(finding.due_at)


FACTS: Mapping[str, Callable[[Words, Finding], str]] = {
    "status": _status,
    "region": lambda _, finding: shown(finding.subject.region or ""),
    "date": lambda _, finding: shown(finding.bad_date or ""),
    "age": _age,
    "life": _life,
    "allowed": lambda words, finding: words.allowed(finding.limits.max_age),
    "rule": lambda words, finding: _by_rule(words, finding.limits),
    "first": lambda words, finding: words.allowed(finding.limits.new_instance_grace),
    "due": _due,
    "grace": lambda words, finding: words.allowed(finding.limits.grace),
}
"""The facts of an instance by the names that the sentences have for them."""
