"""A person's digest as a chat shows it: the headline, a line for each thing, the counts; nothing in it commands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from backup_watch.alerts import lines
from backup_watch.alerts.blocks import Blocks
from backup_watch.alerts.brief import Brief
from backup_watch.alerts.byte_budget import SizedList, share_budget
from backup_watch.alerts.facts import fact, times, verdict
from backup_watch.alerts.selection import Item, severity_of
from backup_watch.i18n import Words, headlines
from backup_watch.i18n.notices import notice_sentence
from backup_watch.model.findings import Violation
from backup_watch.model.plain_text import utf16_length
from backup_watch.model.vocabulary import Severity

IN_DETAIL = 5
"""So many of the worst get a line for each instant; the others only the first, which is since when."""
SIGN_OF_AN_END = lines.SIGNS[Severity.OK]
LOOKALIKES = str.maketrans({
    "<": "‹", ">": "›", "@": "＠", "*": "∗", "`": "ˋ", "~": "∼", "[": "［", "]": "］", "|": "｜", "\\": "＼",
    "&": "＆",
})  # fmt: skip
"""A chat takes ``<!channel>``, ``<http://…|label>``, ``@here``, ``[text](https://…)``, ``*bold*`` and the like for
commands and links; a database may be called so."""
MARKS = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
"""Underscores that can begin or end an emphasis; one inside a word cannot."""
ADDRESS = re.compile(r"(?<=[A-Za-z]):(?=//)|\b(?<=www)\.|(?<=mailto):", re.IGNORECASE)
"""The sign without which an address is no link."""
SHORTCODE = re.compile(r":(?=[A-Za-z][\w+-]*:)")
"""The beginning of ``:fire:``."""
FULL_WIDTH = {":": "：", ".": "．"}


def harmless(text: str) -> str:
    """*text* so that a chat shows every sign of it, and follows none."""
    text = MARKS.sub("＿", text.translate(LOOKALIKES))
    return SHORTCODE.sub("：", ADDRESS.sub(lambda found: FULL_WIDTH[found[0]], text))


def chat_text(brief: Brief, *, limit: int) -> tuple[str, int]:
    """The digest in at most *limit* characters, and how many things it leaves out."""
    words, digest, report = brief.words, brief.digest, brief.digest.report
    head = [words.text("{sentence}.", sentence=lines.headline(brief))]
    if brief.is_test:
        head.insert(0, words.text(lines.SAMPLE))
    foot = f"{headlines.summary(words, report.counts)} · {words.instant(report.checked_at)}"
    items = Blocks(brief, partial(_lines, brief), size=_size)
    news = SizedList(_announced(brief), len(report.announced), size=_size)
    ends = SizedList(_ends(brief), len(digest.resolved), size=_size)
    spare = (
        limit - utf16_length("\n".join((*head, foot))) - 160
    )  # "and N more" thrice, the line breaks between the parts
    reserved = items.reserve(spare)
    share_budget(spare - reserved, [*items.shares(70), (ends, 20), (news, 10)])
    told = [*items.texts(reserved=reserved), *ends.taken, *_more(words, ends), *news.taken, *_more(words, news)]
    return harmless("\n".join([*head, "", *told, "", foot])), items.left_out + ends.left_out + news.left_out


def _announced(brief: Brief) -> Iterator[str]:
    words = brief.words
    tag = words.text("{tag}", tag=words.term("tag", "WARNING"))
    return (
        f"{lines.SIGNS[Severity.WARNING]} {tag} {notice_sentence(words, notice)}"
        for notice in brief.digest.report.announced
    )


def _lines(brief: Brief, items: Sequence[Item]) -> Iterator[str]:
    words = brief.words
    for number, item in enumerate(items):
        tagged = words.text("{tag}", tag=lines.tag(words, item))
        line = f"{lines.SIGNS[severity_of(item)]} {tagged} {lines.sentence(brief, item)}"
        if isinstance(item, Violation):
            line = " · ".join([line, verdict(words, item)])
            known = times(words, item, now=brief.digest.report.checked_at)
            facts = [fact(words, key, value) for key, value in known]
            line = "\n      ".join([line, *facts]) if number < IN_DETAIL else " · ".join([line, *facts[:1]])
        yield line


def _ends(brief: Brief) -> Iterator[str]:
    words = brief.words
    tag = words.text("{tag}", tag=words.term("tag", "RESOLVED"))
    return (f"{SIGN_OF_AN_END} {tag} {lines.ended(brief, end)}" for end in brief.digest.resolved)


def _size(line: str) -> int:
    return utf16_length(line) + 1


def _more(words: Words, sized: SizedList[str]) -> list[str]:
    return [lines.and_more(words, sized.left_out)] if sized.left_out else []
