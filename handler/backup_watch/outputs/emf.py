"""CloudWatch embedded metrics of one check (the EMF specification 0), as documents yet to be written.

Dimensions: ``service`` alone for the whole check, ``service, account, region`` for each region, and
``service, verdict`` for violations. What is not known has no sample.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct

from backup_watch.model.instances import PlainlyFresh, Subject
from backup_watch.model.report import Report
from backup_watch.model.vocabulary import SEVERITIES, Severity, Verdict

NAMESPACE = "BackupWatch"
ALERTING = tuple(verdict for verdict, severity in SEVERITIES.items() if severity is not Severity.OK)
"""The verdicts that can be violations: each gets a sample at every complete check, zero included, so that alarms can
end. A check that could not read everything has no zeros: an alarm must not end for want of sight.
"""
Document = dict[str, Any]
Metrics = dict[str, tuple[float, str]]
"""The value and unit of each metric, by name."""


class RunStats(Struct, frozen=True):
    """What a check took."""

    duration_ms: float
    api_requests: int
    api_errors: int
    failed_renderings: int = 0
    """Parts of the alert that were replaced by plain facts, since they could not be made as usual."""


class _Size(Struct, frozen=True):
    """What was looked at in one region. What is skipped is counted, and its age not asked for."""

    instances: int
    oldest: timedelta | None
    """The age of the oldest of the newest backups. None: there is none."""


def metric_documents(
    report: Report, stats: RunStats, *, service: str, notifying: bool, delivered: bool, at: datetime
) -> list[Document]:
    """All documents of one check; *service* is the deployment's own name, and *at* the aware instant of the
    samples.

    ``CheckCompleted`` and ``CheckIncomplete`` are there only where the check was to notify: somebody who opens a
    page must not keep the dead man's switch quiet. A check counts as completed only with its alert delivered.
    """
    places = tuple(dict.fromkeys((scope.account, scope.region) for scope in report.scopes))
    sizes = {place: _size(report, *place) for place in places}
    whole = _size_metrics(sizes.values()) | {
        "Violations": (len(report.violations), "Count"),
        "NotificationsSent": (0 if report.notification is None else len(report.notification.message_ids), "Count"),
        "ApiRequests": (stats.api_requests, "Count"),
        "ApiErrors": (stats.api_errors, "Count"),
        "CheckDurationMs": (round(stats.duration_ms, 1), "Milliseconds"),
    }
    if stats.failed_renderings:
        whole["RenderingsFailed"] = (stats.failed_renderings, "Count")
    if notifying:
        whole |= _completeness(complete=report.complete, delivered=delivered)
    documents = [_document({"service": service}, whole, at=at)]
    for (account, region), size in sizes.items():
        complete = not any(
            error.account in (account, None) and error.region in (region, None) for error in report.errors
        )
        completeness = _completeness(complete=complete, delivered=delivered) if notifying else {}
        dimensions = {"service": service, "account": account, "region": region}
        violations = sum(1 for violation in report.violations if _is_at(violation.finding.subject, account, region))
        metrics = _size_metrics([size]) | {"Violations": (violations, "Count")} | completeness
        documents.append(_document(dimensions, metrics, at=at))
    numbers = {verdict: sum(1 for one in report.violations if one.finding.verdict is verdict) for verdict in ALERTING}
    known = [verdict for verdict, number in numbers.items() if number or report.complete]
    return documents + [_violations(verdict, numbers[verdict], service=service, at=at) for verdict in known]


def _completeness(*, complete: bool, delivered: bool) -> Metrics:
    return {
        "CheckCompleted": (int(complete and delivered), "Count"),
        "CheckIncomplete": (int(not complete), "Count"),
    }


def _violations(verdict: Verdict, number: int, *, service: str, at: datetime) -> Document:
    dimensions = {"service": service, "verdict": str(verdict)}
    return _document(dimensions, {"Violations": (number, "Count")}, at=at)


def _is_at(subject: Subject | PlainlyFresh, account: str, region: str) -> bool:
    return subject.region == region and subject.account == account


def _size(report: Report, account: str, region: str) -> _Size:
    findings = [finding for finding in report.findings if _is_at(finding.subject, account, region)]
    dates = [one.last_backup_at for one in report.plainly_fresh if _is_at(one, account, region)]
    ages = [finding.age for finding in findings if finding.age is not None]
    if dates:
        ages.append(report.checked_at - min(dates))
    return _Size(len(findings) + len(dates), max(ages, default=None))


def _size_metrics(sizes: Iterable[_Size]) -> Metrics:
    sizes = tuple(sizes)
    metrics: Metrics = {"InstancesChecked": (sum(size.instances for size in sizes), "Count")}
    ages = [size.oldest for size in sizes if size.oldest is not None]
    if ages:
        metrics["OldestBackupAgeSeconds"] = (int(max(ages).total_seconds()), "Seconds")
    return metrics


def _document(dimensions: dict[str, str], metrics: Metrics, *, at: datetime) -> Document:
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [list(dimensions)],
        "Metrics": [{"Name": name, "Unit": unit} for name, (_, unit) in metrics.items()],
    }
    values = {name: value for name, (value, _) in metrics.items()}
    timestamp = int(at.astimezone(UTC).timestamp() * 1000)
    return {"_aws": {"Timestamp": timestamp, "CloudWatchMetrics": [directive]}, **dimensions, **values}
