"""A small signing client for the tests of the emulator itself, on bare sockets' terms: no retry, no redirect."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from defusedxml.ElementTree import fromstring

from tests.emulator import ACCESS_KEY, SECRET_KEY
from tests.emulator.exchange import Answer, Request
from tests.emulator.gateway import Gateway
from tests.emulator.signature_check import expected_signature

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
BASES = {
    "getCloudPostgresql": "/vpostgresql/v2/",
    "getCloudMysql": "/vmysql/v2/",
    "getCloudMongoDb": "/vmongodb/v2/",
    "getCloudMssql": "/vmssql/v2/",
    "getDms": "/vmssql/v2/",
    "getCloudRedis": "/vredis/v2/",
    "getCloudCache": "/vcache/v2/",
    "getRegionList": "/vserver/v2/",
}
"""By how an operation's name begins, from the vendor's pages."""


def target_of(operation: str, **parameters: object) -> str:
    """The request target, in JSON unless responseFormatType is given; None leaves it out."""
    parameters = {"responseFormatType": "json"} | parameters
    query = urlencode({name: value for name, value in parameters.items() if value is not None})
    [base] = [base for beginning, base in BASES.items() if operation.startswith(beginning)]
    path = base + operation
    return f"{path}?{query}" if query else path


def signed(
    method: str, target: str, *, at: datetime = NOW, access_key: str = ACCESS_KEY, secret_key: str = SECRET_KEY
) -> dict[str, str]:
    timestamp = str(round(at.timestamp() * 1000))
    return {
        "x-ncp-apigw-timestamp": timestamp,
        "x-ncp-iam-access-key": access_key,
        "x-ncp-apigw-signature-v2": expected_signature(
            method, target, timestamp=timestamp, access_key=access_key, secret_key=secret_key
        ),
    }


def ask(
    gateway: Gateway,
    operation: str,
    *,
    access_key: str = ACCESS_KEY,
    secret_key: str = SECRET_KEY,
    site: str = "public",
    **parameters: object,
) -> Answer:
    """The answer to a signed GET, without a socket between."""
    target = target_of(operation, **parameters)
    headers = signed("GET", target, access_key=access_key, secret_key=secret_key)
    return gateway.handle(Request("GET", target, headers, site=site)).answer


def fields(answer: Answer) -> dict[str, Any]:
    """What stands inside the only key of a JSON answer."""
    [inside] = json.loads(answer.body).values()
    return inside


def rows(answer: Answer) -> list[dict[str, Any]]:
    [found] = [value for value in fields(answer).values() if isinstance(value, list)]
    return found


def numbers(answer: Answer) -> list[str]:
    return [row["cloudPostgresqlInstanceNo"] for row in rows(answer)]


def refusal(answer: Answer) -> tuple[int, str]:
    """Status and code of an error in JSON or XML, from the gateway or the service."""
    if answer.body.startswith(b"<"):
        found = {element.tag: element.text for element in fromstring(answer.body)}
    else:
        found = fields(answer)
    return answer.status, str(found.get("errorCode") or found.get("returnCode"))


def get(
    url: str,
    operation: str,
    *,
    timeout: float = 5,
    at: datetime = NOW,
    access_key: str = ACCESS_KEY,
    secret_key: str = SECRET_KEY,
    **parameters: object,
) -> Answer:
    """A signed GET over a connection of its own. What goes wrong on the way is raised by http.client."""
    target = target_of(operation, **parameters)
    connection = HTTPConnection(urlsplit(url).netloc, timeout=timeout)
    try:
        connection.request(
            "GET", target, headers=signed("GET", target, at=at, access_key=access_key, secret_key=secret_key)
        )
        response = connection.getresponse()
        headers: Mapping[str, str] = dict(response.getheaders())
        return Answer(response.status, response.read(), headers.get("Content-Type", ""), headers)
    finally:
        connection.close()
