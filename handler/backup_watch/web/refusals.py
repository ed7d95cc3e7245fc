"""A request that is answered with a problem document (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
}
"""The phrases of RFC 9110: what a problem of no type of its own is titled (RFC 9457, section 4.2.1)."""


class RequestRefused(Exception):
    """The request gets no report. ``detail`` is shown to the client: never a credential, never another's words."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail
        self.headers, self.members = dict(headers or {}), dict(members or {})

    def document(self) -> dict[str, Any]:
        """The problem document; ``members`` are its extensions."""
        standard = {"type": "about:blank", "title": TITLES[self.status], "status": self.status, "detail": self.detail}
        return standard | self.members
