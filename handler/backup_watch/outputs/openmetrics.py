"""A report as OpenMetrics text (OpenMetrics 1.0.0). What is not known has no sample; it is never zero."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from msgspec import Struct

from backup_watch.model.findings import Finding
from backup_watch.model.instances import Instance
from backup_watch.model.report import ACCOUNT, Report
from backup_watch.model.vocabulary import Severity, Verdict

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
PREFIX = "backup_watch_"
Value = int | float
Sample = tuple[str, Value]
"""Labels with their braces (or nothing), and the value."""


class Family(Struct, frozen=True):
    """One metric family."""

    name: str
    """Without the prefix; ends with the unit, where there is one."""
    help: str
    samples: Iterable[Sample]
    kind: str = "gauge"
    unit: str = ""


def openmetrics(report: Report, *, took: timedelta) -> str:
    """All metrics of one check; *took* is how long reading and judging took."""
    lines = [line for family in (*_of_check(report, took), *_of_instances(report)) for line in _lines(family)]
    return "\n".join([*lines, "# EOF"]) + "\n"


def _lines(family: Family) -> Iterator[str]:
    name = PREFIX + family.name
    yield f"# TYPE {name} {family.kind}"
    if family.unit:
        yield f"# UNIT {name} {family.unit}"
    yield f"# HELP {name} {family.help}"
    for labels, value in family.samples:
        yield f"{name}{labels} {value}"


def _of_check(report: Report, took: timedelta) -> Iterator[Family]:
    counts, checked_at, seconds = report.counts, report.checked_at.timestamp(), took.total_seconds()
    yield Family("severity", "How bad the check came out.", _severities(report), "stateset")
    yield Family(
        "complete", "1 where everything that was to be read could be read, else 0.", [("", int(report.complete))]
    )
    yield Family("last_check_timestamp_seconds", "When the judgement was made.", [("", checked_at)], unit="seconds")
    yield Family("last_check_duration_seconds", "How long reading and judging took.", [("", seconds)], unit="seconds")
    yield Family("instances", "Instances that were looked at.", [("", counts["instances"])])
    yield Family("muted", "Findings that a mute keeps from alerting.", [("", counts["muted"])])
    known = (verdict for verdict in Verdict if counts[verdict] or report.complete)  # no zero for want of sight
    by_verdict = [(_labels(verdict=verdict), counts[verdict]) for verdict in known]
    yield Family("findings", "Findings by verdict, muted ones included.", by_verdict)
    yield Family("unread", "What could not be read.", _unread(report))


def _of_instances(report: Report) -> Iterator[Family]:
    known = [(_identity(finding), finding) for finding in report.findings if isinstance(finding.subject, Instance)]

    def samples(value: Callable[[Finding], Value | None]) -> Iterator[Sample]:
        return ((labels, number) for labels, finding in known if (number := value(finding)) is not None)

    yield Family("violation", "1 for each finding that alerts.", _violations(report))
    yield Family("backup_age_seconds", "Age of the newest backup.", samples(_age), unit="seconds")
    yield Family("backup_max_age_seconds", "How old it may be.", samples(_max_age), unit="seconds")
    yield Family("backup_size_bytes", "Size of the newest backup.", samples(_size), unit="bytes")
    yield Family("backup_retention_days", "How long backups are kept.", samples(_retention), unit="days")


def _severities(report: Report) -> list[Sample]:
    return [(_labels(**{f"{PREFIX}severity": level.word}), int(report.severity is level)) for level in Severity]


def _unread(report: Report) -> list[Sample]:
    """How many errors of each kind; several of one kind in one place are one sample."""
    found = Counter(
        _labels(account=error.account, region=error.region or "", operation=error.operation, kind=error.kind)
        for error in report.errors
    )
    return list(found.items())


def _violations(report: Report) -> list[Sample]:
    present = (violation.finding for violation in report.violations)
    labels = (_identity(finding, verdict=finding.verdict, severity=finding.severity.word) for finding in present)
    return [(unique, 1) for unique in dict.fromkeys(labels)]


def _age(finding: Finding) -> Value | None:
    return None if finding.age is None else int(finding.age.total_seconds())


def _max_age(finding: Finding) -> Value | None:
    return int(finding.allowance.max_age.total_seconds())


def _size(finding: Finding) -> Value | None:
    return finding.subject.size_bytes if isinstance(finding.subject, Instance) else None


def _retention(finding: Finding) -> Value | None:
    return finding.subject.retention_days if isinstance(finding.subject, Instance) else None


def _identity(finding: Finding, **more: str) -> str:
    subject = finding.subject
    return _labels(
        account=ACCOUNT,
        region=subject.region or "",
        instance_no=subject.instance_no or "",
        service_name=subject.service_name,
        **more,
    )


def _labels(**labels: str) -> str:
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(text: str) -> str:
    """A label's value, escaped as the format wants it (OpenMetrics 1.0.0, ABNF "escaped-char")."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
