"""Whole runs of many accounts, from the file in its parameter to the message, the memory and the metrics."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

import app
import ncloud
from backup_watch.adapters import aws
from backup_watch.adapters.aws import CallLimits
from backup_watch.config.problems import SettingsError
from tests.edges.accounts.fleet import QUICK, accounts_file
from tests.edges.accounts.half_a_table import half_a_table
from tests.emulator import Description, Emulator, access_key_of, many, secret_key_of
from tests.stack.cloud import TABLE, Cloud, running_cloud
from tests.stack.environment import function_environment, in_environment

FILE = "/watch/accounts"


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with running_cloud(access_key="unused", secret_key="unused") as running:
        yield running


class Watch:
    """The function amid emulated accounts."""

    def __init__(self, cloud: Cloud, emulator: Emulator, accounts: list[Description], **settings: str) -> None:
        self.cloud, self.emulator, self.accounts = cloud, emulator, accounts
        self.at = datetime.now(UTC).replace(microsecond=0)
        self.settings = settings
        ssm = cloud.client("ssm")
        for one in accounts:
            key = {"access_key_id": access_key_of(one.id), "secret_access_key": secret_key_of(one.id)}
            ssm.put_parameter(Name=f"/keys/{one.id}", Value=json.dumps(key), Type="SecureString", Overwrite=True)
        self.write(accounts_file(accounts, emulator))

    def write(self, text: str) -> None:
        self.cloud.client("ssm").put_parameter(Name=FILE, Value=text, Type="String", Tier="Advanced", Overwrite=True)

    def __call__(self, event: dict[str, Any]) -> dict[str, Any]:
        usual = function_environment(
            ncloud_url="http://127.0.0.1:9", aws_url=self.cloud.url, topic_arn=self.cloud.topic_arn, now=self.at
        )
        usual = {name: value for name, value in usual.items() if not name.startswith(("NCLOUD_", "POLICY"))}
        with in_environment(usual | {"ACCOUNTS_PARAMETER": FILE} | self.settings):
            return app.lambda_handler(event, None)

    def run(self, *, hours: float = 0) -> list[dict[str, Any]]:
        """A notifying run so many hours later: what came to the queue."""
        when = self.at + timedelta(hours=hours)
        self({"trigger": "schedule", "scheduledTime": when.isoformat()})
        return self.cloud.receive()


@pytest.fixture
def watch(cloud, monkeypatch):
    monkeypatch.setattr(ncloud, "Client", partial(ncloud.Client, **QUICK))
    monkeypatch.setitem(aws.LIMITS, "dynamodb", CallLimits(read_seconds=30))  # moto's first answer takes a while
    states = {"wrong-key": 1, "empty": 1, "region-down": 1, "refused-product": 1}
    accounts = list(
        many(12, now=datetime.now(UTC), regions=("KR", "SGN"), states=states, profiles={"healthy": 2, "stale": 1})
    )
    table = cloud.client("dynamodb")
    for item in table.scan(TableName=TABLE, ProjectionExpression="account")["Items"]:
        table.delete_item(TableName=TABLE, Key=item)  # nothing was told before
    with Emulator(others=accounts) as emulator:
        yield Watch(cloud, emulator, accounts, MEMORY=f"dynamodb://{TABLE}", CHECK_INTERVAL="1h")


def sample(lines: str, name: str) -> list[float]:
    """The samples of *name* that are of the whole run."""
    found = [json.loads(line) for line in lines.splitlines() if f'"{name}"' in line]
    return [value for each in found if "account" not in each for value in each[name]]


def test_a_run_tells_each_account_remembers_each_and_counts_the_unread(watch, capsys):
    [alert] = watch.run()
    output = capsys.readouterr().out
    state = {one.id: one.state for one in watch.accounts}
    unread = {error["account"] for error in alert["errors"]}
    assert unread == {name for name, is_so in state.items() if is_so in ("wrong-key", "region-down", "refused-product")}
    assert {one["account"] for one in alert["violations"]} >= {name for name, is_so in state.items() if is_so == "well"}
    assert set(alert["counts"]["accounts"]) == set(state)
    [empty] = [name for name, is_so in state.items() if is_so == "empty"]
    assert any(empty in warning for warning in alert["warnings"])
    assert "3 of 12 accounts could not be read whole" in alert["text"]
    [mail] = watch.cloud.inbox[-1:]
    well = next(name for name, is_so in state.items() if is_so == "well")
    assert f"({well}, " in mail.text
    assert empty in mail.text
    assert (sample(output, "CheckCompleted"), sample(output, "AccountsUnread")) == ([1.0], [3.0])
    assert sample(output, "AccountsLost") == [0.0]

    assert watch.run(hours=0.5) == [], "every account remembers what was told, be it a violation or something unread"

    gone = [one for one in watch.accounts if one.id != well]
    watch.write(accounts_file(gone, watch.emulator))
    [notice] = watch.run(hours=0.6)
    assert any(f"the account {well} is not in the accounts file any more" in one for one in notice["warnings"])

    assert watch.run(hours=0.65) == [], "it is told once"
    watch.write(accounts_file(watch.accounts[:3], watch.emulator))
    with pytest.raises(SettingsError, match="accounts file='3 accounts': half at least of the 11"):
        watch.run(hours=0.7)
    assert watch.cloud.receive() == []
    watch.write(accounts_file(watch.accounts[:3], watch.emulator, extra="shrink_ok = true\n"))
    watch.run(hours=0.7)


PAUSED = 'paused_until = {until}\nreason = "moves"\nowner = "ops"\n'


def test_where_every_account_is_paused_nothing_was_looked_at_and_that_is_said_once(watch, capsys):
    well = [one for one in watch.accounts if one.state == "well"][:2]
    pause = PAUSED.format(until=(watch.at + timedelta(days=9)).isoformat())
    watch.write("".join(accounts_file([one], watch.emulator) + pause for one in well))
    [alert] = watch.run()
    assert (alert["severity"], alert["counts"]["instances"]) == ("unknown", 0)
    assert alert["text"].startswith("Every account is paused, and nothing was read")
    assert "was read, and there is no database" not in alert["text"]
    assert not [one for one in alert["warnings"] if "no database was found" in one]
    output = capsys.readouterr().out
    assert (sample(output, "CheckCompleted"), sample(output, "CheckIncomplete")) == ([0.0], [1.0])
    assert watch.run(hours=0.1) == []
    assert watch(get("/healthz"))["statusCode"] == 503
    watch.write(accounts_file(well, watch.emulator))
    [later] = watch.run(hours=0.2)
    assert [(one["account"], one["resolvedBy"]) for one in later["resolved"]] == [("default", "policy")]
    assert {one["event"] for one in later["violations"]} == {"NEW"}


def test_where_one_of_two_accounts_is_read_they_are_several_all_the_same(watch, capsys):
    first, second = [one for one in watch.accounts if one.state == "well"][:2]
    watch.write(accounts_file([first, second], watch.emulator))
    watch.run()
    capsys.readouterr()
    pause = PAUSED.format(until=(watch.at + timedelta(days=9)).isoformat())
    watch.write(accounts_file([first], watch.emulator) + pause + accounts_file([second], watch.emulator))
    [alert] = watch.run(hours=0.1)
    assert f"({first.id}, " in alert["text"], "the end of what was open in the other one"
    assert sample(capsys.readouterr().out, "AccountsUnread") == [0.0]
    watch.write(accounts_file([second], watch.emulator))
    watch.run(hours=0.2)
    watch.write(accounts_file([first], watch.emulator))
    [alert] = watch.run(hours=0.3)
    assert f"({second.id}, " in alert["text"], "the end in an account that is gone"


def test_where_every_id_is_another_one_what_was_open_ends(watch):
    [first] = watch.run()
    unread = {f"{error['account']}" for error in first["errors"]}
    begun = {one["incident"] for one in first["violations"]} - {None}
    renamed = [replace(one, id=f"kr-{one.id}") for one in watch.accounts]
    for one in renamed:
        key = {"access_key_id": access_key_of(one.id), "secret_access_key": secret_key_of(one.id)}
        watch.cloud.client("ssm").put_parameter(
            Name=f"/keys/{one.id}", Value=json.dumps(key), Type="SecureString", Overwrite=True
        )
    watch.write(accounts_file(renamed, watch.emulator))
    with pytest.raises(SettingsError, match="half at least of the 12"):
        watch.run(hours=0.2)
    watch.write(accounts_file(renamed, watch.emulator, extra="shrink_ok = true\n"))
    [alert] = watch.run(hours=0.3)
    assert begun <= {one["incident"] for one in alert["resolved"]}
    assert unread <= {one["account"] for one in alert["resolved"]}
    assert sum("not in the accounts file any more" in one for one in alert["warnings"]) == 12
    watch.run(hours=0.4)
    assert not [one for one in watch.cloud.receive() if one["resolved"]], "once"


def test_a_single_account_becomes_a_file_and_one_account_again(watch):
    first, second = [one for one in watch.accounts if one.state == "well"][:2]
    watch.settings["POLICY"] = '[expect]\nnames = ["nobody-*"]\n'
    several = dict(watch.settings)
    single = several | {
        "ACCOUNTS_PARAMETER": "",
        "NCLOUD_ACCESS_KEY_ID": access_key_of(first.id),
        "NCLOUD_SECRET_ACCESS_KEY": secret_key_of(first.id),
        "NCLOUD_API_GW": watch.emulator.url_of(first.site),
        "NCLOUD_REGIONS": "KR,SGN",
    }
    watch.write(accounts_file([first, second], watch.emulator))
    told = []
    for settings in (single, several, single):
        watch.settings = settings
        [alert] = watch.run()
        told.append(alert)
        assert watch.run() == []
    assert {one["verdict"] for one in told[0]["violations"]} == {"STALE", "MISSING"}
    for before, after, accounts in ((told[0], told[1], {"default"}), (told[1], told[2], {first.id, second.id})):
        open_ = {one["incident"] for one in before["violations"] if one["verdict"] != "MISSING"}
        assert {one["incident"] for one in after["resolved"]} == open_, "and not MISSING, which goes on"
        assert {(one["account"], one["resolvedBy"]) for one in after["resolved"]} == {
            (one, "policy") for one in accounts
        }
        assert not [one for one in after["warnings"] if "told before" in one]


def test_what_is_no_matter_of_one_account_stays_open_whatever_becomes_of_the_accounts(watch):
    well = [one for one in watch.accounts if one.state == "well"]
    watch.settings["POLICY"] = '[expect]\nnames = ["nobody-*"]\n'
    watch.write(accounts_file(well, watch.emulator))
    [first] = watch.run()
    [missing] = [one for one in first["violations"] if one["verdict"] == "MISSING"]
    until = (watch.at + timedelta(days=9)).isoformat()
    paused = accounts_file(well[:1], watch.emulator) + f'paused_until = {until}\nreason = "x"\nowner = "y"\n'
    for hours, text in enumerate([
        accounts_file([*well[1:], well[0]], watch.emulator),
        paused + accounts_file(well[1:], watch.emulator),
        accounts_file(well[1:], watch.emulator),
        accounts_file([*[one for one in watch.accounts if one.state == "wrong-key"], *well[1:]], watch.emulator),
        accounts_file(well[2:3], watch.emulator, extra="shrink_ok = true\n"),
    ]):  # fmt: skip
        watch.write(text)
        told = watch.run(hours=0.1 + hours / 10)
        assert not [one for alert in told for one in alert["resolved"] if one["verdict"] == "MISSING"], text
        assert not [one for alert in told for one in alert["warnings"] if "told before" in one], "new is not lost"
        again = [one for alert in told for one in alert["violations"] if one["verdict"] == "MISSING"]
        assert {(one["event"], one["incident"]) for one in again} <= {("ONGOING", missing["incident"])}, text
    remembered = {one["account"]: one for one in watch({"action": "memory"})["accounts"]}
    assert set(remembered) == {well[2].id, "default"}
    assert [one["name"] for one in remembered["default"]["incidents"]] == ["nobody-*"]
    watch.settings["POLICY"] = ""
    [last] = watch.run(hours=0.8)
    assert {one["account"] for one in watch({"action": "memory"})["accounts"]} == {well[2].id}
    assert [(one["incident"], one["resolvedBy"]) for one in last["resolved"]] == [(missing["incident"], "policy")]


def test_a_policy_that_cannot_be_read_is_told_once_and_that_it_can_be_again(watch):
    well = [one for one in watch.accounts if one.state == "well"]
    watch.write(accounts_file(well[:2], watch.emulator))
    watch.run()
    watch.settings |= {"POLICY": "", "POLICY_PARAMETER": "/watch/absent"}
    [alert] = watch.run(hours=0.1)
    assert [error["kind"] for error in alert["errors"]] == ["PolicyUnreadable"]
    watch.write(accounts_file(well[1:2], watch.emulator))
    [gone] = watch.run(hours=0.2)
    assert {one["resolvedBy"] for one in gone["resolved"]} == {"policy"}
    watch.settings["POLICY_PARAMETER"] = ""
    [readable] = watch.run(hours=0.3)
    assert [(one["resolvedBy"], one["account"]) for one in readable["resolved"]] == [("readable", None)]
    assert watch.run(hours=0.4) == []


def test_an_accounts_file_that_cannot_be_read_is_told_and_that_it_can_be_again(watch, capsys):
    [before] = watch.run()
    capsys.readouterr()
    watch.settings["ACCOUNTS_PARAMETER"] = "/watch/absent"
    [alert] = watch.run(hours=0.1)
    assert watch.run(hours=0.2) == []
    watch.settings["ACCOUNTS_PARAMETER"] = FILE
    [readable] = watch.run(hours=0.3)
    assert [(one["resolvedBy"], one["account"]) for one in readable["resolved"]] == [("readable", None)]
    assert "the accounts file could not be read" in alert["text"]
    assert "RESOLVED the accounts file: can be read again" in readable["text"]
    assert readable["violations"] == []
    assert before["violations"], "which are known still"
    [error] = alert["errors"]
    assert (error["kind"], error["account"]) == ("AccountsUnreadable", None)
    assert "ACCOUNTS_PARAMETER /watch/absent" in error["message"]
    assert sample(capsys.readouterr().out, "CheckCompleted")[0] == 0


def test_the_doctor_names_the_accounts_whose_keys_lack_rights(watch):
    checks = {one["name"]: one for one in watch({"action": "doctor"})["checks"]}
    assert checks["accounts file"]["detail"] == "12 accounts, 0 of them paused"
    for one in watch.accounts:
        told = checks[f"account {one.id}"]
        expected = {"well": "ok", "empty": "warning"}.get(one.state, "failed")
        assert told["status"] == expected, told
    refused = next(one.id for one in watch.accounts if one.state == "refused-product")
    assert "PermissionDenied" in checks[f"account {refused}"]["detail"]


def test_the_doctor_looks_at_one_account_in_full(watch):
    well, refused = (
        next(one.id for one in watch.accounts if one.state == each) for each in ("well", "refused-product")
    )
    names = {one["name"] for one in watch({"action": "doctor", "account": well})["checks"]}
    assert {"accounts file", "credentials", "permission getCloudPostgresqlBackupList"} <= names
    checks = {one["name"]: one for one in watch({"action": "doctor", "account": refused})["checks"]}
    assert checks["permission getCloudPostgresqlBackupList"]["status"] == "failed"


def test_the_doctor_refuses_what_a_check_would_refuse(watch):
    tables = "".join(f'[[account]]\nid = "more-{number}"\nparameter = "/keys/x"\n' for number in range(201))
    watch.cloud.client("ssm").put_parameter(Name="/watch/many", Value=tables, Type="String", Tier="Advanced")
    watch.settings["ACCOUNTS_PARAMETER"] = "/watch/many"
    [told] = [one for one in watch({"action": "doctor"})["checks"] if one["name"].startswith("account")]
    assert told["status"] == "failed"
    assert "at most 200 accounts in one invocation; more need the fleet" in told["detail"]
    with pytest.raises(SettingsError, match="at most 200 accounts in one invocation"):
        watch.run()


def test_the_doctor_says_that_a_paused_account_was_not_looked_at(watch):
    well = next(one for one in watch.accounts if one.state == "well")
    until = (watch.at + timedelta(days=9)).isoformat()
    watch.write(accounts_file([well], watch.emulator) + f'paused_until = {until}\nreason = "moves"\nowner = "ops"\n')
    for asked in ({}, {"account": well.id}):
        [told] = [one for one in watch({"action": "doctor", **asked})["checks"] if one["name"] == f"account {well.id}"]
        assert (told["status"], "moves" in told["detail"]) == ("skipped", True)


def test_explain_is_about_the_accounts_that_are_asked_for(watch):
    well = next(one.id for one in watch.accounts if one.state == "well")
    explained = watch({"action": "explain", "match": "*", "account": well})["instances"]
    assert {one["account"] for one in explained} == {well}
    with pytest.raises(SettingsError, match="account='nobody': an id of the accounts file"):
        watch({"action": "explain", "match": "*", "account": "nobody"})


def test_the_file_may_be_an_object_and_pages_and_metrics_are_by_account(watch):
    s3 = watch.cloud.client("s3")
    s3.create_bucket(Bucket="runs-1", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
    s3.put_object(
        Bucket="runs-1", Key="a.toml", Body=b"\xef\xbb\xbf" + accounts_file(watch.accounts, watch.emulator).encode()
    )
    watch.settings |= {"ACCOUNTS_PARAMETER": "", "ACCOUNTS_OBJECT": "a.toml", "RUNS_BUCKET": "runs-1"}
    well = next(one.id for one in watch.accounts if one.state == "well")
    report = json.loads(watch(get("/report", f"account={well}"))["body"])
    assert {one["account"] for one in report["findings"]} == {well}
    assert set(report["counts"]["accounts"]) == {one.id for one in watch.accounts}
    assert f'backup_watch_backup_age_seconds{{account="{well}"' in watch(get("/metrics"))["body"]


def get(path: str, query: str = "") -> dict[str, Any]:
    """A request as a Function URL hands it over."""
    http = {"method": "GET", "path": path, "sourceIp": "127.0.0.1"}
    return {"version": "2.0", "rawPath": path, "rawQueryString": query, "headers": {}, "requestContext": {"http": http}}


def test_while_nobody_has_confirmed_that_is_the_reason_for_every_account(watch):
    watch.settings["TOPIC_ARN"] = watch.cloud.client("sns").create_topic(Name="lonely")["TopicArn"]
    warnings = "\n".join(watch({"action": "check", "notify": True})["warnings"])
    assert "(unconfirmed)" in warnings
    assert "its id could not be written" not in warnings


def test_where_the_ids_cannot_be_written_nothing_is_kept_under_them(watch, monkeypatch, capsys):
    monkeypatch.setitem(aws.LIMITS, "dynamodb", aws.CallLimits(connect_seconds=1, read_seconds=1, attempts=2))
    with half_a_table() as table:
        watch.settings["AWS_ENDPOINT_URL_DYNAMODB"] = table.url
        [alert] = watch.run()
    assert {one["event"] for one in alert["violations"]} == {"NEW"}
    assert "unwritten: its id could not be written before" in "\n".join(alert["warnings"])
    assert len(table.writes) <= 4, "default's alone: two attempts before the message, and two after it"
    assert sample(capsys.readouterr().out, "MemoryFailed") == [1]


def test_a_memory_that_hangs_at_each_write_delays_the_message_by_some_seconds_and_not_by_some_for_each_account(
    watch, monkeypatch, capsys
):
    watch.run()
    items = watch.cloud.client("dynamodb").scan(TableName=TABLE)["Items"]
    capsys.readouterr()
    monkeypatch.setitem(aws.LIMITS, "dynamodb", aws.CallLimits(connect_seconds=1, read_seconds=1, attempts=2))
    with half_a_table(items) as table:
        watch.settings["AWS_ENDPOINT_URL_DYNAMODB"] = table.url
        watch({"action": "check", "notify": "all"})
    [alert] = watch.cloud.receive()
    warnings = "\n".join(alert["warnings"])
    assert "unwritten: ReadTimeoutError" in warnings
    assert "unwritten: not tried" in warnings
    assert len(table.writes) <= 8, "two attempts of a call, and few calls before the rest is left"
    assert sample(capsys.readouterr().out, "MemoryFailed") == [1]
