"""What the soak calls a leak, and a run gone wrong; and a short soak of the function itself."""

import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.lab.soak.flatness import MAX_GROWN_MB, MAX_GROWN_OBJECTS, MAX_SOCKETS, leaks
from tests.lab.soak.gauges import Held
from tests.lab.soak.runs import judge_answer

ROOT = Path(__file__).parents[4]
FLAT = [Held(80.0 + number % 3, 100_000 + number % 7, 1, number % 5, 8, 0) for number in range(40)]


def growing(**by_run: float) -> list[Held]:
    """The flat runs, with so much more of a gauge after each."""
    return [
        replace(held, **{name: getattr(held, name) + step * number for name, step in by_run.items()})
        for number, held in enumerate(FLAT)
    ]


def test_what_goes_up_and_down_is_flat():
    assert leaks(FLAT) == []


def test_what_is_taken_once_and_kept_is_flat():
    later = [
        replace(held, resident_mb=held.resident_mb + MAX_GROWN_MB - 3, objects=held.objects + 500) for held in FLAT
    ]
    assert leaks(FLAT[:20] + later[20:]) == []


@pytest.mark.parametrize(
    ("by_run", "told"),
    [
        ({"resident_mb": MAX_GROWN_MB / 15}, "the memory grew by"),
        ({"objects": MAX_GROWN_OBJECTS // 15}, "more objects"),
        ({"threads": 1}, "39 threads left over"),
        ({"sockets": 1}, "sockets"),
        ({"files": 1}, "39 open files left over"),
        ({"temporary_files": 1}, "39 temporary files left over"),
    ],
)
def test_a_little_more_after_each_run_is_a_leak(by_run, told):
    [leak] = leaks(growing(**by_run))
    assert told in leak


def test_one_thread_left_over_by_any_run_is_a_leak_although_it_ends_later():
    held = [*FLAT]
    held[5] = replace(held[5], threads=2)
    assert leaks(held) == ["1 threads left over"]


def test_as_many_sockets_as_are_kept_on_purpose_are_none():
    assert leaks([replace(held, sockets=MAX_SOCKETS) for held in FLAT]) == []


@pytest.mark.parametrize("severity", ["ok", "warning"])
def test_green_although_not_everything_was_read_is_wrong(severity):
    assert judge_answer({"severity": severity, "complete": False}) == (severity, f"{severity} although not complete")
    assert judge_answer({"severity": severity, "complete": True}) == (severity, None)


def test_unknown_where_not_everything_was_read_is_right():
    assert judge_answer({"severity": "unknown", "complete": False}) == ("unknown", None)


def test_a_servers_error_is_wrong_and_a_refusal_is_not():
    assert judge_answer({"statusCode": 500, "body": "{}"}) == ("HTTP 500", "HTTP 500: {}")
    assert judge_answer({"statusCode": 503}) == ("HTTP 503", None)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the gauges are Linux's")
@pytest.mark.timeout(300)
def test_forty_runs_under_fire_leave_nothing_behind():
    """In a process of its own, as `make soak` does it for 500."""
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{ROOT}:{ROOT / 'handler'}:{ROOT / 'layers/ncloud/python'}"}
    command = [sys.executable, "-m", "tests.lab.soak", "--runs", "40", "--seed", "2", "--verbose"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-3000:]
    assert "40 runs in" in done.stdout
