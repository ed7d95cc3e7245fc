"""The report as JSON: every value where its key says, instants in UTC, and null for what is not known."""

import json
import time
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from backup_watch.i18n import Words, reasons
from backup_watch.model.findings import Usual
from backup_watch.model.instances import Expectation
from backup_watch.model.report import Notification
from backup_watch.model.vocabulary import Event
from backup_watch.outputs.report_json import counts_document, instant, report_document
from tests import builders as b

WORDS = Words()


@pytest.mark.parametrize(("moment", "text"), [
    (None, None),
    (b.NOW, "2026-11-23T03:00:00Z"),
    (b.NOW.astimezone(b.KST), "2026-11-23T03:00:00Z"),
    (b.NOW + timedelta(milliseconds=5), "2026-11-23T03:00:00.005000Z"),
])  # fmt: skip
def test_instants_are_utc_with_z(moment, text):
    assert instant(moment) == text


def test_instants_are_utc_wherever_the_program_runs(monkeypatch):
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Seoul")
        time.tzset()
        told = instant(b.NOW)
    time.tzset()
    assert told == "2026-11-23T03:00:00Z"


def test_a_stale_instance_in_full():
    stale = b.stale("test-a", backup_time="02:00")
    [violation] = report_document(b.a_report(stale), WORDS)["violations"]
    assert violation == {
        "account": "default", "product": "postgresql", "region": "KR", "instanceNo": "1234925",
        "serviceName": "test-a",
        "verdict": "STALE", "severity": "critical", "muted": False, "reason": reasons.reason(WORDS, stale),
        "lastBackupAt": "2026-11-21T00:00:00Z", "ageSeconds": 183600, "maxAgeSeconds": 93600,
        "dueAt": "2026-11-22T17:00:00Z", "expectedAt": "2026-11-21T17:00:00Z",
        "usual": {"doneBy": "02:00", "backups": 3},
        "backup": {"type": "USER", "retentionDays": 10, "sizeBytes": 10422991, "time": "02:00"},
        "event": "NEW", "incident": b.a_violation(stale).incident, "beganAt": "2026-11-22T02:00:00Z", "endedAt": None,
        "toldAt": None,
        "resolvedBy": None,
    }  # fmt: skip


def test_what_is_not_known_is_null():
    [finding] = report_document(b.a_report(b.never(created_at=None)), WORDS)["violations"]
    assert [finding[key] for key in ("lastBackupAt", "ageSeconds", "dueAt", "beganAt")] == [None] * 4


@pytest.mark.parametrize("missing", [b.missing(), b.too_few()])
def test_a_line_of_the_roll_call_has_no_number_no_backup_and_no_age(missing):
    [violation] = report_document(b.a_report(missing), WORDS)["violations"]
    assert isinstance(missing.subject, Expectation)
    nulls = ("region", "instanceNo", "backup", "maxAgeSeconds", "ageSeconds", "lastBackupAt", "dueAt")
    assert [violation[key] for key in nulls] == [None] * 7
    assert violation["serviceName"] == missing.subject.service_name


def test_the_whole_report_at_the_top():
    ended = b.NOW - timedelta(minutes=40)
    report = b.a_report(
        b.stale(), others=[b.fresh()], resolved=[b.an_end(b.late(), ended_at=ended)], errors=[b.an_error(code="200")]
    )
    document = report_document(replace(report, notification=Notification(("id-1",), 2)), WORDS)
    assert document | {"violations": [], "resolved": []} == {
        "schemaVersion": "1.0", "checkedAt": "2026-11-23T03:00:00Z", "severity": "critical", "complete": False,
        "counts": counts_document(report.counts), "violations": [], "resolved": [], "warnings": [],
        "errors": [{
            "account": "default", "product": "postgresql", "region": "KR",
            "operation": "getCloudPostgresqlBackupList", "kind": "ReadTimeout", "code": "200",
            "message": "no answer within 10 s",
        }],
        "notification": {"messageIds": ["id-1"], "events": 2},
    }  # fmt: skip
    [resolved] = document["resolved"]
    assert (resolved["event"], resolved["endedAt"], resolved["verdict"]) == (Event.RESOLVED, instant(ended), "LATE")
    assert json.loads(json.dumps(document)) == document


def test_nothing_sent_is_null_and_warnings_are_sentences():
    document = report_document(b.a_report(), WORDS)
    assert document["notification"] is None
    [warning] = document["warnings"]
    assert "KR" in warning


def test_every_sentence_is_in_the_words_given():
    report = b.a_report(b.stale(), others=[b.fresh()], resolved=[b.an_end()])
    report = replace(report, notices=b.a_report().notices)
    document = report_document(report, Words("ko"), every_finding=True)
    findings = (*document["violations"], *document["resolved"], *document["findings"])
    for sentence in (*document["warnings"], *(finding["reason"] for finding in findings)):
        assert any("가" <= char <= "힣" for char in sentence), sentence


def test_what_is_usual_and_when_a_backup_was_expected_are_told_where_known():
    finding = replace(b.late(), expected_at=b.NOW - b.hours(2), usual=Usual("02:25+1d", 7))
    [violation] = report_document(b.a_report(finding), WORDS)["violations"]
    assert violation["expectedAt"] == "2026-11-23T01:00:00Z"
    assert violation["usual"] == {"doneBy": "02:25+1d", "backups": 7}


def test_several_accounts_are_counted_and_one_is_not():
    here, there = b.fresh(account="acme"), b.fresh(account="beta", product="mysql")
    assert counts_document(b.a_report(others=[here, there]).counts)["accounts"] == {"acme": 1, "beta": 1}
    assert counts_document(b.a_report(others=[here, there]).counts)["products"] == {"postgresql": 1, "mysql": 1}
    assert "accounts" not in counts_document(b.a_report(others=[here, here]).counts)


def test_findings_are_there_only_if_asked_for_and_in_order():
    others = [b.fresh("b", number="2"), b.fresh("a", number="1"), b.fresh("old", age=b.hours(20))]
    report = b.a_report(b.stale(), others=others)
    report = replace(report, findings=(report.findings[0], *others))
    assert "findings" not in report_document(report, WORDS)
    findings = report_document(report, WORDS, every_finding=True)["findings"]
    assert [finding["serviceName"] for finding in findings] == ["orders-db", "old", "a", "b"]


def test_ages_are_whole_seconds():
    almost = b.a_finding(age=timedelta(hours=60, microseconds=-1))
    [violation] = report_document(b.a_report(almost), WORDS)["violations"]
    assert violation["ageSeconds"] == 60 * 3600 - 1
    assert datetime.fromisoformat(violation["lastBackupAt"]) == b.NOW - timedelta(hours=60, microseconds=-1)
