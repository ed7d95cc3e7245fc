"""Each row of the fault matrix, with the function itself, over real sockets."""

from __future__ import annotations

import json
import traceback

import pytest

from tests.emulator import ACCESS_KEY, SECRET_KEY
from tests.faults.cases import CASES, Case
from tests.faults.world import Seen, invoke
from tests.stack.cloud import Cloud


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_fault_is_neither_green_nor_silent_nor_does_it_tell_a_secret(case: Case, cloud: Cloud, capsys):
    seen = invoke(case, cloud)
    captured = capsys.readouterr()
    log = captured.out
    _nothing_leaks(seen, log + captured.err)
    _nobody_who_asks_sees_green(seen)
    _is_tried_as_it_deserves(case, seen, log)
    if case.outcome != "report":
        assert type(seen.raised).__name__ == case.outcome
        assert not seen.alerts
        assert not _completed(log)
        return
    assert seen.raised is None
    assert seen.report is not None
    assert seen.report["severity"] == case.severity != "ok"
    assert (seen.verdict("orders"), seen.verdict("billing")) == case.verdicts
    assert seen.events == set(case.events), "what the subscriber reads"
    assert {json.dumps(alert["errors"]) for alert in seen.alerts} == {json.dumps(seen.report["errors"])}
    _the_error_is_told(case, seen.report, log)
    _the_memory_is_told(case, seen.report, log)
    _one_region_does_not_cost_the_other(case, seen)


def _the_error_is_told(case: Case, report: dict, log: str) -> None:
    told = {(error["kind"], error["code"]) for error in report["errors"]}
    if case.or_kind:
        told = {(kind.replace(case.or_kind, str(case.kind)), code) for kind, code in told}
    assert told == ({(case.kind, case.code)} if case.kind else set())
    if case.kind and case.faults:
        assert {(error["operation"], error["region"]) for error in report["errors"]} == {(case.at_fault, "KR")}
    assert report["complete"] is (case.kind is None)
    assert _completed(log) is (case.kind is None)


def _the_memory_is_told(case: Case, report: dict, log: str) -> None:
    metrics = [line["MemoryFailed"] for line in map(json.loads, log.splitlines()) if "MemoryFailed" in line]
    said = [warning for warning in report["warnings"] if warning.startswith("what was told before")]
    assert [f"({case.memory})" in warning for warning in said[-1:]] == ([True] if case.memory else [])
    assert metrics[:1] == ([[1]] if case.memory else [])


def _completed(log: str) -> bool:
    """Whether the whole check's metrics, which the dead man's alarm watches, say that it was completed."""
    lines = [json.loads(line) for line in log.splitlines()]
    whole = [
        line
        for line in lines
        if line.get("_aws", {}).get("CloudWatchMetrics", [{}])[0].get("Dimensions") == [["service"]]
    ]
    return any(line.get("CheckCompleted") == [1] for line in whole)


def _one_region_does_not_cost_the_other(case: Case, seen: Seen) -> None:
    expected = "FRESH" if any(case.verdicts) else ""
    assert seen.verdict("carts") == expected


def _is_tried_as_it_deserves(case: Case, seen: Seen, log: str) -> None:
    if case.tried is None:
        return
    if case.counted == "published":
        assert seen.published == case.tried
    elif case.counted == "tried":
        [attempts, *_] = [line["ApiRequests"][0] for line in map(json.loads, log.splitlines()) if "ApiRequests" in line]
        assert attempts == case.tried * 4, "both lists of both regions"
    else:
        asked = [one for one in seen.requests if one.operation == case.at_fault and one.region in ("KR", None)]
        assert len(asked) == case.tried


def _nobody_who_asks_sees_green(seen: Seen) -> None:
    assert seen.pages["/healthz"].status >= 500
    assert seen.pages["/badge.json"].json.get("isError", True) is True
    metrics = seen.pages["/metrics"]
    assert metrics.status == 500 or 'severity="ok"} 0' in metrics.text


def _nothing_leaks(seen: Seen, written: str) -> None:
    """Neither the key nor a signature, in whatever left the process: log, report, alert, exception, HTTP."""
    raised = "".join(traceback.format_exception(seen.raised)) + repr(seen.raised) if seen.raised else ""
    shown = "".join(json.dumps(page.headers) + page.text for page in seen.pages.values())
    left = written + json.dumps([seen.report, seen.alerts], ensure_ascii=False) + raised + shown
    for secret in (SECRET_KEY, ACCESS_KEY, "hunter2", *seen.signatures):
        assert secret not in left
