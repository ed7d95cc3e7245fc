"""The answer that is the status page."""

from __future__ import annotations

from backup_watch.i18n import Words
from backup_watch.web.checks import Checks
from backup_watch.web.page.assets import content_policy
from backup_watch.web.page.choice import read_choice
from backup_watch.web.page.document import render
from backup_watch.web.request import Request
from backup_watch.web.response import Response

CONTENT_TYPE = "text/html; charset=utf-8"


def page_response(checks: Checks, request: Request, words: Words, *, has_instances: bool) -> Response:
    """The page of the current report, as its reader chose to see it. *has_instances*: each database has a page."""
    choice = read_choice(request.query())
    html = render(checks.current().report, choice, words, prefix=request.prefix, has_instances=has_instances)
    return Response(200, CONTENT_TYPE, html.encode(), {"content-security-policy": content_policy(words.language)})
