"""The answer that is the status page."""

from __future__ import annotations

from backup_watch.http.checks import Checks
from backup_watch.http.request import Request
from backup_watch.http.response import Response
from backup_watch.i18n import Words
from backup_watch.page.assets import content_policy
from backup_watch.page.choice import read_choice
from backup_watch.page.document import render

CONTENT_TYPE = "text/html; charset=utf-8"


def page_response(checks: Checks, request: Request, words: Words) -> Response:
    """The page of the current report, as its reader chose to see it."""
    choice = read_choice(request.query())
    html = render(checks.current().report, choice, words, prefix=request.prefix)
    return Response(200, CONTENT_TYPE, html.encode(), {"content-security-policy": content_policy(words.language)})
