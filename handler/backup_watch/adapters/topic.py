"""The doctor's probes of the SNS topic: does it exist, and is a subscription confirmed? Publishes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Thread
from urllib.parse import urlsplit

from backup_watch.adapters.aws import Aws, aws_failures
from backup_watch.config.problems import AwsFailure
from backup_watch.diagnostics.probes_aws import Probe, Status, Subscription, subscriptions_probe, topic_probe
from backup_watch.i18n import Words

MAX_SUBSCRIPTION_PAGES = 20
"""Of a hundred each."""
HEARD_SECONDS = 4.0
"""How long a run waits to know whether it is heard: the alert itself may not wait for it."""


def topic_probes(words: Words, arn: str | None, aws: Aws) -> list[Probe]:
    """The topic, and its subscriptions where it is there. Raises nothing that AWS says."""
    if arn is None:
        return [Probe("topic", Status.SKIPPED, words.text("there is no valid TOPIC_ARN to look at"))]
    topic = topic_probe(words, arn, _attributes_failure(aws, arn))
    if topic.status is Status.FAILED:
        return [topic]
    found: Sequence[Subscription] | AwsFailure
    try:
        with aws_failures():  # a response of another shape counts as one that failed
            found = list(_subscriptions(aws, arn))
    except AwsFailure as failure:
        found = failure
    return [topic, subscriptions_probe(words, found)]


def may_be_heard(arn: str | None, aws: Aws) -> bool:
    """Whether a subscription of the topic is confirmed; True: it cannot be read in time, or there is no topic."""
    if arn is None:
        return True
    came: list[bool] = []
    reader = Thread(target=lambda: came.append(_has_confirmed(arn, aws)), name="subscriptions", daemon=True)
    reader.start()
    reader.join(HEARD_SECONDS)
    return came[0] if came else True


def _has_confirmed(arn: str, aws: Aws) -> bool:
    try:
        with aws_failures():
            return any(one.confirmed for one in _subscriptions(aws, arn))
    except AwsFailure:
        return True


def _attributes_failure(aws: Aws, arn: str) -> AwsFailure | None:
    """Why the topic's attributes could not be read. None: they could."""
    try:
        aws.call("sns", "get_topic_attributes", TopicArn=arn)
    except AwsFailure as failure:
        return failure
    return None


def _subscriptions(aws: Aws, arn: str) -> Iterator[Subscription]:
    """Those of the topic, page by page. Raises :class:`AwsFailure`."""
    more: dict[str, str] = {}
    for _ in range(MAX_SUBSCRIPTION_PAGES):
        page = aws.call("sns", "list_subscriptions_by_topic", TopicArn=arn, **more)
        for one in page.get("Subscriptions", ()):
            confirmed = str(one.get("SubscriptionArn", "")).startswith("arn:")
            yield Subscription(one.get("Protocol", ""), _endpoint(one.get("Endpoint", "")), confirmed)
        if not page.get("NextToken"):
            return
        more = {"NextToken": page["NextToken"]}


def _endpoint(endpoint: str) -> str:
    """Of a URL the host alone: the path of a webhook is its password."""
    return (urlsplit(endpoint).hostname or "") if endpoint.startswith(("http:", "https:")) else endpoint
