"""The loopback gateway: what a Function URL would hand to the function, and what it would hand back."""

import base64
import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from backup_watch.cli.gateway import Gateway, serving
from backup_watch.config.events import Http, read_event


class Recorder:
    """A handler that keeps its events and answers as told."""

    def __init__(self, answer=None) -> None:
        self.events, self.answer = [], answer or {"statusCode": 200, "body": "hello", "headers": {"x-a": "b"}}

    def __call__(self, event):
        self.events.append(event)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def ask():
    """Ask a gateway over a real connection; gives status, headers and body."""
    connections = []

    def asking(handler, target="/", *, method="GET", body=None, headers=(), stage="$default"):
        with serving(Gateway(handler, stage=stage)) as gateway:
            connection = http.client.HTTPConnection("127.0.0.1", gateway.server_address[1], timeout=5)
            connections.append(connection)
            connection.putrequest(method, target, skip_accept_encoding=True)
            for name, value in headers:
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            return response.status, response.headers, response.read()

    yield asking
    for connection in connections:
        connection.close()


def test_a_request_becomes_a_payload_2_event_that_the_function_knows(ask):
    handler = Recorder()
    ask(handler, "/report?match=a%20b&match=c&x=", headers=[("Accept", "text/html"), ("X-Two", "1"), ("X-Two", "2")])
    [event] = handler.events
    assert isinstance(read_event(event), Http)
    assert (event["rawPath"], event["rawQueryString"]) == ("/report", "match=a%20b&match=c&x=")
    assert event["queryStringParameters"] == {"match": "a b,c", "x": ""}
    assert event["headers"]["accept"] == "text/html"
    assert event["headers"]["x-two"] == "1,2"
    assert event["requestContext"]["http"]["method"] == "GET"
    assert json.loads(json.dumps(event)) == event


def test_a_stage_stands_before_the_path(ask):
    handler = Recorder()
    ask(handler, "/report", stage="prod")
    assert handler.events[0]["rawPath"] == "/prod/report"
    assert handler.events[0]["requestContext"]["stage"] == "prod"


def test_a_body_is_handed_on_in_base64_and_cookies_stand_apart(ask):
    handler = Recorder()
    ask(handler, "/check", method="POST", body=b"\x00\xff", headers=[("Cookie", "a=1; b=2")])
    [event] = handler.events
    assert (base64.b64decode(event["body"]), event["isBase64Encoded"]) == (b"\x00\xff", True)
    assert event["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in event["headers"]


def test_an_answer_comes_back_with_status_headers_and_cookies(ask):
    answer = {"statusCode": 404, "headers": {"content-type": "text/plain"}, "body": "없음", "cookies": ["a=1", "b=2"]}
    status, headers, body = ask(Recorder(answer))
    assert (status, headers["content-type"], headers.get_all("set-cookie")) == (404, "text/plain", ["a=1", "b=2"])
    assert body.decode() == "없음"
    assert int(headers["content-length"]) == len(body)


def test_a_base64_answer_comes_back_as_bytes(ask):
    _, _, body = ask(
        Recorder({"statusCode": 200, "body": base64.b64encode(b"\x1f\x8b\x00").decode(), "isBase64Encoded": True})
    )
    assert body == b"\x1f\x8b\x00"


@pytest.mark.parametrize("method", ["HEAD", "PUT", "OPTIONS", "BREW"])
def test_any_method_reaches_the_function(ask, method):
    handler = Recorder()
    status, _, body = ask(handler, method=method)
    assert (status, handler.events[0]["requestContext"]["http"]["method"]) == (200, method)
    assert body == (b"" if method == "HEAD" else b"hello")


def test_a_function_that_raises_is_a_bad_gateway_and_the_gateway_lives_on():
    failures = []
    handler = Recorder(RuntimeError("broken"))
    with serving(Gateway(handler, on_failure=failures.append)) as gateway:
        connection = http.client.HTTPConnection("127.0.0.1", gateway.server_address[1], timeout=5)
        for _ in range(2):
            connection.request("GET", "/")
            response = connection.getresponse()
            assert (response.status, response.read()) == (502, b'{"message":"Internal Server Error"}')
        connection.close()
    assert [str(failure) for failure in failures] == ["broken", "broken"]


@pytest.mark.parametrize(
    "headers", [[("Content-Length", "abc")], [("Content-Length", "99999999")], [("Transfer-Encoding", "chunked")]]
)
def test_a_body_that_it_cannot_take_is_refused_before_the_function(ask, headers):
    handler = Recorder()
    status, _, _ = ask(handler, "/check", method="POST", headers=headers)
    assert (status, handler.events) == (413, [])


def test_requests_are_answered_side_by_side():
    together = Barrier(4)

    def handler(event):
        together.wait(5)
        return {"statusCode": 200, "body": ""}

    def get(port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/")
        status = connection.getresponse().status
        connection.close()
        return status

    with serving(Gateway(handler)) as gateway, ThreadPoolExecutor(4) as pool:
        assert list(pool.map(get, [gateway.server_address[1]] * 4)) == [200] * 4
