"""What one call to AWS can take at most is what the clients are really made with."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from botocore.retries.standard import ExponentialBackoff

from backup_watch.adapters import topic
from backup_watch.adapters.aws import CONNECTIONS, Aws, limits_of
from backup_watch.adapters.runs import READERS
from backup_watch.adapters.sns import publish, sns_client
from backup_watch.alerts import compose
from backup_watch.config.problems import AlertNotDelivered
from backup_watch.i18n import Words
from backup_watch.runtime.fleet_telling import WRITERS
from tests import builders as b
from tests.contract.serving import Answering, served
from tests.edges.alerts.receiver import receiving

THROTTLED = b"<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code></Error></ErrorResponse>"
ARN = "arn:aws:sns:ap-northeast-2:123456789012:alerts"


@pytest.mark.parametrize("service", ["sns", "secretsmanager", "ssm", "dynamodb"])
def test_a_client_keeps_the_limits_of_its_service(service):
    config, limits = Aws().client(service).meta.config, limits_of(service)
    assert (config.connect_timeout, config.read_timeout) == (limits.connect_seconds, limits.read_seconds)
    assert config.retries == {"mode": "standard", "total_max_attempts": limits.attempts}


def test_as_many_calls_at_once_as_a_fleet_makes_need_no_more_connections_than_are_kept(monkeypatch):
    together = Barrier(CONNECTIONS)
    ports: list[int] = []

    class Handler(Answering):
        def do_POST(self) -> None:  # noqa: N802  http.server's own word
            self.rfile.read(int(self.headers["Content-Length"]))
            ports.append(self.client_address[1])
            together.wait(10)  # until as many are under way
            self.reply(200, b"{}")

    with served(ports, Handler) as (_, url), ThreadPoolExecutor(CONNECTIONS) as threads:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        aws = Aws()
        for _ in range(2):
            list(threads.map(lambda _: aws.call("ssm", "describe_parameters"), range(CONNECTIONS)))
    assert (len(ports), len(set(ports))) == (2 * CONNECTIONS, CONNECTIONS)
    assert max(READERS, WRITERS) <= CONNECTIONS


def test_the_longest_call_is_all_attempts_and_the_longest_back_off_between_them(monkeypatch):
    slept: list[float] = []
    monkeypatch.setattr("botocore.endpoint.time.sleep", slept.append)
    most, _, *others = ExponentialBackoff.__init__.__defaults__
    monkeypatch.setattr(ExponentialBackoff.__init__, "__defaults__", (most, lambda: 1.0, *others))
    limits = limits_of("sns")
    with receiving(lambda _: (400, THROTTLED, {"x-amz-retry-after": "9000"})) as (bodies, url):
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        message = compose(b.a_report(b.stale()), Words())
        with pytest.raises(AlertNotDelivered, match="Throttling"):
            publish(message, topic_arn=ARN, client=sns_client(Aws(), topic_arn=ARN))
    assert len(bodies) == limits.attempts
    attempts_seconds = limits.attempts * (limits.connect_seconds + limits.read_seconds)
    assert limits.longest_seconds == attempts_seconds + sum(slept)


def test_an_alert_does_not_wait_for_a_list_of_subscriptions_that_does_not_come(monkeypatch):
    monkeypatch.setattr(topic, "HEARD_SECONDS", 0.1)
    asked, over = [], Event()

    class Handler(Answering):
        def do_POST(self) -> None:  # noqa: N802  http.server's own word
            asked.append(self.rfile.read(int(self.headers["Content-Length"])))
            over.wait()
            self.reply(400, THROTTLED)

    with served(asked, Handler) as (_, url):
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        try:
            assert topic.may_be_heard(ARN, Aws()), "where that is not known an alert counts as heard"
            assert len(asked) <= 1, "one attempt of three, and no answer to it"
        finally:
            over.set()
