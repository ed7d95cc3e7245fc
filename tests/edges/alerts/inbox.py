"""A topic and its subscribers, as a test wants to look at them."""

from __future__ import annotations

import json
from typing import Any


class Topic:
    """Publishes as the function does, and makes queues that can be read."""

    def __init__(self, sns: Any, sqs: Any, arn: str) -> None:
        self.sns, self.sqs, self.arn = sns, sqs, arn
        self._queues = 0

    def subscribe(self, protocol: str, endpoint: str, **attributes: str) -> None:
        self.sns.subscribe(TopicArn=self.arn, Protocol=protocol, Endpoint=endpoint, Attributes=attributes)

    def queue(self, *, raw: bool = True, filter_policy: object = None) -> Queue:
        """A queue behind this topic; with *filter_policy* only what that lets through comes to it."""
        self._queues += 1
        name = f"{self.arn.rpartition(':')[2]}-queue-{self._queues}"
        url = self.sqs.create_queue(QueueName=name)["QueueUrl"]
        attributes = {"RawMessageDelivery": "true" if raw else "false"}
        if filter_policy is not None:
            attributes["FilterPolicy"] = json.dumps(filter_policy)
        self.subscribe("sqs", self.arn.replace(":sns:", ":sqs:").rpartition(":")[0] + f":{name}", **attributes)
        return Queue(self.sqs, url)


class Queue:
    """A queue's messages."""

    def __init__(self, sqs: Any, url: str) -> None:
        self._sqs, self._url = sqs, url

    def receive(self) -> list[dict[str, Any]]:
        """The bodies that came, decoded; moto has delivered by the time that publish returns."""
        answer = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        self.attributes = [message.get("MessageAttributes", {}) for message in answer.get("Messages", [])]
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]
