"""A run ends in time, with what it has: nothing here is made quicker than it is for users."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

import app
from tests.emulator import ACCESS_KEY, SECRET_KEY, Emulator
from tests.faults.cases import Case
from tests.faults.world import account
from tests.stack.cloud import Cloud, running_cloud
from tests.stack.environment import function_environment, in_environment

SECONDS = 3.0


class Context:
    """What Lambda hands over: so much time from now."""

    aws_request_id = "00000000-0000-0000-0000-000000000000"

    def __init__(self) -> None:
        self._end = time.monotonic() + SECONDS

    def get_remaining_time_in_millis(self) -> int:
        return int((self._end - time.monotonic()) * 1000)


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with running_cloud(access_key=ACCESS_KEY, secret_key=SECRET_KEY) as running:
        yield running


@pytest.mark.parametrize("fault", ["hang,region=KR", "slow-body,interval_ms=50,region=KR", "hang,page=1,region=KR"])
def test_one_hanging_region_costs_neither_the_deadline_nor_the_others(fault, cloud):
    now = datetime.now(UTC)
    with Emulator(account(Case("a region hangs"), now), faults=[fault]) as emulator:
        environment = function_environment(
            ncloud_url=emulator.url, aws_url=cloud.url, topic_arn=cloud.topic_arn, now=now
        ) | {"POLICY": "", "PAGE_SIZE": "1", "MAX_CONCURRENCY": "2"}
        context = Context()
        with in_environment(environment):
            report = app.lambda_handler({"action": "check", "all": True}, context)
        assert context.get_remaining_time_in_millis() > 0, "Lambda would have ended it"
    verdicts = {one["serviceName"]: one["verdict"] for one in report["findings"]}
    assert verdicts["carts"] == "FRESH"
    assert set(verdicts.values()) == {"FRESH", "UNKNOWN"} or set(verdicts) == {"carts"}
    assert {error["region"] for error in report["errors"]} == {"KR"}
    assert {error["kind"] for error in report["errors"]} <= {"DeadlineExceeded", "ReadTimeout"}
    [alert] = cloud.receive()
    assert alert["severity"] == report["severity"] == "unknown"
