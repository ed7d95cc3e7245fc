"""A report is cut to what Lambda can answer with, and says so: an alert is out by then, and must not go out again."""

import json
from functools import partial

import pytest

from backup_watch.config.events import Check
from backup_watch.i18n import Words
from backup_watch.outputs.emf import RunStats
from backup_watch.outputs.report_json import MAX_ANSWER_BYTES, fitted, report_document
from backup_watch.runtime import invocation
from tests.builders import a_report, an_end, fresh, stale

WORDS = Words("ko")


def a_large_report(violations: int, *, every_finding: bool = False):
    return report_document(_report(violations), WORDS, every_finding=every_finding)


def _report(violations: int):
    broken = [stale(f"운영-데이터베이스-{number:05}") for number in range(violations)]
    return a_report(*broken, others=[fresh()], resolved=[an_end()])


REPORT = _report(50)
LARGE = report_document(REPORT, WORDS)


def test_what_fits_is_left_as_it_is():
    document = a_large_report(10, every_finding=True)
    assert fitted(document) is document
    assert "truncated" not in document


@pytest.mark.parametrize("every_finding", [False, True])
def test_what_does_not_fit_is_cut_at_whole_findings_worst_first_and_counted(every_finding):
    document = a_large_report(800, every_finding=every_finding)
    room = 200_000
    cut = fitted(document, room=room)
    assert len(json.dumps(cut)) <= room < len(json.dumps(document))
    listed = ("violations", "resolved", "findings") if every_finding else ("violations", "resolved")
    assert cut["truncated"] == sum(len(document[name]) - len(cut[name]) for name in listed)
    for name in listed:
        assert cut[name] == document[name][: len(cut[name])]
    assert len(json.dumps(cut)) > 0.99 * room
    assert cut["counts"] == document["counts"]


@pytest.mark.parametrize("chars", [20_000, 4_000_000, 12_000_000])
@pytest.mark.parametrize("place", [0, 3])
def test_a_finding_out_of_all_proportion_is_left_out_rather_than_all_others(chars, place):
    document = a_large_report(20, every_finding=True)
    hostile = document["violations"][0] | {"serviceName": "x" * chars}
    document["violations"].insert(place, hostile)
    document["findings"].insert(place, hostile)
    cut = fitted(document, room=len(json.dumps(document)) - 1)
    assert cut["truncated"] == 2
    for name in ("violations", "resolved", "findings"):
        assert cut[name] == [finding for finding in document[name] if finding is not hostile]


@pytest.mark.parametrize("lengths", [(9, 9, 9), (0, 40, 9), (3, 30, 30)])
def test_what_must_be_cut_is_cut_no_sooner_than_it_must(lengths):
    """In every list in turn; a list that takes nothing leaves all its room to the next."""
    names, finding = ("violations", "resolved", "findings"), {"n": "x" * 50}
    lists = {name: [finding] * length for name, length in zip(names, lengths, strict=True)}
    document = {"counts": {}} | lists
    whole = len(json.dumps(document))
    assert fitted(document, room=whole) is document
    for room in range(120, whole):
        cut = fitted(document, room=room)
        kept = sum(len(cut[name]) for name in lists)
        spare = room - len(json.dumps(cut))
        assert 0 <= spare < 4 * len(json.dumps(finding))
        assert cut["truncated"] == sum(lengths) - kept > 0


@pytest.mark.parametrize("room", range(9_000, 9_700, 7))
def test_no_room_is_overstepped(room):
    assert len(json.dumps(fitted(LARGE, room=room))) <= room


def test_the_limit_leaves_lambda_its_own_share():
    assert MAX_ANSWER_BYTES < 6 * 1024 * 1024


def test_the_function_answers_with_what_fits(monkeypatch):
    monkeypatch.setattr(invocation, "fitted", partial(fitted, room=9_000))
    monkeypatch.setattr(
        invocation.Invocation, "run", lambda *_: invocation.RunOutcome(REPORT, RunStats(1, 1, 0), WORDS)
    )
    answer = invocation.Invocation({}).check(Check())
    assert answer["truncated"] > 0
