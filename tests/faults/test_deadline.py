"""A run ends in time, with what it has: nothing here is made quicker than it is for users."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

import app
from backup_watch.adapters import aws
from backup_watch.config.problems import AlertNotDelivered
from backup_watch.runtime import invocation
from tests.contract.fake_aws import fake_aws
from tests.contract.function import Context
from tests.emulator import Emulator
from tests.faults.cases import Case
from tests.faults.world import account
from tests.stack.environment import function_environment, in_environment

SECONDS = 6.0


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


def test_where_neither_ncloud_nor_sns_ever_answers_the_run_can_still_say_so(cloud, monkeypatch, capsys):
    """The reserve is what SNS can take at most: with shorter limits here, so that the shortest time-out is shorter."""
    monkeypatch.setitem(aws.LIMITS, "sns", aws.CallLimits(connect_seconds=0.3, read_seconds=0.3, attempts=2))
    monkeypatch.setattr(invocation, "MEMORY_SECONDS", 0.5)
    monkeypatch.setattr(invocation, "JUDGING_SECONDS", 1.0)
    now = datetime.now(UTC)
    with Emulator(account(Case("all hang"), now), faults=["hang"]) as emulator, fake_aws() as (sns, url):
        sns.hanging = threading.Event()
        environment = function_environment(
            ncloud_url=emulator.url, aws_url=cloud.url, topic_arn=cloud.topic_arn, now=now
        ) | {"POLICY": "", "AWS_ENDPOINT_URL_SNS": url}
        context = Context(invocation.shortest_timeout_seconds())
        with in_environment(environment), pytest.raises(AlertNotDelivered, match="ReadTimeoutError"):
            app.lambda_handler({"action": "check"}, context)
        left_ms = context.get_remaining_time_in_millis()
        sns.hanging.set()
    assert left_ms > 0, "Lambda would have ended it"
    assert '"delivered": false' in capsys.readouterr().out
