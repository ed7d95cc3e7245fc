"""`run`: the main job once, against the stand-ins, and what came of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich.table import Table
from rich.text import Text

from backup_watch.cli.findings_table import findings_table
from backup_watch.model.messages import N_
from tests.stack.mail_print import printed_mail
from tests.stack.opened import opened_stack
from tests.stack.screen import Screen

if TYPE_CHECKING:
    from tests.stack.stack import Stack

ROOT: Final = Path(__file__).resolve().parents[2]
SCHEDULE: Final = ROOT / "events" / "schedule.json"
EVERYTHING: Final = {"action": "check", "notify": False, "all": True}
ALMOST_AN_HOUR: Final = timedelta(minutes=59, seconds=50)
"""Of an instant of the schedule: older than an interval it would not be believed."""
NEXT: Final = {
    "make serve": N_("the status page of these databases, in a browser"),
    "make explain MATCH={name}": N_("why one is judged as it is, step by step"),
    "make doctor": N_("what is wrong with an installation, and what to do"),
    "make test-alert": N_("a sample of every kind of message"),
    "backup-watch check": N_("your own databases, with your own key (README, Try it)"),
    "make deploy": N_("the same in your own AWS account"),
}


def run(screen: Screen) -> int:
    """Check as the schedule would, and show the findings, the alert as it was received, and what to try next."""
    text, name = screen.words.text, "ncloud-backup-watch"
    screen.line()
    title = Text(text("{name}, on stand-ins for Ncloud and AWS on this machine", name=name))
    title.highlight_words([name], "bold")
    screen.show(title)
    screen.line()
    with opened_stack(screen) as stack:
        now = datetime.now(UTC)
        with screen.step(text("the schedule invokes it")) as done:
            run_before(stack, now)
            report = stack.invoke(_schedule(now))
            event, requests = SCHEDULE.relative_to(ROOT), len(stack.emulator.requests)
            done(text("{event}, {count} requests to Ncloud", event=event, count=requests))
        findings = stack.invoke(EVERYTHING)["findings"]
        [mail], [ticket] = stack.cloud.inbox, stack.cloud.receive()
    screen.heading(text("What it found, worst first"))
    screen.show(findings_table(findings, report["violations"], screen.words))
    screen.heading(text("The alert, as {receiver} got it from the topic", receiver=mail.to))
    screen.show(printed_mail(mail))
    screen.line()
    size = len(json.dumps(ticket, ensure_ascii=False).encode()) / 1024
    queue = N_("A queue got the same as JSON ({size} KiB), with a text on top for chat and tickets.")
    screen.line(text(queue, size=f"{size:.0f}"), "dim")
    screen.line()
    headline, summary = mail.text.split("\n")[:2]
    screen.line(headline, "bold")
    screen.line(summary)
    _try_next(screen, _worth_explaining(report))
    return 0


def run_before(stack: Stack, now: datetime) -> None:
    """Make the run of an hour ago and hide its alert: what it told is remembered, and what began since is NEW."""
    stack.invoke(_schedule(now - ALMOST_AN_HOUR))
    stack.cloud.inbox.clear()
    stack.cloud.receive()
    stack.emulator.forget_requests()


def _schedule(now: datetime) -> dict[str, Any]:
    from tests.stack.stack import as_due

    return as_due(json.loads(SCHEDULE.read_text(encoding="utf-8")), now=now)


def _try_next(screen: Screen, name: str) -> None:
    screen.heading(screen.words.text("Try next"))
    grid = Table.grid(padding=(0, 3, 0, 0))
    for command, what in NEXT.items():
        grid.add_row(Text(command.format(name=name), style="cyan"), Text(screen.words.text(what)))
    screen.show(grid)
    screen.line()


def _worth_explaining(report: dict[str, Any]) -> str:
    """A database that is newly wrong, by a name that every keyboard can type."""
    newly = ("NEW", "ESCALATED")
    names = [one["serviceName"] for one in report["violations"] if one["event"] in newly and one["verdict"] == "STALE"]
    return next(name for name in names if name.isascii())
