"""A mailbox behind the topic: moto keeps e-mail subscriptions but sends nothing, so this delivers in its place.

The message is the one that moto hands to the subscription when it publishes, with the rendering that SNS would choose
for the protocol.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest import mock

from moto.sns.models import Subscription


@dataclass(frozen=True)
class Mail:
    """One e-mail as its receiver got it."""

    to: str
    subject: str
    text: str


@contextmanager
def mail_delivery(inbox: list[Mail]) -> Iterator[None]:
    """Within, every message to an e-mail subscription of moto's SNS lands in *inbox*."""
    publish = Subscription.publish

    def publish_and_mail(subscription: Subscription, message: str, *args: object, **rest: object) -> None:
        publish(subscription, message, *args, **rest)
        matcher = subscription._filter_policy_matcher
        attributes = rest.get("message_attributes")
        if subscription.protocol == "email" and (matcher is None or matcher.matches(attributes, message)):
            text = _chosen(subscription, message, rest)
            inbox.append(Mail(subscription.endpoint, str(rest.get("subject") or ""), text))

    with mock.patch.object(Subscription, "publish", publish_and_mail):
        yield


def _chosen(subscription: Subscription, message: str, rest: dict[str, object]) -> str:
    """The rendering for e-mail, where the message has several."""
    if rest.get("message_structure") != "json":
        return message
    return subscription._parse_message_structure(message, subscription.protocol)
