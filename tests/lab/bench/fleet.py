"""Thousands of accounts on this machine: a whole run of the state machine, and its last invocation alone.

The emulated Ncloud API and each of the built functions run in processes of their own; moto, with its interpreter of
state machines, in this one. So nothing but the machine's processors is shared, as by a deployment.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.emulator import many
from tests.emulator.process import EmulatorProcess
from tests.lab.bench.artifacts import build_ours
from tests.lab.bench.contest import ROOT, Rounds, contest, run
from tests.lab.bench.table import Row, bound_row
from tests.runtime.lambda_runtime import PYTHON, Artifact, LambdaRuntime
from tests.runtime.pool import Pool
from tests.stack.cloud import TABLE, make_table
from tests.stack.environment import bare_environment
from tests.stack.fleet import BUCKET, FleetStack, running_fleet

ACCOUNTS = 5_000
REGIONS = ("KR", "SGN", "JPN")
PROFILES = {"healthy": 1, "stale": 2}
"""Databases of each account."""
AT_ONCE = 3
"""Batches, and functions for them. Two cores have work enough with as many, and none is refused."""
TELL = ROOT / "tests" / "lab" / "bench" / "measured" / "fleet_tell.py"
RUN = "bench"
TOLD = ("digest.json", "published.json", "report.json")
"""What the last invocation leaves, and would find again."""
VARIANTS = {"as it is deployed, with a memory to write for each account": {}, "without a memory": {"MEMORY": ""}}
RUN_SECONDS, TELL_SECONDS, TELL_MIB = 120, 4, 160
PAUSE_SECONDS = 0.5
"""Between two looks at the execution, which the interpreter would rather be left alone."""


@dataclass(frozen=True)
class Fleet:
    """A fleet that has not run yet."""

    stack: FleetStack
    emulator: EmulatorProcess
    artifact: Artifact
    now: datetime


def rows(rounds: int) -> Iterator[Row]:
    """Measure them all. The whole run takes its time, and is made once."""
    with tempfile.TemporaryDirectory() as folder:
        yield from measured(build_ours(Path(folder)), ACCOUNTS, min(rounds, 3))


def measured(artifact: Artifact, accounts: int, rounds: int) -> Iterator[Row]:
    """The rows of a fleet of so many accounts."""
    with fleet_of(accounts, artifact) as fleet:
        whole = whole_run(fleet, accounts)
        requests = int(whole.median("requests"))
        databases = f"{len(REGIONS)} regions and {sum(PROFILES.values())} databases each"
        what = (
            f"{accounts:,} accounts in the local fleet, {databases}, {AT_ONCE} built functions: {requests:,} requests"
        )
        yield bound_row(what, whole, at_most=RUN_SECONDS)
        for variant, settings in VARIANTS.items():
            alone = contest(rounds, tell=lambda settings=settings: told_alone(fleet, settings))["tell"]
            what = f"the last invocation of that run alone, {variant}"
            yield bound_row(what, alone, at_most=TELL_SECONDS)
            yield bound_row(f"{what} (processor time)", alone, name="processor_seconds")
            yield bound_row(f"{what}: peak memory", alone, at_most=TELL_MIB, name="peak_mib", unit="MiB")


@contextmanager
def fleet_of(count: int, artifact: Artifact) -> Iterator[Fleet]:
    """Everything that stands around a run of *count* accounts, and a place for each function at once."""
    now, pool = datetime.now(UTC).replace(microsecond=0), Pool()
    alike: dict[str, Any] = {"regions": REGIONS, "profiles": PROFILES}
    with ExitStack() as opened:
        emulator = opened.enter_context(EmulatorProcess("--instances", "0"))
        emulator.control("POST", "/accounts", {"count": count, "now": now.isoformat(), **alike})
        settings = {"FLEET_CONCURRENCY": str(AT_ONCE)}
        stack = opened.enter_context(running_fleet(now=now, settings=settings, function=lambda _: pool.invoke))
        stack.give(list(many(count, now=now, **alike)), lambda _: emulator.url)
        for _ in range(AT_ONCE):
            runtime = LambdaRuntime(artifact, bare_environment() | stack.environment, timeout_seconds=600)
            pool.free.put(opened.enter_context(runtime))
        yield Fleet(stack, emulator, artifact, now)


def whole_run(fleet: Fleet, accounts: int) -> Rounds:
    """From the schedule's event to the end of the execution. RuntimeError: not all of *accounts* were read."""
    event = {"trigger": "schedule", "scheduledTime": fleet.now.isoformat()}
    started = time.perf_counter()
    ended = fleet.stack.run(event, name=RUN, pause_seconds=PAUSE_SECONDS)
    seconds = time.perf_counter() - started
    told = ended.output or {}
    if (ended.status, told.get("accounts"), told.get("lost"), told.get("complete")) != ("SUCCEEDED", accounts, 0, True):
        raise RuntimeError(f"the run is not worth measuring: {ended}")
    return Rounds([{"seconds": seconds, "requests": fleet.emulator.control("GET", "")["requests"]}])


def told_alone(fleet: Fleet, settings: dict[str, str]) -> dict[str, float]:
    """The run's last invocation once more, as if it had not been: its very event, on the results that are kept."""
    [event] = [each for each in fleet.stack.lambdas.invocations if each["fleet"] == "tell"]
    for name in TOLD:
        fleet.stack.client("s3").delete_object(Bucket=BUCKET, Key=f"runs/{RUN}/{name}")
    fleet.stack.client("dynamodb").delete_table(TableName=TABLE)
    make_table(fleet.stack.client("dynamodb"))
    paths = [fleet.artifact.function, *(layer / "python" for layer in fleet.artifact.layers)]
    environment = bare_environment() | fleet.stack.environment | settings
    environment |= {"PYTHONPATH": os.pathsep.join(map(str, paths)), "PYTHONDONTWRITEBYTECODE": "1"}
    return run([str(PYTHON), str(TELL), json.dumps(event)], environment=environment)
