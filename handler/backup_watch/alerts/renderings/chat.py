"""What a chat shows: a short text, and the card of Amazon Q Developer in chat applications."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from backup_watch.alerts import lines
from backup_watch.alerts.attributes import attributes_of
from backup_watch.alerts.byte_budget import Shelf, cut, fill_shelves, length
from backup_watch.alerts.facts import times, verdict
from backup_watch.alerts.renderings.subject import subject
from backup_watch.alerts.selection import Digest, Failure, severity_of
from backup_watch.i18n import Words
from backup_watch.i18n.plain_text import shown
from backup_watch.model.findings import Violation
from backup_watch.model.vocabulary import Severity

MAX_TEXT_CHARS = 3_000
"""One Slack section; more of it nobody reads in a channel, and the rest is in the message's own lists."""
MAX_TITLE_CHARS = 250
MAX_DESCRIPTION_CHARS = 8_000
MAX_SUMMARY_CHARS = 250
IN_DETAIL = 5
"""So many of the worst get a line for each instant; the others only the first, which is since when."""
MAX_STEPS = 5
MAX_RESOURCES = 10
HARMLESS = str.maketrans({"<": "‹", ">": "›", "@": "＠"})
"""A chat takes ``<!channel>``, ``<http://…|label>`` and ``@here`` for commands; a database may be called so."""


def digest_text(words: Words, digest: Digest, *, is_test: bool = False) -> str:
    """A person's digest for webhooks: the headline, a line for each thing, the counts."""
    return _text(words, digest, limit=MAX_TEXT_CHARS, is_test=is_test)[0]


def card(words: Words, digest: Digest, *, is_test: bool = False) -> tuple[dict[str, object], int]:
    """The custom-notification card, and how many things it leaves out. Other than this schema, nothing is shown.

    https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
    """
    text, left_out = _text(words, digest, limit=MAX_DESCRIPTION_CHARS, is_test=is_test)
    attributes = attributes_of(digest, truncated=bool(left_out))
    sign = SIGN_OF_AN_END if not digest.items else lines.SIGNS[severity_of(digest.items[0])]
    title = f"{sign} {subject(words, digest, is_test=is_test)}"
    content: dict[str, object] = {
        "textType": "client-markdown",
        "title": cut(title.translate(HARMLESS), MAX_TITLE_CHARS),
        "description": text,
        "keywords": [str(attributes["severity"]), *attributes["event"], *attributes.get("region", [])][:MAX_RESOURCES],
    }
    if steps := list(dict.fromkeys(lines.advice(words, item).translate(HARMLESS) for item in digest.items)):
        content["nextSteps"] = steps[:MAX_STEPS]
    summary = words.headline(digest.report).translate(HARMLESS)
    metadata = {
        "threadId": thread_of(digest),
        "summary": cut(summary, MAX_SUMMARY_CHARS),
        "eventType": "ncloud-backup-watch",
        "relatedResources": _resources(words, digest),
        "additionalContext": {"severity": str(attributes["severity"]), "events": " ".join(attributes["event"])},
    }
    return {"version": "1.0", "source": "custom", "content": content, "metadata": metadata}, left_out


SIGN_OF_AN_END = lines.SIGNS[Severity.OK]


def thread_of(digest: Digest) -> str:
    """The incident, so that an end lands in the thread of its beginning; of several, the worst one's.

    What could not be read has no incident: its thread is named after what it was and where, the same at every run.
    """
    first = next((item for item in (*digest.items, *digest.resolved) if isinstance(item, Violation)), None)
    if first is not None and (not digest.items or first is digest.items[0]):
        return first.incident
    item = digest.items[0]
    name = f"{item.errors[0].operation} {item.errors[0].kind}" if isinstance(item, Failure) else "nothing found"
    places = " ".join(sorted(item.regions)) if not isinstance(item, Violation) else ""
    return hashlib.sha256(f"unreadable {name} {places}".encode(errors="replace")).hexdigest()[:12]


def _text(words: Words, digest: Digest, *, limit: int, is_test: bool) -> tuple[str, int]:
    report = digest.report
    head = [words.text("message.sentence", sentence=words.headline(report))]
    if is_test:
        head.insert(0, words.text("message.test.text"))
    foot = f"{words.summary(report.counts)} · {words.instant(report.checked_at)}"
    items = Shelf(_lines(words, digest), len(digest.items), size=_size)
    ends = Shelf(_ends(words, digest), len(digest.resolved), size=_size)
    frame = length("\n".join((*head, foot))) + 120  # "and N more" twice, and the line breaks between the parts
    fill_shelves(limit - frame, [(items, 75), (ends, 25)])
    parts = [*head, "", *items.taken, *_more(words, items), *ends.taken, *_more(words, ends), "", foot]
    return "\n".join(parts).translate(HARMLESS), items.left_out + ends.left_out


def _lines(words: Words, digest: Digest) -> Iterator[str]:
    for number, item in enumerate(digest.items):
        tagged = words.text("message.tagged", tag=lines.tag(words, item))
        line = f"{lines.SIGNS[severity_of(item)]} {tagged} {lines.sentence(words, item)}"
        if isinstance(item, Violation):
            line = " · ".join([line, verdict(words, item)])
            known = times(words, item, now=digest.report.checked_at)
            facts = [words.text(f"message.fact.{key}", value=value) for key, value in known]
            line = "\n      ".join([line, *facts]) if number < IN_DETAIL else " · ".join([line, *facts[:1]])
        yield line


def _ends(words: Words, digest: Digest) -> Iterator[str]:
    tag = words.text("message.tagged", tag=words.text("message.tag.resolved"))
    return (f"{SIGN_OF_AN_END} {tag} {lines.ended(words, end)}" for end in digest.resolved)


def _size(line: str) -> int:
    return length(line) + 1


def _more(words: Words, shelf: Shelf[str]) -> list[str]:
    return [lines.and_more(words, shelf.left_out)] if shelf.left_out else []


def _resources(words: Words, digest: Digest) -> list[str]:
    told = (item for item in (*digest.items, *digest.resolved) if isinstance(item, Violation))
    names = dict.fromkeys(words.name(violation.finding.subject).translate(HARMLESS) for violation in told)
    return [shown(name) for name in list(names)[:MAX_RESOURCES]]
