"""The status page of a made-up fleet, served over a real socket by the function's own code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache

from backup_watch.http.access import Guard
from backup_watch.http.checks import Outcome
from backup_watch.http.routes import answer
from backup_watch.report import Report
from backup_watch.triggers import Notify
from backup_watch.wording import Words
from tests.browser.states import STATES
from tests.stack.gateway import Gateway, serving


@cache
def report_of(state: str) -> Report:
    return STATES[state]().report()


class Fixed:
    """Checks that always come to the same."""

    def __init__(self, report: Report) -> None:
        self._outcome = Outcome(report, timedelta(milliseconds=420))

    def current(self) -> Outcome:
        return self._outcome

    def check(self, notify: Notify) -> Outcome:
        return self._outcome


@contextmanager
def site(state: str, *, language: str = "en", zone: str = "Asia/Seoul", guard: Guard | None = None) -> Iterator[str]:
    """Serve *state*; gives the address."""
    checks, words = Fixed(report_of(state)), Words(language, zone)

    def handler(event):
        return answer(event, checks=checks, guard=guard or Guard(), words=words)

    with serving(Gateway(handler)) as gateway:
        yield gateway.url
