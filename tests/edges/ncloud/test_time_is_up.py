"""Nothing takes longer than it may, however it dawdles, and what is complete by then stays."""

import socket
import threading
import time
from datetime import UTC, datetime

import pytest

from ncloud import Client, Listing, ListRequest
from ncloud.clock import Clock
from ncloud.transport import connections
from ncloud.transport.time_limits import TimeLimits
from tests.edges.ncloud.raw_server import RawServer, dripping, read_head
from tests.edges.ncloud.reader import (
    BACKUPS,
    INSTANCES,
    KEY,
    QuickClock,
    at_most,
    client_of,
    failure_of,
    outcome_of,
    readers,
)
from tests.emulator import Emulator
from tests.emulator.seeding import seeded_account

OK = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
def emulator():
    with Emulator(seeded_account(now=datetime.now(UTC), regions=("KR", "JPN"))) as emulator:
        yield emulator


DRIPS = [
    pytest.param(dripping(drop=b"H"), id="status line"),
    pytest.param(dripping(OK, b"X-A: ", drop=b"a"), id="header"),
    pytest.param(dripping(drop=b"HTTP/1.1 100 Continue\r\n\r\n"), id="interim answers"),
    pytest.param(dripping(drop=b"HTTP/1.1 103 Early Hints\r\n\r\n"), id="other interim answers"),
    pytest.param(dripping(OK, b"Content-Length: 100000\r\n\r\n", drop=b" "), id="body"),
    pytest.param(dripping(OK, b"Connection: close\r\n\r\n", drop=b" "), id="body without length"),
    pytest.param(dripping(OK, b"Transfer-Encoding: chunked\r\n\r\n", drop=b"1\r\n \r\n"), id="chunked body"),
    pytest.param(dripping(OK, b"Transfer-Encoding: chunked\r\n\r\n", drop=b"0"), id="chunk's length"),
]


@pytest.mark.parametrize("serve", DRIPS)
def test_an_answer_that_drips_is_ended_and_tried_again(serve):
    with RawServer(serve) as server, at_most(3):
        client = Client(KEY, base_url=server.url, clock=QuickClock(), request_timeout=0.25, attempts=2)
        error = failure_of(client)
        assert (error.kind, error.attempts, server.connections) == ("ReadTimeout", 2, 2)
        assert "0.25 s" in error.message


@pytest.mark.parametrize("serve", DRIPS)
def test_an_answer_that_drips_does_not_keep_anyone_past_the_deadline(serve):
    with RawServer(serve) as server, at_most(1):
        error = failure_of(Client(KEY, base_url=server.url), seconds=0.2)
        assert error.kind == "DeadlineExceeded"


def test_a_drip_on_a_connection_that_is_used_again_is_ended_too():
    body = b'{"getRegionListResponse":{"totalRows":0,"returnCode":"0"}}'

    def serve(sock):
        read_head(sock)
        sock.sendall(OK + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        dripping(drop=b"H")(sock)

    with RawServer(serve) as server, at_most(2):
        client = Client(KEY, base_url=server.url, request_timeout=0.3, attempts=1)
        assert isinstance(outcome_of(client, ListRequest.regions()), Listing)
        assert failure_of(client, ListRequest.regions()).kind == "ReadTimeout"
        assert server.connections == 1


def test_a_connection_that_comes_too_late_is_not_kept():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        pool = connections.pool_for(connections.PoolKey(f"http://127.0.0.1:{listener.getsockname()[1]}"))
        watch = TimeLimits()
        with watch.exchange(ends_at=0.0):
            watch.abort_all()
            with pytest.raises(TimeoutError):
                pool.ConnectionCls(pool.host, pool.port).connect()
        accepted, _ = listener.accept()
        with accepted:
            accepted.settimeout(5)
            assert accepted.recv(1) == b""


def test_a_whole_answer_that_is_cut_by_our_own_end_is_not_taken_for_one():
    """Without a length the end of the connection is the end of the body, also where we are the ones who end it."""
    body = b'{"getCloudPostgresqlBackupListResponse":{"totalRows":0,"returnCode":"0"}}'
    serve = dripping(OK, b"Connection: close\r\n\r\n", body, drop=b" ")
    with RawServer(serve) as server:
        client = Client(KEY, base_url=server.url, request_timeout=0.2, attempts=1)
        assert failure_of(client).kind == "ReadTimeout"


def test_an_answer_that_announces_too_much_is_not_waited_for():
    with RawServer(dripping(OK, b"Content-Length: 33554433\r\n\r\n", drop=b" ")) as server, at_most(2):
        assert failure_of(Client(KEY, base_url=server.url)).kind == "AnswerTooLarge"


def test_what_is_complete_at_the_deadline_stays(emulator):
    emulator.faults("hang,region=JPN")
    with at_most(1.5), client_of(emulator, clock=Clock()) as client:
        requests = [BACKUPS, ListRequest.backups("JPN"), INSTANCES, ListRequest.instances("JPN")]
        answers = client.read(requests, deadline=time.monotonic() + 0.5)
    assert [isinstance(answer, Listing) for answer in answers.values()] == [True, False, True, False]
    for region_request in requests[1::2]:
        error = answers[region_request]
        assert (error.kind, error.region) == ("DeadlineExceeded", "JPN")


def test_a_deadline_that_has_passed_sends_nothing(emulator):
    client = client_of(emulator)
    error = failure_of(client, seconds=-1)
    assert error.kind == "DeadlineExceeded"
    assert emulator.requests == []


def test_a_name_server_that_does_not_answer_does_not_keep_anyone(monkeypatch):
    """Nothing can interrupt the resolver, so its thread is left to it; it holds up neither caller nor exit."""
    answered = threading.Event()
    resolving = []

    def resolve(*_args, **_kwargs):
        resolving.append(threading.current_thread())
        answered.wait(20)
        raise socket.gaierror(socket.EAI_AGAIN, "at last")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with at_most(2):
        error = failure_of(Client(KEY, base_url="https://slow-name.invalid"), seconds=0.5)
    assert error.kind == "DeadlineExceeded"
    assert resolving[0].daemon
    answered.set()
    resolving[0].join(5)
    assert not resolving[0].is_alive()


def test_a_pause_ends_when_the_reading_does(emulator):
    """JPN waits for its next attempt; a defect elsewhere ends the reading, and the pause with it."""

    class Failing(Clock):
        def sleep(self, seconds, interrupted):
            interrupted.wait(20)

    emulator.faults("gateway-error,code=500,region=JPN")
    before = readers()
    with at_most(1.5), client_of(emulator, clock=Failing()) as client:
        client.read([BACKUPS, ListRequest.backups("JPN")], deadline=time.monotonic() + 0.4)
    assert readers() <= before


def test_an_interrupt_ends_the_reading_and_its_threads(emulator):
    class Interrupted(Clock):
        def monotonic(self):
            if threading.current_thread() is threading.main_thread():
                raise KeyboardInterrupt
            return super().monotonic()

    emulator.faults("hang")
    before = readers()
    with at_most(2), client_of(emulator, clock=Interrupted()) as client, pytest.raises(KeyboardInterrupt):
        client.read([BACKUPS])
    assert readers() <= before


def test_without_a_deadline_a_reading_ends_with_its_attempts(emulator):
    emulator.faults("hang")
    client = client_of(emulator, request_timeout=0.1, attempts=3)
    assert client.read([BACKUPS])[BACKUPS].attempts == 3


def test_a_slow_answer_in_time_is_read():
    """Three drops of a good answer, each later than the last: slow is no fault."""
    body = b'{"getRegionListResponse":{"totalRows":0,"returnCode":"0"}}'

    def serve(sock):
        read_head(sock)
        for piece in (OK, b"Content-Length: %d\r\n\r\n" % len(body), body):
            time.sleep(0.05)
            sock.sendall(piece)

    with RawServer(serve) as server:
        client = Client(KEY, base_url=server.url, request_timeout=5)
        assert isinstance(outcome_of(client, ListRequest.regions()), Listing)
        client.close()
