"""One story, hour by hour, as its subscribers live it: a queue, a mailbox, a webhook and a pager behind one topic.

The whole way over real protocols: the emulated Ncloud API, moto's Secrets Manager, SNS and SQS, and the webhook.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest

import app
from tests.contract.serving import Answering, served
from tests.emulator import ACCESS_KEY, SECRET_KEY, Account, Database, Emulator, daily_backups
from tests.stack.cloud import Cloud, running_cloud
from tests.stack.environment import function_environment, in_environment

HOUR = timedelta(hours=1)
NOW = datetime.now(UTC).replace(microsecond=0)
BEGAN = NOW - 80 * HOUR
"""The newest backup for three days; the slot is ten minutes before it."""


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with running_cloud(access_key=ACCESS_KEY, secret_key=SECRET_KEY) as running:
        yield running


@pytest.fixture(scope="module")
def webhook() -> Iterator[tuple[list[dict], str]]:
    received: list[dict] = []

    class Handler(Answering):
        def do_POST(self) -> None:  # noqa: N802  http.server's own word
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.reply(200)

    with served(received, Handler) as hook:
        yield hook


@pytest.fixture(scope="module")
def told(cloud: Cloud, webhook: tuple[list[dict], str]) -> dict[str, list]:
    """Everything that the subscribers got in hourly runs around an outage, of which some came twice."""
    received, url = webhook
    sns, pager = cloud.client("sns"), cloud.client("sqs").create_queue(QueueName="pager")["QueueUrl"]
    sns.subscribe(TopicArn=cloud.topic_arn, Protocol="http", Endpoint=url)
    pager_arn = cloud.topic_arn.replace(":sns:", ":sqs:").rpartition(":")[0] + ":pager"
    sns.subscribe(
        TopicArn=cloud.topic_arn, Protocol="sqs", Endpoint=pager_arn,
        Attributes={"FilterPolicy": json.dumps({"severity": ["critical"]})},
    )  # fmt: skip
    ended = BEGAN + 50 * HOUR + timedelta(minutes=20)
    orders = Database(
        "11", "주문-원장", [*daily_backups(BEGAN, count=5), *daily_backups(ended + 24 * HOUR, count=2)],
        backup_time=f"{BEGAN - timedelta(minutes=10):%H:%M}", zone=UTC,
    )  # fmt: skip
    carts = Database("12", "carts", daily_backups(NOW - HOUR, count=8), backup_time="", zone=UTC)
    with Emulator(Account([orders, carts])) as emulator:
        environment = function_environment(
            ncloud_url=emulator.url, aws_url=cloud.url, topic_arn=cloud.topic_arn, now=NOW
        ) | {"POLICY": "", "NCLOUD_REGIONS": "KR"}  # fmt: skip
        with in_environment(environment), redirect_stdout(StringIO()):
            for hour in [*range(24, 30), 25, 26, *range(48, 54), 51]:
                app.lambda_handler({"action": "check", "at": (BEGAN + hour * HOUR).isoformat(), "notify": True}, None)
    sqs = cloud.client("sqs")
    paged = sqs.receive_message(QueueUrl=pager, MaxNumberOfMessages=10).get("Messages", [])
    return {
        "queue": cloud.receive(), "mail": list(cloud.inbox), "webhook": list(received),
        "pager": [json.loads(message["Body"]) for message in paged],
    }  # fmt: skip


def events(documents):
    return [one["event"] for document in documents for one in (*document["violations"], *document["resolved"])]


def test_a_queue_gets_each_event_once_and_repeats_look_the_same(told):
    # The slot is ten minutes before the backup, so that late is 26 h minus 10 min after it; stale, more than 26 h.
    unique = {json.dumps(document, sort_keys=True): document for document in told["queue"]}
    assert sorted(events(unique.values())) == ["ESCALATED", "NEW", "REPEAT", "RESOLVED"]
    assert len(told["queue"]) > len(unique), "what came twice came as the very same message"
    incidents = {one["incident"] for each in told["queue"] for one in (*each["violations"], *each["resolved"])}
    assert len(incidents) == 1


def test_a_mailbox_gets_the_text_for_people(told):
    assert len(told["mail"]) == len(told["queue"])
    for mail in told["mail"]:
        assert "주문-원장" in mail.subject
        assert "주문-원장" in mail.text
        assert not mail.text.startswith("{")
    assert {mail.subject.split()[0] for mail in told["mail"]} == {"WARNING", "CRITICAL", "RESOLVED"}


def test_a_webhook_gets_the_json_of_the_queue(told):
    posted = [json.loads(one["Message"]) for one in told["webhook"]]
    assert posted == told["queue"]
    assert all(isinstance(one["text"], str) and one["text"] for one in posted)


def test_a_pager_is_rung_by_what_is_critical_alone(told):
    assert set(events(json.loads(one["Message"]) for one in told["pager"])) == {"ESCALATED", "REPEAT"}
    for one in told["pager"]:
        assert one["MessageAttributes"]["severity"] == {"Type": "String", "Value": "critical"}
