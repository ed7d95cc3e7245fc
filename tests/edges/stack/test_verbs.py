"""The local stack as a person starts it: what it shows, and that nothing is left of it."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def started(*verb: str, folder: Path, **environment: str) -> Iterator[subprocess.Popen]:
    """The stack in a session of its own, with *folder* for temporary files."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.stack", *verb],
        cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        env=os.environ | {"TMPDIR": str(folder), "COLUMNS": ""} | environment,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen) -> tuple[int, str, str]:
    out, errors = process.communicate(timeout=60)
    return process.returncode, out, errors


def line_with(text: str, process: subprocess.Popen) -> str:
    """The next line that holds *text*."""
    return next(line for line in iter(process.stdout.readline, "") if text in line)


def is_gone(process: subprocess.Popen, folder: Path) -> bool:
    """Whether neither a process of its session nor a file is left."""
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return not list(folder.iterdir())
    return False


FOREIGN = {"AWS_PROFILE": "production", "HTTPS_PROXY": "http://proxy:3128", "LANGUAGE": "de:en", "PAGE_SIZE": "0"}
"""What a person may have set for other reasons."""


def test_run_shows_the_findings_the_alert_and_what_to_try_next_and_leaves_nothing(tmp_path):
    with started("run", folder=tmp_path, **FOREIGN) as process:
        code, out, errors = ended(process)
        assert (code, errors) == (0, "")
        assert is_gone(process, tmp_path)
    findings, alert = re.split(r"\n  What it found, worst first\n|\n  The alert, as .*\n", out)[1:]
    for verdict in ("STALE", "LATE", "NEVER", "DISABLED", "UNKNOWN", "MISSING", "NEW", "SKIPPED", "42 FRESH"):
        assert verdict in findings
    assert re.search(r"✗ STALE +결제-원장 +postgresql +KR +worse +the newest backup is 1 d 6 h 36 min old", findings)
    assert "│ To:      dba-team@example.com" in alert
    assert "│ Subject: CRITICAL PostgreSQL 결제-원장: newest backup 1 d 6 h old (+" in alert
    assert re.search(r"Resolved \(\d\):\n  │ - PostgreSQL 정산-배치 ", alert)
    assert "57 checked + 1 expected: 42 fresh, 3 late, 6 stale" in alert.partition("Sent by")[2]
    commands = ("make serve", "make explain MATCH=orders-primary", "make doctor", "make test-alert", "make deploy")
    assert [command for command in commands if command not in alert] == []
    assert "\x1b" not in out


@pytest.mark.parametrize(("moment", "last"), [("", False), ("Ncloud's API", False), ("What it found", True)])
def test_ctrl_c_at_any_moment_of_a_run_leaves_nothing_and_says_nothing(moment, last, tmp_path):
    with started("run", folder=tmp_path) as process:
        line_with(moment, process)
        process.send_signal(signal.SIGINT)
        code, _, errors = ended(process)
        assert errors == ""
        assert code == 130 or (last and code in (0, -signal.SIGINT))  # it may be over, or Python be on its way out
        assert is_gone(process, tmp_path)


def test_serve_answers_at_the_address_it_prints_until_ctrl_c(tmp_path):
    with started("serve", "--port", "0", folder=tmp_path) as process:
        found = re.search(r"http://127\.0\.0\.1:\d+/", line_with("http://", process))
        with urllib.request.urlopen(f"{found[0]}report") as answer:
            assert json.load(answer)["counts"]["instances"] == 57
        with urllib.request.urlopen(urllib.request.Request(found[0], headers={"Accept": "text/html"})) as answer:
            assert "결제-원장" in answer.read().decode()
        assert "ledger-* MISSING" in line_with("alert:", process)
        process.send_signal(signal.SIGINT)
        code, _, errors = ended(process)
        assert (code, errors) == (130, "")
        assert is_gone(process, tmp_path)


@pytest.mark.parametrize(
    ("verb", "line"),
    [
        (("explain", "orders-primary"), r"alert +ESCALATED, published: by the memory it was published last at "),
        (("doctor",), r"(?s)✓  memory .* holds\s+\d+ open incidents"),
    ],
)
def test_what_is_asked_about_has_been_checked_an_hour_ago(verb, line, tmp_path):
    with started(*verb, folder=tmp_path) as process:
        code, out, errors = ended(process)
    assert (code, errors) == (0, "")
    assert re.search(line, out)
    assert "may be told twice" not in out


def test_a_file_that_holds_no_event_is_told_before_anything_is_started(tmp_path):
    with started("invoke", "events/absent.json", folder=tmp_path) as process:
        code, _, errors = ended(process)
    assert code == 2
    assert "events/absent.json holds no event" in errors
    assert "Ncloud" not in errors


def test_a_reader_who_has_seen_enough_ends_it_quietly(tmp_path):
    with started("run", folder=tmp_path) as process:
        process.stdout.readline()
        process.stdout.close()
        process.wait(timeout=60)
        assert process.stderr.read() == ""
