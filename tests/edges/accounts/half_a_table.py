"""A DynamoDB that answers reads, with nothing in the table, and never a write; or that answers nothing."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.stack.cloud import TABLE


@dataclass
class HalfATable:
    url: str
    reads: int = 0
    writes: list[str] = field(default_factory=list)
    """The operations that got no answer."""


@contextmanager
def half_a_table(*, answers_reads: bool = True) -> Iterator[HalfATable]:
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            operation = self.headers["X-Amz-Target"].rpartition(".")[2]
            is_read = operation == "BatchGetItem"
            if is_read:
                table.reads += 1
            else:
                table.writes.append(operation)
            if not (is_read and answers_reads):
                over.wait()
                self.close_connection = True
                return
            body = json.dumps({"Responses": {TABLE: []}, "UnprocessedKeys": {}}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        table = HalfATable(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield table
        finally:
            over.set()
            server.shutdown()
            thread.join()
