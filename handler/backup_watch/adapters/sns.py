"""Publish one composed message to an SNS topic, or raise that it was not delivered."""

from __future__ import annotations

from typing import Any

from backup_watch.adapters.aws import Aws, aws_failures
from backup_watch.alerts.sns_message import Message
from backup_watch.config.problems import AlertNotDelivered, AwsFailure
from backup_watch.model.report import Notification


def publish(message: Message, *, topic_arn: str, client: Any) -> Notification:
    """Publish *message* once; *client* (boto3's SNS client) retries by itself what is worth it.

    Raises :class:`AlertNotDelivered`. After a lost response the message may have arrived all the same: receivers tell a
    repeat by its incidents and events.
    """
    try:
        with aws_failures():
            response = client.publish(**arguments(message, topic_arn=topic_arn))
    except AwsFailure as failure:
        raise _not_delivered(failure, topic_arn) from None
    if "MessageId" not in response:
        text = f"the response is not one of SNS, and the alert may not have reached {topic_arn}"
        raise AlertNotDelivered(text, may_have_arrived=True)
    return Notification((str(response["MessageId"]),), message.events)


def sns_client(aws: Aws, *, topic_arn: str) -> Any:
    """The client to publish with. Raises :class:`AlertNotDelivered` where AWS's variables make none."""
    try:
        return aws.client("sns")
    except AwsFailure as failure:
        raise _not_delivered(failure, topic_arn) from None


def _not_delivered(failure: AwsFailure, topic_arn: str) -> AlertNotDelivered:
    if not failure.refused:
        text = f"SNS could not be asked to publish to {topic_arn}: {failure.code}"
        return AlertNotDelivered(text, may_have_arrived=True)
    code = ALIASES.get(failure.code, failure.code)
    meaning = REFUSALS.get(code)
    cause = failure.code if meaning is None else f"{failure.code}: {meaning}"
    return AlertNotDelivered(f"SNS refused the alert to {topic_arn}: {cause}", may_have_arrived=code in UNCERTAIN)


def arguments(message: Message, *, topic_arn: str) -> dict[str, Any]:
    """The arguments of SNS's Publish."""
    return {
        "TopicArn": topic_arn,
        "Subject": message.subject,
        "Message": message.envelope,
        "MessageStructure": "json",
        "MessageAttributes": {
            name: {"DataType": data_type, "StringValue": value}
            for name, (data_type, value) in message.typed_attributes.items()
        },
    }


REFUSALS = {
    "AuthorizationError": "the function may not publish there (sns:Publish; kms:GenerateDataKey if it is encrypted)",
    "KMSAccessDenied": "the function may not use the topic's key (kms:GenerateDataKey, kms:Decrypt)",
    "NotFound": "there is no such topic",
    "Throttled": "SNS throttles, after all attempts",
    "Throttling": "SNS throttles, after all attempts",
    "InvalidParameter": "SNS found the message invalid",
    "InvalidClientTokenId": "the function's AWS credentials are not valid",
    "ExpiredToken": "the function's AWS credentials have expired",
    "InternalError": "SNS failed, after all attempts",
}
"""What SNS's error codes mean here (SNS API reference, Publish, Errors)."""
UNCERTAIN = frozenset({"InternalError", "ServiceUnavailable"})
"""After these errors the message may have been published all the same."""
ALIASES = {
    "AuthorizationErrorException": "AuthorizationError",
    "AccessDenied": "AuthorizationError",
    "AccessDeniedException": "AuthorizationError",
    "NotFoundException": "NotFound",
    "ThrottledException": "Throttled",
    "ThrottlingException": "Throttled",
    "InvalidParameterException": "InvalidParameter",
    "InternalErrorException": "InternalError",
    "InternalFailure": "InternalError",
}
