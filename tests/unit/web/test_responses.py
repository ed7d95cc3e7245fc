"""What every response has, and how it is packed for Lambda."""

import json

import pytest

from backup_watch.web.auth import Authenticator
from backup_watch.web.refusals import RequestRefused
from backup_watch.web.request import read_request
from backup_watch.web.response import MAX_BODY_BYTES, TEXT_UP_TO_BYTES, Response, payload
from tests.builders import a_report, stale
from tests.unit.web.asking import BROWSER, an_event, ask

OPEN = Authenticator()
LAMBDA_LIMIT_BYTES = 6_000_000
PLAIN, ZIPPED = read_request(an_event()), read_request(an_event(accept_encoding="gzip, br"))


def noise(size: int) -> bytes:
    """Text that hardly compresses, and that JSON writes at length."""
    return "".join(chr(0xAC00 + (n * 7919) % 11172) for n in range(size // 3)).encode()


@pytest.mark.parametrize(
    ("target", "event", "authenticator"),
    [
        ("/", {"accept": BROWSER}, OPEN), ("/", {}, OPEN), ("/report", {}, OPEN), ("/metrics", {}, OPEN),
        ("/badge.svg", {}, OPEN), ("/badge.json", {}, OPEN), ("/healthz", {}, OPEN),
        ("/check", {"method": "POST"}, OPEN), ("/nowhere", {}, OPEN), ("/report", {"method": "PUT"}, OPEN),
        ("/report?x=y", {}, OPEN), ("/", {}, Authenticator(required=True, token="t")),
        ("/", {}, Authenticator(required=True)),
    ],
)  # fmt: skip
def test_security_headers_are_on_every_response(target, event, authenticator):
    headers = ask(target, authenticator=authenticator, **event).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert all(name == name.lower() for name in headers)


def test_only_badges_may_be_shown_by_other_sites():
    shown = {
        target: ask(target).headers["cross-origin-resource-policy"] for target in ("/", "/badge.svg", "/badge.json")
    }
    assert shown == {"/": "same-origin", "/badge.svg": "cross-origin", "/badge.json": "cross-origin"}


def test_a_large_answer_is_compressed_for_who_takes_it_and_is_the_same():
    report = a_report(*[stale(f"db-{n}", number=str(n)) for n in range(200)])
    plain, zipped = ask("/report", report=report), ask("/report", report=report, accept_encoding="gzip")
    assert "content-encoding" not in plain.headers
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.json == plain.json
    assert len(zipped.payload["body"]) < len(plain.payload["body"]) / 10


def test_a_small_answer_is_not_worth_compressing():
    assert "content-encoding" not in ask("/badge.json", accept_encoding="gzip").headers


@pytest.mark.parametrize("size", [TEXT_UP_TO_BYTES, TEXT_UP_TO_BYTES + 3, MAX_BODY_BYTES - 3])
@pytest.mark.parametrize("request_", [PLAIN, ZIPPED])
def test_whatever_is_let_out_fits_into_what_lambda_can_answer(size, request_):
    answer = payload(Response(200, "text/plain", noise(size)), request_)
    assert len(json.dumps(answer)) < LAMBDA_LIMIT_BYTES


@pytest.mark.parametrize(
    "body", [b"\x01" * TEXT_UP_TO_BYTES, b'"' * TEXT_UP_TO_BYTES, "\x7f가".encode() * (TEXT_UP_TO_BYTES // 4)]
)
def test_text_that_json_writes_at_length_fits_too(body):
    assert len(json.dumps(payload(Response(200, "text/plain", body), PLAIN))) < LAMBDA_LIMIT_BYTES


def test_more_than_lambda_can_answer_is_refused_with_the_ways_out():
    with pytest.raises(RequestRefused, match=r"verdict=.*Accept-Encoding: gzip") as refused:
        payload(Response(200, "text/plain", b"a" * (MAX_BODY_BYTES + 1)), PLAIN)
    assert refused.value.status == 406
    with pytest.raises(RequestRefused, match=r"\?match=$"):
        payload(Response(200, "text/plain", noise(3 * MAX_BODY_BYTES)), ZIPPED)


def test_a_report_of_thousands_is_answered_compressed_and_else_refused_aloud():
    findings = [stale(f"orders-{n:05}", number=str(n)) for n in range(12_000)]
    report = a_report(others=findings)
    zipped = ask("/report", report=report, accept_encoding="gzip")
    assert (zipped.status, len(zipped.json["findings"])) == (200, 12_000)
    assert len(json.dumps(zipped.payload)) < LAMBDA_LIMIT_BYTES
    assert ask("/report", report=report).status == 406
    assert len(ask("/report?match=orders-0001*", report=report).json["findings"]) == 10
