"""What there is to know of a violation, in the order in which it is asked for at night."""

from __future__ import annotations

from datetime import datetime

from backup_watch.i18n import Words
from backup_watch.model.findings import Violation
from backup_watch.model.instances import Expectation
from backup_watch.model.vocabulary import Event, Fact


def facts(words: Words, violation: Violation, *, now: datetime) -> list[tuple[str, str]]:
    """Each fact as its name (``message.fact.NAME`` words it) and its value."""
    known = [("verdict", verdict(words, violation)), ("why", words.reason(violation.finding))]
    known += times(words, violation, now=now)
    if Fact.ALLOWED in violation.finding.cause.shows:
        known.append(("allowed", words.allowed_by(violation.finding.limits)))
    return known


def times(words: Words, violation: Violation, *, now: datetime) -> list[tuple[str, str]]:
    """Since when it is so, the newest backup and the one expected; each with its zone and as seen from *now*."""
    finding, known = violation.finding, []
    if violation.began_at is not None:
        known.append(("since", _moment(words, violation.began_at, now=now)))
    if finding.last_backup_at is not None:
        known.append(("newest", _moment(words, finding.last_backup_at, now=now)))
    elif not isinstance(finding.subject, Expectation):
        known.append(("newest", words.text("message.none")))
    if Fact.DUE in finding.cause.shows and finding.due_at is not None:
        known.append(("due", _moment(words, finding.due_at, now=now)))
    return known


def verdict(words: Words, violation: Violation) -> str:
    """The verdict and the event: ``STALE, new``."""
    called = words.text(f"message.verdict.{violation.finding.verdict}")
    if violation.event is Event.UNREADABLE:
        return called
    return words.text("message.verdict", verdict=called, event=words.event(violation.event))


def _moment(words: Words, moment: datetime, *, now: datetime) -> str:
    return words.text("message.moment", instant=words.instant(moment), relative=words.relative(moment, now=now))
