"""Which CloudWatch metrics one check has: names, values, units and dimensions, yet to be written.

Dimensions: ``service`` alone for the whole check; ``service, account, region`` for each region of each account;
``service, verdict`` for violations. What is not known has no sample: a sum of violations is not zero where something
could not be read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from msgspec import Struct

from backup_watch.model.instances import Instance, Subject
from backup_watch.model.outcomes import is_completed
from backup_watch.model.report import Report
from backup_watch.model.vocabulary import Verdict

NAMESPACE = "BackupWatch"
MAX_ACCOUNTS = 20
"""Of more accounts there are no series of each, unless they are asked for: CloudWatch charges for each series."""
Place = tuple[str, str]
"""Account and region; empty: a matter of all of them."""
Metrics = dict[str, tuple[float, str]]
"""The value and unit of each metric, by name."""


class RunStats(Struct, frozen=True):
    """What a check took, and what else there is to count of it."""

    duration_ms: float
    api_requests: int
    api_errors: int
    failed_renderings: int = 0
    """Parts of the alert that were replaced by plain facts, since they could not be made as usual."""
    memory_failed: bool | None = None
    """None: there is no memory."""
    accounts_unread: int | None = None
    """Accounts with an error of their own. None: there is one account."""
    accounts_lost: int | None = None
    """Accounts without any outcome. None: as above."""


class MetricSet(Struct, frozen=True):
    """Metrics of the same dimensions."""

    dimensions: dict[str, str]
    metrics: Metrics


class _Size(Struct, frozen=True):
    """What was looked at in one place. What is skipped is counted, and its age not asked for."""

    instances: int
    oldest: timedelta | None
    """The age of the oldest of the newest backups. None: there is none."""


def metric_sets(
    report: Report, stats: RunStats, *, service: str, notifying: bool, delivered: bool, every_account: bool = False
) -> list[MetricSet]:
    """All metrics of one check; *service* is the deployment's own name.

    ``CheckCompleted`` and ``CheckIncomplete`` are there only where the check was to notify: a page that is opened must
    not keep the dead man's switch quiet. A check counts as completed only with its alert delivered. *every_account*:
    series for each account, however many there are.
    """
    sizes = _sizes(report)
    whole = _size_metrics(sizes.values()) | {"InstancesChecked": (report.counts.instances, "Count")}
    whole |= _violations(len(report.violations), complete=report.complete)
    whole |= _stats_metrics(report, stats)
    if notifying:
        whole |= _completeness(complete=is_completed(report), delivered=delivered)
    sets = [MetricSet({"service": service}, whole)]
    violations = Counter(_place(violation.finding.subject) for violation in report.violations)
    if every_account or len(report.accounts) <= MAX_ACCOUNTS:
        for (account, region), size in sizes.items():
            complete = not any(
                error.account in (account, None) and error.region in (region, None) for error in report.errors
            )
            metrics = _size_metrics([size]) | _violations(violations[account, region], complete=complete)
            if notifying:
                metrics |= _completeness(complete=complete, delivered=delivered)
            sets.append(MetricSet({"service": service, "account": account, "region": region}, metrics))
    for verdict in filter(lambda verdict: verdict.may_alert, Verdict):  # zero included, so that alarms can end
        number = sum(1 for violation in report.violations if violation.finding.verdict is verdict)
        if metrics := _violations(number, complete=report.complete):
            sets.append(MetricSet({"service": service, "verdict": str(verdict)}, metrics))
    return sets


def _stats_metrics(report: Report, stats: RunStats) -> Metrics:
    metrics: Metrics = {
        "NotificationsSent": (0 if report.notification is None else len(report.notification.message_ids), "Count"),
        "ApiRequests": (stats.api_requests, "Count"),
        "ApiErrors": (stats.api_errors, "Count"),
        "CheckDurationMs": (round(stats.duration_ms, 1), "Milliseconds"),
    }
    optional = {
        "RenderingsFailed": stats.failed_renderings or None,
        "MemoryFailed": stats.memory_failed,
        "AccountsUnread": stats.accounts_unread,
        "AccountsLost": stats.accounts_lost,
    }
    return metrics | {name: (int(value), "Count") for name, value in optional.items() if value is not None}


def _completeness(*, complete: bool, delivered: bool) -> Metrics:
    return {
        "CheckCompleted": (int(complete and delivered), "Count"),
        "CheckIncomplete": (int(not complete), "Count"),
    }


def _violations(number: int, *, complete: bool) -> Metrics:
    """Nothing where none was seen and something was not read: an alarm must not end because of that."""
    return {"Violations": (number, "Count")} if number or complete else {}


def _place(subject: Subject) -> Place:
    return subject.account or "", subject.region or ""


def _sizes(report: Report) -> dict[Place, _Size]:
    """What was looked at, by place; every place that was to be read is there."""
    counts: Counter[Place] = Counter()
    oldest: dict[Place, timedelta] = {}
    for group in report.fresh_groups:
        age, place = report.checked_at - group.oldest_backup_at, (group.account, group.region)
        counts[place] += group.count
        oldest[place] = max(age, oldest.get(place, age))
    for finding in report.findings:
        place = _place(finding.subject)
        counts[place] += isinstance(finding.subject, Instance)
        if finding.age is not None:
            oldest[place] = max(finding.age, oldest.get(place, finding.age))
    places = dict.fromkeys((scope.account, scope.region) for scope in report.scopes)
    return {place: _Size(counts[place], oldest.get(place)) for place in places}


def _size_metrics(sizes: Iterable[_Size]) -> Metrics:
    sizes = tuple(sizes)
    metrics: Metrics = {"InstancesChecked": (sum(size.instances for size in sizes), "Count")}
    ages = [size.oldest for size in sizes if size.oldest is not None]
    if ages:
        metrics["OldestBackupAgeSeconds"] = (int(max(ages).total_seconds()), "Seconds")
    return metrics
