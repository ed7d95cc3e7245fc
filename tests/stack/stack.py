"""The stack: both stand-ins, and the function beside them, in one process."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tests.emulator import Emulator
from tests.stack.cloud import Cloud, running_cloud
from tests.stack.environment import function_environment, in_environment
from tests.stack.logs import LogLines, kept_logs
from tests.stack.ncloud import running_emulator

SCHEDULED_TIME: Final = "<aws.scheduler.scheduled-time>"
"""What EventBridge Scheduler replaces in the input of a target by the instant of the schedule."""


class Context:
    """What Lambda hands to a handler, as far as it is used."""

    function_name = "ncloud-backup-watch"

    def __init__(self) -> None:
        self.aws_request_id = str(uuid.uuid4())

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@dataclass(frozen=True)
class Stack:
    """A running stack."""

    emulator: Emulator
    cloud: Cloud
    logs: LogLines

    def invoke(self, event: dict[str, Any]) -> dict[str, Any]:
        """Invoke the function. Raises what it raises."""
        from app import lambda_handler  # needs the environment that the stack has put in place

        return lambda_handler(event, Context())


def read_event(path: Path, *, now: datetime) -> dict[str, Any]:
    """The event in *path*; an instant of the schedule in it becomes *now*, as if it had just been due."""
    event = json.loads(path.read_text(encoding="utf-8"))
    if "scheduledTime" in event:
        event["scheduledTime"] = now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return event


@contextmanager
def function_beside(
    emulator: Emulator, cloud: Cloud, *, now: datetime, settings: Mapping[str, str] | None = None
) -> Iterator[Stack]:
    """The function's own environment, and its log kept; both are put back at the end."""
    variables = function_environment(
        ncloud_url=emulator.url, aws_url=cloud.url, topic_arn=cloud.topic_arn, now=now,
        language=os.environ.get("LANGUAGE"),
    )  # fmt: skip
    with in_environment(variables | dict(settings or {})), kept_logs() as logs:
        yield Stack(emulator, cloud, logs)


@contextmanager
def running_stack(*, now: datetime | None = None) -> Iterator[Stack]:
    """Everything, without a word."""
    now = now or datetime.now(UTC)
    with (
        running_emulator(now=now) as emulator,
        running_cloud(access_key=emulator.account.access_key, secret_key=emulator.account.secret_key) as cloud,
        function_beside(emulator, cloud, now=now) as stack,
    ):
        yield stack
