"""The report as HTTP shows it: the same document, narrowed to what the reader asked for."""

from __future__ import annotations

from msgspec.structs import replace

from backup_watch.i18n import Words
from backup_watch.model.report import Report
from backup_watch.outputs.report_json import Document, report_document
from backup_watch.web.query import Filter


def filtered_document(report: Report, chosen: Filter, words: Words, *, every_finding: bool) -> Document:
    """The document of *report* with the lists narrowed by *chosen*.

    Severity, counts and errors stay those of the whole check: a filter must not turn red into green.
    """
    narrowed = replace(
        report,
        findings=tuple(filter(chosen.lets_through, report.findings)),
        violations=tuple(each for each in report.violations if chosen.lets_through(each.finding)),
        resolved=tuple(each for each in report.resolved if chosen.lets_through(each.finding)),
    )
    return report_document(narrowed, words, every_finding=every_finding)
