"""Fifty thousand databases: how close a whole check comes to merely fetching and parsing the same pages."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from tests.lab.bench import servers
from tests.lab.bench.contest import contest, program
from tests.lab.bench.measured.signed import LISTS
from tests.lab.bench.pages import save_pages
from tests.lab.bench.table import Row, faster_row, ratio_row

INSTANCES = 50_000
PAGES = 50
CONCURRENCY = 8
STALE_OF = 1000
"""One database of this many is stale."""
STALE_ON_A_BAD_DAY = 50
SHORT_RUNS = 3
"""Times as many rounds of what takes some hundredths of a second, where a twentieth decides."""
OF_THE_CHECK = f"{INSTANCES:,} instances, {servers.LATENCY_MS} ms latency, concurrency {CONCURRENCY}"
LISTED = {2: "both lists, 100 pages", 1: "the backup list alone, 50 pages"}


def rows(rounds: int) -> Iterator[Row]:
    """Measure them all."""
    with tempfile.TemporaryDirectory() as folder, servers.ncloud(**_fleet(INSTANCES)) as emulator:
        for lists in LISTED:
            yield from _whole_check(emulator.url, lists, rounds)
        files = {lists: Path(folder) / f"{lists}.json" for lists in LISTED}
        for lists, file in files.items():
            save_pages(emulator.url, LISTS[:lists], PAGES, file)
        tenth = Path(folder) / "tenth.json"
        with servers.ncloud(**_fleet(INSTANCES // 10)) as small:
            save_pages(small.url, LISTS, PAGES // 10, tenth)
        yield from _without_network(files, tenth, rounds)
    yield from _on_a_bad_day(rounds)
    yield from _in_the_busiest_hour(max(rounds // 2, 1))


def _fleet(instances: int, stale_of: int = STALE_OF) -> dict[str, int]:
    stale = instances // stale_of
    return {"healthy": instances - stale, "stale": stale}


def _whole_check(url: str, lists: int, rounds: int) -> Iterator[Row]:
    what = f"whole check of {OF_THE_CHECK}: {LISTED[lists]}"
    measured = contest(
        rounds,
        ours=program("check", url, lists, CONCURRENCY),
        bare=program("bare_threads", url, lists, PAGES, CONCURRENCY),
    )
    ours, bare = measured["ours"], measured["bare"]
    against = "the same pages, of which they know the number, by bare threads and `json.loads`"
    yield ratio_row(what, against, ours, bare, at_most=1.2)
    yield ratio_row(
        "peak memory of that run", "the bare threads, which keep the parsed pages", ours, bare,
        at_most=1.5, name="peak_mib", unit="MiB",
    )  # fmt: skip
    script = contest(max(rounds // 2, 1), script=program("script", url, lists))["script"]
    yield faster_row("that check", "a sequential script", ours, script, at_least=4)


def _without_network(files: dict[int, Path], tenth: Path, rounds: int) -> Iterator[Row]:
    for lists, file in files.items():
        measured = contest(rounds, ours=program("judge_only", file), parsed=program("parse_only", file))
        what = f"{INSTANCES:,} instances decoded, joined and judged, no network: {LISTED[lists]} (processor time)"
        yield ratio_row(what, "`json.loads` of the same bytes", measured["ours"], measured["parsed"], at_most=1.5)
    measured = contest(
        rounds * SHORT_RUNS,
        ours=program("judge_only", files[2]),
        tenth=program("judge_only", tenth),
        parsed=program("parse_only", files[2]),
        parsed_tenth=program("parse_only", tenth),
    )
    what = f"{INSTANCES:,} instances, as above, both lists (processor time)"
    yield ratio_row(what, "a tenth of them", measured["ours"], measured["tenth"], at_most=10.5)
    what = "`json.loads` of the same bytes (processor time)"
    yield ratio_row(what, "a tenth of them", measured["parsed"], measured["parsed_tenth"])


def _on_a_bad_day(rounds: int) -> Iterator[Row]:
    """A thousand are stale at once, and each has its reason, event and place in the report."""
    fleet = _fleet(INSTANCES, STALE_ON_A_BAD_DAY)
    with servers.ncloud(**fleet) as emulator:
        for lists in LISTED:
            measured = contest(
                rounds,
                ours=program("check", emulator.url, lists, CONCURRENCY),
                bare=program("bare_threads", emulator.url, lists, PAGES, CONCURRENCY),
            )
            what = f"that check with {fleet['stale']:,} of them stale: {LISTED[lists]}"
            yield ratio_row(what, "the bare threads, which judge nothing", measured["ours"], measured["bare"])


def _in_the_busiest_hour(rounds: int) -> Iterator[Row]:
    """Slots spread over the day: every hour some two thousand backups land. Without a memory the details of 500 are
    asked for, since a backup may have ended something; with one it is known what there is to end.
    """
    with servers.ncloud(**_fleet(INSTANCES), settled=timedelta(0)) as emulator, tempfile.TemporaryDirectory() as folder:
        measured = contest(
            rounds,
            ours=program("check", emulator.url, 2, CONCURRENCY, environment={"MEMORY": f"file://{folder}"}),
            without=program("check", emulator.url, 2, CONCURRENCY),
            bare=program("bare_threads", emulator.url, 2, PAGES, CONCURRENCY),
        )
    what, against = "that check where backups land all day", "the bare threads, which ask for no details"
    yield ratio_row(what, against, measured["ours"], measured["bare"], at_most=1.3)
    without = f"{what}, without a memory: 500 detail lists besides"
    yield ratio_row(without, against, measured["without"], measured["bare"])
