"""The AWS side of a deployed function on moto: topic, subscribed queue, secret, and the environment naming them."""

import json
import uuid
from typing import Any

import boto3

from tests.conftest import DUMMY_AWS
from tests.emulator import ACCESS_KEY, SECRET_KEY
from tests.stack.cloud import make_table


class AwsAccount:
    """A fresh topic and queue at the moto server *url*."""

    def __init__(self, url: str) -> None:
        self.url = url
        name = f"watch-{uuid.uuid4().hex[:8]}"
        self.sns, self.sqs = self.client("sns"), self.client("sqs")
        self.topic_arn = self.sns.create_topic(Name=name)["TopicArn"]
        self.queue_url = self.sqs.create_queue(QueueName=name)["QueueUrl"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=["QueueArn"])
        self.sns.subscribe(TopicArn=self.topic_arn, Protocol="sqs", Endpoint=attributes["Attributes"]["QueueArn"])
        keys = {"access_key_id": ACCESS_KEY, "secret_access_key": SECRET_KEY}
        secrets = self.client("secretsmanager")
        self.secret_arn = secrets.create_secret(Name=name, SecretString=json.dumps(keys))["ARN"]
        self.table = name
        make_table(self.client("dynamodb"), name)

    def client(self, service: str) -> Any:
        """A boto3 client of this account."""
        return boto3.client(service, endpoint_url=self.url)

    def function_environment(self, *, ncloud_url: str, **more: str) -> dict[str, str]:
        """What the template and Lambda put into the function's environment."""
        return {
            **DUMMY_AWS,
            "AWS_ENDPOINT_URL": self.url,
            "TOPIC_ARN": self.topic_arn,
            "NCLOUD_CREDENTIALS_SECRET": self.secret_arn,
            "NCLOUD_API_GW": ncloud_url,
            "MEMORY": f"dynamodb://{self.table}",
            **more,
        }

    def alerts(self) -> list[dict[str, Any]]:
        """The notifications that reached the queue since the last look, each as SNS wraps it."""
        received = self.sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages", [])
        for message in received:
            self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in received]
