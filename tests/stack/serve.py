"""`serve`: the status page at a loopback address, while the schedule goes on and time passes at Ncloud."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from tests.stack.opened import opened_stack
from tests.stack.screen import Screen

if TYPE_CHECKING:
    from tests.stack.gateway import Gateway
    from tests.stack.stack import Stack

USUAL_PORT: Final = 8787
EVERY: Final = timedelta(minutes=1)
SETTINGS: Final = {"CHECK_INTERVAL": "1m", "REPORT_CACHE_SECONDS": "2"}
"""Faster than in earnest, so that a person sees what comes of it."""
FIRST: Final = {"action": "check", "notify": "all"}
TICK_SECONDS: Final = 2.0
PATHS: Final = ("/report", "/metrics", "/badge.svg", "/healthz")


def serve(screen: Screen, *, port: int | None, forever: threading.Event | None = None) -> int:
    """Serve until the process ends, or until *forever* is set."""
    screen.line()
    with opened_stack(screen, settings=SETTINGS) as stack:
        from tests.stack.gateway import serving

        with serving(_gateway(stack, screen, port)) as gateway:
            _tell_where(screen, gateway.url)
            _go_on(stack, lambda text, *styles: _tell(screen, text, *styles), forever or threading.Event())
    return 0


def _gateway(stack: Stack, screen: Screen, port: int | None) -> Gateway:
    """At *port*; without one at the usual port, or a free one where somebody else has that."""
    from tests.stack.gateway import Gateway

    def failed(error: Exception) -> None:
        _tell(screen, f"the function raised {type(error).__name__}: {error}", "red")

    try:
        return Gateway(stack.invoke, port=USUAL_PORT if port is None else port, on_failure=failed)
    except OSError:
        if port is not None:
            raise
        return Gateway(stack.invoke, on_failure=failed)


def _tell_where(screen: Screen, url: str) -> None:
    screen.line()
    screen.line(f"The status page is at {screen.paint(f'{url}/', 'bold', 'cyan')}")
    screen.line(screen.paint(f"also there: {'  '.join(PATHS)}", "dim"))
    screen.line()
    screen.paragraph("It is checked every minute, and time passes at Ncloud too. Ctrl-C ends it all.", "dim")
    screen.line()


def _tell(screen: Screen, text: str, *styles: str) -> None:
    now = f"{datetime.now(UTC).astimezone():%H:%M:%S}"
    screen.line(f"{screen.paint(now, 'dim')}  {screen.paint(text, *styles)}")


def _go_on(stack: Stack, tell: Callable[..., None], end: threading.Event) -> None:
    from tests.stack.life import Life

    life = Life(stack.emulator.account, began=datetime.now(UTC))
    event: dict[str, Any] = dict(FIRST)
    due = datetime.now(UTC)
    while not end.is_set():
        now = datetime.now(UTC)
        for sentence in life.pass_to(now):
            tell(sentence)
        if now >= due:
            stack.invoke(event)
            event, due = _scheduled(due + EVERY)
            while stack.cloud.inbox:
                tell(f"alert: {stack.cloud.inbox.pop(0).subject}", "yellow")
        end.wait(TICK_SECONDS)


def _scheduled(at: datetime) -> tuple[dict[str, Any], datetime]:
    """The schedule's next event, and when it is due."""
    return {"trigger": "schedule", "scheduledTime": at.isoformat()}, at
