"""AWS through boto3, which is imported only when something is really asked of AWS."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

from ncloud import Credentials

CONNECT_TIMEOUT_SECONDS = 2
READ_TIMEOUT_SECONDS = 4
TOTAL_ATTEMPTS = 3
"""With back-off between them, one call ends within some 20 s: the reserve that a run keeps for publishing."""
KEEP_SECONDS = 300.0
"""How long a warm process uses a secret or parameter that it has read: a rotated key is in use soon after."""


class SecretUnreadable(Exception):
    """A secret, or what is in it, could not be read. The text names the secret and never what is in it."""


class PolicyUnreadable(Exception):
    """The parameter with the policy could not be read."""


class Aws:
    """Clients and values, kept for the life of the process; safe to use from several threads."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._clients: dict[str, Any] = {}
        self._values: dict[tuple[str, str], tuple[float, str]] = {}

    def client(self, service: str) -> Any:
        """The client of *service*, made at its first use; region and endpoint come from the usual AWS variables."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = _make_client(service)
            return self._clients[service]

    def forget_values(self) -> None:
        """Read secrets and parameters anew at their next use."""
        self._values.clear()

    def credentials(self, secret: str) -> Credentials:
        """The Ncloud key in *secret*. Raises :class:`SecretUnreadable`."""
        text = self.secret_text(secret)
        try:
            document = json.loads(text)
        except ValueError as error:
            raise SecretUnreadable(f"the secret {secret} is no JSON; {EXPECTED}") from _without_text(error)
        parts = [document.get(name) for name in CREDENTIAL_KEYS] if isinstance(document, dict) else []
        if not parts or not all(isinstance(part, str) and part.strip() for part in parts):
            raise SecretUnreadable(f"the secret {secret} lacks a key; {EXPECTED}")
        return Credentials(*(part.strip() for part in parts))

    def secret_text(self, secret: str) -> str:
        """What stands in *secret*. Raises :class:`SecretUnreadable`."""

        def read() -> str:
            answer = self.client("secretsmanager").get_secret_value(SecretId=secret)
            if not answer.get("SecretString"):
                raise SecretUnreadable(f"the secret {secret} holds no text")
            return str(answer["SecretString"])

        return self._kept(("secret", secret), read, lambda why: SecretUnreadable(f"the secret {secret}: {why}"))

    def parameter(self, name: str) -> str:
        """The text of the SSM parameter *name*, decrypted. Raises :class:`PolicyUnreadable`."""

        def read() -> str:
            answer = self.client("ssm").get_parameter(Name=name, WithDecryption=True)
            return str(answer["Parameter"]["Value"])

        return self._kept(("parameter", name), read, lambda why: PolicyUnreadable(f"the parameter {name}: {why}"))

    def _kept(self, key: tuple[str, str], read: Callable[[], str], failure: Callable[[str], Exception]) -> str:
        kept = self._values.get(key)
        if kept is not None and self._monotonic() - kept[0] < KEEP_SECONDS:
            return kept[1]
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            value = read()
        except (ClientError, BotoCoreError) as error:
            raise failure(describe_aws_error(error)) from None
        self._values[key] = (self._monotonic(), value)
        return value


CREDENTIAL_KEYS = ("access_key_id", "secret_access_key")
EXPECTED = 'expected is {"access_key_id": "...", "secret_access_key": "..."}'


def _without_text(error: ValueError) -> ValueError:
    """A JSON error quotes its document: only its kind goes on."""
    return ValueError(type(error).__name__)


def describe_aws_error(error: Exception) -> str:
    """AWS's own code where it answered, else the kind of failure; never a request's content."""
    response = getattr(error, "response", None)
    if isinstance(response, dict) and "Error" in response:
        return str(response["Error"].get("Code", "error"))
    return type(error).__name__


def _make_client(service: str) -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(
        service,
        config=Config(
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            read_timeout=READ_TIMEOUT_SECONDS,
            retries={"mode": "standard", "total_max_attempts": TOTAL_ATTEMPTS},
        ),
    )
