"""The whole function with its memory, over real sockets: what is told is told once, whatever becomes of the lists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import app
from backup_watch.adapters import aws
from backup_watch.adapters.aws import CallLimits
from backup_watch.config.problems import SettingsError
from tests.emulator import ACCESS_KEY, SECRET_KEY, Account, Database, Emulator, Scope, daily_backups, fault, vanish
from tests.stack.cloud import QUEUE, TABLE, TOPIC, Cloud, running_cloud
from tests.stack.environment import function_environment, in_environment
from tests.unit.web.asking import an_event

LIST = {"operation": "getCloudPostgresqlBackupList", "region": "KR"}


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with running_cloud(access_key=ACCESS_KEY, secret_key=SECRET_KEY) as running:
        yield running


@dataclass
class Watch:
    """The function, and what stands around it."""

    emulator: Emulator
    cloud: Cloud

    @property
    def account(self) -> Account:
        return self.emulator.account

    def run(self, event: dict[str, Any] | None = None) -> set[tuple[str, str, str | None]]:
        """Run once: name, event and what ended it, of everything in the message. Nothing: no message was sent."""
        self.report = app.lambda_handler(event or {}, None)
        alerts = self.cloud.receive()
        assert len(alerts) <= 1
        self.alert = alerts[0] if alerts else None
        if self.alert is None:
            return set()
        told = self.alert["violations"] + self.alert["resolved"]
        return {(one["serviceName"], one["event"], one.get("resolvedBy")) for one in told}

    def post(self) -> set[tuple[str, str, str | None]]:
        return self.run(an_event("/check", method="POST"))


@pytest.fixture(params=["dynamodb", "file"])
def watch(request, cloud, tmp_path, monkeypatch) -> Iterator[Watch]:
    monkeypatch.setitem(aws.LIMITS, "dynamodb", CallLimits(read_seconds=30))
    place = f"dynamodb://{TABLE}" if request.param == "dynamodb" else f"file://{tmp_path}/memory"
    now = datetime.now(UTC)
    nightly = daily_backups(now - timedelta(hours=5), count=5)
    usual = {"created_at": now - timedelta(days=99), "zone": UTC, "backup_time": f"{now - timedelta(hours=5):%H:%M}"}
    databases = [Database(str(1000 + n), f"db-{n}", list(nightly), region="KR", **usual) for n in range(4)]
    databases.append(Database("1009", "stale", nightly[:-2], region="SGN", **usual))
    databases.append(Database("1010", "fine", list(nightly), region="SGN", **usual))
    with ExitStack() as stack:
        emulator = stack.enter_context(Emulator(Account(databases, ("KR", "SGN"))))
        environment = function_environment(
            ncloud_url=emulator.url, aws_url=cloud.url, topic_arn=cloud.topic_arn, now=now
        ) | {"POLICY": "", "MEMORY": place, "REPORT_CACHE_SECONDS": "0"}
        stack.enter_context(in_environment(environment))
        cloud.receive()
        yield Watch(emulator, cloud)
    cloud.client("dynamodb").delete_item(TableName=TABLE, Key={"account": {"S": "default"}})


def test_a_violation_is_told_once_and_its_end_once(watch):
    assert watch.run() == {("stale", "NEW", None)}
    assert watch.run() == set()
    assert [one["event"] for one in watch.report["violations"]] == ["ONGOING"]
    watch.account.database("stale").add_backup(datetime.now(UTC))
    assert watch.run() == {("stale", "RESOLVED", "backup")}
    assert watch.run() == set()


def test_a_persons_check_after_the_scheduled_run_tells_the_same_once(watch):
    scheduled = {"trigger": "schedule", "scheduledTime": datetime.now(UTC).isoformat()}
    assert watch.run(scheduled) == {("stale", "NEW", None)}
    assert watch.post() == set()
    assert watch.run(scheduled) == set(), "nor does a retry of the scheduled run"


def test_backups_that_are_deleted_are_told_at_the_next_run(watch):
    watch.run()
    for name in ("db-0", "stale"):
        vanish(watch.account, "all-backups", Scope(name))
    assert watch.run() == {("db-0", "NEW", None), ("stale", "ESCALATED", None)}
    reasons = {one["serviceName"]: one["reason"] for one in watch.alert["violations"]}
    assert reasons == dict.fromkeys(("db-0", "stale"), "no backup of it is listed any more")
    assert watch.run() == set()


def test_details_are_read_for_no_end(watch):
    watch.run()
    for database in watch.account.databases:
        database.add_backup(datetime.now(UTC))
    before = len(watch.emulator.requests_of("getCloudPostgresqlBackupDetailList"))
    assert watch.run() == {("stale", "RESOLVED", "backup")}
    assert len(watch.emulator.requests_of("getCloudPostgresqlBackupDetailList")) == before


def test_what_cannot_be_read_is_told_when_it_begins_when_its_class_changes_and_when_it_ends(watch):
    watch.run()
    watch.emulator.faults(fault("gateway-error", code=210, **LIST))
    assert ("db-0", "UNREADABLE", None) in watch.run()
    assert watch.run() == set()
    watch.emulator.faults(fault("gateway-error", code=200, **LIST))
    assert watch.run() == set(), "another error of the same class"
    watch.emulator.faults(fault("empty-body", **LIST))
    assert ("db-0", "UNREADABLE", None) in watch.run()
    watch.emulator.faults()
    assert watch.run() == {("getCloudPostgresqlBackupList", "RESOLVED", "readable")}
    assert watch.run() == set()


def test_a_list_that_is_emptied_is_an_error_and_ends_nothing(watch):
    watch.run()
    vanish(watch.account, "list", Scope(region="SGN"))
    watch.run()
    assert {error["kind"] for error in watch.report["errors"]} == {"ListEmptied"}
    assert (watch.report["complete"], watch.report["severity"], watch.report["resolved"]) == (False, "critical", [])
    assert watch.run() == set()


def test_a_deletion_ends_what_was_told(watch):
    watch.run()
    vanish(watch.account, "instance", Scope("stale"))
    assert watch.run() == {("stale", "RESOLVED", "deleted")}


def test_what_the_policy_ends_and_begins_is_told_at_once(watch, monkeypatch):
    watch.run()
    until = (datetime.now(UTC) + timedelta(days=9)).isoformat(timespec="seconds")
    monkeypatch.setenv("POLICY", f'[[mute]]\nmatch = "stale"\nuntil = {until}\nreason = "x"\nowner = "y"')
    assert watch.run() == {("stale", "RESOLVED", "policy")}
    monkeypatch.setenv("POLICY", 'max_age = "1h"')
    assert ("db-1", "NEW", None) in watch.run()
    monkeypatch.setenv("POLICY", "")
    assert {(name, event) for name, event, _ in watch.run()} >= {("db-1", "RESOLVED")}


def test_a_reader_changes_nothing(watch):
    events = [an_event("/report"), {"action": "check", "notify": False}, {"action": "explain", "match": "*"}]
    for event in events:
        assert watch.run(event) == set()
    assert watch.run() == {("stale", "NEW", None)}
    for event in events:
        assert watch.run(event) == set()
    [one] = json.loads(app.lambda_handler(an_event("/report"), None)["body"])["violations"]
    assert (one["serviceName"], one["event"], one["toldAt"] is not None) == ("stale", "ONGOING", True)


def test_all_is_told_and_remembered_on_demand(watch):
    watch.run()
    assert watch.run({"action": "check", "notify": "all"}) == {("stale", "ONGOING", None)}
    assert watch.run() == set()


def test_the_first_run_says_that_nothing_was_remembered(watch):
    watch.run()
    assert any("absent" in warning for warning in watch.report["warnings"])
    watch.run()
    assert watch.report["warnings"] == []


def test_another_topic_is_told_anew(watch, monkeypatch):
    watch.run()
    topic = watch.cloud.client("sns").create_topic(Name="another")["TopicArn"]
    queue_arn = watch.cloud.topic_arn.replace(":sns:", ":sqs:").replace(TOPIC, QUEUE)
    raw = {"RawMessageDelivery": "true"}
    watch.cloud.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn, Attributes=raw)
    monkeypatch.setenv("TOPIC_ARN", topic)
    assert watch.run() == {("stale", "NEW", None)}


def test_while_nobody_has_confirmed_nothing_is_remembered(watch, monkeypatch):
    topic = watch.cloud.client("sns").create_topic(Name="lonely")["TopicArn"]
    monkeypatch.setenv("TOPIC_ARN", topic)
    for _ in range(2):
        watch.run()
        assert [one["event"] for one in watch.report["violations"]] == ["NEW"]
        assert any("unconfirmed" in warning for warning in watch.report["warnings"])


# --- looked at by people -------------------------------------------------------------------------------------------


def test_the_action_shows_what_is_remembered_and_forgets_what_is_asked(watch):
    watch.run()
    [account] = app.lambda_handler({"action": "memory"}, None)["accounts"]
    assert account["state"] == "read"
    assert [(one["name"], one["verdict"], one["pending"]) for one in account["incidents"]] == [("stale", "STALE", None)]
    assert account["incidents"][0]["toldAt"] == account["judgedAt"]
    assert {(one["region"], one["instances"]) for one in account["lists"]} == {("KR", 4), ("SGN", 2)}
    kept = app.lambda_handler({"action": "memory", "forget": "db-*"}, None)
    assert (kept["forgotten"], len(kept["accounts"][0]["incidents"])) == ([], 1)
    forgotten = app.lambda_handler({"action": "memory", "forget": "st?le"}, None)
    assert [one["name"] for one in forgotten["forgotten"]] == ["stale"]
    assert forgotten["accounts"][0]["incidents"] == []
    before = account["incidents"][0]["incident"]
    assert watch.run() == {("stale", "NEW", None)}
    assert watch.alert["violations"][0]["incident"] != before


def test_without_a_memory_the_action_says_what_is_missing(watch, monkeypatch):
    monkeypatch.setenv("MEMORY", "")
    with pytest.raises(SettingsError, match="MEMORY: required"):
        app.lambda_handler({"action": "memory"}, None)


def test_explain_says_when_it_was_told_and_what_the_memory_holds(watch):
    [before] = app.lambda_handler({"action": "explain", "match": "stale"}, None)["instances"]
    assert (before["memory"], before["alert"]["event"]) == (None, "NEW")
    assert before["alert"]["because"] == "the memory does not have it: it was not published before"
    watch.run()
    [after] = app.lambda_handler({"action": "explain", "match": "stale"}, None)["instances"]
    assert (after["memory"]["verdict"], after["alert"]["event"]) == ("STALE", "ONGOING")
    assert after["memory"]["incident"] == after["alert"]["incident"]
    assert after["alert"]["because"].startswith("by the memory it was published last at ")


def memory_checks() -> list[dict]:
    return [one for one in app.lambda_handler({"action": "doctor"}, None)["checks"] if one["name"] == "memory"]


def test_the_doctor_looks_at_the_memory_and_writes_nothing(watch):
    [before] = memory_checks()
    assert (before["status"], "absent" in before["detail"]) == ("warning", True)
    watch.run()
    [after] = memory_checks()
    assert after["status"] == "ok"
    assert re.search(r"has \d+ bytes, was written just now and holds 1 open incident$", after["detail"])


def test_the_doctor_tells_of_a_table_that_is_not_there_and_of_no_memory(watch, monkeypatch):
    monkeypatch.setenv("MEMORY", "dynamodb://another-table")
    assert [(one["status"], "ResourceNotFoundException" in one["detail"]) for one in memory_checks()] == [
        ("failed", True)
    ]
    monkeypatch.setenv("MEMORY", "")
    assert [one["status"] for one in memory_checks()] == ["skipped"]
