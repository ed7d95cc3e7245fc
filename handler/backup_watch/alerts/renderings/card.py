"""The custom-notification card of Amazon Q Developer in chat applications.

https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html: anything but this schema is not shown at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from backup_watch.alerts import lines
from backup_watch.alerts.attributes import attributes_of
from backup_watch.alerts.brief import Brief
from backup_watch.alerts.plain_message import PlainMessage
from backup_watch.alerts.renderings.chat_text import chat_text, harmless
from backup_watch.alerts.renderings.rendering import Rendered, Rendering
from backup_watch.alerts.renderings.subject import subject
from backup_watch.alerts.selection import Digest, Failure
from backup_watch.alerts.sns_message import encode
from backup_watch.i18n import terms
from backup_watch.model.findings import Violation
from backup_watch.model.plain_text import cut_utf16, shown

MAX_TITLE_CHARS = 250
MAX_DESCRIPTION_CHARS = 8_000
MAX_SUMMARY_CHARS = 250
MAX_STEPS = 5
MAX_RESOURCES = 10
MAX_CARD_BYTES = 40_000
"""More than a card of these limits takes."""


def card(brief: Brief, _: int) -> Rendered:
    """The card, and how many things it leaves out."""
    words, digest = brief.words, brief.digest
    text, left_out = chat_text(brief, limit=MAX_DESCRIPTION_CHARS)
    attributes = attributes_of(digest, truncated=bool(left_out))
    sign = lines.SIGNS[digest.severity]
    content = {
        "textType": "client-markdown",
        "title": cut_utf16(f"{sign} {harmless(subject(brief))}", MAX_TITLE_CHARS),
        "description": text,
        "keywords": [str(attributes["severity"]), *attributes["event"], *attributes.get("region", [])][:MAX_RESOURCES],
    }
    if steps := list(dict.fromkeys(harmless(lines.advice(words, item)) for item in digest.items)):
        content["nextSteps"] = steps[:MAX_STEPS]
    metadata = {
        "threadId": thread_of(digest),
        "summary": cut_utf16(harmless(lines.headline(brief)), MAX_SUMMARY_CHARS),
        "eventType": "ncloud-backup-watch",
        "relatedResources": _resources(brief),
        "additionalContext": {"severity": str(attributes["severity"]), "events": " ".join(attributes["event"])},
    }
    return Rendered(_encoded(content, metadata), left_out)


def thread_of(digest: Digest) -> str:
    """The incident, so that an end lands in the thread of its beginning; of several, the worst one's.

    What could not be read has no incident: its thread is named after what it was and where, the same at every run.
    """
    first = next((item for item in (*digest.items, *digest.resolved) if isinstance(item, Violation)), None)
    if first is not None and (not digest.items or first is digest.items[0]):
        return first.incident
    if not digest.items:
        return _hashed(f"notice {digest.report.announced[0].code}")
    item = digest.items[0]
    name = f"{item.errors[0].operation} {item.errors[0].kind}" if isinstance(item, Failure) else "nothing found"
    places = " ".join(sorted(item.regions)) if not isinstance(item, Violation) else ""
    if isinstance(item, Failure) and digest.several_accounts:
        places = f"{item.account} {places}"
    return _hashed(f"unreadable {name} {places}")


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:12]


def _resources(brief: Brief) -> list[str]:
    about = (item for item in (*brief.digest.items, *brief.digest.resolved) if isinstance(item, Violation))
    names = dict.fromkeys(harmless(terms.name(brief.words, violation.finding.subject)) for violation in about)
    return [shown(name) for name in list(names)[:MAX_RESOURCES]]


def _encoded(content: Mapping[str, object], metadata: Mapping[str, object]) -> str:
    return encode({"version": "1.0", "source": "custom", "content": content, "metadata": metadata})


def _plain(message: PlainMessage, _: int) -> Rendered:
    text, left_out = message.text(MAX_DESCRIPTION_CHARS)
    content = {
        "textType": "client-markdown",
        "title": cut_utf16(harmless(message.subject()), MAX_TITLE_CHARS),
        "description": harmless(text),
    }
    return Rendered(_encoded(content, {"eventType": "ncloud-backup-watch"}), left_out)


CARD = Rendering("https", card, _plain, max_bytes=MAX_CARD_BYTES, chat_format="amazon-q")
