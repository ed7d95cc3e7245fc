"""The subject: the worst thing in one line, and how much more there is."""

from __future__ import annotations

from backup_watch.alerts import lines
from backup_watch.alerts.brief import Brief
from backup_watch.alerts.sns_message import MAX_SUBJECT_CHARS
from backup_watch.i18n.notices import notice_sentence
from backup_watch.model.plain_text import cut_utf16, utf16_length


def subject(brief: Brief, *, limit: int = MAX_SUBJECT_CHARS) -> str:
    """``CRITICAL orders-db: newest backup 2 d 3 h old (+1 more)`` in at most *limit* characters, never empty.

    A long name is cut, never the number at the end. Every part has been made printable when it was worded.
    """
    words, digest = brief.words, brief.digest
    if digest.items:
        head, what = lines.tag(words, digest.items[0]), lines.in_short(brief, digest.items[0])
    elif digest.resolved:
        head, what = words.term("tag", "RESOLVED"), lines.ended_in_short(brief, digest.resolved[0])
    else:
        head, what = words.term("tag", "WARNING"), notice_sentence(words, digest.report.announced[0])
    head = words.text("{tag}", tag=head)
    if brief.is_test:
        head = words.text("TEST {tagged}", tagged=head)
    more = digest.events - 1
    tail = words.text(" (+{count} more)", count=more) if more else ""
    return f"{head} {_shortened(what, limit - utf16_length(head) - 1 - utf16_length(tail))}{tail}"


def _shortened(what: str, limit: int) -> str:
    """Cut *what* in the name before the colon, so that what is wrong stays readable."""
    name, colon, rest = what.rpartition(": ")
    room = limit - utf16_length(colon + rest)
    return (
        what
        if utf16_length(what) <= limit
        else cut_utf16(what, limit)
        if room < 8
        else cut_utf16(name, room) + colon + rest
    )
