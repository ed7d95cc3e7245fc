"""The heartbeat: pinged after a complete, notifying run whose alerts were delivered, /fail otherwise, and no more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.contract.fake_ncloud import BACKUPS, INSTANCES, Reply
from tests.contract.http_events import ask
from tests.edges.ncloud.raw_server import RawServer, dripping

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("age_hours", [5, 30.5, 60])
def test_a_complete_notifying_run_is_alive_whatever_it_found(function, now, heartbeat, age_hours):
    function.ncloud.database("orders", now - age_hours * HOUR)
    function.check_with(HEARTBEAT_URL=f"{heartbeat.url}/ping/uuid")
    assert heartbeat.paths == ["/ping/uuid"]


@pytest.mark.parametrize("operation", [BACKUPS, INSTANCES])
def test_a_run_that_could_not_read_everything_has_failed(function, now, heartbeat, operation):
    function.ncloud.database("orders", now - 5 * HOUR)
    function.ncloud.answers[operation] = lambda asked: Reply(b"", 400)
    function.check_with(HEARTBEAT_URL=f"{heartbeat.url}/ping/uuid")
    assert heartbeat.paths == ["/ping/uuid/fail"]


def test_only_runs_that_notify_ping(function, now, heartbeat):
    function.ncloud.database("orders", now - 5 * HOUR)
    url = {"HEARTBEAT_URL": f"{heartbeat.url}/p"}
    for event in (
        {"action": "check", "notify": False},
        {"action": "check", "at": "2026-11-20T09:00:00+09:00"},
        {"action": "explain", "match": "*"},
        {"action": "doctor"},
    ):
        assert function(event, **url).error is None
    for path in ("/", "/report", "/metrics", "/healthz"):
        ask(function, "GET", path, settings=url)
    assert heartbeat.paths == []
    ask(function, "POST", "/check", settings=url)
    assert heartbeat.paths == ["/p"]


def test_a_heartbeat_that_drips_costs_neither_the_alert_nor_the_time_out(function, now):
    function.ncloud.database("orders", now - 30.5 * HOUR)
    with RawServer(dripping(b"HTTP/1.1 200 OK\r\nX-Slow: ", drop=b"a")) as server:
        outcome = function({"action": "check"}, seconds=1.5, HEARTBEAT_URL=server.url)
        assert outcome.remaining_ms > 0, "Lambda would have ended it, and begun again with the same alert"
    assert outcome.report["notification"] == {"messageIds": ["m-1"], "events": 1}
