"""How long an invocation may read, what "now" is to it, and that nothing is done where the settings are wrong."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from backup_watch.adapters.aws import Aws, PolicyUnreadable, SecretUnreadable
from backup_watch.adapters.ncloud_source import NcloudSource
from backup_watch.checking.check import run_check
from backup_watch.config.accounts_toml import parse_accounts
from backup_watch.config.events import Check
from backup_watch.config.problems import SettingsError
from backup_watch.i18n import Words
from backup_watch.model.accounts import Accounts
from backup_watch.model.instances import FUTURE_TOLERANCE
from backup_watch.model.vocabulary import Verdict
from backup_watch.outputs.emf import RunStats
from backup_watch.runtime.invocation import Invocation
from backup_watch.runtime.loading import load_configuration, open_source
from backup_watch.runtime.opening import UnavailableSource
from ncloud import Credentials
from tests.builders import NOW, hours, scopes
from tests.unit.checking.builders import TICK, FakeSource, ago, instance

TOPIC = "arn:aws:sns:ap-northeast-2:123456789012:alerts"
NEEDED = {"NCLOUD_CREDENTIALS_SECRET": "ncloud/key", "NCLOUD_API_GW": "http://127.0.0.1:9"}


class FakeAws(Aws):
    """Gives what it was made with, and remembers what it was asked for."""

    def __init__(self, *, policy: str | None = None, key: Credentials | None = None) -> None:
        super().__init__()
        self._policy, self._key = policy, key
        self.asked: list[str] = []

    def parameter(self, name: str) -> str:
        self.asked.append(name)
        if self._policy is None:
            raise PolicyUnreadable(f"the parameter {name}: ParameterNotFound")
        return self._policy

    def credentials(self, secret: str) -> Credentials:
        self.asked.append(secret)
        if self._key is None:
            raise SecretUnreadable(f"the secret {secret}: ResourceNotFoundException")
        return self._key


def load(aws: Aws, *, needs_topic: bool = False, **settings: str):
    return load_configuration(NEEDED | settings, aws, now=NOW, needs_topic=needs_topic)


# --- time ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("left_ms", "reads_for"), [
    (120_000, 80), (300_000, 260), (60_000, 20), (40_000, 12), (10_000, 3), (1_000, 0.3), (0, 0),
])  # fmt: skip
def test_reading_ends_early_enough_to_judge_and_publish(left_ms, reads_for):
    invocation = Invocation({}, remaining_ms=lambda: left_ms)
    assert invocation.deadline - time.monotonic() == pytest.approx(reads_for, abs=0.2)


def test_without_a_context_there_are_five_minutes():
    assert Invocation({}).deadline - time.monotonic() == pytest.approx(260, abs=0.2)


def test_the_clock_is_read_once_to_the_second():
    invocation = Invocation({})
    assert invocation.clock.microsecond == 0
    assert timedelta(0) <= datetime.now(UTC) - invocation.clock < timedelta(seconds=3)


@pytest.mark.parametrize(("asked", "instant"), [
    (Check(), timedelta(0)), (Check(scheduled_at=NOW - hours(0.5)), -hours(0.5)),
    (Check(scheduled_at=NOW - hours(1)), timedelta(0)), (Check(scheduled_at=NOW), timedelta(0)),
    (Check(scheduled_at=NOW + timedelta(seconds=1)), timedelta(seconds=1)), (Check(at=NOW - hours(99)), -hours(99)),
    (Check(at=NOW + hours(99)), hours(99)), (Check(at=NOW - hours(9), scheduled_at=NOW - hours(0.5)), -hours(9)),
])  # fmt: skip
def test_a_plan_has_the_instant_that_was_asked_for_and_the_real_clock(asked, instant):
    invocation = Invocation({})
    invocation.clock = NOW
    loaded = load(FakeAws(), REPEAT_INTERVAL="12h", NCLOUD_REGIONS="KR,SGN", MAX_DETAIL_CALLS="7")
    plan = invocation.plan(asked, loaded, Words("en", "UTC"))
    assert plan.now - NOW == instant
    is_present = plan.now == asked.scheduled_at and plan.now >= NOW
    assert plan.clock - NOW == (instant + TICK if is_present else timedelta(0))
    assert plan.scopes == scopes("KR", "SGN")
    assert (plan.interval, plan.repeat, plan.max_detail_calls) == (hours(1), hours(12), 7)
    assert plan.zone == Words("en", "UTC").tzinfo


@pytest.mark.parametrize("date", [timedelta(seconds=1), timedelta(minutes=2), FUTURE_TOLERANCE])
@pytest.mark.parametrize("history", [{}, {"1": [ago(hours(30))]}, {"1": [ago(hours(26))]}])
def test_a_retry_of_a_schedule_tells_the_same_as_an_attempt_in_its_very_second(date, history):
    source = FakeSource(instance(NOW + date, number="1"), instance(ago(hours(50)), number="2"), histories=history)
    reports = []
    for late in (timedelta(0), timedelta(seconds=1), timedelta(minutes=59)):
        invocation = Invocation({})
        invocation.clock = NOW + late
        plan = invocation.plan(Check(scheduled_at=NOW), load(FakeAws()), Words("en", "UTC"))
        reports.append(run_check(plan, source))
    first, *retries = reports
    assert retries == [first, first]


def test_a_check_of_the_present_counts_a_date_just_ahead_as_now():
    source = FakeSource(instance(NOW + timedelta(minutes=2), number="1"), histories={"1": [ago(hours(30))]})
    invocation = Invocation({})
    invocation.clock = NOW
    report = run_check(invocation.plan(Check(), load(FakeAws()), Words("en", "UTC")), source)
    assert report.counts.of(Verdict.FRESH) == 1


# --- configuration -------------------------------------------------------------------------------------------------


def test_a_policy_in_the_environment_needs_no_aws():
    aws = FakeAws()
    loaded = load(aws, POLICY='max_age = "8d"', MAX_BACKUP_AGE="30h", BACKUP_GRACE="3h")
    assert (loaded.policy.thresholds.max_age, loaded.policy.thresholds.grace) == (timedelta(days=8), hours(3))
    assert (aws.asked, loaded.errors) == ([], ())


def test_a_policy_in_a_parameter_is_read_with_the_environments_defaults():
    aws = FakeAws(policy='[[rule]]\nmatch = "a"\nmax_age = "2d"')
    loaded = load(aws, POLICY_PARAMETER="/policy", MAX_BACKUP_AGE="30h")
    assert loaded.policy.defaults().max_age == hours(30)
    assert loaded.policy.rules[0].max_age == timedelta(days=2)
    assert aws.asked == ["/policy"]


def test_a_wrong_policy_names_its_parameter():
    with pytest.raises(SettingsError, match="POLICY_PARAMETER /policy max_age='x'"):
        load(FakeAws(policy='max_age = "x"'), POLICY_PARAMETER="/policy")


def test_wrong_settings_and_a_wrong_policy_in_a_parameter_are_told_at_once():
    aws = FakeAws(policy='foo = 1\nmax_age = "x"')
    with pytest.raises(SettingsError) as caught:
        load(aws, POLICY_PARAMETER="/policy", PAGE_SIZE="0", needs_topic=True)
    assert [problem.field for problem in caught.value.problems] == [
        "TOPIC_ARN", "PAGE_SIZE", "POLICY_PARAMETER /policy foo", "POLICY_PARAMETER /policy max_age",
    ]  # fmt: skip
    assert aws.asked == ["/policy"]


@pytest.mark.parametrize("policy", [None, 'max_age = "30h"'])
def test_beside_a_policy_that_is_right_or_cannot_be_read_the_wrong_settings_are_the_error(policy):
    with pytest.raises(SettingsError) as caught:
        load(FakeAws(policy=policy), POLICY_PARAMETER="/policy", PAGE_SIZE="0")
    assert [problem.field for problem in caught.value.problems] == ["PAGE_SIZE"]


@pytest.mark.parametrize("settings", [{"POLICY_PARAMETER": "no name"}, {"POLICY_PARAMETER": "/p", "POLICY": "x = 1"}])
def test_a_parameter_that_may_not_be_meant_is_not_asked_for(settings):
    aws = FakeAws()
    with pytest.raises(SettingsError) as caught:
        load(aws, PAGE_SIZE="0", **settings)
    assert {problem.field for problem in caught.value.problems} == {"POLICY_PARAMETER", "PAGE_SIZE"}
    assert aws.asked == []


def test_a_topic_is_asked_for_only_where_there_is_something_to_publish():
    with pytest.raises(SettingsError, match="TOPIC_ARN"):
        load(FakeAws(), needs_topic=True)
    assert load(FakeAws(), needs_topic=True, TOPIC_ARN=TOPIC).settings.topic_arn == TOPIC


def test_without_its_policy_nothing_is_read_and_why_is_said():
    aws = FakeAws(key=Credentials("id", "secret"))
    loaded = load(aws, POLICY_PARAMETER="/policy")
    source, clients = open_source(loaded, aws, deadline=0)
    assert clients == ()
    [error] = source.read(scopes("KR")).errors
    assert (error.kind, error.operation, error.region) == ("PolicyUnreadable", "GetParameter", None)
    assert source.read(scopes("KR")).instances == ()
    assert aws.asked == ["/policy"], "the key is not even asked for"


def test_without_its_key_nothing_is_read_and_why_is_said():
    aws = FakeAws()
    source, clients = open_source(load(aws), aws, deadline=0)
    assert isinstance(source, UnavailableSource)
    assert clients == ()
    [error] = source.read(scopes("KR", "SGN")).errors
    assert (error.kind, error.operation) == ("SecretUnreadable", "GetSecretValue")
    assert "ncloud/key" in error.message
    assert source.histories([]).backups_at == {}


def test_what_could_not_be_read_is_in_the_log_of_its_run(capsys):
    Invocation(NEEDED, aws=FakeAws()).run(Check(notify=False))
    [checked] = [line for line in map(json.loads, capsys.readouterr().out.splitlines()) if "message" in line]
    assert (checked["message"], checked["level"], checked["complete"]) == ("checked", "warning", False)
    assert checked["errors"] == ["GetSecretValue SecretUnreadable: the secret ncloud/key: ResourceNotFoundException"]


def test_of_thousands_of_warnings_a_hundred_are_in_the_log_whose_lines_have_a_limit(capsys):
    until = (datetime.now(UTC) + timedelta(days=9)).isoformat()
    pause = f'paused_until = {until}\nreason = "{"moves " * 20}"\nowner = "dba"\n'
    file = "".join(f'[[account]]\nid = "a-{number}"\nparameter = "/k"\n{pause}' for number in range(5_000))
    found = read_accounts_of(file)
    loaded = replace(load(FakeAws(key=Credentials("id", "secret"))), accounts=found)
    invocation = Invocation(NEEDED, aws=FakeAws())
    asked = Check(notify=False)
    report = run_check(invocation.plan(asked, loaded, Words()), FakeSource())
    assert len(report.notices) == 5_000
    invocation.conclude(report, RunStats(0, 0, 0, 0), loaded, asked, delivered=True)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) < 256_000
    [checked] = [line for line in map(json.loads, lines) if "message" in line]
    assert len(checked["warnings"]) == 100


def read_accounts_of(text: str) -> Accounts:
    accounts, problems = parse_accounts(text, now=datetime.now(UTC), source="ACCOUNTS")
    assert accounts is not None, problems
    return accounts


def test_with_a_key_the_source_is_ncloud_as_it_was_set():
    aws = FakeAws(key=Credentials("id", "secret"))
    source, clients = open_source(load(aws), aws, deadline=0)
    assert isinstance(source, NcloudSource)
    [client] = clients
    assert client.base_url == "http://127.0.0.1:9"


def test_a_key_in_the_environment_asks_no_secret():
    aws = FakeAws()
    environment = {"NCLOUD_ACCESS_KEY": "id", "NCLOUD_SECRET_KEY": "s", "NCLOUD_API_GW": "http://127.0.0.1:9"}
    loaded = load_configuration(environment, aws, now=NOW, needs_topic=False)
    source, _ = open_source(loaded, aws, deadline=0)
    assert isinstance(source, NcloudSource)
    assert aws.asked == []
