"""What a cold start takes, of the built artifact in AWS's Runtime Interface Emulator and in a bare process."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from tests.lab.bench import servers
from tests.lab.bench.artifacts import build_ours, build_plain
from tests.lab.bench.contest import ROOT, Contestant, contest, run
from tests.lab.bench.table import Row, ratio_row
from tests.runtime.lambda_runtime import PYTHON, Artifact, LambdaRuntime

FIRST_RUN = ROOT / "tests" / "lab" / "bench" / "measured" / "first_run.py"
PAGE = json.loads((ROOT / "events" / "http-get-root.json").read_text())
"""Somebody opens the status page."""
AS_BUILT = "a plain boto3 + urllib3 handler doing just that, as `sam build` makes it (no byte code)"


def scheduled_now() -> dict[str, str]:
    """The scheduler's event."""
    return {"trigger": "schedule", "scheduledTime": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}


def rows(rounds: int) -> Iterator[Row]:
    """Measure them all."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        ours = build_ours(folder)
        plain = build_plain(folder / "plain", byte_code=False)
        compiled = build_plain(folder / "compiled", byte_code=True)
        with servers.aws() as account, servers.ncloud(healthy=98, stale=2) as emulator:
            environment = account.function_environment(ncloud_url=emulator.url)
            cold = contest(rounds, ours=in_lambda(ours, environment), plain=in_lambda(plain, environment))
            bare = contest(rounds, ours=in_process(ours, environment), plain=in_process(compiled, environment))
            imported = contest(
                rounds,
                ours=in_process(ours, environment, event=False),
                plain=in_process(compiled, environment, event=False),
            )
    yield ratio_row(
        "`import app`, byte code at hand (processor time)", "a plain handler with SNS and Secrets Manager clients",
        imported["ours"], imported["plain"], at_most=0.5, name="import_processor_seconds",
    )  # fmt: skip
    what = "cold run in the Lambda runtime, built artifact: secret, both lists, one alert"
    yield ratio_row(what, AS_BUILT, cold["ours"], cold["plain"], at_most=0.6)
    what = "the same in one process, byte code at hand on both sides"
    yield ratio_row(what, "the same plain handler", bare["ours"], bare["plain"], at_most=1.0)


def in_lambda(artifact: Artifact, environment: Mapping[str, str]) -> Contestant:
    """The first invocation of a new runtime, its init included."""

    def cold() -> dict[str, float]:
        with LambdaRuntime(artifact, environment) as runtime:
            started = time.perf_counter()
            answer = runtime.invoke(scheduled_now())
            seconds = time.perf_counter() - started
        if "errorType" in answer.json():
            raise RuntimeError(answer.text)
        return {"seconds": seconds}

    return cold


def in_process(artifact: Artifact, environment: Mapping[str, str], *, event: bool = True) -> Contestant:
    """The first run in a new process of the runtime's Python; without *event* only the import."""
    paths = [artifact.function, *(layer / "python" for layer in artifact.layers)]
    variables = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "PYTHONDONTWRITEBYTECODE": "1",
        **environment,
    }

    def first() -> dict[str, float]:
        asked = [json.dumps(scheduled_now())] if event else []
        return run([str(PYTHON), str(FIRST_RUN), *asked], environment=variables)

    return first
