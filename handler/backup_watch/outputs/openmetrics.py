"""A report as metrics for Prometheus, What is not known has no sample; it is never zero."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from msgspec import Struct
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily, StateSetMetricFamily
from prometheus_client.exposition import choose_encoder

from backup_watch.model.findings import Finding
from backup_watch.model.instances import Instance
from backup_watch.model.plain_text import shown
from backup_watch.model.report import Report
from backup_watch.model.vocabulary import Severity, Verdict

PREFIX = "backup_watch_"
OPENMETRICS, CLASSIC = "application/openmetrics-text", "text/plain"
MAX_LABEL_CHARS = 1000
SECONDS_A_DAY = 86_400
Value = int | float
Labels = dict[str, str]
Sample = tuple[Labels, Value]


def exposition(report: Report, *, took: timedelta, classic: bool = False) -> tuple[bytes, str]:
    """All metrics of one check, and their content type: OpenMetrics 1.0.0, or *classic*, Prometheus's text 0.0.4.

    *took* is how long reading and judging took.
    """
    encode, content_type = choose_encoder(CLASSIC if classic else OPENMETRICS)
    return encode(_Families([*_of_check(report, took), *_of_instances(report)])), content_type


class _Families(Struct):
    """What prometheus_client's encoders take: an object that collects."""

    families: list[Metric]

    def collect(self) -> list[Metric]:
        return self.families


def _gauge(name: str, text: str, samples: Iterable[Sample], *, unit: str = "") -> Metric:
    """A family of gauges; *name* is without the prefix, and ends with *unit*, where there is one."""
    family = GaugeMetricFamily(PREFIX + name, text, unit=unit)
    for labels, value in samples:
        family.add_sample(family.name, labels, value)
    return family


def _of_check(report: Report, took: timedelta) -> Iterator[Metric]:
    counts, checked_at, seconds = report.counts, report.checked_at.timestamp(), took.total_seconds()
    levels = {level.word: report.severity is level for level in Severity}
    yield StateSetMetricFamily(f"{PREFIX}severity", "How bad the check came out.", levels)
    yield _gauge(
        "complete", "1 where everything that was to be read could be read, else 0.", [({}, int(report.complete))]
    )
    yield _gauge("last_check_timestamp_seconds", "When the judgement was made.", [({}, checked_at)], unit="seconds")
    yield _gauge("last_check_duration_seconds", "How long reading and judging took.", [({}, seconds)], unit="seconds")
    yield _gauge("instances", "Instances that were looked at.", [({}, counts.instances)])
    yield _gauge("muted", "Findings that a mute keeps from alerting.", [({}, counts.muted)])
    known = (verdict for verdict in Verdict if counts.of(verdict) or report.complete)  # no zero for want of sight
    by_verdict = [(_labels(verdict=verdict), counts.of(verdict)) for verdict in known]
    yield _gauge("findings", "Findings by verdict, muted ones included.", by_verdict)
    yield _gauge("unread", "What could not be read.", _unread(report))


def _of_instances(report: Report) -> Iterator[Metric]:
    known = [(_identity(finding), finding) for finding in report.findings if isinstance(finding.subject, Instance)]

    def samples(value: Callable[[Finding], Value | None]) -> Iterator[Sample]:
        return ((labels, number) for labels, finding in known if (number := value(finding)) is not None)

    yield _gauge("violation", "1 for each finding that alerts.", _violations(report))
    yield _gauge("backup_age_seconds", "Age of the newest backup.", samples(_age), unit="seconds")
    yield _gauge("backup_max_age_seconds", "How old it may be.", samples(_max_age), unit="seconds")
    yield _gauge("backup_size_bytes", "Size of the newest backup.", samples(_size), unit="bytes")
    yield _gauge("backup_retention_seconds", "How long backups are kept.", samples(_retention), unit="seconds")


def _unread(report: Report) -> list[Sample]:
    """How many errors of each kind; several of one kind in one place are one sample."""
    found = Counter(
        frozenset(
            _labels(
                account=error.account or "",
                product=error.product or "",
                region=error.region or "",
                operation=error.operation,
                kind=error.kind,
            ).items()
        )
        for error in report.errors
    )
    return [(dict(labels), number) for labels, number in found.items()]


def _violations(report: Report) -> list[Sample]:
    """One sample for each violation; those of the same labels are one."""
    present = (violation.finding for violation in report.violations)
    labels = (_identity(finding, verdict=finding.verdict, severity=finding.severity.word) for finding in present)
    return [(one, 1) for one in {tuple(one.items()): one for one in labels}.values()]


def _age(finding: Finding) -> Value | None:
    return None if finding.age is None else int(finding.age.total_seconds())


def _max_age(finding: Finding) -> Value | None:
    return int(finding.limits.max_age.total_seconds())


def _size(finding: Finding) -> Value | None:
    return finding.subject.size_bytes if isinstance(finding.subject, Instance) else None


def _retention(finding: Finding) -> Value | None:
    days = finding.subject.retention_days if isinstance(finding.subject, Instance) else None
    return None if days is None else days * SECONDS_A_DAY


def _identity(finding: Finding, **more: str) -> Labels:
    subject = finding.subject
    return _labels(
        account=subject.account or "",
        product=subject.product or "",
        region=subject.region or "",
        instance_no=subject.number or "",
        service_name=subject.service_name,
        **more,
    )


def _labels(**labels: str) -> Labels:
    """Values without control characters, bidirectional overrides and halves of surrogate pairs."""
    return {name: shown(value, limit=MAX_LABEL_CHARS) for name, value in labels.items()}
