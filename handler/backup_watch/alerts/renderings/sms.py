"""The text message: the subject, and the counts where they still fit."""

from __future__ import annotations

from backup_watch.alerts.brief import Brief
from backup_watch.alerts.plain_message import PlainMessage
from backup_watch.alerts.renderings.rendering import Rendered, Rendering
from backup_watch.alerts.renderings.subject import subject
from backup_watch.alerts.sns_message import MAX_SMS_CHARS
from backup_watch.i18n.headlines import summary
from backup_watch.model.plain_text import utf16_length


def sms(brief: Brief, _: int) -> Rendered:
    """One SMS of at most 140 characters."""
    line = subject(brief)
    longer = f"{line}. {summary(brief.words, brief.digest.report.counts)}"
    return Rendered(longer if utf16_length(longer) <= MAX_SMS_CHARS else line)


def _plain(message: PlainMessage, _: int) -> Rendered:
    return Rendered(message.subject())


SMS = Rendering("sms", sms, _plain, max_bytes=4 * MAX_SMS_CHARS)
