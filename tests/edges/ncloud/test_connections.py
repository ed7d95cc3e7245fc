"""Getting a connection, keeping it and losing it: names, ports, certificates, reuse."""

import socket
import ssl
import threading
import time
from datetime import UTC, datetime

import pytest

from ncloud import Client, Listing
from ncloud.transport import connections
from tests.edges.ncloud.raw_server import RawServer
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


@pytest.fixture(scope="module")
def many():
    with Emulator(seeded_account(now=datetime.now(UTC), profiles={"healthy": 200})) as emulator:
        yield emulator


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def test_a_refused_connection_is_tried_again():
    client = Client(KEY, base_url=f"http://127.0.0.1:{closed_port()}", clock=QuickClock())
    error = failure_of(client)
    assert (error.kind, error.attempts) == ("ConnectionFailed", 4)
    assert "refused" in error.message


def test_a_name_that_cannot_be_resolved_is_tried_again():
    error = failure_of(Client(KEY, base_url="https://no-such-host.invalid", clock=QuickClock()))
    assert (error.kind, error.attempts, error.http_status) == ("NameResolutionFailed", 4, None)


def test_a_connection_that_nobody_takes_is_a_connect_timeout():
    """A listener whose queue is full lets the handshake hang, as a firewall does."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        queued = [socket.socket() for _ in range(3)]
        for sock in queued:
            sock.setblocking(False)
            sock.connect_ex(listener.getsockname())
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        client = Client(KEY, base_url=url, clock=QuickClock(), connect_timeout=0.2, attempts=2)
        with at_most(2):
            error = failure_of(client)
        for sock in queued:
            sock.close()
    assert (error.kind, error.attempts) == ("ConnectTimeout", 2)


@pytest.mark.parametrize(("kind", "says"), [("self-signed", "self"), ("wrong-host", "self"), ("expired", "self")])
def test_a_certificate_that_nobody_vouches_for_is_refused_at_once(kind, says):
    with Emulator(tls=kind) as emulator:
        error = failure_of(client_of(emulator))
        assert (error.kind, error.attempts, error.is_retryable) == ("TlsFailed", 1, False)
        assert says in error.message
        assert emulator.requests == []


@pytest.mark.parametrize(("kind", "says"), [("wrong-host", "127.0.0.1"), ("expired", "expired")])
def test_a_certificate_must_also_be_for_the_host_and_in_its_time(kind, says):
    with Emulator(tls=kind) as emulator:
        error = failure_of(client_of(emulator, ca_file=str(emulator.certificate)))
        assert (error.kind, error.attempts) == ("TlsFailed", 1)
        assert says in error.message


def test_an_authority_of_ones_own_can_be_trusted():
    account = seeded_account(now=datetime.now(UTC), profiles={"healthy": 40})
    with (
        Emulator(account, tls="self-signed") as emulator,
        client_of(emulator, ca_file=str(emulator.certificate), page_size=10) as client,
    ):
        assert len(client.read_one(BACKUPS).rows) == 40
        assert emulator.connections <= 4


def test_a_server_that_does_not_speak_tls_is_told_as_that():
    def answer_in_plain_text(sock):
        sock.recv(65536)
        sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with RawServer(answer_in_plain_text) as server:
        client = Client(KEY, base_url=server.url.replace("http:", "https:"), clock=QuickClock(), attempts=2)
        assert failure_of(client).kind == "TlsFailed"


def test_a_tls_handshake_that_drips_is_ended():
    """Byte after byte comes in time, and the handshake as a whole never ends."""

    def drip(sock):
        sock.recv(65536)
        sock.sendall(b"\x16\x03\x03\x40\x00")  # a record of 16 KiB
        while True:
            sock.sendall(b"\x02")
            time.sleep(0.02)

    with RawServer(drip) as server:
        url = server.url.replace("http:", "https:")
        client = Client(KEY, base_url=url, clock=QuickClock(), request_timeout=0.3, attempts=1)
        with at_most(2):
            assert failure_of(client).kind == "ReadTimeout"


def test_the_system_decides_whom_to_trust(monkeypatch):
    """OpenSSL's own variable, as everywhere."""
    with Emulator(tls="self-signed") as emulator:
        monkeypatch.setenv("SSL_CERT_FILE", str(emulator.certificate))
        with client_of(emulator) as client:
            assert isinstance(outcome_of(client), Listing)
    assert ssl.get_default_verify_paths().openssl_cafile_env == "SSL_CERT_FILE"


@pytest.mark.parametrize("bound", [1, 3])
def test_no_more_requests_are_under_way_than_allowed_and_connections_are_reused(bound):
    account = seeded_account(now=datetime.now(UTC), profiles={"healthy": 100})
    with (
        Emulator(account, latency_ms=15) as emulator,
        client_of(emulator, page_size=10, max_concurrency=bound) as client,
    ):
        answers = client.read([BACKUPS, INSTANCES])
        assert [len(answer.rows) for answer in answers.values()] == [100, 100]
        assert emulator.most_in_flight == bound
        assert emulator.connections == bound


def test_clients_of_one_base_url_share_the_connections(many):
    client_of(many).close()
    before = many.connections
    for _ in range(3):
        outcome_of(client_of(many, page_size=1000))
    assert many.connections == before + 1
    client_of(many).close()


def test_a_client_that_is_closed_leaves_the_connections_that_others_use():
    account = seeded_account(now=datetime.now(UTC), profiles={"healthy": 200})
    with Emulator(account) as emulator:
        with client_of(emulator, page_size=1000) as one, client_of(emulator, page_size=1000) as other:
            outcome_of(one)
            with client_of(emulator, page_size=1000) as third:
                outcome_of(third)
            outcome_of(other)
        assert emulator.connections == 1


def test_many_accounts_at_once_keep_a_connection_each():
    """Each client alone needs two: a pool of that size would throw most of their connections away."""
    account = seeded_account(now=datetime.now(UTC), profiles={"healthy": 1})
    with Emulator(account, latency_ms=300) as emulator:
        clients = [client_of(emulator, max_concurrency=2) for _ in range(12)]
        for _ in range(2):
            threads = [threading.Thread(target=client.read, args=([BACKUPS, INSTANCES],)) for client in clients]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert emulator.connections <= 2 * len(clients)
        assert len(emulator.requests) == 4 * len(clients)


def test_a_connection_that_the_server_closed_meanwhile_is_replaced():
    with Emulator(seeded_account(now=datetime.now(UTC))) as emulator:
        client = client_of(emulator)
        outcome_of(client)
        emulator.stop()
        emulator.start()
        assert isinstance(outcome_of(client), Listing)
        assert client.stats.errors == 0
        client.close()


def test_connections_that_were_idle_for_long_are_not_used_again(many, monkeypatch):
    with client_of(many, page_size=1000) as client:
        outcome_of(client)
        before = many.connections
        monkeypatch.setattr(connections, "MAX_IDLE", -1.0)
        assert isinstance(outcome_of(client), Listing)
        assert many.connections == before + 1


def test_a_closed_client_can_read_again(many):
    client = client_of(many)
    for _ in range(2):
        assert isinstance(outcome_of(client), Listing)
        client.close()


def test_a_proxy_from_the_environment_is_not_used(many, monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
        monkeypatch.setenv(name.lower(), f"http://127.0.0.1:{closed_port()}")
    with client_of(many) as client:
        assert isinstance(outcome_of(client), Listing)


def test_a_reading_leaves_no_thread_behind(many):
    before = readers()
    with client_of(many, page_size=10) as client:
        outcome_of(client)
        assert readers() <= before


def test_a_client_may_be_used_from_several_threads(many):
    with client_of(many, page_size=20) as client:
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(outcome_of(client))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [len(answer.rows) for answer in answers] == [200] * 4
        assert client.stats.requests == 4 * 11
