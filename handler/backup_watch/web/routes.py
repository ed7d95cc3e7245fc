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
from backup_watch.outputs.report_json import fitted, report_document
from backup_watch.web.auth import Authenticator, require_same_origin
from backup_watch.web.checks import Checks
from backup_watch.web.negotiation import prefers_classic_metrics, prefers_html
from backup_watch.web.query import only_known, read_filter, refused_value
from backup_watch.web.refusals import RequestRefused, too_many
from backup_watch.web.report_view import filtered_document
from backup_watch.web.request import Request, read_request
from backup_watch.web.response import MAX_BODY_BYTES, Response, document_response, payload, problem_response

EMBEDDABLE = {"cross-origin-resource-policy": "cross-origin"}
NOTIFY: dict[str, Notify] = {"true": True, "false": False, "all": "all"}

INSTANCE = "/instance/{number}"
"""The one address with a part that varies."""
NO_INSTANCE = (
    "what answers here reads no key of a fleet; "
    'invoke the function of the fleet with {"action": "explain", "account": "...", "match": "..."}'
)
MAX_PROBLEM_BYTES = 20_000
"""What a problem document takes besides the report in it."""


class Posts(Struct, frozen=True):
    """Whether a request may start a check."""

    allowed: bool = True
    claim: Callable[[], float] = lambda: 0.0
    """Takes one of the places that there are; the seconds until one is free, where none is."""
    start: Callable[[Notify], str] | None = None
    """Starts a run of a fleet, and gives the name of its execution. None: there is no fleet, and a check is made."""


FREELY = Posts()


class RouteContext(Struct, frozen=True):
    """A request that may pass, with what it takes to answer it."""

    request: Request
    checks: Checks
    words: Words
    posts: Posts


def answer(
    event: Mapping[str, Any], *, checks: Checks, authenticator: Authenticator, words: Words, posts: Posts = FREELY
) -> dict[str, Any]:
    """Answer a payload 2.0 *event* with a payload 2.0 response. Nothing happens before *authenticator* lets it pass."""
    request = read_request(event)
    try:
        authenticator.require_access(request)
        return payload(_respond(RouteContext(request, checks, words, posts)), request)
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


def _respond(context: RouteContext) -> Response:
    path = context.request.path
    methods = ROUTES.get(path) or (ROUTES[INSTANCE] if path.startswith("/instance/") else None)
    if methods is None or path == INSTANCE:
        raise RequestRefused(404, f"there is nothing here; there are {', '.join(ROUTES)}")
    method = "GET" if context.request.method == "HEAD" else context.request.method
    if method not in methods:
        allowed = "GET, HEAD" if "GET" in methods else "POST"
        raise RequestRefused(405, f"this takes {allowed}", headers={"Allow": allowed})
    return methods[method](context)


def _wrong_settings(error: SettingsError, *, status: int = 500) -> RequestRefused:
    fields = [{"field": one.field, "value": one.shown, "allowed": one.allowed} for one in error.problems]
    return RequestRefused(status, str(error), members={"problems": fields})


def _start(context: RouteContext) -> Response:
    """The page for people; the report as JSON for programs."""
    if not prefers_html(context.request.header("accept")):
        return _report(context, every_finding=False)
    from backup_watch.web.page.answer import page_response  # the template engine is for this answer alone

    has_instances = context.posts.start is None  # what answers for a fleet reads no key
    return page_response(context.checks, context.request, context.words, has_instances=has_instances)


def _full_report(context: RouteContext) -> Response:
    return _report(context, every_finding=True)


def _report(context: RouteContext, *, every_finding: bool) -> Response:
    chosen = read_filter(context.request.query())
    report = context.checks.current().report
    return document_response(filtered_document(report, chosen, context.words, every_finding=every_finding))


def _instance(context: RouteContext) -> Response:
    """One database: for people, and for programs."""
    if context.posts.start is not None:
        raise RequestRefused(501, NO_INSTANCE)
    from backup_watch.web.instance.answer import instance_response  # for this answer alone

    return instance_response(context.checks, context.request, context.words)


def _metrics(context: RouteContext) -> Response:
    only_known(context.request.query(), ())
    current = context.checks.current()
    from backup_watch.outputs.openmetrics import exposition  # prometheus_client is for this response alone

    classic = prefers_classic_metrics(context.request.header("accept"))
    body, content_type = exposition(current.report, took=current.took, classic=classic)
    return Response(200, content_type, body)


def _badge_svg(context: RouteContext) -> Response:
    svg = badge_svg(context.checks.current().report, context.words)
    return Response(200, "image/svg+xml; charset=utf-8", svg.encode(), EMBEDDABLE)


def _badge_json(context: RouteContext) -> Response:
    return document_response(badge_document(context.checks.current().report, context.words), headers=EMBEDDABLE)


def _health(context: RouteContext) -> Response:
    """Well enough, or 503 whatever the reason: who asks for health looks at little else."""
    try:
        report = context.checks.current().report
    except SettingsError as error:
        raise _wrong_settings(error, status=503) from error
    return document_response(health_document(report, context.words), status=200 if is_healthy(report) else 503)


def _check(context: RouteContext) -> Response:
    """Check now and tell; a browser that was lured here from another site gets nothing done."""
    require_same_origin(context.request)
    notify = _notify(context.request)
    if not context.posts.allowed:
        raise RequestRefused(403, "checks are not started over HTTP here (HTTP_CHECK is false)")
    if (seconds := context.posts.claim()) > 0:
        raise too_many("checks were started", seconds)
    if context.posts.start is not None:
        return document_response({"execution": context.posts.start(notify)}, status=202)
    outcome = context.checks.check(notify)
    # Fitted: what was published is done, and must not be answered as if the request had been refused.
    report = fitted(report_document(outcome.report, context.words), room=MAX_BODY_BYTES - MAX_PROBLEM_BYTES)
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


ROUTES: dict[str, dict[str, Callable[[RouteContext], Response]]] = {
    "/": {"GET": _start},
    "/report": {"GET": _full_report},
    INSTANCE: {"GET": _instance},
    "/metrics": {"GET": _metrics},
    "/badge.svg": {"GET": _badge_svg},
    "/badge.json": {"GET": _badge_json},
    "/healthz": {"GET": _health},
    "/check": {"POST": _check},
}
