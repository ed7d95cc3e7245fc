"""Which requests are let in, and which of them may start a check. Whatever is in doubt is refused."""

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

    access: str | None = None
    """``OFF``, ``AWS_IAM`` or ``TOKEN``. None: not told; whatever the platform let through is let in, with the token
    where one is required.
    """
    required: bool = False
    token: str | None = None
    """None or empty although required: it could not be read, and every request is rejected."""
    reread: Callable[[], str | None] | None = None
    """Called when a token is wrong: returns the token that has replaced the kept one. None: there is none."""

    def __repr__(self) -> str:
        return f"Authenticator(required={self.required}, token=...)"

    def require_access(self, request: Request) -> None:
        """Raise :class:`RequestRefused` unless *request* may pass: 404 where HTTP is off, 403 where IAM should have
        authenticated the caller and has not, and what :meth:`require_token` raises.

        The function is told what it is, since a public address may outlive the setting that protected it: while a
        deployment changes both, the variables are changed first.
        """
        if self.access == "OFF":
            raise RequestRefused(404, "there is nothing here")
        if self.access == "AWS_IAM" and not request.is_signed:
            raise RequestRefused(403, "this needs a request that is signed for AWS IAM")
        if self.access == "TOKEN" and not self.required:
            raise RequestRefused(503, "no access token is configured, so every request is rejected")
        self.require_token(request)

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


def require_same_origin(request: Request) -> None:
    """Raise :class:`RequestRefused` (403) for what a page of another site makes a browser send.

    A browser sends ``Origin`` with every POST, and older ones no ``Sec-Fetch-Site``; what is no browser sends neither.
    """
    origin, host = request.header("origin").strip().lower(), request.header("host").strip().lower()
    elsewhere = origin and (not host or origin.partition("://")[2] != host)
    if elsewhere or request.header("sec-fetch-site").strip().lower() in ("cross-site", "same-site"):
        raise RequestRefused(403, "a page of another site may not start a check")


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
