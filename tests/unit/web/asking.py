"""Asks the routes as a client would, with a report made by hand."""

import base64
import gzip
import json
from datetime import timedelta

from backup_watch.i18n import Words
from backup_watch.model.report import Report
from backup_watch.web.auth import Authenticator
from backup_watch.web.checks import NO_DETAILS, CachedCheck, Details
from backup_watch.web.routes import FREELY, answer
from tests.builders import a_report, fresh

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
WORDS, OPEN = Words(), Authenticator()


class FixedChecks:
    """Always the same outcome; notes who asked for what."""

    def __init__(self, report: Report, *, undelivered: str | None = None, details: Details = NO_DETAILS) -> None:
        self.outcome = CachedCheck(report, timedelta(seconds=0.25), undelivered)
        self.read, self.notified, self.looked_at = 0, [], []
        self._details = details

    def current(self) -> CachedCheck:
        self.read += 1
        return self.outcome

    def details(self, instance, *, at) -> Details:
        self.looked_at.append((instance.id, at))
        return self._details

    def check(self, notify) -> CachedCheck:
        self.notified.append(notify)
        return self.outcome


class Answer:
    """A payload 2.0 answer as the client sees it, once it is unpacked."""

    def __init__(self, payload: dict) -> None:
        self.payload, self.status, self.headers = payload, payload["statusCode"], payload["headers"]
        text = payload["body"]
        body = base64.b64decode(text, validate=True) if payload["isBase64Encoded"] else text.encode()
        self.body = gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def kind(self) -> str:
        return self.headers["content-type"]


def an_event(
    target: str = "/", *, method: str = "GET", stage: str = "$default", authorizer=None, **headers: str
) -> dict:
    path, _, query = target.partition("?")
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {name.replace("_", "-"): value for name, value in headers.items()},
        "requestContext": {"http": {"method": method, "path": path}, "stage": stage, "authorizer": authorizer},
        "isBase64Encoded": False,
    }


def ask(
    target: str = "/", *, report=None, checks=None, authenticator=OPEN, words=WORDS, posts=FREELY, **event
) -> Answer:
    """GET *target* (or another ``method``); other keywords are headers."""
    if checks is None:
        checks = FixedChecks(a_report(others=[fresh()]) if report is None else report)
    return Answer(
        answer(an_event(target, **event), checks=checks, authenticator=authenticator, words=words, posts=posts)
    )
