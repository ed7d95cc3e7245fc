"""The fleet's state machine against the built function, in a pool of Lambda's own emulators."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest

from backup_watch.config.languages import ENGLISH
from tests.emulator import Emulator, many
from tests.runtime.lambda_runtime import Artifact, LambdaRuntime
from tests.runtime.pool import Pool
from tests.stack.environment import bare_environment
from tests.stack.fleet import running_fleet
from tests.stack.lambdas import Lambdas

pytestmark = pytest.mark.runtime
EMULATORS = 2
ACCOUNTS = 9


@pytest.fixture
def pool() -> Pool:
    return Pool()


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def fleet(artifact: Artifact, pool: Pool, now: datetime) -> Iterator[Any]:
    accounts = list(many(ACCOUNTS, now=now, instances=3, states={"wrong-key": 1, "proxy-page": 1}))
    settings = {"FLEET_BATCH": "2", "FLEET_CONCURRENCY": "4", "LANGUAGE": ENGLISH}

    def pooled(_: Lambdas) -> Any:
        return pool.invoke

    with ExitStack() as stack:
        emulator = stack.enter_context(Emulator(others=accounts))
        running = stack.enter_context(
            running_fleet(now=now, hasten={"seconds": 1, "attempts": 15}, settings=settings, function=pooled)
        )
        running.give(accounts, emulator.url_of)
        for _ in range(EMULATORS):
            runtime = LambdaRuntime(artifact, bare_environment() | running.environment, timeout_seconds=60)
            pool.free.put(stack.enter_context(runtime))
        yield running


def test_a_fleet_of_built_functions_tells_once_though_lambda_has_less_room_than_batches(fleet, pool, now):
    ended = fleet.run({"trigger": "schedule", "scheduledTime": now.isoformat()}, name="built")
    assert ended.status == "SUCCEEDED", ended
    assert (ended.output["accounts"], ended.output["lost"]) == (ACCOUNTS, 0)
    [alert] = fleet.alerts()
    assert len(alert["counts"]["accounts"]) == ACCOUNTS
    assert sorted({error["kind"] for error in alert["errors"]}) == ["AuthenticationFailed", "MalformedAnswer"]
    assert len({error["account"] for error in alert["errors"]}) == 2
    assert {one["event"] for one in alert["violations"]} >= {"NEW"}
    assert pool.refused > 0, "four batches at once, two places"


def test_a_wrong_accounts_file_reaches_the_failure_queue_with_its_own_words(fleet, now):
    fleet.write("accounts.toml", "[[account]]\nid = 'default'")
    ended = fleet.run({"trigger": "schedule", "scheduledTime": now.isoformat()}, name="wrong")
    assert (ended.status, ended.error) == ("FAILED", "SettingsError")
    [kept] = fleet.failures()
    assert "account 1 (default)" in kept["error"]["Cause"]
