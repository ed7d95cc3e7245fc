"""CloudWatch's part between a function's log and its alarms, and the operator who listens to them."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

from tests.lab.e2e.deployed import Deployed


class Operators:
    """Hear what the alarms of *stack* say on its topic for operators, from now on."""

    def __init__(self, stack: Deployed) -> None:
        self._stack = stack.name
        self._cloudwatch, self._sqs = stack.client("cloudwatch"), stack.client("sqs")
        self._queue = self._sqs.create_queue(QueueName=f"ear-{uuid.uuid4().hex[:8]}")["QueueUrl"]
        named = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])
        stack.client("sns").subscribe(
            TopicArn=stack.outputs["OpsTopicArn"],
            Protocol="sqs",
            Endpoint=named["Attributes"]["QueueArn"],
            Attributes={"RawMessageDelivery": "true"},
        )
        self.heard: list[tuple[str, str]] = []
        """(alarm, new state) in the order of arrival."""

    def feed(self, samples: dict[tuple, list[float]]) -> None:
        """Give CloudWatch the samples of one run's embedded metrics, which LocalStack leaves in the log."""
        for (namespace, metric, dimensions), values in samples.items():
            named = [{"Name": name, "Value": value} for name, value in sorted(dimensions)]
            data: list[dict[str, Any]] = [{"MetricName": metric, "Dimensions": named, "Value": each} for each in values]
            self._cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)

    def states(self) -> dict[str, str]:
        """The state of each alarm now, by its name in the template."""
        alarms = self._cloudwatch.describe_alarms(AlarmNamePrefix=f"{self._stack}-")["MetricAlarms"]
        return {_resource(alarm["AlarmName"]): alarm["StateValue"] for alarm in alarms}

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
