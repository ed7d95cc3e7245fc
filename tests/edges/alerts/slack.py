"""Slack behind the well-known SNS-to-Slack Lambda (terraform-aws-modules/notify-slack 7.5), as a message meets it.

The Lambda posts a JSON message that has ``text`` (or ``attachments``) to the webhook as it is, over its own channel and
user name; anything else it turns into fields of one attachment. Slack shows ``text`` and ignores keys it does not know.
"""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from typing import Any


def notify_slack(record: dict[str, Any], webhook: str) -> int:
    """Forward one SNS record of a Lambda event; gives Slack's status."""
    payload: dict[str, Any] = {"channel": "#db-alerts", "username": "aws", "icon_emoji": ":elephant:"}
    message = json.loads(record["Sns"]["Message"])
    if "text" in message or "attachments" in message:
        payload |= message
    else:
        payload["attachments"] = [{"fields": [{"title": key, "value": str(value)} for key, value in message.items()]}]
    form = urllib.parse.urlencode({"payload": json.dumps(payload)}).encode()
    with urllib.request.urlopen(webhook, form, timeout=5) as answer:
        return answer.status


def slack_answers(body: bytes) -> tuple[int, bytes]:
    """What an incoming webhook answers: a payload without text or attachments is refused."""
    payload = posted(body)
    has_content = payload.get("text") or payload.get("attachments")
    return (200, b"ok") if has_content else (400, b"no_text")


def posted(body: bytes) -> dict[str, Any]:
    """The payload in a webhook's form."""
    return json.loads(urllib.parse.parse_qs(body.decode())["payload"][0])
