"""One message for one run, in every rendering, inside what SNS takes. Whatever fails, there is a message."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

from backup_watch.alerts.attributes import attributes_of
from backup_watch.alerts.brief import Brief
from backup_watch.alerts.plain_message import HEADING, UNWORDED, PlainMessage
from backup_watch.alerts.renderings import RENDERINGS, Rendered, Rendering
from backup_watch.alerts.renderings.subject import subject
from backup_watch.alerts.selection import select
from backup_watch.alerts.sns_message import (
    MAX_BYTES,
    MAX_SUBJECT_CHARS,
    Attributes,
    Message,
    attributes_size,
    encode,
    quoted_size,
)
from backup_watch.config.events import Notify
from backup_watch.i18n import Words
from backup_watch.model.plain_text import utf16_length
from backup_watch.model.report import Report

T = TypeVar("T")


def compose(
    report: Report,
    words: Words,
    *,
    chat_format: str = "none",
    notify: Notify = True,
    is_test: bool = False,
    runbook_url: str | None = None,
    groups: Mapping[str, str] | None = None,
) -> Message | None:
    """Choose what of *report* is to be told and word it; None where there is nothing to tell.

    *groups* has the group of each account that has one.

    Never raises. A part that fails is replaced by plain facts, costs no other part, and is named in ``failures``.
    """
    plain, parts = PlainMessage(report, notify, is_test), _Parts()
    digest = parts.make("selection", partial(select, report, notify=notify, groups=groups), lambda: None)
    if digest is None and not parts.failures:
        return None
    brief = None if digest is None else Brief(digest, words, is_test, runbook_url)
    line = parts.make("subject", partial(_subject, brief, plain), plain.subject, lambda: UNWORDED)
    most = _attributes(brief, plain, parts, truncated=True)
    room = MAX_BYTES - len(line.encode()) - attributes_size(most)
    rendered = _render(brief, plain, parts, chat_format=chat_format, room=room)
    is_cut = any(one.left_out for one in rendered.values())
    attributes = most if is_cut else _attributes(brief, plain, parts, truncated=False)
    events = plain.events if digest is None else digest.events
    return Message(
        subject=line,
        renderings={protocol: one.text for protocol, one in rendered.items()},
        attributes=attributes,
        truncated=is_cut,
        events=events,
        failures=tuple(dict.fromkeys([*parts.failures, *(f"sentence: {broken}" for broken in words.broken)])),
    )


def _subject(brief: Brief | None, plain: PlainMessage) -> str:
    """The subject; raises where SNS would refuse it."""
    line = plain.subject() if brief is None else subject(brief)
    if not line.isprintable() or not 1 <= utf16_length(line) <= MAX_SUBJECT_CHARS:
        raise ValueError(f"a subject of {utf16_length(line)} characters")
    return line


def _attributes(brief: Brief | None, plain: PlainMessage, parts: _Parts, *, truncated: bool) -> Attributes:
    usual = plain.attributes if brief is None else partial(attributes_of, brief.digest, truncated=truncated)
    return parts.make("attributes", usual, plain.attributes, lambda: {"severity": "unknown", "event": ["UNREADABLE"]})


def _render(
    brief: Brief | None, plain: PlainMessage, parts: _Parts, *, chat_format: str, room: int
) -> dict[str, Rendered]:
    """The text for each protocol, together in at most *room* bytes."""
    made: dict[str, Rendered] = {}
    for rendering in RENDERINGS:
        if rendering.chat_format in (None, chat_format):
            texts = {protocol: one.text for protocol, one in made.items()} | {rendering.protocol: ""}
            free = room - len(encode(texts).encode())
            share = free if rendering.max_bytes is None else min(free, rendering.max_bytes)
            instead = partial(rendering.plain, plain, min(share, MAX_PLAIN_BYTES))
            usual = instead if brief is None else partial(_checked, rendering, brief, room=share)
            made[rendering.protocol] = parts.make(rendering.protocol, usual, instead, lambda: Rendered(HEADING))
    return made


MAX_PLAIN_BYTES = 64_000
"""What a rendering made of plain facts may take: enough for some hundreds of lines."""


def _checked(rendering: Rendering, brief: Brief, *, room: int) -> Rendered:
    """Render; raises where the text is empty or larger than *room*: SNS would refuse the whole message."""
    rendered = rendering.render(brief, room)
    if not rendered.text or quoted_size(rendered.text) > room:
        raise ValueError(f"a text of {quoted_size(rendered.text)} bytes; 1 to {room} are allowed")
    return rendered


class _Parts:
    """Makes the parts of a message, and keeps what failed."""

    def __init__(self) -> None:
        self.failures: list[str] = []

    def make(self, part: str, *ways: Callable[[], T]) -> T:
        """Make *part* by the first of the *ways* that does not fail; the last one must not."""
        for way in ways[:-1]:
            try:
                return way()
            except Exception as error:  # noqa: BLE001  no sentence may cost an alert, in whatever way it is broken
                self.failures.append(f"{part}: {_described(error)}")
        return ways[-1]()


def _described(error: Exception) -> str:
    """``KeyError in lines.py, line 24: 'message.tag'``."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(frame.filename).name}, line {frame.lineno}: {error}"
