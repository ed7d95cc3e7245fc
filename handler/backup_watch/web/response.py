"""An HTTP response as a value, and as the payload 2.0 answer that Lambda hands on."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from gzip import compress
from typing import Any

from msgspec import Struct
from msgspec.json import encode

from backup_watch.web.negotiation import accepts_gzip
from backup_watch.web.refusals import RequestRefused
from backup_watch.web.request import Request

NOTHING_ALLOWED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
SECURITY = {
    "cache-control": "no-store",
    "content-security-policy": NOTHING_ALLOWED,
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "vary": "accept, accept-encoding, authorization",
    "x-content-type-options": "nosniff",
}
"""On every response; a response's own headers win."""
COMPRESSED_FROM_BYTES = 1400
"""What fits into one packet gains nothing."""
TEXT_UP_TO_BYTES = 500_000
"""As text, JSON writes a byte as up to six; beyond this, base64 with its fixed third is the surer bound."""
MAX_BODY_BYTES = 4_480_000
"""Before base64, with room for the headers: the whole answer may have 6 MB (Lambda quotas, "Invocation payload")."""


class Response(Struct, frozen=True):
    """What is answered."""

    status: int
    content_type: str
    body: bytes
    headers: dict[str, str] = {}
    """Besides those that every response has; names in lower case."""


def document_response(
    document: object,
    *,
    status: int = 200,
    content_type: str = "application/json",
    headers: dict[str, str] | None = None,
) -> Response:
    """*document* as JSON, in UTF-8."""
    return Response(status, content_type, encode(document), headers or {})


def problem_response(refused: RequestRefused) -> Response:
    """A refusal as ``application/problem+json`` (RFC 9457)."""
    headers = {name.lower(): value for name, value in refused.headers.items()}
    return document_response(
        refused.document(), status=refused.status, content_type="application/problem+json", headers=headers
    )


def payload(response: Response, request: Request | None) -> dict[str, Any]:
    """The payload 2.0 answer: compressed where *request* takes that and it pays, without a body for HEAD.

    Raises :class:`RequestRefused` where it is more than Lambda can answer. *request* is None where it could not be
    read.
    """
    headers = SECURITY | {"content-type": response.content_type} | response.headers
    body, accepted = response.body, request is not None and accepts_gzip(request.header("accept-encoding"))
    compressed = accepted and len(body) >= COMPRESSED_FROM_BYTES
    if compressed:
        body = compress(body, compresslevel=6, mtime=0)
        headers["content-encoding"] = "gzip"
    if len(body) > MAX_BODY_BYTES:
        raise _too_large(len(body), accepted=accepted)
    if request is not None and request.method == "HEAD":
        return _answer(response.status, headers, b"", as_text=True)
    return _answer(response.status, headers, body, as_text=not compressed and len(body) <= TEXT_UP_TO_BYTES)


def _answer(status: int, headers: Mapping[str, str], body: bytes, *, as_text: bool) -> dict[str, Any]:
    text = body.decode() if as_text else b64encode(body).decode("ascii")
    return {"statusCode": status, "headers": dict(headers), "body": text, "isBase64Encoded": not as_text}


def _too_large(size: int, *, accepted: bool) -> RequestRefused:
    ways = "ask for less with ?verdict=, ?account=, ?region= or ?match="
    if not accepted:
        ways += ", or send 'Accept-Encoding: gzip'"
    return RequestRefused(406, f"the answer has {size} bytes, more than a Lambda function can give at once: {ways}")
