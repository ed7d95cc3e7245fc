"""An HTTP request as a value, read from a payload 2.0 event (Lambda Function URL, API Gateway HTTP API)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from msgspec import Struct

from backup_watch.web.refusals import RequestRefused

MAX_PARAMETERS = 50
Query = tuple[tuple[str, str], ...]


class Request(Struct, frozen=True):
    """What was asked for."""

    method: str
    """Upper case."""
    path: str
    """Without the stage's prefix; starts with a slash, and has no doubled or trailing one."""
    prefix: str
    """What the gateway puts before every path, such as ``/prod``; empty where it puts nothing."""
    raw_query: str
    """Still encoded; without the question mark."""
    headers: Mapping[str, str]
    """Names in lower case."""
    is_signed: bool = False
    """Whether AWS IAM let the caller in: the Function URL's or the gateway's own word, which no client can set."""

    def header(self, name: str) -> str:
        """The header *name* (lower case), or an empty string."""
        return self.headers.get(name, "")

    def query(self) -> Query:
        """The decoded names and values, in their order; a name may come more than once.

        Raises :class:`RequestRefused` where there are too many.
        """
        try:
            pairs = parse_qsl(self.raw_query, keep_blank_values=True, errors="replace", max_num_fields=MAX_PARAMETERS)
        except ValueError as error:
            raise RequestRefused(400, f"at most {MAX_PARAMETERS} query parameters are taken") from error
        return tuple(pairs)


def read_request(event: Mapping[str, Any]) -> Request:
    """Read a payload 2.0 *event*. Its body and cookies mean nothing here and are not looked at."""
    context = event["requestContext"]
    prefix, path = _split_stage(_forgiven(event.get("rawPath")), str(context.get("stage") or "$default"))
    headers = {str(name).lower(): str(value) for name, value in _mapping(event.get("headers")).items()}
    is_signed = bool(_mapping(context.get("authorizer")).get("iam"))
    return Request(
        str(context["http"].get("method", "GET")).upper(), path, prefix, _raw_query(event), headers, is_signed
    )


def _forgiven(path: object) -> str:
    """*path* without doubled slashes and a trailing one: a Function URL ends with a slash, and people append to it."""
    return re.sub("//+", "/", f"/{path or ''}").rstrip("/") or "/"


def _split_stage(path: str, stage: str) -> tuple[str, str]:
    """Take the stage off *path*: an HTTP API's ``rawPath`` has it for every stage but ``$default``.

    With a custom domain's API mapping it may not be there (API Gateway, "Payload format differences").
    """
    prefix = f"/{stage}"
    if stage != "$default" and (path == prefix or path.startswith(prefix + "/")):
        return prefix, path[len(prefix) :] or "/"
    return "", path


def _raw_query(event: Mapping[str, Any]) -> str:
    raw = event.get("rawQueryString")
    if isinstance(raw, str):
        return raw
    # A hand-made event may have only the decoded mapping.
    given = _mapping(event.get("queryStringParameters"))
    return urlencode({str(name): str(value) for name, value in given.items()})


def _mapping(value: object) -> Mapping[Any, Any]:
    """*value*, or nothing where it is no mapping: a hand-made event may hold anything."""
    return value if isinstance(value, Mapping) else {}
