"""The dead man's switch is pinged as documented, and nothing that its server does costs more than a line in the log."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from backup_watch.adapters import heartbeat
from backup_watch.adapters.heartbeat import ping
from tests.edges.ncloud.raw_server import RawServer, answering, dripping, read_head

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"


def logged(capsys) -> dict:
    [line] = capsys.readouterr().out.splitlines()
    return json.loads(line)


@pytest.mark.parametrize(("path", "healthy", "asked"), [
    ("/ping/uuid", True, "/ping/uuid"),
    ("/ping/uuid", False, "/ping/uuid/fail"),
    ("/ping/uuid/", False, "/ping/uuid/fail"),
    ("/ping/uuid?create=1", True, "/ping/uuid?create=1"),
    ("/ping/uuid?create=1", False, "/ping/uuid/fail?create=1"),
    ("", False, "/fail"),
])  # fmt: skip
def test_fail_goes_to_the_end_of_the_path(path, healthy, asked, capsys):
    heads: list[bytes] = []

    def serve(sock: socket.socket) -> None:
        heads.append(read_head(sock))
        sock.sendall(OK)

    with RawServer(serve) as server:
        assert ping(server.url + path, healthy=healthy)
    assert [head.split(b"\r\n")[0].decode() for head in heads] == [f"GET {asked} HTTP/1.1"]
    assert capsys.readouterr().out == "", "what went well is no news"


@pytest.mark.parametrize("status", [404, 429, 500, 302])
def test_a_refusal_is_logged_without_the_url(status, capsys):
    refusal = f"HTTP/1.1 {status} No\r\nLocation: http://127.0.0.1:9/x\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n"
    with RawServer(answering(refusal.encode())) as server:
        assert not ping(f"{server.url}/ping/SECRET-UUID", healthy=True)
        assert server.connections == 1, "not repeated, not redirected, not waited for"
    line = logged(capsys)
    assert (line["level"], line["status"]) == ("warning", status)
    assert "SECRET-UUID" not in json.dumps(line)


@pytest.mark.parametrize("url", [
    "http://127.0.0.1:9/SECRET-UUID", "https://localhost:0/SECRET-UUID", "https://a..b/SECRET-UUID",
    f"https://{'a' * 70}.localhost/SECRET-UUID", "https://nobody.invalid/SECRET-UUID", "https://%zz/SECRET-UUID",
])  # fmt: skip
def test_what_cannot_be_reached_is_logged_without_the_url(url, capsys):
    assert not ping(url, healthy=True)
    line = logged(capsys)
    assert line["message"] == "the heartbeat could not be sent"
    assert "SECRET-UUID" not in json.dumps(line)


@pytest.mark.parametrize("serve", [
    answering(b"SSH-2.0-OpenSSH_9.2\r\n"), answering(b""), answering(b"HTTP/1."),
], ids=["another protocol", "closed", "cut"])  # fmt: skip
def test_what_is_no_answer_is_tried_twice_and_logged(serve, capsys):
    with RawServer(serve) as server:
        assert not ping(f"{server.url}/SECRET-UUID", healthy=True)
        assert server.connections <= 2
    assert "SECRET-UUID" not in json.dumps(logged(capsys))


@contextmanager
def silence() -> Iterator[str]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def dripping_headers() -> Iterator[str]:
    with RawServer(dripping(b"HTTP/1.1 200 OK\r\nX-Slow: ", drop=b"a")) as server:
        yield server.url


@pytest.mark.parametrize("serving", [silence, dripping_headers])
@pytest.mark.parametrize("seconds", [0.2, 1000.0])
def test_nobody_waits_longer_than_is_allowed_however_it_drips(serving, seconds, capsys, monkeypatch):
    monkeypatch.setattr(heartbeat, "LIMIT_SECONDS", 0.3)
    with serving() as url:
        begun = time.monotonic()
        assert not ping(f"{url}/SECRET-UUID", healthy=True, seconds=seconds)
        assert time.monotonic() - begun < 2, "and not the six seconds of two attempts"
    assert logged(capsys)["error"] == "no response in time"


def test_without_time_nothing_is_waited_for(capsys):
    with silence() as url:
        assert not ping(url, healthy=True, seconds=-5.0)
    assert logged(capsys)["error"] == "no response in time"


def test_a_long_answer_is_not_read(capsys):
    with RawServer(dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", drop=b"x" * 1000)) as server:
        begun = time.monotonic()
        assert ping(server.url, healthy=True)
        assert time.monotonic() - begun < 1
    assert capsys.readouterr().out == ""
