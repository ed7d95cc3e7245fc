"""One JSON object a line, whatever it holds, on an output as strict as Lambda's."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime

import pytest

from backup_watch.adapters import logs
from backup_watch.adapters.logs import emit, log, new_logger, set_request_id
from backup_watch.outputs.emf import MetricSet


@contextmanager
def written() -> Iterator[Callable[[], list[dict]]]:
    """What is written within, line by line, to an output as strict as Lambda's."""
    stream = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n")

    def lines() -> list[dict]:
        stream.seek(0)
        return [json.loads(line) for line in stream.read().split("\n") if line]

    with redirect_stdout(stream):
        yield lines
    set_request_id(None)


def test_a_line_has_level_time_message_and_fields():
    before = datetime.now(UTC).timestamp()
    with written() as lines:
        log("warning", "the thing", status=503, kind="x")
    [line] = lines()
    assert (line["level"], line["message"], line["status"], line["kind"]) == ("warning", "the thing", 503, "x")
    assert line["time"].endswith("Z")
    assert -0.001 <= datetime.fromisoformat(line["time"]).timestamp() - before < 5


def test_the_requests_id_is_there_while_it_is_set():
    with written() as lines:
        for request_id in ("r-1", None, "r-2"):
            set_request_id(request_id)
            log("info", "x")
    assert [line.get("requestId") for line in lines()] == ["r-1", None, "r-2"]


@pytest.mark.parametrize("text", [
    "a\nb\r\nc", "\u2028\u2029\u0085", "\ud800", "x\udfffy", "한글 😀", "\u0000\u001b[31m", '"}\n{"level":"info"}',
    "x" * 9999,
])  # fmt: skip
def test_no_text_breaks_out_of_its_line(text):
    with written() as lines:
        log("error", text, field=text, nested={"a": [text]})
    [line] = lines()
    assert (line["message"], line["field"], line["nested"]) == (text, text, {"a": [text]})


def test_what_json_does_not_know_is_written_as_text():
    with written() as lines:
        log("info", "x", at=datetime(2026, 11, 23, tzinfo=UTC), kind=ValueError("no"), many={1})
    [line] = lines()
    assert (line["at"], line["kind"], line["many"]) == ("2026-11-23 00:00:00+00:00", "no", "{1}")


def test_metrics_are_written_as_cloudwatch_reads_them():
    at = datetime.now(UTC).replace(microsecond=0)
    sets = [
        MetricSet({"service": "w"}, {"Violations": (3, "Count"), "CheckDurationMs": (1.5, "Milliseconds")}),
        MetricSet({"service": "w", "account": "default", "region": "KR"}, {"Violations": (0, "Count")}),
    ]
    with written() as lines:
        emit(sets, at=at)
    whole, region = lines()
    assert whole == {
        "_aws": {
            "Timestamp": int(at.timestamp() * 1000),
            "CloudWatchMetrics": [{
                "Namespace": "BackupWatch", "Dimensions": [["service"]],
                "Metrics": [
                    {"Name": "Violations", "Unit": "Count"}, {"Name": "CheckDurationMs", "Unit": "Milliseconds"},
                ],
            }],
        },
        "service": "w", "Violations": [3.0], "CheckDurationMs": [1.5],
    }  # fmt: skip
    assert region["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service", "account", "region"]]
    assert (region["Violations"], region["region"]) == ([0.0], "KR")


@pytest.mark.parametrize(("variables", "written_levels"), [
    ({}, ["info", "error"]), ({"POWERTOOLS_LOG_LEVEL": "ERROR"}, ["error"]),
    ({"POWERTOOLS_LOG_LEVEL": "debug"}, ["debug", "info", "error"]),
    ({"POWERTOOLS_LOG_LEVEL": "loud"}, ["info", "error"]), ({"POWERTOOLS_LOGGER_SAMPLE_RATE": "x"}, ["info", "error"]),
    ({"POWERTOOLS_DEV": "true", "POWERTOOLS_SERVICE_NAME": "x"}, ["info", "error"]),
])  # fmt: skip
@pytest.mark.filterwarnings("ignore:POWERTOOLS_DEV")
def test_powertools_variables_count_and_none_of_them_costs_a_line(variables, written_levels, monkeypatch):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    logger = new_logger(f"test-{variables}")
    monkeypatch.setattr(logs, "_logger", lambda: logger)
    with written() as lines:
        for level in ("debug", "info", "error"):
            log(level, "x")
    assert [line["level"] for line in lines()] == written_levels


def test_only_the_first_invocation_of_a_process_is_a_cold_start(monkeypatch):
    monkeypatch.setattr(logs, "_started", [])
    with written() as lines:
        for request_id in ("r-1", "r-2"):
            set_request_id(request_id)
            log("info", "x")
            log("info", "y")
    assert [line["cold_start"] for line in lines()] == [True, True, False, False]


def test_an_exception_is_json_in_the_same_line():
    with written() as lines:
        try:
            raise KeyError("no\n\ud800")
        except KeyError as error:
            log("error", "it broke", exception=error)
    [line] = lines()
    assert (line["message"], line["exception_name"]) == ("it broke", "KeyError")
    assert "Traceback" in line["exception"]
    assert line["stack_trace"]["frames"][0]["function"] == "test_an_exception_is_json_in_the_same_line"


def test_korean_stays_as_it_is(capsys):
    log("info", "주문")
    assert "주문" in capsys.readouterr().out
