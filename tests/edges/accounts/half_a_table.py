"""A DynamoDB that answers reads and never a write; or that answers nothing."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.stack.cloud import TABLE


@dataclass
class HalfATable:
    url: str
    reads: int = 0
    writes: list[str] = field(default_factory=list)
    """The operations that got no answer."""


@contextmanager
def half_a_table(items: Sequence[dict[str, Any]] = (), *, answers_reads: bool = True) -> Iterator[HalfATable]:
    """*items*: what is in the table, as boto3 scans it."""
    over = threading.Event()
    kept = {one["account"]["S"]: one for one in items}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
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
            names = [key["account"]["S"] for key in asked["RequestItems"][TABLE]["Keys"]]
            found = [kept[name] for name in names if name in kept]
            answer = {"Responses": {TABLE: found}, "UnprocessedKeys": {}}
            body = json.dumps(answer, default=lambda binary: base64.b64encode(binary).decode()).encode()
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
