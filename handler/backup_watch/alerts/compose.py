"""One message for one run, in every rendering, inside what SNS takes."""

from __future__ import annotations

from backup_watch.alerts.attributes import attributes_of
from backup_watch.alerts.renderings.chat import card
from backup_watch.alerts.renderings.document import document
from backup_watch.alerts.renderings.email import email
from backup_watch.alerts.renderings.subject import subject, text_message
from backup_watch.alerts.selection import Digest, select
from backup_watch.alerts.sns_message import MAX_BYTES, Message, attributes_size, encode
from backup_watch.config.events import Notify
from backup_watch.i18n import Words
from backup_watch.model.report import Report

FOR_PEOPLE = ("default", "email")
FOR_PROGRAMS = ("sqs", "lambda", "http", "https")
PEOPLES_ROOM = 32_000
"""Bytes that a mail may take inside the message: some forty findings; programs share all the rest."""


def compose(
    report: Report, words: Words, *, chat_format: str = "none", notify: Notify = True, is_test: bool = False
) -> Message | None:
    """Choose what of *report* is to be told and word it; None where there is nothing to tell."""
    digest = select(report, notify=notify)
    return None if digest is None else _render(digest, words, chat_format=chat_format, is_test=is_test)


def _render(digest: Digest, words: Words, *, chat_format: str, is_test: bool) -> Message:
    renderings = {"sms": text_message(words, digest, is_test=is_test)}
    text, left_out = email(words, digest, room=PEOPLES_ROOM, is_test=is_test)
    renderings |= dict.fromkeys(FOR_PEOPLE, text)
    programs: tuple[str, ...] = FOR_PROGRAMS
    if chat_format == "amazon-q":
        shown_card, hidden = card(words, digest, is_test=is_test)
        renderings["https"], left_out = encode(shown_card), max(left_out, hidden)
        programs = FOR_PROGRAMS[:-1]
    line = subject(words, digest, is_test=is_test)
    room = MAX_BYTES - _weight(line, renderings, programs) - attributes_size(attributes_of(digest, truncated=True))
    body, hidden = document(words, digest, room=room // len(programs), is_test=is_test)
    renderings |= dict.fromkeys(programs, body)
    truncated = bool(left_out or hidden)
    attributes = attributes_of(digest, truncated=truncated)
    return Message(line, renderings, attributes, truncated, digest.events)


def _weight(line: str, renderings: dict[str, str], programs: tuple[str, ...]) -> int:
    """The bytes of a message whose *programs* still get an empty text."""
    return len(line.encode()) + len(encode(renderings | dict.fromkeys(programs, "")).encode())
