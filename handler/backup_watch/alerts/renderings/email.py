"""The message for people who read mail: plain text, a block for each thing, the worst first.

Words come from the catalogues and the layout is one line after the other, so there is no template engine here: it
would cost the invocation more time at import than composing the whole message takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from backup_watch.alerts import lines
from backup_watch.alerts.blocks import Blocks
from backup_watch.alerts.brief import Brief
from backup_watch.alerts.byte_budget import SizedList, share_budget
from backup_watch.alerts.facts import fact, facts
from backup_watch.alerts.plain_message import PlainMessage
from backup_watch.alerts.renderings.rendering import Rendered, Rendering
from backup_watch.alerts.selection import Digest, Failure, Item
from backup_watch.alerts.sns_message import quoted_size
from backup_watch.i18n import Words, headlines, terms
from backup_watch.i18n.notices import notice_sentence
from backup_watch.model.findings import Violation
from backup_watch.model.messages import N_, NN_
from backup_watch.model.notices import AccountsEmpty, NothingFound, Notice
from backup_watch.model.plain_text import MAX_MESSAGE_CHARS, shown

MAX_TEXT_BYTES = 32_000
"""What a mail may take inside the message: some forty findings; programs have all the rest."""
RESOLVED = NN_("Resolved ({count}):", "Resolved ({count}):")
WARNINGS = NN_("Warnings ({count}):", "Warnings ({count}):")
MAX_NAMES = 10
"""Of the databases behind a failure, so many are named."""
FAILURES_IN_DETAIL = 3
"""Where several accounts are watched, so many failures have more than one line."""


def email(brief: Brief, room: int) -> Rendered:
    """The text, of at most *room* bytes inside JSON, and how many things it leaves out."""
    words, digest = brief.words, brief.digest
    head, foot = _head(brief), _foot(brief)
    warnings = _warnings(digest)
    blocks = Blocks(brief, partial(_blocks, brief), size=_size)
    ends = SizedList((lines.ended(brief, end) for end in digest.resolved), len(digest.resolved), size=_size)
    notices = SizedList((notice_sentence(words, notice) for notice in warnings), len(warnings), size=_size)
    spare = room - quoted_size("\n".join((head, foot))) - 900  # headings, and "N more" three times
    reserved = blocks.reserve(spare)
    share_budget(spare - reserved, [*blocks.shares(70), (ends, 20), (notices, 10)])
    sections = [head, *blocks.texts(reserved=reserved)]
    sections += _section(words, RESOLVED, ends) + _section(words, WARNINGS, notices)
    return Rendered("\n\n".join([*sections, foot]) + "\n", blocks.left_out + ends.left_out)


def _warnings(digest: Digest) -> list[Notice]:
    """Those that are news first; without the one that the first block says already."""
    every = dict.fromkeys((*digest.report.announced, *digest.report.notices))
    return [notice for notice in every if not isinstance(notice, NothingFound | AccountsEmpty)]


def _head(brief: Brief) -> str:
    words, digest, report = brief.words, brief.digest, brief.digest.report
    head = [words.text(lines.SAMPLE)] if brief.is_test else []
    head.append(words.text("{sentence}.", sentence=lines.headline(brief)))
    head.append(headlines.summary(words, report.counts))
    head.append(words.text("Checked at {moment}.", moment=words.instant(report.checked_at)))
    if going_on := len(report.violations) - len(digest.violations):
        head.append(words.text("Going on as told before: {count}.", count=going_on))
    return "\n".join(head)


def _foot(brief: Brief) -> str:
    if brief.runbook_url is None:
        return brief.words.text("Sent by ncloud-backup-watch.")
    message = N_("Sent by ncloud-backup-watch. What to do for each verdict and error: {runbook}")
    return brief.words.text(message, runbook=brief.runbook_url)


def _size(entry: str) -> int:
    return quoted_size(entry) + 8  # the blank line or the dash that joins it, escaped


def _more(words: Words, sized: SizedList[str]) -> list[str]:
    return [lines.and_more(words, sized.left_out)] if sized.left_out else []


def _section(words: Words, heading: tuple[str, str], sized: SizedList[str]) -> list[str]:
    """A heading with one dash a line; nothing where there is nothing."""
    if not sized.count:
        return []
    entries = [f"- {entry}" for entry in sized.taken] + _more(words, sized)
    return ["\n".join([words.counted(*heading, sized.count), *entries])]


def _blocks(brief: Brief, items: Sequence[Item]) -> Iterator[str]:
    words, advised = brief.words, dict[str, str]()
    for number, item in enumerate(items):
        title, known = _described(brief, item)
        if isinstance(item, Failure) and brief.digest.several_accounts and number >= FAILURES_IN_DETAIL:
            yield title
            continue
        text = lines.advice(words, item)
        known.append(("next", words.text("as for {name}", name=advised[text]) if text in advised else text))
        if isinstance(item, Violation):
            known.append(("incident", item.incident))
        advised.setdefault(text, lines.name(brief, item))
        yield "\n".join([title, *(f"  {fact(words, key, value)}" for key, value in known)])


def _described(brief: Brief, item: Item) -> tuple[str, list[tuple[str, str]]]:
    """The title of a block and the facts below it."""
    words = brief.words
    tagged = words.text("{tag}", tag=lines.tag(words, item))
    if isinstance(item, Violation):
        return f"{tagged} {lines.who(brief, item)}", facts(words, item, now=brief.digest.report.checked_at)
    title = f"{tagged} {lines.sentence(brief, item)}"
    return title, _about_failure(words, item) if isinstance(item, Failure) else []


def _about_failure(words: Words, item: Failure) -> list[tuple[str, str]]:
    message = item.errors[0].message
    known = [("said", shown(message, limit=MAX_MESSAGE_CHARS))] if message else []
    if item.hidden:
        names = [terms.name(words, violation.finding.subject) for violation in item.hidden[:MAX_NAMES]]
        more = len(item.hidden) - len(names)
        known.append(("unknown", ", ".join(names) + (words.text(" (+{count} more)", count=more) if more else "")))
    return known


def _plain(message: PlainMessage, room: int) -> Rendered:
    return Rendered(*message.text(room))


EMAIL = Rendering("email", email, _plain, max_bytes=MAX_TEXT_BYTES)
