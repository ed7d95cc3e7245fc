"""A report as a plugin's output by the Monitoring Plugins guidelines: one status line with performance data, and more.

The line's form: ``BACKUPS STATE - headline | perfdata``. In what comes from outside ``|`` is replaced: the performance
data would begin there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from backup_watch.i18n import Words, errors, headlines, reasons, terms
from backup_watch.i18n.notices import notice_sentence
from backup_watch.model.findings import Finding
from backup_watch.model.report import Report
from backup_watch.model.vocabulary import Severity, Verdict

STATES = {Severity.OK: 0, Severity.WARNING: 1, Severity.CRITICAL: 2, Severity.UNKNOWN: 3}
"""The exit status of each severity."""
MAX_LINES = 200
"""Of long output; Nagios Core keeps 8 KB of it."""


def plugin_output(report: Report, words: Words, *, failure: str | None = None) -> str:
    """The status line, then a line for each violation, error and warning. *failure*: what else went wrong; the state
    is UNKNOWN then.
    """
    headline, severity = headlines.headline(words, report), report.severity
    if failure is not None:
        headline, severity = f"{failure}; {headline}", Severity.UNKNOWN
    lines = [f"{status_line(severity, headline)} | {' '.join(_performance(report))}"]
    details = list(_details(report, words))
    lines += details[:MAX_LINES]
    if len(details) > MAX_LINES:
        lines.append(words.text("and {count} more", count=len(details) - MAX_LINES))
    return "\n".join(lines) + "\n"


def status_line(severity: Severity, headline: str) -> str:
    """The first line, without performance data."""
    return f"BACKUPS {severity.name} - {_plain(headline)}"


def _plain(text: str) -> str:
    """One line in which no performance data seems to begin."""
    return " ".join(text.split()).replace("|", "¦")


def _performance(report: Report) -> Iterator[str]:
    """Numbers to draw; what is not known has none, and is never zero."""
    wrong = Counter(violation.finding.verdict for violation in report.violations)
    yield f"'total'={report.counts.instances};;;0"
    yield f"'fresh'={report.counts.of(Verdict.FRESH)};;;0"
    for verdict in Verdict:
        if verdict.may_alert and (wrong[verdict] or report.complete):
            yield f"'{verdict.lower()}'={wrong[verdict]};;;0"
    if (oldest := _oldest(report)) is not None and oldest.age is not None:
        seconds, most = (int(length.total_seconds()) for length in (oldest.age, oldest.limits.max_age))
        yield f"'oldest_age'={seconds}s;;{most};0"


def _oldest(report: Report) -> Finding | None:
    """The finding with the oldest newest backup, muted and skipped ones left out. None: no age is known."""
    known = [
        one for one in report.findings if one.age is not None and one.mute is None and one.verdict != Verdict.SKIPPED
    ]
    return max(known, key=lambda one: one.age or one.limits.max_age, default=None)


def _details(report: Report, words: Words) -> Iterator[str]:
    for line in errors.errors_of(words, report):
        yield _plain(f"UNKNOWN {line}")
    for violation in report.violations:
        finding = violation.finding
        subject = finding.subject
        account = subject.account if report.has_several_accounts else None
        where = ", ".join(part for part in (account, subject.region, subject.number) if part)
        name = terms.name(words, subject) + (f" ({where})" if where else "")
        yield _plain(f"{finding.severity.name} {finding.verdict} {name}: {reasons.reason(words, finding)}")
    for notice in report.notices:
        yield _plain(notice_sentence(words, notice))
