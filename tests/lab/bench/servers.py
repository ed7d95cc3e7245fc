"""Who answers what is measured, each in a process of its own: the emulated Ncloud API, and moto for AWS."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from tests.emulator.process import EmulatorProcess
from tests.runtime.aws_account import AwsAccount

LATENCY_MS = 50
SETTLED = timedelta(minutes=65)
"""How long ago the last backup of any database ended: before the hour that a run looks back on, so that it asks for no
detail list, as the bare readers ask for none.
"""


def ncloud(
    *, healthy: int, stale: int = 0, latency_ms: int = LATENCY_MS, settled: timedelta = SETTLED
) -> EmulatorProcess:
    """An account of *healthy* and *stale* databases, all its pages made beforehand."""
    return EmulatorProcess(
        *("--profiles", f"healthy={healthy},stale={stale}"),
        *("--now", (datetime.now(UTC) - settled).isoformat()),
        *("--history-days", "2", "--keep-answers", "1000", "--latency", str(latency_ms)),
    )


@contextmanager
def aws() -> Iterator[AwsAccount]:
    """An account at moto's server: topic, queue and secret."""
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        yield AwsAccount(_address(server))
    finally:
        server.terminate()
        server.communicate()


def _address(server: subprocess.Popen[str]) -> str:
    assert server.stderr is not None
    for line in server.stderr:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found.group()
    raise RuntimeError("moto's server ended before it listened")
