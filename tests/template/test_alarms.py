"""The monitor is monitored: each way to fall silent has an alarm, and each alarm reaches the operators both ways."""

import pytest

from tests.template.deployment import Deployment

SERVICE = {"Name": "service", "Value": "watch"}  # POWERTOOLS_SERVICE_NAME, the stack's name
WATCHED = {
    "NoCompleteCheckAlarm": ("BackupWatch", "CheckCompleted", [SERVICE]),
    "CheckIncompleteAlarm": ("BackupWatch", "CheckIncomplete", [SERVICE]),
    "MemoryFailedAlarm": ("BackupWatch", "MemoryFailed", [SERVICE]),
    "RenderingsFailedAlarm": ("BackupWatch", "RenderingsFailed", [SERVICE]),
    "DisabledAlarm": ("BackupWatch", "Violations", [SERVICE, {"Name": "verdict", "Value": "DISABLED"}]),
    "MissingAlarm": ("BackupWatch", "Violations", [SERVICE, {"Name": "verdict", "Value": "MISSING"}]),
    "FunctionErrorsAlarm": ("AWS/Lambda", "Errors", [{"Name": "FunctionName", "Value": "<Function>"}]),
    "FunctionThrottlesAlarm": ("AWS/Lambda", "Throttles", [{"Name": "FunctionName", "Value": "<Function>"}]),
    "FailureQueueAlarm": (
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        [{"Name": "QueueName", "Value": "<FailureQueue.QueueName>"}],
    ),
    "ScheduleFailureQueueAlarm": (
        "AWS/SQS",
        "ApproximateNumberOfMessagesVisible",
        [{"Name": "QueueName", "Value": "<ScheduleFailureQueue.QueueName>"}],
    ),
    "UndeliveredAlarm": (
        "AWS/SNS",
        "NumberOfNotificationsFailed",
        [{"Name": "TopicName", "Value": "<AlertTopic.TopicName>"}],
    ),
}


def test_each_alarm_watches_what_it_is_named_for(default):
    alarms = default.of_type("AWS::CloudWatch::Alarm")
    seen = {name: (alarm["Namespace"], alarm["MetricName"], alarm["Dimensions"]) for name, alarm in alarms.items()}
    assert seen == WATCHED


def test_each_alarm_tells_the_operators_when_it_begins_and_when_it_ends(default):
    for name, alarm in default.of_type("AWS::CloudWatch::Alarm").items():
        assert alarm["AlarmActions"] == ["<OpsTopic>"], name
        assert alarm["OKActions"] == ["<OpsTopic>"], name
        assert "ActionsEnabled" not in alarm, name
        assert len(alarm["AlarmDescription"]) > 20, name


def test_the_operators_are_told_apart_from_the_databases(translated):
    deployment = Deployment(translated, AlertEmail="dba@example.com", OpsEmail="ops@example.com")
    subscribed = {s["Endpoint"]: s["TopicArn"] for s in deployment.of_type("AWS::SNS::Subscription").values()}
    assert subscribed == {"dba@example.com": "<AlertTopic>", "ops@example.com": "<OpsTopic>"}


@pytest.mark.parametrize("interval", ["15m", "1h", "24h"])
def test_silence_of_three_intervals_is_an_alarm(translated, interval):
    alarm = Deployment(translated, ScheduleInterval=interval).of_type("AWS::CloudWatch::Alarm")["NoCompleteCheckAlarm"]
    assert alarm["TreatMissingData"] == "breaching"
    assert (alarm["EvaluationPeriods"], alarm.get("DatapointsToAlarm", 3)) == (3, 3)
    assert (alarm["Statistic"], alarm["ComparisonOperator"], alarm["Threshold"]) == ("Sum", "LessThanThreshold", 1)


def test_what_was_said_of_databases_holds_until_a_check_says_otherwise(default):
    alarms = default.of_type("AWS::CloudWatch::Alarm")
    for name in ("DisabledAlarm", "MissingAlarm", "CheckIncompleteAlarm", "MemoryFailedAlarm"):
        assert alarms[name]["TreatMissingData"] == "ignore", name


def test_nothing_that_failed_for_good_is_lost(everything):
    (asynchronous,) = everything.of_type("AWS::Lambda::EventInvokeConfig").values()
    assert asynchronous["DestinationConfig"]["OnFailure"]["Destination"] == "<FailureQueue.Arn>"
    (schedule,) = everything.of_type("AWS::Scheduler::Schedule").values()
    assert schedule["Target"]["DeadLetterConfig"]["Arn"] == "<ScheduleFailureQueue.Arn>"
    for name, subscription in everything.of_type("AWS::SNS::Subscription").items():
        if subscription["Protocol"] != "email":  # SNS has no dead letters for e-mail
            assert subscription["RedrivePolicy"] == {"deadLetterTargetArn": "<FailureQueue.Arn>"}, name
    for name, queue in everything.of_type("AWS::SQS::Queue").items():
        assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600, name


def test_a_recovery_passes_the_filter_by_default(default, everything):
    filters = [s["FilterPolicy"] for s in everything.of_type("AWS::SNS::Subscription").values() if "FilterPolicy" in s]
    assert filters == [{"severity": ["ok", "warning", "unknown", "critical"]}] * 2


def test_the_metrics_of_two_stacks_do_not_pass_for_one_anothers(default):
    for function in default.of_type("AWS::Lambda::Function").values():
        assert function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == SERVICE["Value"]
