"""What things are called: verdicts, events, severities, a database, a mute."""

from __future__ import annotations

from collections.abc import Mapping

from backup_watch.i18n.errors import WHAT
from backup_watch.i18n.words import Words
from backup_watch.model.instances import Expectation, Subject, UnreadList
from backup_watch.model.messages import NP_
from backup_watch.model.plain_text import shown
from backup_watch.model.policy import Mute
from backup_watch.model.vocabulary import Event, Severity, Verdict

VERDICTS: Mapping[str, str] = {
    Verdict.FRESH: NP_("verdict", "fresh"),
    Verdict.LATE: NP_("verdict", "late"),
    Verdict.STALE: NP_("verdict", "stale"),
    Verdict.NEVER: NP_("verdict", "never backed up"),
    Verdict.DISABLED: NP_("verdict", "disabled"),
    Verdict.NEW: NP_("verdict", "new"),
    Verdict.SKIPPED: NP_("verdict", "skipped"),
    Verdict.UNKNOWN: NP_("verdict", "unknown"),
    Verdict.MISSING: NP_("verdict", "missing"),
}
EVENTS: Mapping[str, str] = {
    Event.NEW: NP_("event", "new"),
    Event.ESCALATED: NP_("event", "worse than before"),
    Event.REPEAT: NP_("event", "reminder"),
    Event.RESOLVED: NP_("event", "resolved"),
    Event.ONGOING: NP_("event", "ongoing"),
    Event.NOTICE: NP_("event", "notice"),
    Event.UNREADABLE: NP_("event", "could not be read"),
}
SEVERITIES: Mapping[str, str] = {
    "ok": NP_("severity", "ok"),
    "warning": NP_("severity", "warning"),
    "unknown": NP_("severity", "unknown"),
    "critical": NP_("severity", "critical"),
}


def verdict(words: Words, verdict: Verdict) -> str:
    """What *verdict* is called: ``stale``; without a name of its own it is its code in lower case."""
    return words.term("verdict", VERDICTS.get(verdict) or str(verdict).lower())


def verdict_code(words: Words, verdict: Verdict) -> str:
    """The verdict as the documentation has it, with its name where that is in another language: ``STALE``."""
    name = verdict_name(words, verdict)
    return str(verdict) if name is None else f"{name}({verdict})"


def verdict_name(words: Words, verdict: Verdict) -> str | None:
    """What *verdict* is called in a language other than the code's own. None: there is no such name."""
    english = VERDICTS.get(verdict)
    name = None if english is None else words.term("verdict", english)
    return None if name == english else name


def event(words: Words, event: Event) -> str:
    """What *event* is called: ``new``."""
    return words.term("event", EVENTS.get(event) or str(event).lower())


def severity(words: Words, severity: Severity) -> str:
    """What *severity* is called: ``critical``."""
    return words.term("severity", SEVERITIES.get(severity.word) or severity.word)


def name(words: Words, subject: Subject) -> str:
    """The service name, fit to be shown; never empty."""
    if isinstance(subject, Expectation) and subject.wanted is not None:
        return words.text("expected databases")
    if isinstance(subject, UnreadList):
        return unread_name(words, subject)
    return shown(subject.service_name) or words.text("(unnamed)")


def unread_name(words: Words, subject: UnreadList) -> str:
    """What could not be read: ``the backup list``."""
    message = WHAT.get(subject.list_kind or subject.service_name)
    return shown(subject.service_name) if message is None else words.text(message)


def mute(words: Words, mute: Mute) -> str:
    """Until when, by whom and why a finding is muted."""
    until, owner, reason = words.instant(mute.until), shown(mute.owner), shown(mute.reason)
    return words.text("muted until {until} by {owner}: {reason}", until=until, owner=owner, reason=reason)
