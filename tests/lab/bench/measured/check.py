"""Our whole check, as the function does it: read, join, judge, follow, report, metrics, log. Nothing is published.

`python -m tests.lab.bench.measured.check URL LISTS CONCURRENCY [RUNS]`:
the first of RUNS, and the median of the others.
"""

from __future__ import annotations

import gc
import os
import sys
import time
import tomllib  # noqa: F401  what a policy is read with; both contestants import before their clocks start

import app
import ncloud.transport.http  # noqa: F401  the same
from tests.emulator.account import ACCESS_KEY, SECRET_KEY
from tests.lab.bench.measured.settled import GRACE
from tests.lab.bench.measured.told import tell


def main(url: str, lists: int, concurrency: int, runs: int = 1) -> None:
    os.environ |= {
        "NCLOUD_API_GW": url,
        "NCLOUD_ACCESS_KEY_ID": ACCESS_KEY,
        "NCLOUD_SECRET_ACCESS_KEY": SECRET_KEY,
        "MAX_CONCURRENCY": str(concurrency),
        "BACKUP_GRACE": GRACE,
        "CHECK_INSTANCES": "true" if lists == 2 else "false",
    }
    seconds = []
    for _ in range(runs):
        gc.collect()
        started = time.perf_counter()
        report = app.lambda_handler({"action": "check", "notify": False}, None)
        seconds.append(time.perf_counter() - started)
    if not report["complete"]:
        raise RuntimeError(str(report["errors"]))
    tell(
        seconds=seconds[0],
        warm_seconds=sorted(seconds[1:])[len(seconds[1:]) // 2] if runs > 1 else seconds[0],
        instances=report["counts"]["instances"],
        violations=len(report["violations"]),
    )


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
