"""A small loopback gateway: HTTP requests become payload 2.0 events for a handler, as a Function URL makes them."""

from __future__ import annotations

import base64
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Handler = Callable[[dict[str, Any]], Mapping[str, Any]]
"""Takes an event and gives a payload 2.0 answer; what it raises becomes 502, as on the real gateway."""
MAX_BODY_BYTES = 6 * 1024 * 1024


def event_of(
    method: str, target: str, headers: Message, body: bytes, *, source_ip: str, stage: str = "$default"
) -> dict[str, Any]:
    """The payload 2.0 event of one request. Repeated headers are joined with commas, cookies stand apart."""
    parts = urlsplit(target)
    path = parts.path if stage == "$default" else f"/{stage}{parts.path}"
    now = datetime.now(UTC)
    names = dict.fromkeys(name.lower() for name in headers)
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": parts.query,
        "headers": {name: ",".join(headers.get_all(name, [])) for name in names if name != "cookie"},
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "local",
            "domainName": headers.get("host", "localhost"),
            "domainPrefix": "local",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": source_ip,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": "$default",
            "stage": stage,
            "time": f"{now:%d/%b/%Y:%H:%M:%S +0000}",
            "timeEpoch": int(now.timestamp() * 1000),
        },
        "isBase64Encoded": bool(body),
    }
    if parts.query:
        event["queryStringParameters"] = _joined(parse_qsl(parts.query, keep_blank_values=True))
    if cookies := headers.get_all("cookie"):
        event["cookies"] = [part.strip() for line in cookies for part in line.split(";")]
    if body:
        event["body"] = base64.b64encode(body).decode("ascii")
    return event


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


class _Exchange(BaseHTTPRequestHandler):
    """One request, whatever its method."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one write: two cost 40 ms each, by Nagle's rule and delayed acknowledgement
    disable_nagle_algorithm = True
    server: Gateway

    def handle_one_request(self) -> None:
        """Read a request line and headers, and answer; no ``do_`` method for each method that there may be."""
        self.raw_requestline = self.rfile.readline(65537)
        if len(self.raw_requestline) > 65536:
            self.requestline = self.request_version = self.command = ""
            self.send_error(HTTPStatus.REQUEST_URI_TOO_LONG)
        elif not self.raw_requestline:
            self.close_connection = True
        elif self.parse_request():
            self._exchange()
        self.wfile.flush()

    def _exchange(self) -> None:
        length = self.headers.get("content-length", "0")
        if not length.isdigit() or int(length) > MAX_BODY_BYTES or "transfer-encoding" in self.headers:
            self.close_connection = True
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        body = self.rfile.read(int(length))
        started = time.perf_counter()
        event = event_of(
            self.command, self.path, self.headers, body, source_ip=self.client_address[0], stage=self.server.stage
        )
        status, headers, content = self._answer(event)
        self._send(status, headers, content)
        self.server.seen(self.command, self.path, status, time.perf_counter() - started)

    def _answer(self, event: dict[str, Any]) -> tuple[int, list[tuple[str, str]], bytes]:
        try:
            answer = self.server.handler(event)
        except Exception as error:  # noqa: BLE001  a gateway survives whatever its function does
            self.server.failed(error)
            return 502, [("content-type", "application/json")], b'{"message":"Internal Server Error"}'
        text = str(answer.get("body") or "")
        content = base64.b64decode(text) if answer.get("isBase64Encoded") else text.encode()
        headers = [(str(name), str(value)) for name, value in (answer.get("headers") or {}).items()]
        headers += [("set-cookie", str(cookie)) for cookie in answer.get("cookies") or ()]
        return int(answer.get("statusCode", 200)), headers, content

    def _send(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if self.command != "HEAD":  # what HEAD leaves out has no length of its own
            self.send_header("content-length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class's own name
        """Nothing: ``Gateway.seen`` tells what there is to tell."""


class Gateway(ThreadingHTTPServer):
    """Listens on a loopback port; 0 takes a free one."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self,
        handler: Handler,
        *,
        port: int = 0,
        stage: str = "$default",
        on_request: Callable[[str, str, int, float], None] | None = None,
        on_failure: Callable[[Exception], None] | None = None,
    ) -> None:
        """*on_request* is told method, target, status and seconds; *on_failure* what the handler raised."""
        super().__init__(("127.0.0.1", port), _Exchange)
        self.handler, self.stage = handler, stage
        self._on_request, self._on_failure = on_request, on_failure

    @property
    def url(self) -> str:
        """The address, without a slash at its end."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def seen(self, method: str, target: str, status: int, seconds: float) -> None:
        """Tell of a request that was answered."""
        if self._on_request is not None:
            self._on_request(method, target, status, seconds)

    def failed(self, error: Exception) -> None:
        """Tell of a handler that raised."""
        if self._on_failure is not None:
            self._on_failure(error)


@contextmanager
def serving(gateway: Gateway) -> Iterator[Gateway]:
    """Serve in a thread of its own for the time of the block."""
    thread = Thread(target=gateway.serve_forever, kwargs={"poll_interval": 0.02}, name="gateway", daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        gateway.shutdown()
        gateway.server_close()
        thread.join()
