"""One line for each thing that is told: in a few words, in a sentence, and with whom it is about."""

from __future__ import annotations

from backup_watch.alerts.selection import Failure, Item, NothingFound
from backup_watch.i18n import Words, errors
from backup_watch.i18n.plain_text import shown
from backup_watch.model.findings import Violation
from backup_watch.model.instances import Expectation
from backup_watch.model.vocabulary import Severity

SIGNS = {Severity.OK: "🟢", Severity.WARNING: "🟠", Severity.UNKNOWN: "⚪", Severity.CRITICAL: "🔴"}


def tag(words: Words, item: Item) -> str:
    """The capital word at the head of a line: the severity, or that something could not be read."""
    if isinstance(item, Violation):
        return words.text(f"message.tag.{item.finding.severity.word}")
    return words.text("message.tag.unreadable")


def name(words: Words, item: Item) -> str:
    """The name of the database, or the regions that a line is about."""
    if isinstance(item, Violation):
        return words.name(item.finding.subject)
    return errors.places(item.regions) or (errors.what(words, item.errors[0]) if isinstance(item, Failure) else "")


def in_short(words: Words, item: Item) -> str:
    """Who and what in a few words, for a subject: ``orders-db: newest backup 2 d 3 h old``."""
    if isinstance(item, Violation):
        return words.text("message.named", name=words.name(item.finding.subject), what=_few_words(words, item))
    if isinstance(item, NothingFound):
        nothing = words.text("message.short.nothing-found")
        return words.text("message.named", name=errors.places(item.regions), what=nothing)
    unread = words.text("message.short.unread", what=errors.what(words, item.errors[0]))
    return words.text("message.named", name=errors.places(item.regions), what=unread) if item.regions else unread


def ended_in_short(words: Words, end: Violation) -> str:
    """The same for an end: ``orders-db: fresh backup at 11:20 KST``."""
    moment = "" if end.ended_at is None else words.clock_time(end.ended_at)
    what = words.text("message.short.resolved", moment=moment)
    return words.text("message.named", name=words.name(end.finding.subject), what=what)


def who(words: Words, violation: Violation) -> str:
    """Name, region and number: ``orders-db (KR, 1234925)``."""
    subject = violation.finding.subject
    if isinstance(subject, Expectation):
        return words.name(subject)
    place = ", ".join((shown(subject.region), shown(subject.number)))
    return words.text("message.who", name=words.name(subject), place=place)


def sentence(words: Words, item: Item) -> str:
    """Who and why in one sentence."""
    if isinstance(item, Violation):
        return words.text("message.named", name=who(words, item), what=words.reason(item.finding))
    if isinstance(item, NothingFound):
        return words.text("message.named", name=errors.places(item.regions), what=words.text("message.nothing-found"))
    return failure(words, item)


def failure(words: Words, item: Failure) -> str:
    """Where what could not be read and why, and how many databases that leaves unknown."""
    first = item.errors[0]
    where = words.text("error.where", region=errors.places(item.regions)) if item.regions else ""
    line = words.text("error", where=where, what=errors.what(words, first), why=errors.why(words, first))
    times = len(item.errors) - max(len(item.regions), 1)
    if times > 0:
        line = words.text("message.failure.times", line=line, count=len(item.errors))
    if item.hidden:
        line = words.text(_counted("message.failure.hides", len(item.hidden)), line=line, count=len(item.hidden))
    return line


def ended(words: Words, end: Violation) -> str:
    """Who has a fresh backup, since when, and how long there was none."""
    moment = "" if end.ended_at is None else words.instant(end.ended_at)
    if end.ended_at is None or end.began_at is None:
        what = words.text("message.ended", moment=moment)
    else:
        lasted = words.duration(end.ended_at - end.began_at)
        began = words.instant(end.began_at)
        verdict = words.text(f"message.verdict.{end.finding.verdict}")
        what = words.text("message.ended.lasted", moment=moment, lasted=lasted, began=began, verdict=verdict)
    return words.text("message.named", name=who(words, end), what=what)


def advice(words: Words, item: Item) -> str:
    """What to do next about *item*."""
    if isinstance(item, Violation):
        return words.advice(item.finding)
    if isinstance(item, NothingFound):
        return words.text("message.advice.nothing-found")
    return words.error_advice(item.errors[0])


def and_more(words: Words, count: int) -> str:
    """How many lines found no room."""
    return words.text(_counted("message.more", count), count=count)


def _few_words(words: Words, violation: Violation) -> str:
    finding = violation.finding
    subject = finding.subject
    return words.text(
        f"message.short.{finding.cause}",
        age="" if finding.age is None else words.duration(finding.age),
        due="" if finding.due_at is None else words.clock_time(finding.due_at),
        found=subject.found if isinstance(subject, Expectation) else "",
        wanted=subject.wanted if isinstance(subject, Expectation) else "",
    )


def _counted(key: str, count: int) -> str:
    return f"{key}.one" if count == 1 else f"{key}.many"
