"""Pictures of what people get, for the documents: ``python -m tests.browser.message_pictures [NAME...]``.

What is shown is composed by the function's own code; only the frame around it (a mail program, a chat) is drawn here.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from playwright.sync_api import Browser

from backup_watch.alerts import Message, compose
from backup_watch.checking.lifecycle import incident_of
from backup_watch.i18n import Words
from backup_watch.model.report import Report
from tests import builders as b
from tests.browser.chromium import chromium
from tests.browser.command_picture import terminal
from tests.browser.site import report_of

IMAGES = Path(__file__).parents[2] / "docs" / "images"
FRAMES = Path(__file__).parent / "frames"
RUNBOOK = "https://wiki.example.com/backups"
SIGN_COLOURS = {"🔴": "#d7263d", "🟠": "#ef8a17", "⚪": "#c7ccd1", "🟢": "#2eb67d"}
UNSUBSCRIBE = """--
If you wish to stop receiving notifications from this topic, please click or visit the link below to unsubscribe:
https://sns.ap-northeast-2.amazonaws.com/unsubscribe.html?SubscriptionArn=..."""
"""What SNS itself puts below every mail."""


def composed(report: Report, language: str) -> Message:
    """The message about *report*. Raises ``ValueError`` where there is nothing to tell."""
    message = compose(report, Words(language), chat_format="amazon-q", runbook_url=RUNBOOK)
    if message is None:
        raise ValueError("a picture needs something to tell")
    return message


def mail(language: str) -> str:
    """The mail about a fleet on a bad day, in a mail program."""
    message = composed(report_of("mixed"), language)
    text = escape(f"{message.renderings['email']}\n{UNSUBSCRIBE}")
    return _framed("mail.html", subject=escape(message.subject), text=text)


def thread(language: str) -> str:
    """A beginning in a chat, and its end in the same thread."""
    outage = b.a_violation(b.late("orders-db"))
    ended_at = b.NOW + timedelta(minutes=40)
    healthy = [b.fresh(f"db-{number}") for number in range(46)]
    begins = b.a_report(outage, others=healthy)
    end = replace(
        b.an_end(outage.finding),
        ended_at=ended_at,
        incident=incident_of(outage.finding.subject, outage.finding.last_backup_at),
    )
    ends = replace(b.a_report(others=[*healthy, b.fresh()], resolved=[end]), checked_at=b.NOW + timedelta(hours=1))
    first, reply = (json.loads(composed(report, language).renderings["https"]) for report in (begins, ends))
    if first["metadata"]["threadId"] != reply["metadata"]["threadId"]:
        raise ValueError("the end would not land in the thread of its beginning")
    return _framed("slack.html", first=card(first), reply=card(reply))


def card(shown: dict[str, Any]) -> str:
    """A custom notification as Amazon Q draws it: title, description, next steps, keywords."""
    content = shown["content"]
    title, text = _signs(escape(content["title"])), _signs(escape(content["description"]))
    steps = "".join(f"<li>{escape(step)}</li>" for step in content.get("nextSteps", []))
    listed = f"<h4>Next steps</h4><ul>{steps}</ul>" if steps else ""
    keywords = " ".join(f"<code>{escape(word)}</code>" for word in content["keywords"])
    good = content["title"].startswith("🟢")
    return (
        f'<div class="card {"good" if good else "bad"}"><h3>{title}</h3>'
        f'<p class="text">{text}</p>{listed}<p class="keywords">{keywords}</p></div>'
    )


def _signs(text: str) -> str:
    """The coloured signs drawn, since not every machine has a font for them."""
    for sign, colour in SIGN_COLOURS.items():
        text = text.replace(sign, f'<i class="sign" style="background: {colour}"></i>')
    return text


PICTURES: dict[str, tuple[Callable[[str], str], str]] = {
    "alert-email": (mail, "en"),
    "alert-email-ko": (mail, "ko"),
    "alert-slack": (thread, "en"),
    "alert-slack-ko": (thread, "ko"),
    "command": (terminal, "en"),
    "command-ko": (terminal, "ko"),
}


def _framed(frame: str, **parts: str) -> str:
    page = (FRAMES / frame).read_text()
    for name, part in parts.items():
        page = page.replace(f"<!--{name}-->", part)
    return page


def take(browser: Browser, html: str, path: Path) -> None:
    """Take a picture of the first element of *html*, twice as sharp as it is large."""
    page = browser.new_page(viewport={"width": 1100, "height": 700}, device_scale_factor=2)
    page.set_content(html)
    page.locator("main").screenshot(path=path)
    page.close()


def main(names: list[str]) -> None:
    """Take the named pictures, or all."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for name in names or PICTURES:
            draw, language = PICTURES[name]
            take(browser, draw(language), IMAGES / f"{name}.png")
            print(f"docs/images/{name}.png")


if __name__ == "__main__":
    main(sys.argv[1:])
