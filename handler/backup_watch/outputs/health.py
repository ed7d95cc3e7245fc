"""A report as a health check: well enough, or not and why."""

from __future__ import annotations

from backup_watch.i18n import Words
from backup_watch.model.report import Report
from backup_watch.model.vocabulary import Severity
from backup_watch.outputs.report_json import instant
from backup_watch.web.response import Response, document_response

WELL_ENOUGH = frozenset({Severity.OK, Severity.WARNING})
MAX_REASONS = 20


def health(report: Report, words: Words) -> Response:
    """200 where the severity is ok or warning, else 503; the worst reasons and all that could not be read."""
    document = {
        "severity": report.severity.word,
        "complete": report.complete,
        "checkedAt": instant(report.checked_at),
        "headline": words.headline(report),
        "reasons": reasons(report, words),
    }
    return document_response(document, status=200 if report.severity in WELL_ENOUGH else 503)


def reasons(report: Report, words: Words) -> list[str]:
    """What could not be read, then what is wrong, worst first; cut with a line that says how many are left out."""
    found = [words.error(error) for error in report.errors]
    found += [
        f"{words.name(each.finding.subject)}: {words.reason(each.finding)}" for each in report.violations[:MAX_REASONS]
    ]
    left_out = len(report.errors) + len(report.violations) - MAX_REASONS
    if left_out <= 0:
        return found
    return [*found[:MAX_REASONS], words.text("page.more", count=left_out)]
