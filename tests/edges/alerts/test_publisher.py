"""Where SNS does not take an alert, that is one named error with the cause, and nothing of the message in it."""

import socket

import boto3
import pytest
from botocore.config import Config

from backup_watch.adapters.sns import arguments, publish
from backup_watch.alerts import compose
from backup_watch.config.problems import AlertNotDelivered
from backup_watch.i18n import Words
from tests import builders as b
from tests.edges.alerts.receiver import receiving

MESSAGE = compose(b.a_report(b.stale("secret-project-db")), Words())
ARN = "arn:aws:sns:ap-northeast-2:123456789012:alerts"


def sns(url: str, *, read_timeout: float = 5) -> object:
    config = Config(retries={"mode": "standard", "total_max_attempts": 1}, read_timeout=read_timeout)
    return boto3.client("sns", endpoint_url=url, config=config)


def refusal(code: str, status: int) -> tuple[int, bytes]:
    text = f"<Code>{code}</Code><Message>User arn:aws:iam::1:user/x may not publish secret-project-db</Message>"
    return status, f"<ErrorResponse><Error><Type>Sender</Type>{text}</Error></ErrorResponse>".encode()


@pytest.mark.parametrize(
    ("code", "status", "meaning"),
    [
        ("AuthorizationError", 403, "AuthorizationError: the function may not publish there"),
        ("AccessDenied", 403, "AccessDenied: the function may not publish there"),
        ("KMSAccessDenied", 400, "KMSAccessDenied: the function may not use the topic's key"),
        ("NotFound", 404, "NotFound: there is no such topic"),
        ("Throttled", 429, "Throttled: SNS throttles"),
        ("InvalidParameter", 400, "InvalidParameter: SNS found the message invalid"),
        ("InvalidClientTokenId", 403, "InvalidClientTokenId: the function's AWS credentials are not valid"),
        ("InternalError", 500, "InternalError: SNS failed"),
        ("SomethingNew", 400, "SomethingNew"),
    ],
)
def test_a_refusal_says_what_is_wrong(code, status, meaning):
    with (
        receiving(lambda _: refusal(code, status)) as (bodies, url),
        pytest.raises(AlertNotDelivered) as raised,
    ):
        publish(MESSAGE, topic_arn=ARN, client=sns(url))
    assert len(bodies) == 1
    assert str(raised.value).startswith(f"SNS refused the alert to {ARN}: {meaning}")
    assert "secret-project-db" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_topic_that_is_not_there_is_named(topic):
    gone = topic.arn + "-gone"
    with pytest.raises(AlertNotDelivered, match=f"{gone}: NotFound: there is no such topic"):
        publish(MESSAGE, topic_arn=gone, client=topic.sns)


def test_no_answer_at_all_is_not_delivered():
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(AlertNotDelivered, match=f"could not be asked to publish to {ARN}: ReadTimeoutError"):
            publish(MESSAGE, topic_arn=ARN, client=sns(url, read_timeout=0.1))
    with pytest.raises(AlertNotDelivered, match="EndpointConnectionError"):
        publish(MESSAGE, topic_arn=ARN, client=sns(url))


def test_the_arguments_are_those_of_one_message_in_all_renderings():
    asked = arguments(MESSAGE, topic_arn=ARN)
    assert asked["MessageStructure"] == "json"
    assert asked["Message"] == MESSAGE.envelope
    assert asked["MessageAttributes"]["region"] == {"DataType": "String.Array", "StringValue": '["KR"]'}
