"""Delivers one message to one address by Apprise, or says that it did not get there."""

from __future__ import annotations

import json
import logging
from typing import Any

from backup_watch.alerts.renderings.chat_text import harmless
from backup_watch.alerts.sns_message import Message
from backup_watch.cli.addresses import Address
from backup_watch.cli.failures import CommandFailed
from backup_watch.config.problems import AlertNotDelivered
from backup_watch.model.plain_text import cut

FOR_PROGRAMS = frozenset({"json", "jsons", "xml", "xmls", "form", "forms"})
"""Schemes of webhooks: what they get is no chat's, and is taken as it stands."""
MAIL = frozenset({"mailto", "mailtos", "sendgrid", "mailgun", "ses", "smtp2go", "sparkpost", "brevo", "resend", "o365"})
SHORT_CHARS = 500
"""What takes no more than this gets the text of an SMS."""
APP = "backup-watch"


def opened(address: Address) -> Any:
    """Apprise's plugin for *address*. Raises :class:`CommandFailed` where there is none, or no Apprise."""
    try:
        from apprise import Apprise, AppriseAsset
    except ModuleNotFoundError:
        raise CommandFailed("--notify needs Apprise: pip install 'ncloud-backup-watch[notify]'") from None
    logger = logging.getLogger("apprise")  # it may write addresses
    logger.handlers[:], logger.propagate = [logging.NullHandler()], False
    asset = AppriseAsset(app_id=APP, app_desc=APP, secure_logging=True, async_mode=False)
    plugin = Apprise.instantiate(address.url, asset=asset, suppress_exceptions=True)
    if plugin is None:
        raise CommandFailed(f"the address {address.name} is none that Apprise knows, or something in it is wrong")
    return plugin


def deliver(message: Message, plugin: Any, address: Address) -> None:
    """Raises :class:`AlertNotDelivered`, which does not show the address."""
    from apprise import NotifyFormat, NotifyType, OverflowMode

    title, body = texts(message, scheme=address.url.partition("://")[0].lower(), limit=plugin.body_maxlen)
    plugin.overflow_mode = OverflowMode.SPLIT
    severity = message.attributes.get("severity")
    kinds = {"critical": NotifyType.FAILURE, "unknown": NotifyType.FAILURE, "warning": NotifyType.WARNING}
    kind = kinds.get(str(severity), NotifyType.INFO)
    try:
        is_delivered = plugin.notify(body=body, title=title, notify_type=kind, body_format=NotifyFormat.TEXT)
    except Exception as error:  # noqa: BLE001  a hundred plugins, each with libraries of its own
        raise AlertNotDelivered(f"{address.name}: {type(error).__name__}", may_have_arrived=True) from None
    if not is_delivered:
        raise AlertNotDelivered(f"{address.name} did not take the alert")


def texts(message: Message, *, scheme: str, limit: int) -> tuple[str, str]:
    """Title and body of *message* for an address of *scheme* that takes *limit* characters at once."""
    if limit < SHORT_CHARS:
        return "", cut(message.renderings["sms"], limit)
    if scheme in MAIL or scheme in FOR_PROGRAMS:
        return message.subject, message.renderings["email"]
    return harmless(message.subject), chat_rendering(message)


def chat_rendering(message: Message) -> str:
    """The text for a chat, which stands on top of the report's JSON; without one, that of the mail."""
    document = json.loads(message.renderings["default"])
    text = document.get("text") if isinstance(document, dict) else None
    return text if isinstance(text, str) else harmless(message.renderings["email"])
