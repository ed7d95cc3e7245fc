"""The answer to ``GET /instance/NUMBER``: a page for people, a document for programs."""

from __future__ import annotations

from typing import Any

from backup_watch.diagnostics.explain import explained
from backup_watch.i18n import Words
from backup_watch.model.findings import Finding
from backup_watch.model.instances import Instance
from backup_watch.model.plain_text import visible
from backup_watch.model.report import Report
from backup_watch.outputs.report_json import error_document, instant
from backup_watch.web.checks import Checks, Details
from backup_watch.web.instance.document import render, render_choices
from backup_watch.web.instance.found import address_of, found_in, number_of, read_scope, violation_of
from backup_watch.web.instance.timeline import backups_of
from backup_watch.web.negotiation import prefers_html
from backup_watch.web.page.assets import content_policy
from backup_watch.web.refusals import RequestRefused
from backup_watch.web.request import Request
from backup_watch.web.response import Response, document_response, problem_response

CONTENT_TYPE = "text/html; charset=utf-8"


def instance_response(checks: Checks, request: Request, words: Words) -> Response:
    """What is known of the database that *request* names.

    Raises :class:`RequestRefused`: 404 where there is none, 429 where too many were looked at.
    """
    chosen = read_scope(request.query())
    report = checks.current().report
    found = found_in(report, number_of(request), chosen)
    is_for_people = prefers_html(request.header("accept"))
    if len(found) > 1:
        return _choices([instance for instance, _ in found], request, words, is_for_people=is_for_people)
    [(instance, finding)] = found
    details = checks.details(instance, at=report.checked_at)
    if not is_for_people:
        return document_response(_document(report, finding, details, words))
    return _page(render(report, instance, finding, details, words, prefix=request.prefix), words)


def _page(html: str, words: Words, *, status: int = 200) -> Response:
    headers = {"content-security-policy": content_policy(words.language, scripted=False)}
    return Response(status, CONTENT_TYPE, html.encode(), headers)


def _document(report: Report, finding: Finding, details: Details, words: Words) -> dict[str, Any]:
    """As ``explain`` has it, with the kept backups, newest first."""
    violation, now = violation_of(report, finding), report.checked_at
    kept = [
        {"startedAt": instant(backup.started_at), "endedAt": instant(backup.ended_at), "sizeBytes": backup.size_bytes}
        for backup in backups_of(details.kept, now=now)
    ]
    return {
        "checkedAt": instant(now),
        **explained(finding, violation, words, now=now, period=details.period),
        "keptBackups": kept,
        "errors": [error_document(error) for error in details.errors],
    }


def _choices(instances: list[Instance], request: Request, words: Words, *, is_for_people: bool) -> Response:
    """Several have this number: a link to each (RFC 9110, section 15.4.1)."""
    if is_for_people:
        return _page(render_choices(instances, words, prefix=request.prefix), words, status=300)
    links = [
        {
            "account": each.account,
            "product": each.product,
            "region": each.region,
            "instanceNo": visible(each.number),
            "serviceName": visible(each.service_name),
            "href": address_of(each, prefix=request.prefix),
        }
        for each in instances
    ]
    detail = f"{len(links)} databases have this number: add ?account=, ?product= or ?region="
    return problem_response(RequestRefused(300, detail, members={"instances": links}))
