"""Which request gets which answer: the table of routes, and the order in which a request is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from backup_watch.config.events import Notify
from backup_watch.config.problems import SettingsError
from backup_watch.i18n import Words
from backup_watch.outputs.badge import badge_document, badge_svg
from backup_watch.outputs.health import health_document, is_healthy
from backup_watch.outputs.openmetrics import CONTENT_TYPE as OPENMETRICS
from backup_watch.outputs.openmetrics import openmetrics
from backup_watch.outputs.report_json import report_document
from backup_watch.web.auth import Guard
from backup_watch.web.checks import Checks
from backup_watch.web.negotiation import prefers_html
from backup_watch.web.query import only_known, read_filter, refused_value
from backup_watch.web.refusals import RequestRefused
from backup_watch.web.report_view import filtered_document
from backup_watch.web.request import Request, read_request
from backup_watch.web.response import Response, document_response, payload, problem_response

EMBEDDABLE = {"cross-origin-resource-policy": "cross-origin"}
NOTIFY: dict[str, Notify] = {"true": True, "false": False, "all": "all"}


class Asked(Struct, frozen=True):
    """A request that may pass, with what it takes to answer it."""

    request: Request
    checks: Checks
    words: Words


def answer(event: Mapping[str, Any], *, checks: Checks, guard: Guard, words: Words) -> dict[str, Any]:
    """Answer a payload 2.0 *event* with a payload 2.0 response. Nothing happens before *guard* lets it pass."""
    request = read_request(event)
    try:
        guard.admit(request)
        return payload(_respond(Asked(request, checks, words)), request)
    except RequestRefused as refused:
        return payload(_refusal(refused, request, words), request)
    except SettingsError as error:
        return payload(problem_response(_wrong_settings(error)), request)


def _refusal(refused: RequestRefused, request: Request, words: Words) -> Response:
    """A problem document; for a browser without the token, the form that asks for it."""
    if refused.status == 401 and prefers_html(request.header("accept")):
        from backup_watch.web.page.sign_in import sign_in_response

        return sign_in_response(refused, words)
    return problem_response(refused)


def _respond(asked: Asked) -> Response:
    methods = ROUTES.get(asked.request.path)
    if methods is None:
        raise RequestRefused(404, f"there is nothing here; there are {', '.join(ROUTES)}")
    method = "GET" if asked.request.method == "HEAD" else asked.request.method
    if method not in methods:
        allowed = "GET, HEAD" if "GET" in methods else "POST"
        raise RequestRefused(405, f"this takes {allowed}", headers={"Allow": allowed})
    return methods[method](asked)


def _wrong_settings(error: SettingsError, *, status: int = 500) -> RequestRefused:
    fields = [{"field": one.field, "value": one.shown, "allowed": one.allowed} for one in error.problems]
    return RequestRefused(status, str(error), members={"problems": fields})


def _start(asked: Asked) -> Response:
    """The page for people; the report as JSON for programs."""
    if not prefers_html(asked.request.header("accept")):
        return _report(asked, every_finding=False)
    from backup_watch.web.page.answer import page_response  # the template engine is for this answer alone

    return page_response(asked.checks, asked.request, asked.words)


def _full_report(asked: Asked) -> Response:
    return _report(asked, every_finding=True)


def _report(asked: Asked, *, every_finding: bool) -> Response:
    chosen = read_filter(asked.request.query())
    report = asked.checks.current().report
    return document_response(filtered_document(report, chosen, asked.words, every_finding=every_finding))


def _metrics(asked: Asked) -> Response:
    only_known(asked.request.query(), ())
    current = asked.checks.current()
    text = openmetrics(current.report, took=current.took)
    return Response(200, OPENMETRICS, text.encode("utf-8", "replace"))


def _badge_svg(asked: Asked) -> Response:
    only_known(asked.request.query(), ())
    svg = badge_svg(asked.checks.current().report, asked.words)
    return Response(200, "image/svg+xml; charset=utf-8", svg.encode(), EMBEDDABLE)


def _badge_json(asked: Asked) -> Response:
    only_known(asked.request.query(), ())
    return document_response(badge_document(asked.checks.current().report, asked.words), headers=EMBEDDABLE)


def _health(asked: Asked) -> Response:
    """Well enough, or 503 whatever the reason: who asks for health looks at little else."""
    try:
        only_known(asked.request.query(), ())
        report = asked.checks.current().report
        return document_response(health_document(report, asked.words), status=200 if is_healthy(report) else 503)
    except SettingsError as error:
        raise _wrong_settings(error, status=503) from error
    except RequestRefused as refused:
        raise RequestRefused(503, refused.detail) from refused


def _check(asked: Asked) -> Response:
    """Check now and tell; a browser that was lured here from another site gets nothing done."""
    if asked.request.header("sec-fetch-site") in ("cross-site", "same-site"):
        raise RequestRefused(403, "a page of another site may not start a check")
    outcome = asked.checks.check(_notify(asked.request))
    report = report_document(outcome.report, asked.words)
    if outcome.undelivered is not None:
        detail = f"the check was made, but its alert could not be delivered: {outcome.undelivered}"
        raise RequestRefused(502, detail, members={"report": report})
    return document_response(report)


def _notify(request: Request) -> Notify:
    query = request.query()
    only_known(query, ("notify",))
    given = ",".join(value for _, value in query) if query else "true"
    if given.lower() not in NOTIFY:
        raise refused_value("notify", given, allowed=", ".join(NOTIFY))
    return NOTIFY[given.lower()]


ROUTES: dict[str, dict[str, Callable[[Asked], Response]]] = {
    "/": {"GET": _start},
    "/report": {"GET": _full_report},
    "/metrics": {"GET": _metrics},
    "/badge.svg": {"GET": _badge_svg},
    "/badge.json": {"GET": _badge_json},
    "/healthz": {"GET": _health},
    "/check": {"POST": _check},
}
