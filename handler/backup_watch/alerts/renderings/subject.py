"""The subject of a mail, and the text message: the worst thing in one line, and how much more there is."""

from __future__ import annotations

from backup_watch.alerts import lines
from backup_watch.alerts.byte_budget import cut, length
from backup_watch.alerts.selection import Digest
from backup_watch.alerts.sns_message import MAX_SMS_CHARS, MAX_SUBJECT_CHARS
from backup_watch.i18n import Words


def subject(words: Words, digest: Digest, *, is_test: bool = False, limit: int = MAX_SUBJECT_CHARS) -> str:
    """``CRITICAL orders-db: newest backup 2 d 3 h old (+1 more)`` in at most *limit* characters, never empty.

    A long name is cut, never the number at the end. Every part has been made printable when it was worded.
    """
    if digest.items:
        head, what = lines.tag(words, digest.items[0]), lines.in_short(words, digest.items[0])
    else:
        head, what = words.text("message.tag.resolved"), lines.ended_in_short(words, digest.resolved[0])
    head = words.text("message.tagged", tag=head)
    if is_test:
        head = words.text("message.test.tagged", tagged=head)
    more = digest.events - 1
    tail = words.text("message.subject.more", count=more) if more else ""
    return f"{head} {_shortened(what, limit - length(head) - 1 - length(tail))}{tail}"


def text_message(words: Words, digest: Digest, *, is_test: bool = False) -> str:
    """The subject, and the counts where they still fit: one SMS of at most 140 characters."""
    line = subject(words, digest, is_test=is_test)
    longer = f"{line}. {words.summary(digest.report.counts)}"
    return longer if length(longer) <= MAX_SMS_CHARS else line


def _shortened(what: str, limit: int) -> str:
    """*what* cut in the name before the colon, so that what is wrong stays readable."""
    name, colon, rest = what.rpartition(": ")
    room = limit - length(colon + rest)
    return what if length(what) <= limit else cut(what, limit) if room < 8 else cut(name, room) + colon + rest
