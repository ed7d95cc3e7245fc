"""What a small installation meets: a warm run, an alert, the page."""

from __future__ import annotations

from collections.abc import Iterator

from tests.lab.bench import servers
from tests.lab.bench.contest import contest, program
from tests.lab.bench.measured.alert import VIOLATIONS
from tests.lab.bench.measured.page import INSTANCES
from tests.lab.bench.table import Row, limit_row, ratio_row

WARM_RUNS = 12
OWN_MS = 5
MAX_PAGE_MIB = 2
COMMAND_MS = 600


def rows(rounds: int) -> Iterator[Row]:
    """Measure them all."""
    with servers.ncloud(healthy=100) as emulator:
        measured = contest(
            rounds,
            ours=program("check", emulator.url, 2, 4, WARM_RUNS),
            bare=program("warm_page", emulator.url, WARM_RUNS),
        )
    warm, bare = measured["ours"].renamed("warm_seconds"), measured["bare"]
    what = "warm healthy run, 100 instances, both lists of one page, keys in the environment"
    limit = round(bare.median() * 1000 + OWN_MS, 1)
    yield limit_row(what, warm, at_most_ms=limit, more=f" (the API's latency, which is the next row's, + {OWN_MS})")
    yield ratio_row("that run", "one bare request for one of the pages, warm", warm, bare)
    with servers.ncloud(healthy=100, latency_ms=0) as emulator:
        command = contest(rounds, command=program("command", emulator.url))["command"]
    yield limit_row(
        "`backup-watch check`, 100 instances, from the start of its process to its end, without latency", command,
        at_most_ms=COMMAND_MS,
    )  # fmt: skip
    with servers.aws() as account:
        environment = account.function_environment(ncloud_url="")
        alert = contest(rounds, alert=program("alert", account.topic_arn, environment=environment))["alert"]
    yield limit_row(f"alert for {VIOLATIONS:,} violations: compose and publish (to moto)", alert, at_most_ms=150)
    page = contest(rounds, page=program("page"))["page"]
    size = page.median("mib")
    yield limit_row(
        f"status page for {INSTANCES:,} instances: {size:.2f} MiB (processor time)", page, at_most_ms=300,
        more=f", <= {MAX_PAGE_MIB} MiB", is_met=size <= MAX_PAGE_MIB,
    )  # fmt: skip
