"""The values of one exchange: what came in, what goes out, and what is noted down about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from http.client import responses
from typing import Final

JSON: Final = "application/json; charset=UTF-8"
XML: Final = "application/xml; charset=UTF-8"


@dataclass(frozen=True)
class Request:
    """One HTTP request. Header names are in lower case; `target` is as it stood on the wire."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""
    connection: int = 0
    """Which connection of this server's life brought it, from 1."""
    site: str = "public"
    """Whose address was asked: a key is known on its own site only."""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; Content-Length and Date are added when it is sent."""

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)

    def head(self, now: datetime, *, length: int | None = None, framing: str = "length") -> bytes:
        """Status line and headers. *framing*: length, chunked, or none (the connection's end is the body's)."""
        lines = [
            f"HTTP/1.1 {self.status} {responses.get(self.status, 'Unknown')}",
            f"Date: {format_datetime(now, usegmt=True)}",
            f"Content-Type: {self.content_type}",
            *(f"{name}: {value}" for name, value in self.headers.items()),
        ]
        if framing == "length":
            lines.append(f"Content-Length: {len(self.body) if length is None else length}")
        lines.append({"chunked": "Transfer-Encoding: chunked", "none": "Connection: close"}.get(framing, ""))
        return "\r\n".join([*filter(None, lines), "", ""]).encode("latin-1")


@dataclass(frozen=True)
class Recorded:
    """One request as it was understood, noted before its answer is sent."""

    operation: str
    """Empty where the path names none."""
    method: str
    target: str
    parameters: dict[str, str]
    """Of the query and the form together."""
    region: str
    page_no: int | None
    answer_format: str
    status: int
    """What was answered, or would have been had a transport fault not come between."""
    timestamp: str
    """The x-ncp-apigw-timestamp header; empty where there was none."""
    signature: str
    headers: dict[str, str]
    faults: tuple[str, ...]
    """The kinds of the faults that acted on it."""
    connection: int
    at: float
    """time.monotonic() at which the request had been read."""
    product: str = ""
    """The API that was asked; empty for getRegionList and for what is no operation."""
    account: str = ""
    """The id of the account whose access key it carried; empty: nobody's."""
    site: str = "public"
