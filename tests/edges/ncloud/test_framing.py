"""Where one answer ends and the next begins: no answer is ever taken for another one's, however it is framed."""

import json
import socket
import threading
from urllib.parse import parse_qs, urlsplit

import pytest

from ncloud import Client, Listing, ListRequest
from tests.edges.ncloud.raw_server import RawServer, read_head
from tests.edges.ncloud.reader import BACKUPS, KEY, QuickClock

SGN = ListRequest.backups("SGN")


def with_length(body: bytes, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def whole(request: bytes) -> bytes:
    """A backup list of one instance, named after the region that *request* asks for."""
    target = request.split(b" ", 2)[1].decode()
    [region] = parse_qs(urlsplit(target).query)["regionCode"]
    inside = {
        "totalRows": 1,
        "returnCode": "0",
        "cloudPostgresqlBackupList": [{"cloudPostgresqlInstanceNo": "1", "cloudPostgresqlServiceName": region}],
    }
    return with_length(json.dumps({"getCloudPostgresqlBackupListResponse": inside}).encode())


class Framed:
    """Sends *before* and, a moment later, the whole answer to the first request of all; then answers honestly."""

    def __init__(self, before: bytes) -> None:
        self._before = before
        self._is_first = threading.Lock()

    def __call__(self, sock: socket.socket) -> None:
        while request := read_head(sock):
            if self._is_first.acquire(blocking=False):
                sock.sendall(self._before)
                threading.Event().wait(0.1)
            sock.sendall(whole(request))


def client_at(server: RawServer, **settings: object) -> Client:
    return Client(KEY, **{"base_url": server.url, "clock": QuickClock(), "max_concurrency": 1} | settings)


def names(client: Client, *requests: ListRequest) -> list[str]:
    answers = client.read(requests).values()
    return [answer.rows[0].service_name if isinstance(answer, Listing) else answer.kind for answer in answers]


@pytest.mark.parametrize(
    "interim",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 102 Processing\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\nContent-Length: 5\r\n\r\n",
        b"HTTP/1.1 199\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n",
    ],
    ids=["100", "102", "103", "199", "several"],
)
def test_an_interim_answer_is_not_taken_for_the_final_one(interim):
    with RawServer(Framed(interim)) as server, client_at(server) as client:
        assert names(client, BACKUPS, SGN) == ["KR", "SGN"]
        assert client.stats.errors == 0
        assert server.connections == 1, "the connection is as good as ever"


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 304 Not Modified\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity, chunked\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=["101", "204", "304", "two framings"],
)
def test_after_an_answer_whose_end_is_in_doubt_the_connection_is_not_used_again(head):
    """Whoever sends one of these where a list was asked for may well send something after it."""
    with RawServer(Framed(head)) as server, client_at(server) as client:
        assert names(client, BACKUPS, SGN)[1] == "SGN"
        assert server.connections == 2
