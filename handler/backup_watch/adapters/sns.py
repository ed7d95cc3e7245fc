"""Publishes one composed message on an SNS topic, or says that it did not get there."""

from __future__ import annotations

from typing import Any

from backup_watch.adapters.aws import PARSERS_DEFECTS, Aws
from backup_watch.alerts.sns_message import Message
from backup_watch.config.problems import AlertNotDelivered
from backup_watch.model.report import Notification


def publish(message: Message, *, topic_arn: str, client: Any) -> Notification:
    """Publish *message* once; *client* (botocore's SNS client) retries by itself what is worth it.

    Raises :class:`AlertNotDelivered`. After a lost answer the message may have arrived all the same: receivers tell a
    repeat by its incidents and events.
    """
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError  # what is no answer of AWS's at all; no BotoCoreError

    try:
        answer = client.publish(**arguments(message, topic_arn=topic_arn))
    except ClientError as error:
        raise AlertNotDelivered(f"SNS refused the alert to {topic_arn}: {_refusal(error.response)}") from None
    except (BotoCoreError, ResponseParserError, *PARSERS_DEFECTS) as error:
        raise AlertNotDelivered(f"SNS could not be asked to publish to {topic_arn}: {type(error).__name__}") from None
    if "MessageId" not in answer:
        raise AlertNotDelivered(f"what answered for SNS did not say that it took the alert to {topic_arn}")
    return Notification((str(answer["MessageId"]),), message.events)


def sns_client(aws: Aws, *, topic_arn: str) -> Any:
    """The client to publish with. Raises :class:`AlertNotDelivered` where AWS's variables make none."""
    from botocore.exceptions import BotoCoreError

    try:
        return aws.client("sns")
    except BotoCoreError as error:
        raise AlertNotDelivered(f"SNS could not be asked to publish to {topic_arn}: {type(error).__name__}") from None


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


def _refusal(response: Any) -> str:
    """The code, and what it means; not SNS's own text, which may quote the request."""
    code = str(response.get("Error", {}).get("Code", "unknown"))
    meaning = REFUSALS.get(ALIASES.get(code, code))
    return code if meaning is None else f"{code}: {meaning}"
