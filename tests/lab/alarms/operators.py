"""The template's alarms on our own metrics, deployed with short periods, and the operator who listens to them."""

import json
import time
from typing import Any

import boto3

from tools.translate import read_template, translate

PERIOD_SECONDS = 10
"""The shortest that CloudWatch knows; the template's own are the schedule's interval."""


def alarms_template() -> dict[str, Any]:
    """The part of the translated template that concerns alarms on our own metrics, and a queue that hears them."""
    whole = translate(read_template())
    kept = {
        name: resource
        for name, resource in whole["Resources"].items()
        if name == "OpsTopic" or resource["Properties"].get("Namespace") == "BackupWatch"
    }
    ear = {
        "Ear": {"Type": "AWS::SQS::Queue"},
        "EarSubscription": {
            "Type": "AWS::SNS::Subscription",
            "Properties": {
                "TopicArn": {"Ref": "OpsTopic"},
                "Protocol": "sqs",
                "Endpoint": {"Fn::GetAtt": ["Ear", "Arn"]},
                "RawMessageDelivery": True,
            },
        },
    }
    intervals = whole["Mappings"]["Interval"]
    return {
        "Parameters": {name: whole["Parameters"][name] for name in ("ScheduleInterval", "CustomerManagedKey")},
        "Conditions": {"HasKey": whole["Conditions"]["HasKey"]},
        "Mappings": {"Interval": {name: {"PeriodSeconds": PERIOD_SECONDS} for name in intervals}},
        "Resources": _without_key(kept) | ear,
        "Outputs": {"Ear": {"Value": {"Ref": "Ear"}}},
    }


def _without_key(resources: dict[str, Any]) -> dict[str, Any]:
    """Deployed with the default parameters there is no key to refer to."""
    resources["OpsTopic"]["Properties"].pop("KmsMasterKeyId")
    return resources


class Operators:
    """Deploys the alarms at *url*, feeds CloudWatch, and hears what the alarms say."""

    def __init__(self, url: str) -> None:
        clients = {name: boto3.client(name, endpoint_url=url) for name in ("cloudformation", "cloudwatch", "sqs")}
        self._cloudwatch, self._sqs = clients["cloudwatch"], clients["sqs"]
        formation = clients["cloudformation"]
        formation.create_stack(StackName="watch", TemplateBody=json.dumps(alarms_template()))
        formation.get_waiter("stack_create_complete").wait(StackName="watch", WaiterConfig={"Delay": 1})
        (stack,) = formation.describe_stacks(StackName="watch")["Stacks"]
        self._queue = next(output["OutputValue"] for output in stack["Outputs"] if output["OutputKey"] == "Ear")
        self.heard: list[tuple[str, str]] = []
        """(alarm, new state) in the order of arrival."""

    def feed(self, samples: dict[tuple, list[float]]) -> None:
        """Give CloudWatch the samples of one run, as its embedded metrics hold them."""
        for (namespace, metric, dimensions), values in samples.items():
            named = [{"Name": name, "Value": value} for name, value in sorted(dimensions)]
            data = [{"MetricName": metric, "Dimensions": named, "Value": value} for value in values]
            self._cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)

    def hear(self, alarm: str, state: str, *, within_seconds: float) -> float:
        """Wait until *alarm* tells that it is now in *state*; the seconds that took. AssertionError: it did not."""
        begun = time.monotonic()
        while (waited := time.monotonic() - begun) < within_seconds:
            answer = self._sqs.receive_message(QueueUrl=self._queue, WaitTimeSeconds=1, MaxNumberOfMessages=10)
            for message in answer.get("Messages", []):
                self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
                told = json.loads(message["Body"])
                self.heard.append((_resource(told["AlarmName"]), told["NewStateValue"]))
            if (alarm, state) in self.heard:
                self.heard.remove((alarm, state))
                return waited
        raise AssertionError(f"{alarm} was not heard to be {state} within {within_seconds} s; heard: {self.heard}")


def _resource(alarm_name: str) -> str:
    """The resource's name in the template: CloudFormation calls an alarm STACK-RESOURCE-SUFFIX."""
    return alarm_name.split("-")[1]
