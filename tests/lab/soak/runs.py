"""Runs the function again and again in this process, and says of each run what it came to and what is held after it."""

from __future__ import annotations

import io
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

from msgspec import Struct

from tests.emulator import EmulatorProcess
from tests.lab.soak.aws import AwsAddress, aws_process
from tests.lab.soak.gauges import Held, read_gauges
from tests.lab.soak.weather import Weather, warm_up, weather_of
from tests.stack.environment import function_environment, in_environment

LATE_SECONDS = 8.0
"""What a run may take beyond its time: the heartbeat's two attempts come last, and the machine may be busy."""


class Context:
    """What Lambda hands to a handler, as far as it is used."""

    def __init__(self, seconds: float) -> None:
        self.aws_request_id = "soak"
        self._until = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._until - time.monotonic()) * 1000))


class Run(Struct, frozen=True):
    """One run, and what was held after it."""

    number: int
    """Negative while warming up."""
    weather: Weather
    outcome: str
    """The report's severity, ``delivery failed``, the HTTP status, or ``told``."""
    wrong: str | None
    """What must not have happened; None: nothing."""
    seconds: float
    held: Held


def soak(count: int, *, seed: int) -> Iterator[Run]:
    """Make *count* runs after those that warm up, one after another."""
    random = Random(seed)  # noqa: S311  the weather
    first = warm_up()
    with _world() as world:
        for number in range(-len(first), count):
            yield world.run(number, first[number] if number < 0 else weather_of(random))


class _World(Struct, frozen=True):
    """What stands around the function."""

    emulator: EmulatorProcess
    aws: AwsAddress
    dead_url: str
    variables: dict[str, str]
    temporary: Path

    def run(self, number: int, weather: Weather) -> Run:
        self.emulator.control("POST", "/faults", list(weather.faults))
        heartbeat_at = self.emulator.url if weather.is_heartbeat_struck else self.aws.url
        changing = {
            "AWS_ENDPOINT_URL": self.dead_url if weather.is_aws_dead else self.aws.url,
            "HEARTBEAT_URL": f"{heartbeat_at}/moto-api/",
        }
        began = time.monotonic()
        with in_environment(self.variables | changing), redirect_stdout(io.StringIO()):
            outcome, wrong = _outcome(weather)
        seconds = time.monotonic() - began
        if wrong is None and seconds > weather.seconds + LATE_SECONDS:
            wrong = f"it took {seconds:.1f} s of {weather.seconds:.1f} s"
        return Run(number, weather, outcome, wrong, seconds, read_gauges(self.temporary))


@contextmanager
def _world() -> Iterator[_World]:
    with (
        tempfile.TemporaryDirectory(prefix="soak-") as temporary,
        socket.socket() as refusing,  # bound and not listening: every connection is refused
        EmulatorProcess("--instances", "40", "--regions", "KR,SGN") as emulator,
        aws_process() as aws,
        mock.patch.object(tempfile, "tempdir", temporary),
    ):
        refusing.bind(("127.0.0.1", 0))
        variables = function_environment(
            ncloud_url=emulator.url, aws_url=aws.url, topic_arn=aws.topic_arn, now=datetime.now(UTC)
        ) | {"REPORT_CACHE_SECONDS": "1"}
        dead_url = f"http://127.0.0.1:{refusing.getsockname()[1]}"
        yield _World(emulator, aws, dead_url, variables, Path(temporary))


def _outcome(weather: Weather) -> tuple[str, str | None]:
    """Invoke the function. Any exception but ``AlertNotDelivered`` is let out."""
    from app import lambda_handler
    from backup_watch.config.problems import AlertNotDelivered

    try:
        return judge_answer(lambda_handler(weather.event, Context(weather.seconds)))
    except AlertNotDelivered as error:
        return "delivery failed", None if weather.is_aws_dead else f"an alert was not delivered: {error}"


def judge_answer(answer: dict[str, Any]) -> tuple[str, str | None]:
    """What an answer came to, and what is wrong with it: a server's error, or green although not all was read."""
    if "statusCode" in answer:
        status = answer["statusCode"]
        return f"HTTP {status}", f"HTTP 500: {answer.get('body')}" if status == 500 else None
    severity = answer.get("severity")
    is_false_green = answer.get("complete") is False and severity in ("ok", "warning")
    return str(severity or "told"), f"{severity} although not complete" if is_false_green else None
