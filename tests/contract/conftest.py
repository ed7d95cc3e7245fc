"""The function between a hand-written Ncloud and a hand-written AWS, both over real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from backup_watch.adapters.http_token import HttpToken
from backup_watch.runtime import actions as on_demand
from tests.contract.fake_aws import fake_aws
from tests.contract.fake_ncloud import fake_ncloud
from tests.contract.function import Function
from tests.contract.serving import Answering, served


@pytest.fixture(scope="session")
def surroundings() -> Iterator[Function]:
    with fake_ncloud() as (ncloud, ncloud_url), fake_aws() as (aws, aws_url):
        yield Function(ncloud_url, aws_url, ncloud, aws)


@pytest.fixture
def function(surroundings: Function, monkeypatch: pytest.MonkeyPatch) -> Function:
    """The function amid an empty account and an AWS that has been asked nothing; it has kept no token."""
    monkeypatch.setattr(on_demand, "_token", HttpToken())
    surroundings.ncloud.reset()
    surroundings.aws.reset()
    return surroundings


@pytest.fixture
def now() -> datetime:
    """The present, to the second, as the function reads it within the test."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass
class Heartbeat:
    """A dead man's switch that counts."""

    url: str
    paths: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def heartbeat_server() -> Iterator[Heartbeat]:
    class Handler(Answering):
        def do_GET(self) -> None:  # noqa: N802  http.server's own word
            heartbeat.paths.append(self.path)
            self.reply(200)

    with served(Heartbeat(""), Handler) as (heartbeat, url):
        heartbeat.url = url
        yield heartbeat


@pytest.fixture
def heartbeat(heartbeat_server: Heartbeat) -> Heartbeat:
    """It has not been pinged yet."""
    heartbeat_server.paths.clear()
    return heartbeat_server
