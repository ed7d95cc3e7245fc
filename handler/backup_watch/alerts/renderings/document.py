"""The message for programs: the report's JSON with what is told, a ``text`` for people, and what was left out.

It is SNS's ``default``, sent once: queues, functions and HTTP(S) endpoints have no key of their own and get this one.
"""

from __future__ import annotations

from backup_watch.alerts.json_body import entries, json_body
from backup_watch.alerts.plain_message import PlainMessage
from backup_watch.alerts.renderings.chat_text import chat_text
from backup_watch.alerts.renderings.rendering import Brief, Rendered, Rendering
from backup_watch.i18n.plain_facts import notice
from backup_watch.outputs.report_json import error_document, report_frame, violation_document

MAX_TEXT_CHARS = 3_000
"""One Slack section; a channel's reader takes in no more, and the rest is in the message's own lists."""


def document(brief: Brief, room: int) -> Rendered:
    """The JSON text, of at most *room* bytes inside JSON, and how many entries of its lists are left out."""
    words, digest = brief.words, brief.digest
    text, _ = chat_text(brief, limit=MAX_TEXT_CHARS)
    frame = report_frame(digest.report) | {"text": text}
    if brief.is_test:
        frame["test"] = True
    lists = {
        "violations": entries(digest.violations, lambda violation: violation_document(violation, words)),
        "resolved": entries(digest.resolved, lambda violation: violation_document(violation, words)),
        "warnings": entries(digest.report.notices, lambda warning: notice(words, warning)),
        "errors": entries(digest.report.errors, error_document),
    }
    return Rendered(*json_body(frame, lists, room=room))


def _plain(message: PlainMessage, room: int) -> Rendered:
    """The same with plain reasons; where that fails too, the plain text."""
    try:
        return Rendered(*message.document(room))
    except Exception:  # noqa: BLE001  whatever is broken, a subscriber must hear of it; the first failure is logged
        return Rendered(*message.text(room))


DOCUMENT = Rendering("default", document, _plain)
