"""AWS as far as the function meets it: moto's server, with a secret, a topic, and two subscribers that can be read."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import boto3
from moto.core.base_backend import BackendDict
from moto.server import ThreadedMotoServer

from tests.stack.environment import REGION, SECRET
from tests.stack.mailbox import Mail, mail_delivery

TOPIC: Final = "ncloud-backup-watch-alerts"
QUEUE: Final = "ncloud-backup-watch-tickets"
ADDRESS: Final = "dba-team@example.com"
TABLE: Final = "ncloud-backup-watch-memory"
"""Where the function remembers what it told."""


@dataclass
class Cloud:
    """What stands in for AWS."""

    url: str
    topic_arn: str
    queue_url: str
    inbox: list[Mail] = field(default_factory=list)
    """What the e-mail subscriber got, in order."""

    def client(self, service: str) -> Any:
        return _client(service, self.url)

    def receive(self) -> list[dict[str, Any]]:
        """What came to the queue since it was last read, the function's JSON itself (raw delivery)."""
        sqs, found = self.client("sqs"), []
        while messages := sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
        return found


@contextmanager
def running_cloud(*, access_key: str, secret_key: str) -> Iterator[Cloud]:
    """Serve on a free loopback port, with everything in it that a deployment would have made.

    One at a time: moto keeps what it is told for the whole process, and forgets it at the end of this.
    """
    with running_moto() as url, _furnished(url, access_key, secret_key) as cloud:
        try:
            yield cloud
        finally:
            BackendDict.reset()


@contextmanager
def running_moto() -> Iterator[str]:
    """An AWS with nothing in it; its URL."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # one line a request is nothing to look at
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@contextmanager
def _furnished(url: str, access_key: str, secret_key: str) -> Iterator[Cloud]:
    key = {"access_key_id": access_key, "secret_access_key": secret_key}
    _client("secretsmanager", url).create_secret(Name=SECRET, SecretString=json.dumps(key))
    sns = _client("sns", url)
    queue_url = _client("sqs", url).create_queue(QueueName=QUEUE)["QueueUrl"]
    cloud = Cloud(url, sns.create_topic(Name=TOPIC)["TopicArn"], queue_url)
    sns.subscribe(TopicArn=cloud.topic_arn, Protocol="email", Endpoint=ADDRESS)
    queue_arn = cloud.topic_arn.replace(":sns:", ":sqs:").replace(TOPIC, QUEUE)
    sns.subscribe(
        TopicArn=cloud.topic_arn, Protocol="sqs", Endpoint=queue_arn, Attributes={"RawMessageDelivery": "true"}
    )  # fmt: skip
    make_table(_client("dynamodb", url))
    with mail_delivery(cloud.inbox):
        yield cloud


def make_table(dynamodb: Any, name: str = TABLE) -> None:
    """The table that the template makes."""
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "account", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "account", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.batch_get_item(RequestItems={name: {"Keys": [{"account": {"S": "none"}}]}})  # moto's first one is slow


def _client(service: str, url: str) -> Any:
    return boto3.client(
        service, endpoint_url=url, region_name=REGION, aws_access_key_id="local", aws_secret_access_key="local"
    )  # fmt: skip
