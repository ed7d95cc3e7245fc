"""What there is to know of a violation, in the order in which it is asked for at night."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from backup_watch.i18n import Words, reasons, terms
from backup_watch.model.findings import Violation
from backup_watch.model.instances import Expectation
from backup_watch.model.messages import N_
from backup_watch.model.vocabulary import Event, Fact

LABELS: Mapping[str, str] = {
    "verdict": N_("Verdict: {value}"),
    "why": N_("Why: {value}"),
    "since": N_("Since: {value}"),
    "newest": N_("Newest backup: {value}"),
    "due": N_("Expected: {value}"),
    "usual": N_("Usually done by: {value}"),
    "allowed": N_("Allowed: {value}"),
    "incident": N_("Incident: {value}"),
    "said": N_("Message: {value}"),
    "unknown": N_("Unknown because of it: {value}"),
    "next": N_("Next: {value}"),
}


def fact(words: Words, name: str, value: str) -> str:
    """One line for a fact: ``Why: the newest backup is 2 d 3 h old``."""
    return words.text(LABELS[name], value=value)


def facts(words: Words, violation: Violation, *, now: datetime) -> list[tuple[str, str]]:
    """Each fact as its name (:func:`fact` words it) and its value."""
    known = [("verdict", verdict(words, violation)), ("why", reasons.reason(words, violation.finding))]
    known += times(words, violation, now=now)
    if Fact.ALLOWED in violation.finding.cause.shows:
        known.append(("allowed", reasons.allowed_by(words, violation.finding.limits)))
    return known


def times(words: Words, violation: Violation, *, now: datetime) -> list[tuple[str, str]]:
    """Since when it is so, the newest backup and the one expected; each with its zone and as seen from *now*."""
    finding, known = violation.finding, []
    if violation.began_at is not None:
        known.append(("since", _moment(words, violation.began_at, now=now)))
    if finding.last_backup_at is not None:
        known.append(("newest", _moment(words, finding.last_backup_at, now=now)))
    elif not isinstance(finding.subject, Expectation):
        known.append(("newest", words.text("none known")))
    shows = finding.cause.shows
    due_at = finding.due_at if Fact.DUE in shows else finding.expected_at if Fact.EXPECTED in shows else None
    if due_at is not None:
        known.append(("due", _moment(words, due_at, now=now)))
    if Fact.USUAL in shows and (usual := reasons.usual(words, finding)) is not None:
        known.append(("usual", usual))
    return known


def verdict(words: Words, violation: Violation) -> str:
    """The verdict and the event: ``STALE, new``."""
    called = terms.verdict_code(words, violation.finding.verdict)
    if violation.event is Event.UNREADABLE:
        return called
    return words.text("{verdict}, {event}", verdict=called, event=terms.event(words, violation.event))


def _moment(words: Words, moment: datetime, *, now: datetime) -> str:
    return words.text("{instant} ({relative})", instant=words.instant(moment), relative=words.relative(moment, now=now))
