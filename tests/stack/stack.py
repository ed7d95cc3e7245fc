"""The stack: both stand-ins, and the function beside them, in one process."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.emulator import Emulator
from tests.stack.cloud import TABLE, Cloud, running_cloud
from tests.stack.databases import PRODUCTS
from tests.stack.environment import bare_environment, function_environment, in_environment
from tests.stack.failure import FunctionFailed
from tests.stack.logs import LogLines, kept_logs
from tests.stack.ncloud import running_emulator


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
        """Invoke the function. Raises ``FunctionFailed`` where it raises anything."""
        from app import lambda_handler  # needs the import roots, and the environment that the stack has put in place

        try:
            return lambda_handler(event, Context())
        except Exception as error:
            raise FunctionFailed(f"{type(error).__name__}: {error}") from error


def as_due(event: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """*event*; an instant of the schedule in it becomes *now*, as if it had just been due."""
    if "scheduledTime" not in event:
        return event
    return event | {"scheduledTime": now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")}


@contextmanager
def function_beside(
    emulator: Emulator,
    cloud: Cloud,
    *,
    now: datetime,
    language: str | None = None,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Stack]:
    """The function's own environment, and its log kept; both are put back at the end."""
    variables = function_environment(
        ncloud_url=emulator.url, aws_url=cloud.url, topic_arn=cloud.topic_arn, now=now, language=language
    )
    variables |= {"MEMORY": f"dynamodb://{TABLE}", "NCLOUD_PRODUCTS": ",".join(PRODUCTS)}
    with in_environment(variables | dict(settings or {})), kept_logs() as logs:
        yield Stack(emulator, cloud, logs)


@contextmanager
def running_stack(*, now: datetime | None = None) -> Iterator[Stack]:
    """Everything, without a word."""
    now = now or datetime.now(UTC)
    with (
        in_environment(bare_environment()),
        running_emulator(now=now) as emulator,
        running_cloud(access_key=emulator.account.access_key, secret_key=emulator.account.secret_key) as cloud,
        function_beside(emulator, cloud, now=now) as stack,
    ):
        yield stack
