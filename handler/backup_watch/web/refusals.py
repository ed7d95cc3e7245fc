"""A request whose response is a problem document (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from math import ceil
from typing import Any


class RequestRefused(Exception):
    """The request gets no report. ``detail`` is shown to the client: no credential, and no text of another service."""

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
        title = HTTPStatus(self.status).phrase  # for a problem of no type of its own (RFC 9457, section 4.2.1)
        standard = {"type": "about:blank", "title": title, "status": self.status, "detail": self.detail}
        return standard | self.members


def too_many(what: str, seconds: float) -> RequestRefused:
    """A 429: *what* was done too often; *seconds* is when it may be done again."""
    wait = str(ceil(seconds))
    return RequestRefused(429, f"too many {what}; try again in {wait} s", headers={"Retry-After": wait})
