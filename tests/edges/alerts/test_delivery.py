"""What each kind of subscriber really receives, over the real protocols on loopback."""

import json
import smtplib
import socket
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller

from backup_watch.adapters.sns import publish
from backup_watch.alerts import compose
from backup_watch.i18n import Words
from tests import builders as b
from tests.edges.alerts.receiver import receiving
from tests.emulator.tls import write_certificate
from tests.stack.mailbox import mail_delivery

ENGLISH, KOREAN = Words(), Words("ko")
REPORT = b.a_report(b.stale(), b.late("결제-db", region="SGN"), others=[b.fresh()] * 45)


def send(topic, report=REPORT, *, words=ENGLISH, **options):
    return publish(compose(report, words, **options), topic_arn=topic.arn, client=topic.sns)


def test_a_queue_gets_the_report_itself_with_the_attributes_beside_it(topic):
    queue = topic.queue(raw=True)
    notification = send(topic)
    [document] = queue.receive()
    assert [violation["serviceName"] for violation in document["violations"]] == ["orders-db", "결제-db"]
    assert document["counts"]["instances"] == 47
    assert document["text"].startswith("2 of 47 databases have no fresh backup.")
    assert {name: value["StringValue"] for name, value in queue.attributes[0].items()} == {
        "severity": "critical", "event": '["NEW"]', "region": '["KR","SGN"]', "account": "default",
        "product": '["postgresql"]',
    }  # fmt: skip
    assert notification.events == 2
    assert len(notification.message_ids) == 1


def test_a_queue_without_raw_delivery_gets_it_in_sns_own_envelope(topic):
    queue = topic.queue(raw=False)
    send(topic)
    [envelope] = queue.receive()
    assert envelope["Subject"] == "CRITICAL orders-db: newest backup 2 d 3 h old (+1 more)"
    assert envelope["MessageAttributes"]["severity"] == {"Type": "String", "Value": "critical"}
    assert json.loads(envelope["Message"])["violations"][0]["event"] == "NEW"


def test_an_http_subscriber_gets_the_report(topic):
    with receiving(lambda _: (200, b"")) as (bodies, url):
        topic.subscribe("http", url)
        send(topic)
    [envelope] = map(json.loads, bodies)
    assert envelope["Type"] == "Notification"
    assert envelope["Subject"] == "CRITICAL orders-db: newest backup 2 d 3 h old (+1 more)"
    assert json.loads(envelope["Message"])["violations"][0]["serviceName"] == "orders-db"


@pytest.mark.parametrize(("chat_format", "shown"), [("none", "violations"), ("amazon-q", "content")])
def test_an_https_subscriber_gets_the_card_where_that_is_set(topic, tmp_path, monkeypatch, chat_format, shown):
    certificate = write_certificate("self-signed", tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with receiving(lambda _: (200, b""), certificate=certificate) as (bodies, url):
        topic.subscribe("https", url)
        send(topic, words=KOREAN, chat_format=chat_format)
    [envelope] = map(json.loads, bodies)
    assert shown in json.loads(envelope["Message"])


class Sink:
    """A mail server that keeps what it gets."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.arrived = threading.Event()

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802  aiosmtpd's name
        self.mails.append(envelope.content)
        self.arrived.set()
        return "250 kept"


@pytest.mark.parametrize("words", [ENGLISH, KOREAN])
def test_the_mail_arrives_as_it_was_written(topic, words):
    """moto keeps e-mail subscriptions but sends nothing; the last step is ours, over real SMTP."""
    topic.subscribe("email", "dba@example.com")
    inbox, sink = [], Sink()
    with mail_delivery(inbox):
        send(topic, words=words)
    # Unfolded: Python 3.11 loses a blank where it folds a subject between two encoded words.
    message = EmailMessage(policy=policy.default.clone(max_line_length=998))
    message["From"], message["To"], message["Subject"] = "no-reply@sns.example", inbox[0].to, inbox[0].subject
    message.set_content(inbox[0].text)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with smtplib.SMTP("127.0.0.1", port) as smtp:
            smtp.send_message(message)
        assert sink.arrived.wait(5)
    finally:
        controller.stop()
    received = message_from_bytes(sink.mails[0], policy=policy.default)
    expected = compose(REPORT, words)
    assert received["Subject"] == expected.subject
    assert received.get_content().replace("\r\n", "\n") == expected.renderings["email"]
    assert "결제-db (SGN, 1234925)" in received.get_content()
