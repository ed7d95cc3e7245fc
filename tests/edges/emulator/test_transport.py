"""The emulator over real sockets: keep-alive, concurrency, clean ends, and each fault of the transport."""

import http.client
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from tests.edges.emulator.caller import NOW, get, signed, target_of
from tests.emulator import BACKUP_LIST, INSTANCE_LIST, Account, Database, Emulator, daily_backups, fault


@pytest.fixture(scope="module")
def running():
    databases = [Database(str(n), f"db-{n}", daily_backups(NOW, count=2)) for n in range(3)]
    with Emulator(Account(databases), now=NOW) as emulator:
        yield emulator


@pytest.fixture
def emulator(running):
    yield running
    running.faults()
    running.forget_requests()


def raw(emulator, *, timeout=2.0):
    """All bytes of the answer to one signed request, up to the end of the connection."""
    target = target_of(BACKUP_LIST)
    headers = "".join(f"{name}: {value}\r\n" for name, value in signed("GET", target).items())
    with socket.create_connection((emulator.host, emulator.port), timeout=timeout) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n".encode())
        received = b""
        while block := connection.recv(65536):
            received += block
    return received


def test_connections_are_kept_and_an_answer_costs_no_delayed_acknowledgement(emulator):
    before = emulator.connections
    connection = http.client.HTTPConnection(urlsplit(emulator.url).netloc)
    target = target_of(BACKUP_LIST)
    started_at = time.perf_counter()
    for _ in range(20):
        connection.request("GET", target, headers=signed("GET", target))
        assert connection.getresponse().read()
    connection.close()

    assert time.perf_counter() - started_at < 20 * 0.04
    assert emulator.connections == before + 1
    assert len({recorded.connection for recorded in emulator.requests_of(BACKUP_LIST)}) == 1


def test_latency_is_waited_out_side_by_side(emulator):
    emulator.faults(fault("latency", ms=100))
    started_at = time.perf_counter()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: get(emulator.url, BACKUP_LIST), range(8)))

    assert [answer.status for answer in answers] == [200] * 8
    assert 0.1 <= time.perf_counter() - started_at < 0.6
    assert emulator.most_in_flight == 8


def test_the_date_header_is_of_the_gateways_clock(emulator):
    assert get(emulator.url, BACKUP_LIST).headers["Date"] == "Mon, 23 Nov 2026 03:00:00 GMT"


def test_a_reset_before_the_answer_is_a_reset(emulator):
    emulator.faults("reset")

    with pytest.raises(ConnectionResetError):
        get(emulator.url, BACKUP_LIST)


@pytest.mark.parametrize("at", ["headers", "body"])
def test_a_reset_on_the_way_breaks_the_body_off(emulator, at):
    emulator.faults(fault("reset", at=at))

    with pytest.raises((ConnectionResetError, http.client.IncompleteRead)):
        get(emulator.url, BACKUP_LIST)


def test_a_connection_can_end_without_an_answer(emulator):
    emulator.faults("close")

    with pytest.raises(http.client.RemoteDisconnected):
        get(emulator.url, BACKUP_LIST)


@pytest.mark.parametrize("at", ["request", "headers", "body"])
def test_a_hanging_answer_runs_into_the_read_time_out(emulator, at):
    emulator.faults(fault("hang", at=at))

    with pytest.raises(TimeoutError):
        get(emulator.url, BACKUP_LIST, timeout=0.1)


@pytest.mark.parametrize("kind", ["slow-headers", "slow-body"])
def test_a_dripping_answer_is_whole_in_the_end_and_slow(emulator, kind):
    honest = len(raw(emulator))
    emulator.faults(fault(kind, interval_ms=10, piece=50))
    started_at = time.perf_counter()

    assert len(raw(emulator)) == honest
    assert time.perf_counter() - started_at > 0.03


def test_a_cut_body_is_shorter_than_announced(emulator):
    emulator.faults("cut-body")

    with pytest.raises(http.client.IncompleteRead):
        get(emulator.url, BACKUP_LIST)


def test_an_unannounced_cut_is_only_seen_in_the_text(emulator):
    honest = get(emulator.url, BACKUP_LIST).body
    emulator.faults("cut-body,announced=false")

    assert get(emulator.url, BACKUP_LIST).body == honest[: len(honest) // 2]


@pytest.mark.parametrize(("at", "whole_chunks"), [("chunk", 0), ("end", 1)])
def test_cut_chunks_end_before_the_last_one(emulator, at, whole_chunks):
    emulator.faults(fault("cut-chunks", at=at))
    head, _, body = raw(emulator).partition(b"\r\n\r\n")
    size, _, chunk = body.partition(b"\r\n")

    assert b"\r\nTransfer-Encoding: chunked" in head
    assert len(chunk) // (int(size, 16) + 2) == whole_chunks
    assert not body.endswith(b"0\r\n\r\n")
    with pytest.raises(http.client.IncompleteRead):
        get(emulator.url, BACKUP_LIST)


@pytest.mark.parametrize("size", ["-1", "-5", "0x10"])
def test_a_chunks_size_can_be_none(emulator, size):
    honest = get(emulator.url, BACKUP_LIST).body
    emulator.faults(fault("chunk-size", size=size))
    head, _, body = raw(emulator).partition(b"\r\n\r\n")
    told, _, rest = body.partition(b"\r\n")

    assert b"\r\nTransfer-Encoding: chunked" in head
    assert told == size.encode()
    assert len(rest) == len(honest) + len(b"\r\n0\r\n\r\n")


def test_interim_answers_come_before_the_real_one(emulator):
    emulator.faults(fault("interim-answer", status=103, count=2))
    *interim, head, body = raw(emulator).split(b"\r\n\r\n")

    assert [each.split(b"\r\n")[0] for each in interim] == [b"HTTP/1.1 103 Early Hints"] * 2
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert body.startswith(b'{"getCloudPostgresqlBackupListResponse":')


def test_after_an_interim_answer_the_real_one_may_be_waited_for(emulator):
    emulator.faults(fault("interim-answer", status=100, ms=100))
    started_at = time.perf_counter()

    assert get(emulator.url, BACKUP_LIST).status == 200, "http.client reads past a 100"
    assert time.perf_counter() - started_at > 0.1


@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_an_oversized_body_is_streamed_to_its_last_byte(emulator, framing):
    emulator.faults(fault("oversized", mib=2, framing=framing))
    answer = get(emulator.url, BACKUP_LIST)

    assert len(answer.body) == 2 * 2**20
    assert ("Content-Length" in answer.headers) is (framing == "length")


def test_another_protocol_may_speak(emulator):
    emulator.faults("not-http")

    with pytest.raises(http.client.BadStatusLine):
        get(emulator.url, BACKUP_LIST)


def test_a_client_that_leaves_early_leaves_nothing_behind(emulator):
    emulator.faults("oversized,mib=64")
    target = target_of(BACKUP_LIST)
    connection = http.client.HTTPConnection(urlsplit(emulator.url).netloc)
    connection.request("GET", target, headers=signed("GET", target))
    connection.getresponse().read(1000)
    connection.close()

    emulator.faults()
    assert get(emulator.url, BACKUP_LIST).status == 200


@pytest.mark.parametrize(
    "nonsense", [b"\x16\x03\x01\x02\x00\x01\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n"]
)
def test_what_is_no_http_only_loses_its_connection(emulator, nonsense):
    with socket.create_connection((emulator.host, emulator.port), timeout=2) as connection:
        connection.sendall(nonsense)
        assert connection.recv(100) == b""


def test_a_stopped_emulator_refuses_and_leaves_no_thread_and_serves_again_at_the_same_port():
    threads = threading.active_count()
    emulator = Emulator(faults=["hang"], now=NOW)
    emulator.start()
    port = emulator.port
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(get, emulator.url, INSTANCE_LIST)
        while not emulator.requests:
            time.sleep(0.005)
        emulator.stop()
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            hanging.result(timeout=2)

    assert threading.active_count() == threads
    with pytest.raises(ConnectionRefusedError):
        get(emulator.url, BACKUP_LIST)
    emulator.faults()
    with emulator:
        assert emulator.port == port
        assert get(emulator.url, BACKUP_LIST).status == 200


def shake_hands(emulator, context):
    with socket.create_connection((emulator.host, emulator.port), timeout=2) as connection:
        context.wrap_socket(connection, server_hostname="127.0.0.1").close()


@pytest.mark.parametrize("kind", ["self-signed", "wrong-host", "expired"])
def test_a_certificate_nobody_vouches_for_is_refused_by_a_careful_client(kind):
    with Emulator(tls=kind) as emulator, pytest.raises(ssl.SSLCertVerificationError, match="self-signed"):
        shake_hands(emulator, ssl.create_default_context())


@pytest.mark.parametrize(("kind", "cause"), [("wrong-host", "mismatch|not valid for"), ("expired", "expired")])
def test_a_trusted_but_wrong_certificate_is_refused_for_its_fault(kind, cause):
    with Emulator(tls=kind) as emulator, pytest.raises(ssl.SSLCertVerificationError, match=cause):
        shake_hands(emulator, ssl.create_default_context(cafile=str(emulator.certificate)))


def test_a_client_that_trusts_the_certificate_is_served():
    with Emulator(tls="self-signed", now=NOW) as emulator:
        context = ssl.create_default_context(cafile=str(emulator.certificate))
        connection = http.client.HTTPSConnection(emulator.host, emulator.port, context=context, timeout=5)
        target = target_of(BACKUP_LIST)
        connection.request("GET", target, headers=signed("GET", target))
        assert connection.getresponse().status == 200
        connection.close()
        assert emulator.url.startswith("https://127.0.0.1:")
