"""AWS through boto3, which is imported only when something is asked of AWS: one session, one client a service."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import Struct

from backup_watch.adapters.ncloud_keys import KeyUnusable, key_in
from backup_watch.config.problems import AwsFailure
from backup_watch.model.plain_text import may_be_key
from ncloud import Credentials

RETRY_AFTER_SECONDS = 5
CONNECTIONS = 16
"""Kept open to each service: as many as any caller has calls under way at once. botocore's 10 would have the others
closed, and opened again with a TLS handshake, at every call.
"""


class CallLimits(Struct, frozen=True):
    """The limits that a client keeps for one call."""

    connect_seconds: float = 2
    read_seconds: float = 4
    """Between two pieces of a response."""
    attempts: int = 3

    @property
    def longest_seconds(self) -> float:
        """What one call takes at most: each attempt with its time-outs, and between them botocore's back-off.

        The back-off of its standard mode is a random share of 1, 2, 4 s and on, 20 s at most, and up to 5 s more where
        AWS asks for it (``x-amz-retry-after``).
        """
        back_off = sum(min(2.0**retry, 20.0) + RETRY_AFTER_SECONDS for retry in range(self.attempts - 1))
        return self.attempts * (self.connect_seconds + self.read_seconds) + back_off


DEFAULT_LIMITS = CallLimits()
LIMITS = {"dynamodb": CallLimits(connect_seconds=1, read_seconds=1, attempts=2)}
"""The limits of services that have their own: the memory may delay no alert."""


def limits_of(service: str) -> CallLimits:
    """The limits of one call to *service*."""
    return LIMITS.get(service, DEFAULT_LIMITS)


PARSERS_DEFECTS = (LookupError, TypeError, AttributeError, ValueError)
"""What botocore's parsers raise for well-formed XML or JSON that is not AWS's: a proxy's page, for example."""


class SecretUnreadable(Exception):
    """A secret, or what is in it, could not be read. The text names the secret and never what is in it."""


class PolicyUnreadable(Exception):
    """The parameter with the policy could not be read."""


class Aws:
    """Clients, kept for the life of the process; secrets and parameters, read anew each time. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: dict[tuple[str, ...], Any] = {}
        self._clients: dict[tuple[str, ...], Any] = {}

    def client(self, service: str) -> Any:
        """The boto3 client of *service*, made at its first use; account, region and endpoint are AWS's variables'.

        Raises :class:`AwsFailure` where these make none: no region, no such profile, an endpoint that is no URL.
        """
        account = tuple(f"{name}={value}" for name, value in sorted(os.environ.items()) if name.startswith("AWS_"))
        with self._lock, aws_failures():
            if account not in self._sessions:
                self._sessions[account] = _make_session()
            if (service, *account) not in self._clients:
                self._clients[service, *account] = _make_client(self._sessions[account], service)
            return self._clients[service, *account]

    def call(self, service: str, operation: str, **arguments: object) -> dict[str, Any]:
        """The response to *operation* of *service*, as in ``call("ssm", "get_parameter", Name="/policy")``.

        Raises :class:`AwsFailure`.
        """
        client = self.client(service)
        with aws_failures():
            response: dict[str, Any] = getattr(client, operation)(**arguments)
            return response

    def credentials(self, secret: str) -> Credentials:
        """The Ncloud key in *secret*. Raises :class:`SecretUnreadable`."""
        try:
            return key_in(self.secret_text(secret), where=f"the secret {secret}")
        except KeyUnusable as unusable:
            raise SecretUnreadable(str(unusable)) from None

    def secret_text(self, secret: str, *, may_be_token: bool = False) -> str:
        """What stands in *secret*, without a byte order mark. Raises :class:`SecretUnreadable`.

        *may_be_token*: the setting is one in which people put the token itself, so only an ARN is shown of it.
        """
        try:
            text = self.call("secretsmanager", "get_secret_value", SecretId=secret).get("SecretString")
        except AwsFailure as failure:
            named = f"the secret {secret}" if is_name(secret, arn_only=may_be_token) else "the secret (name not shown)"
            raise SecretUnreadable(f"{named}: {failure.code}") from None
        if not text:
            raise SecretUnreadable(f"the secret {secret} holds no text")
        return str(text).removeprefix("\ufeff")

    def object_text(self, bucket: str, key: str) -> str:
        """The text of the object *key* of the S3 *bucket*. Raises :class:`AwsFailure` and ``UnicodeDecodeError``."""
        response = self.call("s3", "get_object", Bucket=bucket, Key=key)
        with aws_failures():
            content: bytes = response["Body"].read()
        return content.decode()

    def parameter(self, name: str) -> str:
        """The text of the SSM parameter *name*, decrypted. Raises :class:`PolicyUnreadable`."""
        try:
            response = self.call("ssm", "get_parameter", Name=name, WithDecryption=True)
            with aws_failures():
                return str(response["Parameter"]["Value"])
        except AwsFailure as failure:
            named = "(name not shown)" if may_be_key(name) else name
            raise PolicyUnreadable(f"the parameter {named}: {failure.code}") from None


NAME = re.compile(r"[a-z]+([/_.-]([a-z]+[0-9]{0,4}|[0-9]{1,4}))*")
"""What reads like a name that a person gave. What does not may be the secret itself, put there by slip."""


def is_name(secret: str, *, arn_only: bool) -> bool:
    """Whether *secret*, which AWS does not give, may be shown."""
    return secret.startswith("arn:") or (not arn_only and len(secret) < 64 and NAME.fullmatch(secret) is not None)


@contextmanager
def aws_failures() -> Iterator[None]:
    """Raise whatever boto3 raises in the block as :class:`AwsFailure`."""
    from botocore.exceptions import BotoCoreError, ClientError  # only once AWS is asked
    from botocore.parsers import ResponseParserError  # no BotoCoreError: the response is not AWS's

    try:
        yield
    except ClientError as error:
        raise AwsFailure(_code(error.response), refused=True) from None
    except (BotoCoreError, ResponseParserError, *PARSERS_DEFECTS) as error:
        raise AwsFailure(type(error).__name__, refused=False) from None


def _code(response: Any) -> str:
    """AWS's own code; never its text, which may quote the request."""
    return str(response.get("Error", {}).get("Code", "unknown"))


def _make_client(session: Any, service: str) -> Any:
    from botocore.config import Config
    from botocore.exceptions import EndpointProviderError

    limits = limits_of(service)
    config = Config(
        connect_timeout=limits.connect_seconds,
        read_timeout=limits.read_seconds,
        max_pool_connections=CONNECTIONS,
        retries={"mode": "standard", "total_max_attempts": limits.attempts},
    )
    region = os.environ.get("AWS_REGION") or None  # boto3 itself reads AWS_DEFAULT_REGION alone
    try:
        return session.client(service, region_name=region, config=config)
    except ValueError as error:  # how botocore rejects AWS_ENDPOINT_URL
        raise EndpointProviderError(msg=str(error)) from None


def _make_session() -> Any:
    import boto3

    return boto3.session.Session()
