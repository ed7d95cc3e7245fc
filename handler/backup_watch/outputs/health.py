"""A report as a health check: well enough, or not and why."""

from __future__ import annotations

from typing import Any

from backup_watch.i18n import Words, errors
from backup_watch.i18n.headlines import headline
from backup_watch.i18n.reasons import reason
from backup_watch.i18n.terms import name
from backup_watch.model.report import Report
from backup_watch.model.vocabulary import Severity
from backup_watch.outputs.report_json import instant

WELL_ENOUGH = frozenset({Severity.OK, Severity.WARNING})
MAX_REASONS = 20


def is_healthy(report: Report) -> bool:
    """Whether the severity is ok or warning."""
    return report.severity in WELL_ENOUGH


def health_document(report: Report, words: Words) -> dict[str, Any]:
    """The severity, and the worst reasons with all that could not be read."""
    return {
        "severity": report.severity.word,
        "complete": report.complete,
        "checkedAt": instant(report.checked_at),
        "headline": headline(words, report),
        "reasons": reasons(report, words),
    }


def reasons(report: Report, words: Words) -> list[str]:
    """What could not be read, then what is wrong, worst first; cut with a line that says how many are left out."""
    found = errors.errors_of(words, report)
    found += [
        f"{name(words, each.finding.subject)}: {reason(words, each.finding)}"
        for each in report.violations[:MAX_REASONS]
    ]
    left_out = len(report.errors) + len(report.violations) - MAX_REASONS
    if left_out <= 0:
        return found
    return [*found[:MAX_REASONS], words.text("and {count} more", count=left_out)]
