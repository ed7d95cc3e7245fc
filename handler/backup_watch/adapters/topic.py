"""The doctor's look at the SNS topic: is it there, and is anybody told? Publishes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar
from urllib.parse import urlsplit

from backup_watch.adapters.aws import PARSERS_DEFECTS, Aws, describe_aws_error
from backup_watch.diagnostics.probes_aws import (
    CheckUp,
    Status,
    Subscription,
    Unread,
    subscriptions_checkup,
    topic_checkup,
)

T = TypeVar("T")
MAX_SUBSCRIPTION_PAGES = 20
"""Of a hundred each."""


def topic_checkups(arn: str | None, aws: Aws) -> list[CheckUp]:
    """The topic, and its subscriptions where it is there. Raises nothing that AWS says."""
    if arn is None:
        return [CheckUp("topic", Status.SKIPPED, "there is no valid TOPIC_ARN to look at")]
    attributes = _asked(lambda: aws.client("sns").get_topic_attributes(TopicArn=arn))
    topic = topic_checkup(arn, attributes if isinstance(attributes, Unread) else None)
    if topic.status is Status.FAILED:
        return [topic]
    found: Sequence[Subscription] | Unread = _asked(lambda: list(_subscriptions(aws.client("sns"), arn)))
    return [topic, subscriptions_checkup(found)]


def _asked(ask: Callable[[], T]) -> T | Unread:
    """What *ask* gives, or why AWS did not answer it."""
    from botocore.exceptions import BotoCoreError, ClientError  # only once AWS is asked
    from botocore.parsers import ResponseParserError

    try:
        return ask()
    except (ClientError, BotoCoreError, ResponseParserError, *PARSERS_DEFECTS) as error:
        return Unread(describe_aws_error(error))


def _subscriptions(sns: Any, arn: str) -> Iterator[Subscription]:
    """Those of the topic, page by page."""
    more: dict[str, str] = {}
    for _ in range(MAX_SUBSCRIPTION_PAGES):
        page = sns.list_subscriptions_by_topic(TopicArn=arn, **more)
        for one in page.get("Subscriptions", ()):
            confirmed = str(one.get("SubscriptionArn", "")).startswith("arn:")
            yield Subscription(one.get("Protocol", ""), _endpoint(one.get("Endpoint", "")), confirmed)
        if not page.get("NextToken"):
            return
        more = {"NextToken": page["NextToken"]}


def _endpoint(endpoint: str) -> str:
    """Of a URL the host alone: the path of a webhook is its password."""
    return (urlsplit(endpoint).hostname or "") if endpoint.startswith(("http:", "https:")) else endpoint
