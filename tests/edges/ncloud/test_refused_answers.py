"""Every failure that a gateway, a service or a proxy answers with: its kind, and how often it is sent."""

import logging
from datetime import UTC, datetime
from io import StringIO

import pytest

from ncloud import Client, Listing
from tests.edges.ncloud.raw_server import RawServer, read_head
from tests.edges.ncloud.reader import KEY, QuickClock, client_of, failure_of, outcome_of
from tests.emulator import Emulator
from tests.emulator.seeding import seeded_account

TRIED = 4


@pytest.fixture(scope="module")
def emulator():
    with Emulator(seeded_account(now=datetime.now(UTC))) as emulator:
        yield emulator


@pytest.fixture(autouse=True)
def honest_again(emulator):
    yield
    emulator.faults()


@pytest.mark.parametrize(("fault", "kind", "sent"), [
    ("return-code,code=", "MalformedAnswer", 1), ("status,status=500,body=oops", "UnexpectedError", TRIED),
    ("status,status=502", "UnexpectedError", TRIED), ("status,status=403", "Forbidden", 1),
    ("status,status=418", "BadRequest", 1), ("html,status=429", "RateLimited", TRIED),
    ("reset,at=headers", "ConnectionFailed", TRIED), ("cut-body,announced=false", "MalformedAnswer", TRIED),
])  # fmt: skip
def test_each_fault_is_told_and_retried_as_it_deserves(emulator, fault, kind, sent):
    """Those that tests/faults/cases.py does not have."""
    emulator.faults(fault)
    client = client_of(emulator)
    error = failure_of(client)
    assert (error.kind, error.code) == (kind, None)
    assert client.stats.requests == client.stats.errors == error.attempts == sent


@pytest.mark.parametrize(
    "fault", ["content-type", "other-format", "row-with-integer-number", "page-format,mode=nested"]
)
def test_what_is_only_unusual_is_read(emulator, fault):
    emulator.faults(fault)
    assert isinstance(outcome_of(client_of(emulator)), Listing)


def test_a_redirect_is_not_followed_and_nothing_is_sent_elsewhere(emulator):
    with Emulator() as elsewhere:
        emulator.faults(f"redirect,location={elsewhere.url}")
        client = client_of(emulator)
        assert failure_of(client).kind == "Redirected"
        assert client.stats.requests == 1
        assert elsewhere.requests == []


def test_a_fault_that_passes_costs_nothing_but_time(emulator):
    emulator.faults("gateway-error,code=500,first=3")
    clock = QuickClock()
    client = client_of(emulator, clock=clock)
    assert isinstance(outcome_of(client), Listing)
    assert clock.slept == pytest.approx([0.2, 0.4, 0.8])
    assert (client.stats.requests, client.stats.errors, client.stats.retries) == (4, 3, 3)


def test_each_attempt_is_signed_afresh(emulator):
    emulator.forget_requests()
    emulator.faults("gateway-error,code=500,first=3")
    outcome_of(client_of(emulator))
    sent = emulator.requests
    assert len({each.timestamp for each in sent}) == len({each.signature for each in sent}) == len(sent) == 4


@pytest.mark.parametrize("wait", ["3", "date:4"])
def test_the_pause_that_the_server_asks_for_is_kept(emulator, wait):
    emulator.faults(f"throttled,retry_after={wait},first=1")
    clock = QuickClock()
    assert isinstance(outcome_of(client_of(emulator, clock=clock)), Listing)
    [pause] = clock.slept
    assert pause == pytest.approx(float(wait[-1]), abs=1.1)


def test_a_pause_that_is_too_long_is_not_waited_for(emulator):
    emulator.faults("throttled,retry_after=11")
    clock = QuickClock()
    client = client_of(emulator, clock=clock)
    assert failure_of(client).kind == "RateLimited"
    assert (clock.slept, client.stats.requests) == ([], 1)


def test_a_pause_past_the_deadline_is_not_begun(emulator):
    emulator.faults("throttled,retry_after=5")
    clock = QuickClock()
    error = failure_of(client_of(emulator, clock=clock), seconds=4)
    assert (error.kind, clock.slept) == ("RateLimited", [])


def test_the_rest_of_a_failed_lists_pages_is_not_asked_for():
    many = seeded_account(now=datetime.now(UTC), profiles={"healthy": 400})
    with Emulator(many, faults=["gateway-error,code=210,page=1"]) as emulator:
        client = client_of(emulator, page_size=10, max_concurrency=2)
        assert failure_of(client).kind == "PermissionDenied"
        assert client.stats.requests < 12  # of 40


def test_what_a_server_echoes_in_its_own_headers_is_not_logged(monkeypatch):
    """urllib3 warns of a header that it cannot parse, and shows it; a root handler, as Lambda has one, prints that."""

    def echo(sock):
        head = read_head(sock).replace(b"\r\n", b" ")
        sock.sendall(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n" + head.replace(b":", b"") + b"\r\n\r\n")

    written = StringIO()
    monkeypatch.setattr(logging.root, "handlers", [logging.StreamHandler(written)])
    monkeypatch.setattr(logging.root, "level", logging.DEBUG)
    with RawServer(echo) as server:
        client = Client(KEY, base_url=server.url)
        assert failure_of(client).kind == "AuthenticationFailed"
        client.close()
    assert written.getvalue() == ""


def test_what_a_server_echoes_of_our_headers_is_not_told(emulator):
    def echo(recorded):
        text = f"{KEY.secret_access_key} {recorded.signature} {KEY.access_key_id}"
        emulator.faults({"kind": "gateway-error", "code": "200", "details": text})

    emulator.gateway.on_request = echo
    try:
        outcome_of(client_of(emulator))  # the fault is in force from the second request on
        emulator.gateway.on_request = None
        signature = emulator.requests[-1].signature
        error = failure_of(client_of(emulator))
    finally:
        emulator.gateway.on_request = None
    assert error.message == "Authentication Failed: *** *** ***"
    assert signature not in repr(error)
