"""A deployed stack: its schedule's event, what its functions logged, and what came out of it."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeVar
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import boto3

from tests.emulator import ACCESS_KEY, SECRET_KEY
from tests.runtime.embedded_metrics import read_samples

PATIENCE_SECONDS: Final = 120
SCHEDULED_TIME: Final = "<aws.scheduler.scheduled-time>"
T = TypeVar("T")
FINISHED: Final = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")


@dataclass(frozen=True)
class Page:
    """An answer of the Function URL."""

    status: int
    text: str


class Deployed:
    """The stack *name* at the endpoint *url*."""

    def __init__(self, url: str, name: str) -> None:
        self.name, self._url = name, url
        (described,) = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
        self.outputs = {each["OutputKey"]: each["OutputValue"] for each in described["Outputs"]}
        self._lines_read: dict[str, int] = {}

    def client(self, service: str) -> Any:
        return boto3.client(service, endpoint_url=self._url)

    def keep_key(self) -> None:
        """Put the keys of the one account where the stack looks for them."""
        keys = {"access_key_id": ACCESS_KEY, "secret_access_key": SECRET_KEY}
        self.client("secretsmanager").put_secret_value(
            SecretId=self.outputs["CredentialsSecretArn"], SecretString=json.dumps(keys)
        )

    def fire(self) -> str:
        """Do what EventBridge Scheduler does when the stack's schedule is due; the execution's ARN, if there is one.

        The event is the schedule's own, sent to the schedule's own target. Exactly one schedule must be on.
        """
        (target,) = [each["Target"] for each in self._schedules() if each["State"] == "ENABLED"]
        now = datetime.now(UTC).replace(microsecond=0)
        event = target["Input"].replace(SCHEDULED_TIME, now.isoformat().replace("+00:00", "Z"))
        if target["Arn"] != self.outputs.get("FleetMachineArn"):
            self.client("lambda").invoke(FunctionName=target["Arn"], InvocationType="Event", Payload=event.encode())
            return ""
        return self.start(json.loads(event))

    def start(self, event: dict[str, Any]) -> str:
        """Start the fleet's state machine with *event*; the execution's ARN."""
        started = self.client("stepfunctions").start_execution(
            stateMachineArn=self.outputs["FleetMachineArn"], name=str(uuid.uuid4()), input=json.dumps(event)
        )
        return str(started["executionArn"])

    def _schedules(self) -> list[dict[str, Any]]:
        resources = self.client("cloudformation").describe_stack_resources(StackName=self.name)["StackResources"]
        names = [one["PhysicalResourceId"] for one in resources if one["ResourceType"] == "AWS::Scheduler::Schedule"]
        return [self.client("scheduler").get_schedule(Name=name) for name in names]

    def ended(self, execution: str) -> dict[str, Any]:
        """Wait for the end of *execution*."""
        states = self.client("stepfunctions")
        return until(
            lambda: told if (told := states.describe_execution(executionArn=execution))["status"] in FINISHED else None,
            f"the end of {execution}",
        )

    def ask(self, event: dict[str, Any]) -> Any:
        """What the schedule's function answers to *event*."""
        answer = self.client("lambda").invoke(
            FunctionName=self.outputs["FunctionName"], Payload=json.dumps(event).encode()
        )
        return json.load(answer["Payload"])

    def run(self) -> dict[tuple, list[float]]:
        """Let the schedule's event run the function, and give the metrics that its run logged."""
        self.fire()
        return self.logged()

    def logged(self, function: str | None = None) -> dict[tuple, list[float]]:
        """Wait for metrics in the log of *function* (the schedule's) that were not read yet, and give them."""
        name = function or self.outputs["FunctionName"]

        def new() -> dict[tuple, list[float]]:
            lines = self._log(name)
            samples = read_samples("\n".join(lines[self._lines_read.get(name, 0) :]))
            if samples:
                self._lines_read[name] = len(lines)
            return samples

        return until(new, f"metrics in the log of {name}")

    def _log(self, function: str) -> list[str]:
        """What *function* wrote, as LocalStack keeps it: in a group of its own, whatever the template names."""
        logs = self.client("logs")
        try:
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{function}")
            return [event["message"].rstrip("\n") for page in pages for event in page["events"]]
        except logs.exceptions.ResourceNotFoundException:
            return []

    def alerts(self) -> list[dict[str, Any]]:
        """The alerts that reached the stack's queue since the last look, each as the JSON that programs get."""
        return [json.loads(body["Message"]) for body in self._received(self.outputs["AlertQueueUrl"])]

    def alert(self) -> dict[str, Any]:
        """Wait for the next alert, the only one."""
        (alert,) = until(self.alerts, "an alert in the queue")
        return alert

    def failure(self) -> dict[str, Any]:
        """Wait for what was given up."""
        (failure,) = until(lambda: self._received(self.outputs["FailureQueueUrl"]), "a message in the failure queue")
        return failure

    def _received(self, queue: str) -> list[dict[str, Any]]:
        sqs = self.client("sqs")
        messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in messages]

    def get(self, path: str, *, token: str | None = None) -> Page:
        """Ask the stack's Function URL, whose name no name server knows here."""
        host = urlsplit(self.outputs["FunctionUrl"]).netloc
        request = Request(f"{self._url}{path}", headers={"Host": host})
        if token is not None:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urlopen(request, timeout=PATIENCE_SECONDS) as answer:
                return Page(answer.status, answer.read().decode())
        except HTTPError as error:
            with error:
                return Page(error.status, error.read().decode())

    def token(self) -> str:
        """The token that CloudFormation had made for the Function URL."""
        secrets = self.client("secretsmanager")
        return str(secrets.get_secret_value(SecretId=self.outputs["HttpTokenSecretArn"])["SecretString"])


def until(look: Callable[[], T], what: str) -> T:
    """Look until there is something. AssertionError: there was nothing for two minutes."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError(f"waited {PATIENCE_SECONDS} s for {what}")
