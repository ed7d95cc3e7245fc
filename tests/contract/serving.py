"""Serves a stand-in on a free loopback port, with threads that end with the test session."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TypeVar

T = TypeVar("T")
Served = AbstractContextManager[tuple[T, str]]


class Answering(BaseHTTPRequestHandler):
    """HTTP/1.1, one write an answer, and not a word of its own."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def reply(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | dict(headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: what was asked is kept elsewhere."""


@contextmanager
def served(stand_in: T, handler: type[Answering], *, certificate: Path | None = None) -> Iterator[tuple[T, str]]:
    """*stand_in* and its URL; with a *certificate* (PEM, with its key) over TLS."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.block_on_close = False
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield stand_in, f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
