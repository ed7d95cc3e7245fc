"""``python -m tests.lab.soak``: 500 runs in one process, with faults at random.

Ends with 1 if anything leaks, or if a run goes wrong: a server's error, an alert lost, green although not all was read.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from tests.lab.soak.flatness import leaks
from tests.lab.soak.gauges import Held
from tests.lab.soak.runs import Run, soak


def main() -> int:
    """Read the command line and do what it says."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab.soak", description=__doc__)
    parser.add_argument("--runs", type=int, default=500, help="after those that warm up; at least 8")
    parser.add_argument("--seed", type=int, default=1, help="of the events and faults")
    parser.add_argument("--verbose", action="store_true", help="a line for each run")
    given = parser.parse_args()
    began, held, wrongs, outcomes = time.monotonic(), list[Held](), list[str](), Counter[str]()
    for run in soak(max(given.runs, 8), seed=given.seed):
        if given.verbose or run.wrong:
            print(_line(run), flush=True)
        if run.wrong:
            wrongs.append(run.wrong)
        if run.number >= 0:
            held.append(run.held)
            outcomes[run.outcome] += 1
    found = leaks(held)
    print(_summary(held, outcomes, seconds=time.monotonic() - began))
    print(*(f"LEAK: {each}" for each in found), *(f"WRONG: {each}" for each in wrongs), sep="\n", end="")
    return 1 if found or wrongs else 0


def _line(run: Run) -> str:
    weather = run.weather
    struck = [
        *weather.faults,
        *["AWS is dead"] * weather.is_aws_dead,
        *["heartbeat struck"] * weather.is_heartbeat_struck,
    ]
    wrong = f"  WRONG: {run.wrong}" if run.wrong else ""
    what = f"{run.number:4} {weather.event_name:18} {run.outcome:16} {run.seconds:5.2f} s"
    return f"{what}  {_held(run.held)}  {'; '.join(struck)}{wrong}"


def _held(held: Held) -> str:
    return (
        f"{held.resident_mb:6.1f} MB {held.objects:7} objects {held.threads} threads {held.sockets:2} sockets "
        f"{held.files} files {held.temporary_files} temporary"
    )


def _summary(held: list[Held], outcomes: Counter[str], *, seconds: float) -> str:
    rows = [f"{len(held)} runs in {seconds:.0f} s: " + ", ".join(f"{n} {what}" for what, n in outcomes.most_common())]
    rows += [
        f"after run {at + 1:4}: {_held(held[at])}"
        for at in sorted({len(held) * n // 8 for n in range(8)} | {len(held) - 1})
    ]
    return "\n".join(rows)


if __name__ == "__main__":
    sys.exit(main())
