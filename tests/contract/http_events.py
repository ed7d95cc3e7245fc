"""HTTP requests as payload 2.0 events, and the answers as a client reads them."""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import dataclass
from typing import Any

from tests.contract.function import Function


def request(method: str, path: str, query: str = "", **headers: str) -> dict[str, Any]:
    """The event of a Function URL; ``_`` in a header's name is ``-``."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    http = {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.10", "userAgent": "test"}
    return {
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query, "headers": named,
        "requestContext": {"http": http, "stage": "$default", "requestId": "r"}, "isBase64Encoded": False,
    }  # fmt: skip


@dataclass
class Answered:
    """What a client gets, and what else the invocation did."""

    status: int
    headers: dict[str, str]
    body: bytes
    outcome: Any

    @property
    def document(self) -> Any:
        return json.loads(self.body)

    @property
    def kind(self) -> str:
        return self.headers["content-type"].partition(";")[0]


def ask(
    function: Function,
    method: str,
    path: str,
    query: str = "",
    *,
    settings: dict[str, Any] | None = None,
    **headers: str,
) -> Answered:
    """Send one request; *settings* are the function's."""
    outcome = function(request(method, path, query, **headers), **settings or {})
    answer = outcome.report
    body = b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()
    return Answered(
        answer["statusCode"], {name.lower(): value for name, value in answer["headers"].items()}, body, outcome
    )
