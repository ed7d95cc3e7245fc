"""What the responses of many requests at once take of the process's memory."""

import json
import subprocess
import sys
from pathlib import Path

from ncloud.transport.byte_budget import TOTAL_BYTES
from tests.edges.ncloud.raw_server import RawServer, read_head
from tests.unit.ncloud.wire import backup_list, row

READER = Path(__file__).with_name("reading_large_pages.py")
ROOT = Path(__file__).parents[3]
OTHERS_MIB = 80
"""Interpreter, libraries, threads, and what twelve connections hold of their bodies before they are accounted for."""


def test_twelve_large_pages_at_once_take_no_more_than_the_budget():
    """All of them together are 240 MB, and were held at once."""
    rows = [row(padding="x" * 200_000, cloudPostgresqlInstanceNo=str(number)) for number in range(100)]
    body = json.dumps(backup_list(*rows)).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)

    def serve(sock):
        while read_head(sock):
            sock.sendall(head)
            sock.sendall(body)

    with RawServer(serve) as server:
        done = subprocess.run(
            [sys.executable, READER, server.url],
            env={"PYTHONPATH": str(ROOT / "layers/ncloud/python")},
            capture_output=True,
            text=True,
            check=True,
            timeout=100,
        )
    lists, peak = map(int, done.stdout.split())
    assert lists == 12
    assert peak < TOTAL_BYTES / 2**20 + OTHERS_MIB
