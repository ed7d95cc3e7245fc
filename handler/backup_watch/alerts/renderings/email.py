"""The message for people who read mail: plain text, a block for each thing, the worst first.

Words come from the catalogues and the layout is one line after the other, so there is no template engine here: it
would cost the invocation more time at import than composing the whole message takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from backup_watch.alerts import lines
from backup_watch.alerts.byte_budget import Shelf, fill_shelves
from backup_watch.alerts.facts import facts
from backup_watch.alerts.selection import Digest, Failure, Item
from backup_watch.alerts.sns_message import quoted_size
from backup_watch.i18n import Words
from backup_watch.i18n.plain_text import MAX_MESSAGE_CHARS, shown
from backup_watch.model.findings import Violation

MAX_NAMES = 10
"""Of the databases behind a failure, so many are named."""


def email(words: Words, digest: Digest, *, room: int, is_test: bool = False) -> tuple[str, int]:
    """The text, of at most *room* bytes inside JSON, and how many things it leaves out."""
    report = digest.report
    head = [words.text("message.sentence", sentence=words.headline(report)), words.summary(report.counts)]
    head.append(words.text("message.checked", moment=words.instant(report.checked_at)))
    if told_before := len(report.violations) - len(digest.violations):
        head.append(words.text("message.told-before", count=told_before))
    if is_test:
        head.insert(0, words.text("message.test.text"))
    blocks = Shelf(_blocks(words, digest), len(digest.items), size=_size)
    ends = Shelf((lines.ended(words, end) for end in digest.resolved), len(digest.resolved), size=_size)
    notices = Shelf(map(words.notice, report.notices), len(report.notices), size=_size)
    frame = quoted_size("\n".join(head)) + 1_000  # headings, "and N more" three times, the last line
    fill_shelves(room - frame, [(blocks, 70), (ends, 20), (notices, 10)])
    sections = ["\n".join(head), *blocks.taken, *_more(words, blocks)]
    sections += _section(words, "message.resolved", ends) + _section(words, "message.warnings", notices)
    sections.append(words.text("message.footer"))
    return "\n\n".join(sections) + "\n", blocks.left_out + ends.left_out


def _size(entry: str) -> int:
    return quoted_size(entry) + 8  # the blank line or the dash that joins it, escaped


def _more(words: Words, shelf: Shelf[str]) -> list[str]:
    return [lines.and_more(words, shelf.left_out)] if shelf.left_out else []


def _section(words: Words, heading: str, shelf: Shelf[str]) -> list[str]:
    """A heading with one dash a line; nothing where there is nothing."""
    if not shelf.count:
        return []
    entries = [f"- {entry}" for entry in shelf.taken] + _more(words, shelf)
    return ["\n".join([words.text(heading, count=shelf.count), *entries])]


def _blocks(words: Words, digest: Digest) -> Iterator[str]:
    advised: dict[str, str] = {}
    for item in digest.items:
        title, known = _described(words, item, now=digest.report.checked_at)
        text = lines.advice(words, item)
        known.append(("next", words.text("message.as-above", name=advised[text]) if text in advised else text))
        if isinstance(item, Violation):
            known.append(("incident", item.incident))
        advised.setdefault(text, lines.name(words, item))
        yield "\n".join([title, *(f"  {words.text(f'message.fact.{key}', value=value)}" for key, value in known)])


def _described(words: Words, item: Item, *, now: datetime) -> tuple[str, list[tuple[str, str]]]:
    """The title of a block and the facts below it."""
    tagged = words.text("message.tagged", tag=lines.tag(words, item))
    if isinstance(item, Violation):
        return f"{tagged} {lines.who(words, item)}", facts(words, item, now=now)
    title = f"{tagged} {lines.sentence(words, item)}"
    return title, _about_failure(words, item) if isinstance(item, Failure) else []


def _about_failure(words: Words, item: Failure) -> list[tuple[str, str]]:
    told = [("said", shown(item.errors[0].message, limit=MAX_MESSAGE_CHARS))] if item.errors[0].message else []
    if item.hidden:
        names = [words.name(violation.finding.subject) for violation in item.hidden[:MAX_NAMES]]
        more = len(item.hidden) - len(names)
        told.append(("unknown", ", ".join(names) + (words.text("message.subject.more", count=more) if more else "")))
    return told
