"""A fleet as the template deploys it, in this process: bucket, keys, topic, memories, and the state machine."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import boto3

from tests.emulator import Description, access_key_of, secret_key_of
from tests.stack.cloud import QUEUE, TABLE, TOPIC, make_table
from tests.stack.environment import REGION, bare_environment, in_environment
from tests.stack.lambdas import Invoke, Lambdas, definition_with, running_lambdas

DEFINITION: Final = Path(__file__).resolve().parents[2] / "statemachine" / "fleet.asl.json"
FUNCTION: Final = "fleet"
BUCKET: Final = "ncloud-backup-watch-runs"
ACCOUNTS_KEY: Final = "accounts.toml"
KEYS: Final = "/ncloud-backup-watch/accounts/"
AWS_ACCOUNT: Final = "123456789012"
FINISHED: Final = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")


@dataclass
class Execution:
    """What became of one execution of the state machine."""

    name: str
    status: str
    output: dict[str, Any] | None
    error: str | None
    cause: str | None


@dataclass
class FleetStack:
    """A running fleet, and what stands around it."""

    url: str
    lambdas: Lambdas
    topic_arn: str
    queue_url: str
    failures_url: str
    machine_arn: str
    environment: dict[str, str]
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = _client(service, self.url)
        return self._clients[service]

    def run(
        self,
        event: Mapping[str, Any],
        *,
        name: str,
        progress: Callable[[], None] | None = None,
        pause_seconds: float = 0.05,
    ) -> Execution:
        """Start the machine as the schedule does, and wait for its end."""
        states = self.client("stepfunctions")
        states.start_execution(stateMachineArn=self.machine_arn, name=name, input=json.dumps(event))
        return self.wait(name, progress=progress, pause_seconds=pause_seconds)

    def wait(self, name: str, *, progress: Callable[[], None] | None = None, pause_seconds: float = 0.05) -> Execution:
        """Wait for the end of the execution *name*, which is looked for after each pause."""
        arn = self.machine_arn.replace(":stateMachine:", ":execution:") + f":{name}"
        while True:
            told = self.client("stepfunctions").describe_execution(executionArn=arn)
            if told["status"] in FINISHED:
                output = json.loads(told["output"]) if told.get("output") else None
                return Execution(name, told["status"], output, told.get("error"), told.get("cause"))
            if progress is not None:
                progress()
            time.sleep(pause_seconds)

    def alerts(self) -> list[dict[str, Any]]:
        """The alerts since they were last asked for, as JSON."""
        return self._received(self.queue_url)

    def failures(self) -> list[dict[str, Any]]:
        """What is in the failure queue since it was last asked for."""
        return self._received(self.failures_url)

    def _received(self, url: str) -> list[dict[str, Any]]:
        sqs, found = self.client("sqs"), []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def objects(self, prefix: str) -> list[str]:
        """The keys under *prefix*."""
        pages = self.client("s3").get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        return [each["Key"] for page in pages for each in page.get("Contents", ())]

    def read(self, key: str) -> bytes:
        return bytes(self.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read())

    def write(self, key: str, body: str | bytes) -> None:
        self.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body)

    def keep_key(self, account_id: str, *, value: str | None = None, field: str | None = None) -> None:
        """Put the key of an account where the accounts file looks for it."""
        self.client("ssm").put_parameter(
            Name=KEYS + account_id, Type="SecureString", Value=value or key_of(account_id), Overwrite=True
        )

    def give(self, accounts: Sequence[Description], urls: Callable[[str], str], extra: str = "") -> None:
        """Write the accounts file of *accounts*, and keep the key of each; *urls*: of a site. *extra* is put first."""
        for each in accounts:
            self.keep_key(each.id)
        self.write(ACCOUNTS_KEY, accounts_file(accounts, urls, extra))


def key_of(account_id: str) -> str:
    """The key pair of an account, as it is kept."""
    return json.dumps({"access_key_id": access_key_of(account_id), "secret_access_key": secret_key_of(account_id)})


def accounts_file(accounts: Sequence[Description], urls: Callable[[str], str], extra: str = "") -> str:
    """An accounts file (TOML) of *accounts*."""
    tables = [extra, f'[defaults]\nparameter = "{KEYS}{{id}}"']
    tables += [
        f'[[account]]\nid = "{each.id}"\napi = "{urls(each.site)}"\n'
        f"regions = {json.dumps(list(each.shown_regions))}\nproducts = {json.dumps(list(each.products))}"
        for each in accounts
    ]
    return "\n\n".join(tables)


def _client(service: str, url: str) -> Any:
    return boto3.client(
        service, endpoint_url=url, region_name=REGION, aws_access_key_id="local", aws_secret_access_key="local"
    )  # fmt: skip


@contextmanager
def running_fleet(
    *,
    now: datetime,
    hasten: Mapping[str, int] | None = None,
    before: Invoke | None = None,
    settings: Mapping[str, str] | None = None,
    function: Callable[[Lambdas], Invoke] | None = None,
) -> Iterator[FleetStack]:
    """Everything; the function is the handler in this process, or what *function* makes."""
    from app import lambda_handler

    with running_lambdas() as (url, lambdas):
        sns, sqs, s3 = _client("sns", url), _client("sqs", url), _client("s3", url)
        topic_arn = sns.create_topic(Name=TOPIC)["TopicArn"]
        queue_url = sqs.create_queue(QueueName=QUEUE)["QueueUrl"]
        failures_url = sqs.create_queue(QueueName=f"{QUEUE}-failures")["QueueUrl"]
        queue_arn = topic_arn.replace(":sns:", ":sqs:").replace(TOPIC, QUEUE)
        raw = {"RawMessageDelivery": "true"}
        sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn, Attributes=raw)
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        make_table(_client("dynamodb", url))
        definition = definition_with(
            DEFINITION.read_text(encoding="utf-8"),
            function=f"arn:aws:lambda:{REGION}:{AWS_ACCOUNT}:function:{FUNCTION}",
            queue_url=failures_url,
            hasten=hasten,
        )
        role = f"arn:aws:iam::{AWS_ACCOUNT}:role/fleet"
        states = _client("stepfunctions", url)
        machine_arn = states.create_state_machine(name="fleet", definition=definition, roleArn=role)["stateMachineArn"]
        environment = {
            "AWS_ENDPOINT_URL": url,
            "TOPIC_ARN": topic_arn,
            "RUNS_BUCKET": BUCKET,
            "ACCOUNTS_OBJECT": ACCOUNTS_KEY,
            "MEMORY": f"dynamodb://{TABLE}",
            **dict(settings or {}),
        }
        moto = {"MOTO_PORT": url.rpartition(":")[2]}
        with in_environment(bare_environment() | moto | environment):
            lambdas.functions[FUNCTION] = (
                lambdas.in_process(lambda_handler, before) if function is None else function(lambdas)
            )
            yield FleetStack(url, lambdas, topic_arn, queue_url, failures_url, machine_arn, environment)
