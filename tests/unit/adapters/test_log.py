"""One JSON object a line, whatever it holds, on an output as strict as Lambda's."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime

import pytest

from backup_watch.adapters.logs import emit, log, set_request_id


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


def test_metric_documents_are_written_as_they_are():
    with written() as lines:
        emit([{"_aws": {}, "a": 1}, {"b": 2}])
    assert lines() == [{"_aws": {}, "a": 1}, {"b": 2}]


def test_korean_stays_as_it_is(capsys):
    log("info", "주문")
    assert "주문" in capsys.readouterr().out
