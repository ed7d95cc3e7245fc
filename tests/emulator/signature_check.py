"""Whether a request is signed as Ncloud asks (signature v2), worked out from the vendor's description alone."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from tests.emulator.refusals import GatewayRefusal

TIMESTAMP: Final = "x-ncp-apigw-timestamp"
ACCESS_KEY: Final = "x-ncp-iam-access-key"
SIGNATURE: Final = "x-ncp-apigw-signature-v2"

MAX_SKEW_MS: Final = 5 * 60 * 1000
"""A timestamp that differs by more is refused (vendor's request header page)."""


def expected_signature(method: str, target: str, *, timestamp: str, access_key: str, secret_key: str) -> str:
    """The signature over the exact request target (path and raw query) as it stood on the wire."""
    text = f"{method} {target}\n{timestamp}\n{access_key}"
    digest = hmac.new(secret_key.encode(), text.encode("latin-1"), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def check_signature(
    method: str, target: str, headers: Mapping[str, str], *, access_key: str, secret_key: str, now: datetime
) -> None:
    """Raise GatewayRefusal 200 with the cause in its details; *headers* have lower-case names."""
    for name in (TIMESTAMP, ACCESS_KEY, SIGNATURE):
        if not headers.get(name):
            raise GatewayRefusal("200", f"Header {name} is missing.")
    if headers[ACCESS_KEY] != access_key:
        raise GatewayRefusal("200", "Invalid access key.")
    timestamp = headers[TIMESTAMP]
    if not (timestamp.isascii() and timestamp.isdigit()):
        raise GatewayRefusal("200", "The timestamp is not a number of milliseconds.")
    if abs(int(timestamp) - round(now.timestamp() * 1000)) > MAX_SKEW_MS:
        raise GatewayRefusal("200", "The timestamp differs from the current time by more than 5 minutes.")
    expected = expected_signature(method, target, timestamp=timestamp, access_key=access_key, secret_key=secret_key)
    if not hmac.compare_digest(expected.encode(), headers[SIGNATURE].encode("latin-1")):
        raise GatewayRefusal("200", "Invalid signature.")
