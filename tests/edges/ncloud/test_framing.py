"""Where one answer ends and the next begins: no answer is ever taken for another one's, however it is framed."""

import gzip
import json
import socket
import threading
from urllib.parse import parse_qs, urlsplit

import pytest

from ncloud import Client, Listing, ListRequest
from tests.edges.ncloud.raw_server import RawServer, answering, dripping, read_head
from tests.edges.ncloud.reader import BACKUPS, KEY, QuickClock, at_most, failure_of, outcome_of

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


def chunked(*pieces: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"".join(pieces)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


BODY = b'{"getCloudPostgresqlBackupListResponse":{"totalRows":0,"returnCode":"0"}}'
SIZES = [b"-5", b"-1", b"-0", b"0x10", b"1_0", b"+5", b"zz", b"", b" ", b"f" * 17, b"5" * 70_000]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: size[:20].decode() or "none")
@pytest.mark.parametrize("before", [b"", chunk(BODY)], ids=["first", "after a whole list"])
def test_a_chunk_of_no_possible_size_is_malformed(size, before):
    with RawServer(answering(chunked(before, size, b"\r\n", BODY, b"\r\n0\r\n\r\n"))) as server:
        error = failure_of(client_at(server))
        assert (error.kind, error.attempts) == ("MalformedAnswer", 1)
        assert error.message.startswith("no HTTP response: ")


def test_a_chunk_of_negative_size_does_not_lift_the_limit_of_a_body():
    """-1 was "all there is": more than the limit, and as long as it comes."""
    with RawServer(dripping(chunked(b"-1\r\n"), drop=b" ")) as server, at_most(2):
        assert failure_of(client_at(server)).kind == "MalformedAnswer"


@pytest.mark.parametrize("size", [b"4b", b"004B ", b"4b;name=value", b"4b ; name"])
def test_a_chunk_may_have_leading_zeros_and_extensions(size):
    with RawServer(answering(chunked(size, b"\r\n", BODY.ljust(0x4B), b"\r\n0\r\nTrailer: x\r\n\r\n"))) as server:
        assert isinstance(outcome_of(client_at(server)), Listing)


def test_after_a_protocol_error_the_connection_is_not_used_again():
    with RawServer(Framed(chunked(b"-1\r\n"))) as server, client_at(server) as client:
        assert names(client, BACKUPS, SGN) == ["MalformedAnswer", "SGN"]
        assert server.connections == 2


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 \xb2\xb2\xb2 OK\r\n\r\n",
        b"HTTP/1.1 99 OK\r\n\r\n",
        b"HTTP/1.1 -01 OK\r\n\r\n",
        b"HTTP/3.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 3\r\n\r\n[   ]",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
    ],
    ids=["digits of another kind", "99", "negative", "HTTP/3", "two lengths", "many headers", "a long header"],
)
def test_what_is_no_http_is_malformed(raw):
    with RawServer(answering(raw)) as server:
        error = failure_of(client_at(server))
        assert (error.kind, error.attempts) == ("MalformedAnswer", 1)
        assert error.message.startswith("no HTTP response: ")


def test_what_http_itself_cannot_read_is_malformed_whatever_it_raises(monkeypatch):
    def stumble(_):
        raise ValueError(f"no number: {KEY.access_key_id}")

    monkeypatch.setattr("ncloud.transport.strict_http.StrictResponse._get_chunk_left", stumble)
    with RawServer(answering(chunked(chunk(BODY)))) as server:
        error = failure_of(client_at(server))
    assert (error.kind, error.message) == ("MalformedAnswer", "no HTTP response: ValueError")


CUT = [
    pytest.param(b"H", id="in the protocol's name"),
    pytest.param(b"HTTP/1.1", id="before the status"),
    pytest.param(b"HTTP/1.1 2", id="in the status"),
    pytest.param(b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 ", id="after an interim answer"),
    pytest.param(b"HTTP/1.1 103 Early Hints\r\nLink: </x>", id="in an interim answer"),
    pytest.param(chunked(), id="before the first chunk"),
    pytest.param(chunked(b"4b"), id="in a chunk's length"),
    pytest.param(chunked(b"4b\r\n", BODY[:20]), id="in a chunk"),
    pytest.param(chunked(b"4b\r\n", BODY.ljust(0x4B)), id="after a chunk"),
    pytest.param(chunked(chunk(BODY)), id="before the last chunk"),
]


@pytest.mark.parametrize("raw", CUT)
def test_an_answer_that_is_cut_is_a_broken_connection_and_tried_again(raw):
    with RawServer(answering(raw)) as server:
        error = failure_of(client_at(server))
        assert (error.kind, error.attempts, server.connections) == ("ConnectionFailed", 4, 4)


@pytest.mark.parametrize("raw", [b"SSH-2.0-x\r\n", b"\x15\x03\x03\x00\x02\x02\x46", b"HTTP/1.1 2\r\n", b"{}"], ids=repr)
def test_another_protocol_is_not_taken_for_an_answer_that_is_cut(raw):
    with RawServer(answering(raw)) as server:
        error = failure_of(client_at(server))
        assert (error.kind, error.attempts) == ("MalformedAnswer", 1)


ZIPPED = gzip.compress(b'{"error":{"errorCode":"410","message":"Throttled"}}')
UNREAD = [
    pytest.param(b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (len(ZIPPED), ZIPPED), id="zipped"),
    pytest.param(b"Content-Length: 50000000\r\n\r\n", id="announced too large"),
    pytest.param(b"Transfer-Encoding: chunked\r\n\r\n" + chunk(b" " * 2000) + b"0\r\n\r\n", id="too large"),
]


@pytest.mark.parametrize("rest", UNREAD)
@pytest.mark.parametrize(
    ("status", "kind", "attempts"),
    [
        (b"302 Found", "Redirected", 1),
        (b"401 Unauthorized", "AuthenticationFailed", 1),
        (b"429 Too Many Requests", "RateLimited", 4),
        (b"503 Service Unavailable", "EndpointError", 4),
    ],
)
def test_a_status_says_enough_where_the_body_is_not_to_be_read(status, kind, attempts, rest, monkeypatch):
    monkeypatch.setattr("ncloud.transport.http.MAX_ERROR_BODY_BYTES", 1000)
    clock = QuickClock()
    with RawServer(answering(b"HTTP/1.1 " + status + b"\r\nConnection: close\r\nRetry-After: 3\r\n" + rest)) as server:
        error = failure_of(client_at(server, clock=clock))
    assert (error.kind, error.attempts) == (kind, attempts)
    assert error.message == "nothing that can be read in the response says why" or kind == "Redirected"
    assert clock.slept == [3.0] * (attempts - 1)


@pytest.mark.parametrize("coding", [b"", b" ", b"identity", b" Identity "])
def test_a_body_in_no_coding_is_read(coding):
    raw = b"HTTP/1.1 200 OK\r\nContent-Encoding:%b\r\nContent-Length: %d\r\n\r\n%b" % (coding, len(BODY), BODY)
    with RawServer(answering(raw)) as server:
        assert isinstance(outcome_of(client_at(server)), Listing)


def test_a_success_that_is_compressed_is_malformed():
    raw = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (len(ZIPPED), ZIPPED)
    with RawServer(answering(raw)) as server:
        assert failure_of(client_at(server)).kind == "MalformedAnswer"
