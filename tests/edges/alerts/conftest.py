"""A topic on loopback: moto's SNS over its real protocol, and what stands behind it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from itertools import count

import boto3
import pytest
from botocore.config import Config
from moto.server import ThreadedMotoServer

from tests.edges.alerts.inbox import Topic

NUMBERS = count(1)


@pytest.fixture(scope="session")
def aws_url() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


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
