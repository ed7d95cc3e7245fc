"""Whatever sentence is broken, the handler's alert arrives in the queue, and metrics and heartbeat follow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from msgspec.structs import replace

from backup_watch.alerts import renderings
from backup_watch.i18n import Words, reasons
from tests.contract.fake_aws import FakeAws
from tests.contract.fake_ncloud import fake_ncloud
from tests.contract.function import Function, Outcome

COMPOSE = import_module("backup_watch.alerts.compose")
HOUR = timedelta(hours=1)
TELL_ALL = {"action": "check", "notify": "all"}


def broken(*_: object, **__: object) -> str:
    raise KeyError("no such sentence")


def break_a_renderer(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(COMPOSE, "RENDERINGS", tuple(replace(one, render=broken) for one in renderings.RENDERINGS))


def break_a_sentence(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reasons, "REASONS", {})


def break_a_placeholder(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Words, "instant", lambda self, moment: f"{self.language:{moment}d}")


def break_the_catalogue(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Words, "text", broken)


BREAKAGES = (break_a_renderer, break_a_sentence, break_a_placeholder, break_the_catalogue)


@pytest.fixture
def function(aws_url: str) -> Iterator[Function]:
    with fake_ncloud() as (ncloud, ncloud_url):
        ncloud.database("orders-db", datetime.now(UTC).replace(microsecond=0) - 60 * HOUR, number="4711")
        yield Function(ncloud_url, aws_url, ncloud, FakeAws())


def parts_that_failed(outcome: Outcome) -> list[str]:
    return [line["part"] for line in outcome.lines if "part" in line]


@pytest.mark.parametrize("breakage", BREAKAGES, ids=lambda breakage: breakage.__name__)
def test_the_alert_arrives_and_metrics_and_heartbeat_follow(
    function,
    topic,
    heartbeat,
    monkeypatch,
    breakage,
):
    queue = topic.queue()
    breakage(monkeypatch)
    outcome = function(TELL_ALL, TOPIC_ARN=topic.arn, HEARTBEAT_URL=heartbeat.url + "/ping", LANGUAGE="ko")
    [document] = queue.receive()
    [violation] = document["violations"]
    assert (violation["serviceName"], violation["region"], violation["verdict"]) == ("orders-db", "KR", "STALE")
    assert violation["lastBackupAt"] is not None
    assert violation["reason"]
    assert "orders-db" in document["text"]
    assert outcome.report["notification"]["events"] == 1
    assert outcome.report["violations"][0]["reason"]
    assert outcome.metric("CheckCompleted") == 1
    failed = parts_that_failed(outcome)
    assert bool(failed) is (breakage is not break_a_sentence), "a cause without a sentence has one that fits all"
    assert (outcome.metric("RenderingsFailed") or 0) == len(failed)
    assert heartbeat.paths == ["/ping"]


def test_a_message_that_cannot_be_made_at_all_fails_the_run_after_its_metrics(
    function,
    topic,
    heartbeat,
    monkeypatch,
):
    monkeypatch.setattr(COMPOSE, "Message", broken)
    outcome = function(TELL_ALL, TOPIC_ARN=topic.arn, HEARTBEAT_URL=heartbeat.url + "/ping")
    assert type(outcome.error).__name__ == "AlertNotDelivered"
    assert "KeyError" in str(outcome.error)
    assert outcome.metric("CheckCompleted") == 0
    assert heartbeat.paths == ["/ping/fail"]


def test_nothing_is_said_to_have_failed_where_nothing_has(function, topic):
    outcome = function(TELL_ALL, TOPIC_ARN=topic.arn)
    assert outcome.metric("RenderingsFailed") is None
    assert parts_that_failed(outcome) == []
