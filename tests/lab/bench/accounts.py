"""Many accounts in one invocation: how close their check comes to bare threads, and what four times as many cost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from tests.emulator.process import EmulatorProcess
from tests.lab.bench import servers
from tests.lab.bench.contest import contest, program
from tests.lab.bench.table import Row, ratio_row

FEW, MANY, REGIONS, THREADS = 50, 200, 3, 128
DATABASES = 8
"""Of each account."""


def rows(rounds: int) -> Iterator[Row]:
    """Measure them all."""
    with EmulatorProcess("--latency", str(servers.LATENCY_MS), "--keep-answers", "1000") as emulator:
        emulator.control("POST", "/accounts", described(MANY))
        program("accounts_bare", emulator.url, MANY, REGIONS, THREADS)()  # the emulator makes each at its first request
        measured = contest(
            rounds,
            few=program("accounts_check", emulator.url, FEW, REGIONS),
            bare=program("accounts_bare", emulator.url, FEW, REGIONS, THREADS),
            many=program("accounts_check", emulator.url, MANY, REGIONS),
        )
    of = f"{REGIONS} regions, {DATABASES} databases each, {servers.LATENCY_MS} ms latency"
    what, against = f"{FEW} accounts in one invocation: {of}", "the same lists by 128 bare threads and `json.loads`"
    yield ratio_row(what, against, measured["few"], measured["bare"], at_most=1.2)
    what = f"{MANY} accounts in one invocation"
    yield ratio_row(what, f"{FEW} of them", measured["many"], measured["few"], at_most=4.5)
    yield ratio_row(
        "peak memory of that run", f"{FEW} of them", measured["many"], measured["few"], at_most=1.5, name="peak_mib",
        unit="MiB",
    )  # fmt: skip


def described(count: int) -> dict[str, object]:
    """What the emulator makes *count* accounts of."""
    settled = datetime.now(UTC) - servers.SETTLED
    regions = ["KR", "SGN", "JPN"][:REGIONS]
    return {"count": count, "regions": regions, "profiles": {"healthy": DATABASES}, "now": settled.isoformat()}
