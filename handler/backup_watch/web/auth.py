"""Which requests are authenticated: all that the platform let through, or only those that carry the token."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable
from hmac import compare_digest

from msgspec import Struct

from backup_watch.web.refusals import RequestRefused
from backup_watch.web.request import Request

CHALLENGE = 'Basic realm="backup-watch", charset="UTF-8"'
"""Basic alone, since browsers prompt for no other scheme. Bearer is accepted without being announced."""


class Authenticator(Struct, frozen=True):
    """The token that every request needs, where one is set."""

    required: bool = False
    token: str | None = None
    """None or empty although required: it could not be read, and every request is rejected."""
    reread: Callable[[], str | None] | None = None
    """Called when a token is wrong: returns the token that has replaced the kept one. None: there is none."""

    def __repr__(self) -> str:
        return f"Authenticator(required={self.required}, token=...)"

    def require_token(self, request: Request) -> None:
        """Raise :class:`RequestRefused` (401, or 503 where the token could not be read) unless *request* may pass."""
        if not self.required:
            return
        if not self.token:
            raise RequestRefused(503, "the access token of this service could not be read; its log says why")
        authorization = request.header("authorization")
        if not (_matches(authorization, self.token) or self._has_come_since(authorization)):
            detail = "this needs the access token, as 'Authorization: Bearer TOKEN' or as the password of HTTP Basic"
            raise RequestRefused(401, detail, headers={"WWW-Authenticate": CHALLENGE})

    def _has_come_since(self, authorization: str) -> bool:
        """Whether the request carries the token that has replaced the kept one; without any, nothing is looked up."""
        if self.reread is None or not _given(authorization):
            return False
        token = self.reread()
        return bool(token) and _matches(authorization, str(token))


def _matches(authorization: str, token: str) -> bool:
    """Whether the header carries *token*; compared in constant time, as bytes."""
    return compare_digest(_given(authorization), token.encode("utf-8", "surrogatepass"))


def _given(authorization: str) -> bytes:
    """The token that the header carries; empty where it carries none."""
    scheme, _, rest = authorization.strip().partition(" ")
    given = rest.strip().encode("utf-8", "surrogatepass")
    if scheme.lower() == "basic":
        return _password(given)
    return given if scheme.lower() == "bearer" else b""


def _password(encoded: bytes) -> bytes:
    """The password of HTTP Basic (RFC 7617): all after the first colon; empty where there is none."""
    try:
        return b64decode(encoded, validate=True).partition(b":")[2]
    except NotBase64:
        return b""
