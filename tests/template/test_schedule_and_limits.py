"""What the linters cannot see: expressions, zones and sizes that AWS would refuse, and settings that must agree."""

import json
import re
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from backup_watch.model.durations import parse_duration
from backup_watch.runtime.invocation import shortest_timeout_seconds
from tests.template.deployment import Deployment
from tools.package import LAMBDA_PYTHON

EVENTS = Path(__file__).resolve().parents[2] / "events"
INTERVALS = ["15m", "30m", "1h", "2h", "6h", "12h", "24h"]
UNITS = {"minute": "minutes", "hour": "hours", "day": "days"}


def _period_of(rate: str) -> timedelta:
    """The period of a rate expression that AWS accepts. AssertionError: it would not."""
    written = re.fullmatch(r"rate\(([1-9][0-9]*) (minute|minutes|hour|hours|day|days)\)", rate)
    assert written, rate
    number, unit = int(written[1]), written[2]
    assert (number == 1) is (unit in UNITS), f"{rate}: AWS wants the singular with 1 and only with 1"
    return timedelta(**{UNITS.get(unit, unit): number})


def _schedule(deployment: Deployment) -> dict:
    (schedule,) = deployment.of_type("AWS::Scheduler::Schedule").values()
    return schedule


def _function(deployment: Deployment) -> dict:
    return deployment.of_type("AWS::Lambda::Function")["Function"]


def test_every_interval_that_may_be_chosen_is_tested_here(template):
    assert template["Parameters"]["ScheduleInterval"]["AllowedValues"] == INTERVALS


@pytest.mark.parametrize("interval", INTERVALS)
def test_the_schedule_and_the_setting_cannot_disagree(translated, interval):
    deployment = Deployment(translated, ScheduleInterval=interval)
    setting = _function(deployment)["Environment"]["Variables"]["CHECK_INTERVAL"]
    assert _period_of(_schedule(deployment)["ScheduleExpression"]) == parse_duration(setting)


@pytest.mark.parametrize("interval", INTERVALS)
def test_the_alarms_follow_the_interval_within_cloudwatchs_limits(translated, interval):
    deployment = Deployment(translated, ScheduleInterval=interval)
    for name, alarm in deployment.of_type("AWS::CloudWatch::Alarm").items():
        period = timedelta(seconds=alarm["Period"])
        longest = timedelta(days=7) if period >= timedelta(hours=1) else timedelta(days=1)
        assert period * alarm["EvaluationPeriods"] <= longest, name
        assert alarm["Period"] % 60 == 0, name
        if alarm["Namespace"] == "BackupWatch":
            assert period == parse_duration(interval), name


def test_no_event_is_retried_past_the_shortest_interval(default):
    shortest = min(map(parse_duration, INTERVALS)).total_seconds()
    (asynchronous,) = default.of_type("AWS::Lambda::EventInvokeConfig").values()
    assert asynchronous["MaximumEventAgeInSeconds"] <= shortest
    assert asynchronous["MaximumRetryAttempts"] == 2
    assert _schedule(default)["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"] <= shortest


def test_the_longest_run_ends_before_the_next_one_is_due(template):
    timeout = template["Parameters"]["TimeoutSeconds"]
    assert timeout["MinValue"] <= timeout["Default"] <= timeout["MaxValue"] <= 900
    assert timeout["MinValue"] - 5 < shortest_timeout_seconds() <= timeout["MinValue"], "SNS may take its whole time"
    assert timeout["MaxValue"] <= min(map(parse_duration, INTERVALS)).total_seconds()


def test_memory_stays_within_lambdas_range(template):
    memory = template["Parameters"]["MemoryMegabytes"]
    assert 128 <= memory["MinValue"] <= memory["Default"] <= memory["MaxValue"] <= 10_240


def test_the_runtime_is_the_one_that_the_build_compiles_for(default, everything):
    for deployment in (default, everything):
        for function in deployment.of_type("AWS::Lambda::Function").values():
            assert function["Runtime"] == f"python{LAMBDA_PYTHON}"
        for layer in deployment.of_type("AWS::Lambda::LayerVersion").values():
            assert layer["CompatibleRuntimes"] == [f"python{LAMBDA_PYTHON}"]
            assert layer["CompatibleArchitectures"] == ["arm64", "x86_64"]


def test_the_time_zones_exist(template, default):
    assert ZoneInfo(template["Parameters"]["DisplayTimezone"]["Default"])
    assert "ScheduleExpressionTimezone" not in _schedule(default)  # a rate has none


def test_the_schedule_sends_the_event_that_the_function_knows(default):
    sent = json.loads(_schedule(default)["Target"]["Input"])
    example = json.loads((EVENTS / "schedule.json").read_text(encoding="utf-8"))
    assert sent == example | {"scheduledTime": "<aws.scheduler.scheduled-time>"}


def test_two_stacks_fit_into_one_account(translated):
    named = ("Name", "FunctionName", "LayerName", "LogGroupName", "TopicName", "QueueName", "AlarmName", "RoleName")
    for name, resource in translated["Resources"].items():
        given = [resource["Properties"][key] for key in named if key in resource["Properties"]]
        for value in given:
            assert "AWS::StackName" in str(value) or "Ref" in value, f"{name}: {value} would clash with another stack's"
