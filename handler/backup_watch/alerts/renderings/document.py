"""The message for programs: the report's JSON with what is told, a ``text`` for people, and what was left out.

It is SNS's ``default``, sent once: queues, functions and HTTP(S) endpoints have no key of their own and get this one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from backup_watch.alerts.brief import Brief
from backup_watch.alerts.json_body import SHARES, SHARES_OF_SEVERAL, entries, frame_of, json_body
from backup_watch.alerts.plain_message import PlainMessage
from backup_watch.alerts.renderings.chat_text import chat_text
from backup_watch.alerts.renderings.rendering import Rendered, Rendering
from backup_watch.alerts.sns_message import quoted_size
from backup_watch.i18n.notices import notice_sentence
from backup_watch.model.report import ReadError
from backup_watch.outputs.report_json import error_document, violation_document

MAX_TEXT_CHARS = 3_000
"""One Slack section; a channel's reader takes in no more, and the rest is in the message's own lists."""


def document(brief: Brief, room: int) -> Rendered:
    """The JSON text, of at most *room* bytes inside JSON, and how many entries of its lists are left out."""
    words, digest = brief.words, brief.digest
    text, _ = chat_text(brief, limit=MAX_TEXT_CHARS)
    frame = frame_of(digest.report, text=text, is_test=brief.is_test)
    warnings = list(dict.fromkeys((*digest.report.announced, *digest.report.notices)))
    unsaid_first = sorted(digest.report.errors, key=lambda error: error in digest.report.unpublished)
    errors = _each_account_first(unsaid_first) if digest.several_accounts else unsaid_first
    lists = {
        "violations": entries(digest.violations, lambda violation: violation_document(violation, words)),
        "resolved": entries(digest.resolved, lambda violation: violation_document(violation, words)),
        "warnings": entries(warnings, lambda warning: notice_sentence(words, warning)),
        "errors": entries(errors, error_document),
    }
    shares = SHARES_OF_SEVERAL if digest.several_accounts else SHARES
    return Rendered(*json_body(frame, lists, room=room, shares=shares))


def _each_account_first(errors: Sequence[ReadError]) -> list[ReadError]:
    """One error of each account before the second of any, so that none is cut off by the many of another.

    *errors*: what was not said before comes first, and so do its accounts.
    """
    seen: Counter[str | None] = Counter()
    turns = []
    for error in errors:
        turns.append((seen[error.account], error))
        seen[error.account] += 1
    return [error for _, error in sorted(turns, key=lambda turn: turn[0])]


def _plain(message: PlainMessage, room: int) -> Rendered:
    """The same with plain reasons; where that fails too, the plain text."""
    try:
        made = Rendered(*message.document(room))
        return made if quoted_size(made.text) <= room else Rendered(*message.text(room))
    except Exception:  # noqa: BLE001  whatever is broken, a subscriber must hear of it; the first failure is logged
        return Rendered(*message.text(room))


DOCUMENT = Rendering("default", document, _plain)
