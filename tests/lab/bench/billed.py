"""How long an hourly run is billed at each memory size, and how much memory it takes: cold, as after an hour it is."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

from tests.lab.bench import servers
from tests.lab.bench.artifacts import build_ours
from tests.lab.bench.cold_start import PAGE, scheduled_now
from tests.lab.bench.cpu_share import limited, share_of
from tests.runtime.lambda_runtime import Artifact, LambdaRuntime

MEMORY_MB = (1024, 512, 256, 128)
"""From the largest: a run that does not fit is seen there, and spared in the smaller ones."""
INSTANCES = (10, 1_000, 50_000)
MANY = 50_000
"""From so many on one round is enough: they take long, and vary little."""
TIMEOUT_SECONDS = 900
OTHERS_MIB = 20
"""What Lambda counts besides the function's own process; an assumption, to be on the safe side."""


@dataclass(frozen=True)
class Billed:
    """One cell of the table."""

    memory_mb: int
    instances: int
    seconds: float | None
    """The median from the first step of init to the answer. None: it does not fit into the memory."""
    peak_mib: float
    log: str
    """What the last run wrote: metrics and log lines, without Lambda's own."""


@dataclass(frozen=True)
class _Run:
    seconds: float
    peak_mib: float
    log: str


def measure(rounds: int) -> list[Billed]:
    """Every memory size with every number of instances, healthy, their backups spread over the day."""
    billed = []
    with tempfile.TemporaryDirectory() as folder, servers.aws() as account:
        artifact = build_ours(Path(folder))
        for instances in INSTANCES:
            with servers.ncloud(healthy=instances, settled=timedelta(0)) as emulator:
                environment = account.function_environment(ncloud_url=emulator.url)
                billed += _sizes(artifact, environment, instances, rounds if instances < MANY else 1)
    return billed


def page_seconds(rounds: int) -> dict[int, float]:
    """How long somebody waits who opens the status page of a thousand instances cold, by memory size."""
    with tempfile.TemporaryDirectory() as folder, servers.aws() as account, servers.ncloud(healthy=1000) as emulator:
        artifact = build_ours(Path(folder))
        environment = account.function_environment(ncloud_url=emulator.url)
        return {
            memory_mb: median(_cold_run(artifact, environment, memory_mb, PAGE).seconds for _ in range(rounds))
            for memory_mb in MEMORY_MB
        }


def _sizes(artifact: Artifact, environment: Mapping[str, str], instances: int, rounds: int) -> Iterator[Billed]:
    largest = 0.0
    for memory_mb in MEMORY_MB:
        if largest + OTHERS_MIB > memory_mb:
            yield Billed(memory_mb, instances, None, largest, "")
            continue
        runs = [_cold_run(artifact, environment, memory_mb, scheduled_now()) for _ in range(rounds)]
        largest = max(run.peak_mib for run in runs)
        yield Billed(memory_mb, instances, median(run.seconds for run in runs), largest, runs[-1].log)


def _cold_run(artifact: Artifact, environment: Mapping[str, str], memory_mb: int, event: object) -> _Run:
    runtime = LambdaRuntime(artifact, environment, timeout_seconds=TIMEOUT_SECONDS, memory_mb=memory_mb)
    with runtime, limited(runtime.pid, share=share_of(memory_mb)):
        started = time.perf_counter()
        answer = runtime.invoke(event)
        seconds = time.perf_counter() - started
        peak_mib = max(_peak_mib(child) for child in _children(runtime.pid))
        lines = [line for line in runtime.log().splitlines(keepends=True) if line.startswith("{")]
    if "errorType" in answer.json():
        raise RuntimeError(answer.text[:2000])
    return _Run(seconds, peak_mib, "".join(lines))


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def _peak_mib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0
