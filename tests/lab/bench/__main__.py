"""`python -m tests.lab.bench`: measure, and write docs/benchmarks.md. With names of parts, only measure those.

`python -m tests.lab.bench cost` writes docs/cost.md; it limits processors by cgroups, and so has to be root.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from tests.lab.bench import accounts, browser, cold_start, cost, everyday, fleet, large_fleet
from tests.lab.bench.contest import ROOT
from tests.lab.bench.machine import described
from tests.lab.bench.table import HEAD, Row

PARTS: dict[str, tuple[str, Callable[[int], Iterator[Row]]]] = {
    "large-fleet": ("Fifty thousand databases", large_fleet.rows),
    "cold-start": ("Cold start", cold_start.rows),
    "everyday": ("Every day", everyday.rows),
    "accounts": ("Many accounts", accounts.rows),
    "fleet": ("A fleet", fleet.rows),
    "browser": ("In a browser", browser.rows),
}
INTRODUCTION = """\
# Benchmarks

Written by `make bench`. Ratios on one machine: each contestant ran in a process of its own, in turn with the one that
it is compared with, and the medians of all rounds are compared. The emulated Ncloud API (pre-rendered pages) and moto
ran in further processes on the same machine, so that both sides of a ratio had the same to wait for. Processor time
is told where nothing is waited for: other programs on the machine do not lengthen it.
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.lab.bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "parts", nargs="*", metavar="PART", choices=[*PARTS, "cost", []], help=f"of {', '.join(PARTS)}, or cost"
    )
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    if options.parts == ["cost"]:
        cost.write(options.rounds)
        return 0
    written = [INTRODUCTION, described(rounds=options.rounds, on=datetime.now(UTC))]
    for name in options.parts or PARTS:
        title, rows = PARTS[name]
        lines = [f"\n## {title}\n", HEAD]
        print("\n".join(lines))
        for row in rows(options.rounds):
            print(row, flush=True)
            lines.append(str(row))
        written += lines
    if not options.parts:
        written.append("\n" + (ROOT / "tests" / "lab" / "bench" / "notes.md").read_text())
        (ROOT / "docs" / "benchmarks.md").write_text("\n".join(written))
    return 0


if __name__ == "__main__":
    sys.exit(main())
