"""A topic on loopback: moto's SNS over its real protocol, and what stands behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import boto3
import pytest
from botocore.config import Config

from tests.contract.conftest import heartbeat, heartbeat_server  # noqa: F401  its dead man's switch
from tests.edges.alerts.inbox import Topic
from tests.stack.cloud import running_moto

NUMBERS = count(1)


@pytest.fixture(scope="session")
def aws_url() -> Iterator[str]:
    with running_moto() as url:
        yield url


@pytest.fixture(scope="session")
def client(aws_url: str) -> Callable[[str], object]:
    """Makes clients of that AWS."""
    config = Config(retries={"mode": "standard", "total_max_attempts": 1})
    return lambda service: boto3.client(service, endpoint_url=aws_url, config=config)


@pytest.fixture
def topic(client: Callable[[str], object]) -> Topic:
    """A topic of this test's own."""
    sns = client("sns")
    return Topic(sns, client("sqs"), sns.create_topic(Name=f"alerts-{next(NUMBERS)}")["TopicArn"])
