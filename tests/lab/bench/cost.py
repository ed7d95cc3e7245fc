"""What it costs: docs/cost.md, from measured durations and list prices."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from tests.lab.bench import prices, servers
from tests.lab.bench.billed import INSTANCES, MEMORY_MB, Billed, measure, page_seconds
from tests.lab.bench.contest import ROOT
from tests.lab.bench.cpu_share import FULL_CORE_MB
from tests.lab.bench.machine import described

_ONLY_WITH_ACCOUNTS_OR_A_FLEET = ("HasAccountsFile", "HasFleet")
ALARMS = sum(
    "Type: AWS::CloudWatch::Alarm" in resource and not any(name in resource for name in _ONLY_WITH_ACCOUNTS_OR_A_FLEET)
    for resource in (ROOT / "template.yaml").read_text().split("\n\n")
)
LAMBDAS_OWN_LINES = 400
"""Bytes of START, END and REPORT of a run."""
INTRODUCTION = f"""\
# What it costs

Written by `make bench ARGS=cost`. Hourly checks, {prices.RUNS} a month, each a cold start, since Lambda keeps an idle
function only for minutes. List prices in US dollars of {prices.AS_OF}, {prices.REGIONS}, without tax.

**An approximation.** The built artifact ran in AWS's Runtime Interface Emulator, held to the share of one core of this
machine that Lambda gives for the memory size ({FULL_CORE_MB:,} MB are one virtual processor), init included (Lambda is
said to hold init less tightly), with {servers.LATENCY_MS} ms from Ncloud for each page, all databases fresh, and their
backups spread over the day. Some nine tenths of a small check's processor time are Python's imports.
"""


CONCLUSION = """\
## Which memory size

512 MB, the template's default. What is small is nearly all processor time, so that twice the memory takes half the time
and costs about the same; the differences are cents a year and all of it is inside Lambda's free tier. More memory buys
the one wait that a person notices, opening the page after a while, and room for very large fleets. Beyond 512 MB a
large fleet pays for memory while it waits for Ncloud. 128 MB do for some thousand databases if the page is not used.

What costs money is CloudWatch's custom metrics, each other region five series more. The alarms stand on four of them;
the rest is for graphs.
"""


def write(rounds: int) -> None:
    """Measure, and write the page."""
    cells, pages = measure(rounds), page_seconds(rounds)
    sections = [
        INTRODUCTION,
        described(rounds=rounds, on=datetime.now(UTC)),
        _durations(cells, pages),
        _months(cells),
        _bill(cells),
        CONCLUSION,
    ]
    (ROOT / "docs" / "cost.md").write_text("\n\n".join(section.strip() for section in sections) + "\n")


def _durations(cells: Iterable[Billed], pages: dict[int, float]) -> str:
    rows = [
        f"| {instances:,} instances | "
        + " | ".join(_seconds(cell) for cell in _of(cells, instances))
        + f" | {max(cell.peak_mib for cell in _of(cells, instances)):.0f} MiB |"
        for instances in INSTANCES
    ]
    cold = " | ".join(f"{pages[memory_mb]:.1f} s" for memory_mb in sorted(MEMORY_MB))
    return "\n".join(
        [
            "## Billed time of one run, and its peak memory\n",
            *_head("", "peak memory"),
            *rows,
            f"| the status page of 1,000 instances, cold (no reader waits for the others) | {cold} | |",
        ]
    )


def _months(cells: Iterable[Billed]) -> str:
    rows = [
        f"| {instances:,} instances | "
        + " | ".join("-" if cell.seconds is None else f"{_month(cell):.4f}" for cell in _of(cells, instances))
        + " |"
        for instances in INSTANCES
    ]
    most = max(cell.seconds * cell.memory_mb / 1024 for cell in cells if cell.seconds is not None) * prices.RUNS
    return "\n".join(
        [
            "## Lambda, USD a month, arm64 (x86_64: a quarter more)\n",
            *_head(""),
            *rows,
            f"\nThe dearest takes {most:,.0f} GB-s a month; {prices.FREE_GB_SECONDS:,} are free in every account.",
        ]
    )


def _bill(cells: Iterable[Billed]) -> str:
    log = next(cell.log for cell in cells if cell.log)
    items = prices.around(metrics=_series(log), alarms=ALARMS, log_bytes=len(log.encode()) + LAMBDAS_OWN_LINES)
    rows = [f"| {item.what} | {item.month:.3f} | {item.month_with_free_tier:.3f} |" for item in items]
    kept = [item for item in items if "only with" not in item.what]
    listed, free = sum(item.month for item in kept), sum(item.month_with_free_tier for item in kept)
    total = f"| **together, with what every stack has** | **{listed:.2f}** | **{free:.2f}** |"
    return "\n".join(
        [
            "## Everything else, USD a month\n",
            "| what, one region | list price | with AWS's free tier, if nothing else uses it |",
            "|---|---|---|",
            *rows,
            total,
        ]
    )


def _head(first: str, *more: str) -> list[str]:
    titles = [first, *(f"{memory_mb:,} MB" for memory_mb in sorted(MEMORY_MB)), *more]
    return ["| " + " | ".join(titles) + " |", "|---" * len(titles) + "|"]


def _of(cells: Iterable[Billed], instances: int) -> list[Billed]:
    return sorted((cell for cell in cells if cell.instances == instances), key=lambda cell: cell.memory_mb)


def _seconds(cell: Billed) -> str:
    return "does not fit" if cell.seconds is None else f"{cell.seconds:.2f} s"


def _month(cell: Billed) -> float:
    assert cell.seconds is not None
    return prices.lambda_month(cell.seconds, cell.memory_mb)


def _series(log: str) -> int:
    """How many custom metrics the embedded documents of one run feed."""
    documents = [json.loads(line) for line in log.splitlines() if '"_aws"' in line]
    directives = [directive for document in documents for directive in document["_aws"]["CloudWatchMetrics"]]
    return sum(len(directive["Metrics"]) * len(directive["Dimensions"]) for directive in directives)
