"""A run ends in time, with what it has: nothing here is made quicker than it is for users."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import app
from tests.contract.function import Context
from tests.emulator import Emulator
from tests.faults.cases import Case
from tests.faults.world import account
from tests.stack.environment import function_environment, in_environment

SECONDS = 3.0


@pytest.mark.parametrize("fault", ["hang,region=KR", "slow-body,interval_ms=50,region=KR", "hang,page=1,region=KR"])
def test_one_hanging_region_costs_neither_the_deadline_nor_the_others(fault, cloud):
    now = datetime.now(UTC)
    with Emulator(account(Case("a region hangs"), now), faults=[fault]) as emulator:
        environment = function_environment(
            ncloud_url=emulator.url, aws_url=cloud.url, topic_arn=cloud.topic_arn, now=now
        ) | {"POLICY": "", "PAGE_SIZE": "1", "MAX_CONCURRENCY": "2"}
        context = Context(SECONDS)
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
