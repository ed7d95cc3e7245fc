"""The report as the JSON document that callers, subscribers and the page's API get (docs/report.schema.json)."""

from __future__ import annotations

import json
from bisect import bisect_right
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

from backup_watch.i18n import Words
from backup_watch.i18n.notices import notice_sentence
from backup_watch.i18n.reasons import reason as finding_reason
from backup_watch.model.findings import Finding, Usual, Violation
from backup_watch.model.instances import Instance
from backup_watch.model.plain_text import visible
from backup_watch.model.report import Counts, ReadError, Report
from backup_watch.model.vocabulary import Cause, Event, Verdict

SCHEMA_VERSION = "1.0"
Document = dict[str, Any]
MAX_ANSWER_BYTES = 5_500_000
"""Lambda quotas: an answer may have 6 MB."""
MAX_FINDING_BYTES = 16_384
"""Many times what a finding has, unless names are hostile."""


def instant(moment: datetime | None) -> str | None:
    """*moment* in UTC with ``Z``, to the second unless it has a fraction."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def report_frame(report: Report) -> Document:
    """All of *report* but its lists."""
    return {
        "schemaVersion": SCHEMA_VERSION,
        "checkedAt": instant(report.checked_at),
        "severity": report.severity.word,
        "complete": report.complete,
        "counts": counts_document(report.counts),
        "notification": notification_document(report),
    }


def report_document(report: Report, words: Words, *, every_finding: bool = False) -> Document:
    """All of *report*; ``findings`` is there only with *every_finding*."""
    document = report_frame(report) | {
        "violations": [violation_document(violation, words) for violation in report.violations],
        "resolved": [violation_document(violation, words) for violation in report.resolved],
        "warnings": [notice_sentence(words, notice) for notice in report.notices],
        "errors": [error_document(error) for error in report.errors],
    }
    if every_finding:
        document["findings"] = [finding_document(finding, words) for finding in report.ranked]
    return document


def fitted(document: Document, *, room: int = MAX_ANSWER_BYTES) -> Document:
    """*document* cut to *room* bytes of JSON at whole findings, worst first; ``truncated`` says how many are left out.

    One out of all proportion is left out first: it must not cost the others. ``counts`` still count all. An answer
    that Lambda finds too large would fail an invocation whose alert is out.
    """
    if len(json.dumps(document)) <= room:
        return document
    listed = {name: document[name] for name in ("violations", "resolved", "findings") if name in document}
    room -= len(json.dumps(document | dict.fromkeys(listed, ()) | {"truncated": sum(map(len, listed.values()))}))
    kept, truncated, most = {}, 0, min(room, MAX_FINDING_BYTES)
    for name, findings in listed.items():
        sized = [(finding, size) for finding in findings if (size := len(json.dumps(finding)) + 2) <= most]
        ends = list(accumulate(size for _, size in sized))
        number = bisect_right(ends, room)
        kept[name] = [finding for finding, _ in sized[:number]]
        truncated += len(findings) - number
        room -= ends[number - 1] if number else 0
    return document | kept | {"truncated": truncated}


def finding_document(finding: Finding, words: Words) -> Document:
    """One finding; what is not known is null. A sentence that is broken is the bare facts."""
    return finding_facts(finding, reason=finding_reason(words, finding))


def finding_facts(finding: Finding, *, reason: str) -> Document:
    """One finding, with the sentence that says why."""
    subject = finding.subject
    return {
        "account": subject.account,
        "product": subject.product,
        "region": _visible(subject.region),
        "instanceNo": _visible(subject.number),
        "serviceName": visible(subject.service_name),
        "verdict": str(finding.verdict),
        "severity": finding.severity.word,
        "muted": finding.mute is not None,
        "reason": reason,
        "lastBackupAt": instant(finding.last_backup_at),
        "ageSeconds": None if finding.age is None else int(finding.age.total_seconds()),
        "maxAgeSeconds": _max_age_seconds(finding),
        "dueAt": instant(finding.due_at),
        "expectedAt": instant(finding.expected_at),
        "usual": _usual_document(finding.usual),
        "backup": _backup_document(finding),
    }


def violation_document(violation: Violation, words: Words) -> Document:
    """One violation, present or resolved: its finding, its event and its incident."""
    return violation_facts(violation, reason=finding_reason(words, violation.finding))


def violation_facts(violation: Violation, *, reason: str) -> Document:
    """One violation, with the sentence that says why."""
    return finding_facts(violation.finding, reason=reason) | {
        "event": str(violation.event),
        "incident": violation.incident,
        "beganAt": instant(violation.began_at),
        "endedAt": instant(violation.ended_at),
        "toldAt": instant(violation.told_at),
        "resolvedBy": (violation.resolved_by or "backup") if violation.event is Event.RESOLVED else None,
    }


def error_document(error: ReadError) -> Document:
    """One thing that could not be read."""
    return {
        "account": error.account,
        "product": error.product,
        "region": _visible(error.region),
        "operation": visible(error.operation),
        "kind": visible(error.kind),
        "code": _visible(error.code),
        "message": visible(error.message),
    }


def counts_document(counts: Counts) -> Document:
    """``instances``, one number per verdict, ``muted``, ``products``, and ``accounts`` where there are several."""
    document: Document = {"instances": counts.instances} | {str(verdict): counts.of(verdict) for verdict in Verdict}
    document |= {"muted": counts.muted, "products": dict(counts.products)}
    return document | {"accounts": dict(counts.accounts)} if len(counts.accounts) > 1 else document


def notification_document(report: Report) -> Document | None:
    """What was published; None where nothing was."""
    sent = report.notification
    return None if sent is None else {"messageIds": list(sent.message_ids), "events": sent.events}


def _visible(text: str | None) -> str | None:
    return None if text is None else visible(text)


def _max_age_seconds(finding: Finding) -> int | None:
    if finding.cause in (Cause.NAME_ABSENT, Cause.TOO_FEW):
        return None
    return int(finding.limits.max_age.total_seconds())


def _usual_document(usual: Usual | None) -> Document | None:
    return None if usual is None else {"doneBy": usual.done_by, "backups": usual.backups}


def _backup_document(finding: Finding) -> Document | None:
    subject = finding.subject
    if not isinstance(subject, Instance):
        return None
    return {
        "type": _visible(subject.backup_type),
        "retentionDays": subject.retention_days,
        "sizeBytes": subject.size_bytes,
        "time": _visible(subject.backup_time),
    }
