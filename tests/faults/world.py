"""The function amid stand-ins that misbehave, and everything that leaves it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from unittest import mock

from msgspec import structs

import app
import ncloud
from backup_watch.adapters import aws
from backup_watch.adapters.memory import audience_of, encode
from backup_watch.config.settings import MAX_AGE_OF
from backup_watch.model.memory import Memory
from backup_watch.model.policy import Thresholds
from ncloud.clock import Clock
from tests.contract.fake_aws import FakeAws, fake_aws
from tests.emulator import ACCESS_KEY, SECRET_KEY, Account, Backup, Database, Emulator, daily_backups
from tests.faults.cases import Case
from tests.stack.cloud import SECRET, TABLE, Cloud
from tests.stack.environment import function_environment, in_environment
from tests.unit.web.asking import BROWSER, Answer, an_event

QUICK = {"connect_timeout": 0.4, "read_timeout": 0.4, "request_timeout": 0.8}
"""The client's time-outs, in seconds, so that a test need not wait as long as a user would."""
SNS_ERROR = b"<ErrorResponse><Error><Type>Sender</Type><Code>%b</Code></Error><RequestId>0</RequestId></ErrorResponse>"
SNS_ANSWERS = {
    # SNS API reference, Publish, Errors
    "refused": (403, SNS_ERROR % b"AuthorizationError"),
    "throttled": (429, SNS_ERROR % b"Throttled"),
    "html": (200, b"<html>welcome</html>"),
}
PARTS = {"mongodb": ("shard1", "shard2"), "mssql": ("master", "orders")}
"""What the backups of a product consist of."""
NOTHING_THERE = (200, b'{"Responses": {"ncloud-backup-watch-memory": []}, "UnprocessedKeys": {}}')
DYNAMODB_ANSWERS = {
    # DynamoDB API reference, BatchGetItem and PutItem, Errors
    "denied": {"BatchGetItem": (400, b'{"__type": "com.amazon.coral.service#AccessDeniedException"}')},
    "throttled": {"BatchGetItem": (400, b'{"__type": "com.amazon.coral.availability#ThrottlingException"}')},
    "unprocessed": {"BatchGetItem": (200, b'''{"Responses": {}, "UnprocessedKeys":
        {"ncloud-backup-watch-memory": {"Keys": [{"account": {"S": "default"}}]}}}''')},
    "read-only": {
        "BatchGetItem": NOTHING_THERE,
        "PutItem": (400, b'{"__type": "com.amazon.coral.service#AccessDeniedException"}'),
    },
    "contended": {
        "BatchGetItem": NOTHING_THERE,
        "PutItem": (400, b'{"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"}'),
    },
}  # fmt: skip
READ_BY_OTHERS = ("/healthz", "/metrics", "/badge.json", "/report", "/")


class Impatient(Clock):
    """Does not wait between attempts. Time itself is left alone: one thread's pause must not end another's exchange."""

    def sleep(self, seconds: float, interrupted: threading.Event) -> None:
        """Return at once."""


@dataclass
class Seen:
    """What came of one invocation."""

    report: dict[str, Any] | None = None
    raised: BaseException | None = None
    alerts: list[dict[str, Any]] = field(default_factory=list)
    requests: list[Any] = field(default_factory=list)
    """What arrived at the emulator."""
    published: int | None = None
    """How often SNS was asked to publish, where a stand-in of its own counts that."""
    pages: dict[str, Answer] = field(default_factory=dict)
    """What people and programs get over HTTP in the same world, by address."""
    signatures: set[str] = field(default_factory=set)
    """Of all requests, those for HTTP included."""

    def verdict(self, name: str) -> str:
        """Of the database *name*; empty where the report does not have it."""
        findings = (self.report or {}).get("findings", [])
        return next((one["verdict"] for one in findings if one["serviceName"] == name), "")

    @property
    def events(self) -> set[str]:
        """What the alert tells."""
        told = {one["event"] for alert in self.alerts for one in (*alert["violations"], *alert["resolved"])}
        unread = any(alert["errors"] or alert["counts"]["instances"] == 0 for alert in self.alerts)
        return told | ({"UNREADABLE"} if unread else set())


def account(case: Case, now: datetime) -> Account:
    """KR: orders, fresh, and billing, stale since half an hour; SGN: carts, fresh. Of none is the slot told, so that
    what is stale was not late before.
    """
    regions = case.world.get("regions", ("KR", "SGN"))
    if case.world.get("empty"):
        return Account([], regions)
    product = case.world.get("product", "postgresql")
    newest = now - (timedelta(minutes=20) if case.world.get("landed") else timedelta(hours=5))
    stale = now - MAX_AGE_OF.get(product, Thresholds().max_age) - timedelta(minutes=30)
    ages = {"orders": ("KR", newest), "billing": ("KR", stale), "carts": ("SGN", now - timedelta(hours=5))}
    ages |= {f"other-{number}": ("KR", newest) for number in range(case.world.get("crowd", 0))}
    databases = [
        Database(str(1000 + number), name, _backups(product, at), region=region, backup_time="",
                 created_at=now - timedelta(days=90), zone=UTC, product=product)
        for number, (name, (region, at)) in enumerate(ages.items())
    ]  # fmt: skip
    return Account(databases, regions, **case.world.get("refuses", {}))


def _backups(product: str, newest: datetime) -> list[Backup]:
    """Three daily backups, each in the parts that those of *product* have."""
    parts = PARTS.get(product, ("",))
    return [replace(backup, part=part) for backup in daily_backups(newest, count=3) for part in parts]


@contextmanager
def _deaf() -> Iterator[str]:
    """A port that is listened to and never answered: its queue is full."""
    with ExitStack() as sockets:
        listener = sockets.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        with suppress(TimeoutError):
            while True:  # until one more has to wait
                waiting = sockets.enter_context(socket.socket())
                waiting.settimeout(0.2)
                waiting.connect(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def _refusing() -> Iterator[str]:
    """A port that is taken, and not listened to."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def _surroundings(case: Case, cloud: Cloud, emulator: Emulator, stack: ExitStack) -> dict[str, str]:
    """The function's environment in the world of *case*."""
    world = case.world
    environment = function_environment(
        ncloud_url=emulator.url, aws_url=cloud.url, topic_arn=cloud.topic_arn, now=datetime.now(UTC)
    ) | {"POLICY": ""}
    if world.get("deaf"):
        environment["NCLOUD_API_GW"] = stack.enter_context(_deaf())
    if world.get("refusing"):
        environment["NCLOUD_API_GW"] = stack.enter_context(_refusing())
    if world.get("sns") == "absent":
        environment["TOPIC_ARN"] = cloud.topic_arn + "-gone"
    if "secret" in world:
        secrets = cloud.client("secretsmanager")
        secrets.put_secret_value(SecretId=SECRET, SecretString=world["secret"])
        right = json.dumps({"access_key_id": ACCESS_KEY, "secret_access_key": SECRET_KEY})
        stack.callback(secrets.put_secret_value, SecretId=SECRET, SecretString=right)
    if "product" in world:
        environment["NCLOUD_PRODUCTS"] = world["product"]
    return environment | world.get("env", {})


@contextmanager
def _sns(case: Case) -> Iterator[tuple[FakeAws | None, dict[str, str]]]:
    """The stand-in for SNS that *case* wants, where it wants one, and the settings that lead there."""
    name = case.world.get("sns", "absent")
    if name == "absent":
        yield None, {}
        return
    with fake_aws() as (sns, url), mock.patch.dict(aws.LIMITS, sns=aws.CallLimits(read_seconds=0.3)):
        sns.sns_refusal, sns.hanging = SNS_ANSWERS.get(name), None if name in SNS_ANSWERS else threading.Event()
        try:
            yield sns, {"AWS_ENDPOINT_URL_SNS": url}
        finally:
            if sns.hanging:
                sns.hanging.set()


@contextmanager
def _memory(case: Case, cloud: Cloud) -> Iterator[dict[str, str]]:
    """The memory that *case* wants, where it wants one, and the settings that lead there."""
    how = case.world.get("memory")
    if how is None:
        yield {}
        return
    table = "nobody-made-it" if how == "no-table" else TABLE
    if (body := _document(how, cloud)) is not None:
        item = {"account": {"S": "default"}, "version": {"N": "7"}, "document": {"B": body}}
        cloud.client("dynamodb").put_item(TableName=TABLE, Item=item)
    with ExitStack() as stack:
        limits = aws.CallLimits(read_seconds=5 if how == "silent" else 30, attempts=1)
        stack.enter_context(mock.patch.dict(aws.LIMITS, dynamodb=limits))
        leading_there = {"MEMORY": f"dynamodb://{table}"}
        if how in DYNAMODB_ANSWERS or how == "silent":
            dynamodb, url = stack.enter_context(fake_aws())
            dynamodb.replies = DYNAMODB_ANSWERS.get(how, {})
            dynamodb.hanging = threading.Event() if how == "silent" else None
            if dynamodb.hanging:
                stack.callback(dynamodb.hanging.set)
            leading_there["AWS_ENDPOINT_URL_DYNAMODB"] = url
        try:
            yield leading_there
        finally:
            cloud.client("dynamodb").delete_item(TableName=TABLE, Key={"account": {"S": "default"}})


def _document(how: str, cloud: Cloud) -> bytes | None:
    """What stands in the table."""
    now = datetime.now(UTC)
    whom = "somebody else" if how == "other-audience" else cloud.topic_arn
    memory = Memory(audience_of(whom), now + timedelta(days=how == "ahead"), now)
    documents = {
        "corrupt": b"no gzip",
        "other-version": encode(structs.replace(memory, schema_version="2.0")),
        "other-audience": encode(memory),
        "ahead": encode(memory),
    }
    return documents.get(how)


def invoke(case: Case, cloud: Cloud) -> Seen:
    """Invoke the function once in the world of *case*, and then read it over HTTP."""
    cloud.receive()
    now = datetime.now(UTC)
    offset = timedelta(minutes=case.world.get("clock_minutes", 0))
    seen = Seen()
    quick = partial(ncloud.Client, clock=Impatient(), **QUICK)
    with ExitStack() as stack:
        emulator = stack.enter_context(
            Emulator(account(case, now), faults=list(case.faults), clock_offset=offset, tls=case.world.get("tls"))
        )
        sns, leading_there = stack.enter_context(_sns(case))
        leading_there |= stack.enter_context(_memory(case, cloud))
        stack.enter_context(in_environment(_surroundings(case, cloud, emulator, stack) | leading_there))
        stack.enter_context(mock.patch.object(ncloud, "Client", quick))
        try:
            seen.report = app.lambda_handler({"action": "check", "all": True}, None)
        except Exception as error:  # noqa: BLE001  whatever the function ends with is what is looked at
            seen.raised = error
        seen.requests, seen.published = list(emulator.requests), sns and len(sns.calls)
        for path in READ_BY_OTHERS:
            accept = BROWSER if path == "/" else "*/*"
            seen.pages[path] = Answer(app.lambda_handler(an_event(path, accept=accept), None))
        seen.signatures = {one.signature for one in emulator.requests if one.signature}
    seen.alerts = cloud.receive()
    return seen
