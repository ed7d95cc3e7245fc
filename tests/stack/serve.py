"""`serve`: the status page at a loopback address, while the schedule goes on and time passes at Ncloud."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from backup_watch.cli.gateway import Gateway, serving
from backup_watch.cli.serve import opened_gateway
from backup_watch.cli.terminal import hanging
from tests.stack.opened import opened_stack
from tests.stack.screen import Screen

if TYPE_CHECKING:
    from tests.stack.stack import Stack

EVERY: Final = timedelta(minutes=1)
SETTINGS: Final = {"CHECK_INTERVAL": "1m", "REPORT_CACHE_SECONDS": "2"}
"""Faster than in earnest, so that a person sees what comes of it."""
FIRST: Final = {"action": "check", "notify": "all"}
SCHEDULED: Final = {"trigger": "schedule", "scheduledTime": "now"}
TICK_SECONDS: Final = 2.0
PATHS: Final = ("/report", "/metrics", "/badge.svg", "/healthz")


def serve(screen: Screen, *, port: int | None, forever: threading.Event | None = None) -> int:
    """Serve until the process ends, or until *forever* is set."""
    screen.line()
    with opened_stack(screen, settings=SETTINGS) as stack, serving(_gateway(stack, screen, port)) as gateway:
        _tell_where(screen, gateway.url)
        _go_on(stack, lambda text, style="": _tell(screen, text, style), forever or threading.Event())
    return 0


def _gateway(stack: Stack, screen: Screen, port: int | None) -> Gateway:
    """At *port*; without one at the usual port, or a free one where that is taken."""

    def failed(error: Exception) -> None:
        _tell(screen, f"the function raised {type(error).__name__}: {error}", "red")

    return opened_gateway(stack.invoke, port=port, on_failure=failed)


def _tell_where(screen: Screen, url: str) -> None:
    screen.line()
    screen.show(Text.assemble("The status page is at ", (f"{url}/", "bold cyan")))
    screen.line(f"also there: {'  '.join(PATHS)}", "dim")
    screen.line()
    screen.line("It is checked every minute, and time passes at Ncloud too. Ctrl-C ends it all.", "dim")
    screen.line()


def _tell(screen: Screen, text: str, style: str = "") -> None:
    """*text* behind the time of day."""
    screen.show(hanging(f"{datetime.now(UTC).astimezone():%H:%M:%S}  ", text, mark_style="dim", style=style))


def _go_on(stack: Stack, tell: Callable[..., None], end: threading.Event) -> None:
    """Let time pass, and the schedule with it; tell what happens, and each alert that comes of it."""
    from tests.stack.life import Life
    from tests.stack.stack import as_due

    life = Life(stack.emulator.account, began=datetime.now(UTC))
    event, due = FIRST, datetime.now(UTC)
    told: set[str] = set()
    while not end.is_set():
        now = datetime.now(UTC)
        for sentence in life.pass_to(now):
            tell(sentence)
        if now >= due:
            stack.invoke(as_due(event, now=now))
            event, due = SCHEDULED, now + EVERY
            for ticket in stack.cloud.receive():
                if news := [one for one in _alerts(ticket) if one not in told]:
                    tell(f"alert: {', '.join(news)}", "yellow")
                told = set(_alerts(ticket))
        end.wait(TICK_SECONDS)


def _alerts(ticket: dict[str, Any]) -> list[str]:
    """What a message tells, a few words each."""
    ended = [f"{one['serviceName']} RESOLVED" for one in ticket["resolved"]]
    return ended + [f"{one['serviceName']} {one['verdict']}" for one in ticket["violations"]]
