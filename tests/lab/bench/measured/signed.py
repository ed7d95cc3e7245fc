"""The least that a request needs to be answered: a signature, as in any first script against this API."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time

from tests.emulator.account import ACCESS_KEY, SECRET_KEY

LISTS = ("getCloudPostgresqlBackupList", "getCloudPostgresqlInstanceList")


def target_of(operation: str, page_no: int, *, page_size: int = 1000) -> str:
    return f"/vpostgresql/v2/{operation}?regionCode=KR&pageNo={page_no}&pageSize={page_size}&responseFormatType=json"


def headers_of(target: str, *, key: str = ACCESS_KEY, secret: str = SECRET_KEY) -> dict[str, str]:
    timestamp = str(int(time.time() * 1000))
    text = f"GET {target}\n{timestamp}\n{key}"
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
    return {
        "x-ncp-apigw-timestamp": timestamp,
        "x-ncp-iam-access-key": key,
        "x-ncp-apigw-signature-v2": base64.b64encode(digest).decode(),
    }
