"""The status pages of made-up fleets, served over a real socket by the function's own code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from backup_watch.checking.lifecycle import ReportingPeriod
from backup_watch.cli.gateway import Gateway, serving
from backup_watch.config.events import Notify
from backup_watch.i18n import Words
from backup_watch.model.instances import Instance
from backup_watch.model.report import Report
from backup_watch.web.auth import Authenticator
from backup_watch.web.checks import CachedCheck, Details
from backup_watch.web.routes import Posts, answer
from tests.browser.states import STATES, kept_backups

FLEET = "fleet"


@cache
def report_of(state: str) -> Report:
    return STATES[state]().report()


class Fixed:
    """Checks that always come to the same."""

    def __init__(self, report: Report) -> None:
        self._outcome = CachedCheck(report, timedelta(milliseconds=420))

    def current(self) -> CachedCheck:
        return self._outcome

    def details(self, instance: Instance, *, at: datetime) -> Details:
        period = ReportingPeriod(at - timedelta(hours=1), at, timedelta(hours=24), UTC)
        return Details(kept_backups(instance), period=period)

    def check(self, notify: Notify) -> CachedCheck:
        return self._outcome


def answer_for(event: dict[str, Any]) -> dict[str, Any]:
    """Answer for the state and language that the path begins with (``/mixed.ko/report``), as if it were a stage.

    ``/several.fleet/`` is what a fleet's function answers: no database has a page there.
    """
    stage = event["rawPath"].split("/")[1]
    state, _, language = stage.partition(".")
    if state not in STATES:
        return {"statusCode": 404, "body": ""}
    event["requestContext"]["stage"] = stage
    posts = Posts(start=lambda _: "run") if language == FLEET else Posts()
    words = Words(language if language not in ("", FLEET) else "en")
    return answer(event, checks=Fixed(report_of(state)), authenticator=Authenticator(), words=words, posts=posts)


@contextmanager
def sites() -> Iterator[str]:
    """Serve every state, all at one address, which is given; a state is a path below it."""
    with serving(Gateway(answer_for)) as gateway:
        yield gateway.url
