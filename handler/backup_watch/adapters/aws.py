"""AWS through botocore, which is imported only when something is really asked of AWS.

Not boto3, whose clients are botocore's own: its resources and S3 transfers would be a fifth of a cold start.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from typing import Any

from ncloud import Credentials, SettingsProblem

CONNECT_TIMEOUT_SECONDS = 2
READ_TIMEOUT_SECONDS = 4
TOTAL_ATTEMPTS = 3
"""With back-off between them, one call ends within some 20 s: the reserve that a run keeps for publishing."""


PARSERS_DEFECTS = (LookupError, TypeError, AttributeError, ValueError)
"""What botocore's parsers stumble over where well-formed XML or JSON is none of AWS's: a proxy's page, for example."""


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
        """The client of *service*, made at its first use; account, region and endpoint are AWS's usual variables'.

        Raises ``BotoCoreError`` where they make none: no region, no such profile, an endpoint that is no URL.
        """
        account = tuple(f"{name}={value}" for name, value in sorted(os.environ.items()) if name.startswith("AWS_"))
        with self._lock:
            if account not in self._sessions:
                self._sessions[account] = _make_session()
            if (service, *account) not in self._clients:
                region = os.environ.get("AWS_REGION") or None  # botocore itself reads AWS_DEFAULT_REGION alone
                self._clients[service, *account] = _make_client(self._sessions[account], service, region)
            return self._clients[service, *account]

    def credentials(self, secret: str) -> Credentials:
        """The Ncloud key in *secret*. Raises :class:`SecretUnreadable`."""
        text = self.secret_text(secret)
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            # Not "from": the JSON error holds the whole text.
            raise SecretUnreadable(f"the secret {secret} is no JSON; {EXPECTED}") from None
        parts: list[Any] = [document.get(name) for name in CREDENTIAL_KEYS] if isinstance(document, dict) else []
        if not parts or not all(isinstance(part, str) and part.strip() for part in parts):
            raise SecretUnreadable(f"the secret {secret} lacks a key; {EXPECTED}")
        try:
            return Credentials(*(part.strip() for part in parts))
        except SettingsProblem as problem:
            raise SecretUnreadable(f"in the secret {secret}, {problem}") from None

    def secret_text(self, secret: str) -> str:
        """What stands in *secret*. Raises :class:`SecretUnreadable`."""
        try:
            text = _asked(lambda: self.client("secretsmanager").get_secret_value(SecretId=secret).get("SecretString"))
        except _Refused as refused:
            raise SecretUnreadable(f"the secret {secret}: {refused}") from None
        if not text:
            raise SecretUnreadable(f"the secret {secret} holds no text")
        return str(text)

    def parameter(self, name: str) -> str:
        """The text of the SSM parameter *name*, decrypted. Raises :class:`PolicyUnreadable`."""
        try:
            ssm = _asked(lambda: self.client("ssm"))
            value = _asked(lambda: ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
        except _Refused as refused:
            raise PolicyUnreadable(f"the parameter {name}: {refused}") from None
        return str(value)


class _Refused(Exception):
    """AWS did not give what was asked for; the text is its code."""


def _asked(ask: Callable[[], Any]) -> Any:
    from botocore.exceptions import BotoCoreError, ClientError  # only once AWS is asked
    from botocore.parsers import ResponseParserError  # what is no answer of AWS's at all; no BotoCoreError

    try:
        return ask()
    except (ClientError, BotoCoreError, ResponseParserError, *PARSERS_DEFECTS) as error:
        raise _Refused(describe_aws_error(error)) from None


CREDENTIAL_KEYS = ("access_key_id", "secret_access_key")
EXPECTED = 'expected is {"access_key_id": "...", "secret_access_key": "..."}'


def describe_aws_error(error: Exception) -> str:
    """AWS's own code where it answered, else the kind of failure; never a request's content."""
    response = getattr(error, "response", None)
    if isinstance(response, dict) and "Error" in response:
        return str(response["Error"].get("Code", "error"))
    return type(error).__name__


def _make_client(session: Any, service: str, region: str | None) -> Any:
    from botocore.exceptions import EndpointProviderError

    try:
        return session.create_client(service, region_name=region)
    except ValueError as error:  # how botocore refuses AWS_ENDPOINT_URL
        raise EndpointProviderError(msg=str(error)) from None


def _make_session() -> Any:
    import botocore.session
    from botocore.config import Config

    session = botocore.session.Session()
    session.set_default_client_config(
        Config(
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            read_timeout=READ_TIMEOUT_SECONDS,
            retries={"mode": "standard", "total_max_attempts": TOTAL_ATTEMPTS},
        )
    )
    return session
