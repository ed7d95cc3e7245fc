"""The token: who gets in, and that nothing happens before."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.i18n import Words
from backup_watch.web.auth import Authenticator
from backup_watch.web.routes import Posts
from tests.builders import a_report, stale
from tests.unit.web.asking import BROWSER, FixedChecks, ask

TOKEN = "s3cret:with-colon-비밀"
TOKEN_NEEDED = Authenticator(required=True, token=TOKEN)


def basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


@given(st.text(max_size=40))
def test_no_text_but_the_token_opens(text):
    if text.strip() != TOKEN:
        assert ask("/report", authenticator=TOKEN_NEEDED, authorization=f"Bearer {text}").status == 401


@pytest.mark.parametrize("token", [None, ""])
@pytest.mark.parametrize("authorization", ["", "Bearer ", basic("", ""), "Bearer None"])
def test_nobody_gets_in_where_the_token_could_not_be_read(token, authorization):
    refused = ask("/report", authenticator=Authenticator(required=True, token=token), authorization=authorization)
    assert refused.status == 503
    assert "www-authenticate" not in refused.headers


def test_without_a_token_everybody_that_the_platform_lets_through_gets_in():
    assert ask("/report").status == 200


IAM = {"iam": {"accessKey": "AKIA", "userArn": "arn:aws:iam::123456789012:user/dba"}}


@pytest.mark.parametrize(("access", "authorizer", "token", "given", "status"), [
    ("OFF", None, None, "", 404), ("OFF", IAM, TOKEN, f"Bearer {TOKEN}", 404),
    ("AWS_IAM", None, None, "", 403), ("AWS_IAM", {}, None, "", 403), ("AWS_IAM", {"iam": None}, None, "", 403),
    ("AWS_IAM", "iam", None, "", 403), ("AWS_IAM", ["iam"], None, "", 403), ("AWS_IAM", True, None, "", 403),
    ("AWS_IAM", {"jwt": {"claims": {}}}, None, "", 403), ("AWS_IAM", None, TOKEN, f"Bearer {TOKEN}", 403),
    ("AWS_IAM", IAM, None, "", 200), ("AWS_IAM", IAM, TOKEN, "", 401), ("AWS_IAM", IAM, TOKEN, f"Bearer {TOKEN}", 200),
    ("TOKEN", None, None, "", 503), ("TOKEN", IAM, None, "Bearer ", 503), ("TOKEN", None, TOKEN, "", 401),
    ("TOKEN", None, TOKEN, f"Bearer {TOKEN}", 200), (None, None, None, "", 200),
])  # fmt: skip
@pytest.mark.parametrize("target", ["/", "/healthz", "/metrics", "/badge.svg"])
def test_access_fails_closed_whatever_else_is_set(access, authorizer, token, given, status, target):
    authenticator = Authenticator(access, required=token is not None, token=token)
    answered = ask(target, authenticator=authenticator, authorizer=authorizer, authorization=given)
    assert answered.status == status


@pytest.mark.parametrize(("headers", "status"), [
    ({}, 200), ({"origin": "https://watch.example", "host": "watch.example"}, 200),
    ({"origin": "https://WATCH.example:8443", "host": "watch.example:8443"}, 200),
    ({"origin": "https://evil.example", "host": "watch.example"}, 403),
    ({"origin": "null", "host": "watch.example"}, 403),
    ({"origin": "https://watch.example.evil.example", "host": "watch.example"}, 403), ({"origin": "https://x"}, 403),
    ({"origin": "https://watch.example:8443", "host": "watch.example"}, 403), ({"sec_fetch_site": "cross-site"}, 403),
    ({"sec_fetch_site": " Cross-Site"}, 403), ({"origin": "file://", "host": ""}, 403), ({"origin": "https://"}, 403),
])  # fmt: skip
def test_a_check_is_started_by_no_page_of_another_site(headers, status):
    checks = FixedChecks(a_report(stale()))
    answered = ask("/check", method="POST", checks=checks, authenticator=TOKEN_NEEDED,
                   authorization=basic("dba", TOKEN), **headers)  # fmt: skip
    assert (answered.status, len(checks.notified)) == (status, int(status == 200))


def test_checks_over_http_can_be_switched_off_and_are_bounded():
    checks = FixedChecks(a_report(stale()))
    assert ask("/check", method="POST", checks=checks, posts=Posts(allowed=False)).status == 403
    waiting = ask("/check", method="POST", checks=checks, posts=Posts(claim=lambda: 12.1))
    assert (waiting.status, waiting.headers["retry-after"], waiting.json["title"]) == (429, "13", "Too Many Requests")
    assert checks.notified == []


def test_a_guard_does_not_show_its_token():
    assert TOKEN not in f"{TOKEN_NEEDED!r} {TOKEN_NEEDED}"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_browser_is_asked_for_the_token_by_a_form_since_a_function_url_hides_the_challenge(language):
    words, checks = Words(language), FixedChecks(a_report(stale("orders-db")))
    asked = ask("/?verdict=STALE", authenticator=TOKEN_NEEDED, accept=BROWSER, words=words, checks=checks)
    assert (asked.status, asked.kind) == (401, "text/html; charset=utf-8")
    assert asked.headers["www-authenticate"].startswith("Basic realm=")
    assert checks.read == 0
    assert "orders-db" not in asked.text
    assert TOKEN not in asked.text
    for tag in ("style", "script"):
        content = asked.text.split(f"<{tag}>")[1].split(f"</{tag}>")[0]
        digest = b64encode(sha256(content.encode()).digest()).decode()
        assert re.search(f"{tag}-src [^;]*'sha256-{re.escape(digest)}'", asked.headers["content-security-policy"])


@pytest.mark.parametrize("language", ["en", "ko"])
def test_who_knocks_gets_little(language):
    knocked = ask("/", authenticator=TOKEN_NEEDED, accept=BROWSER, words=Words(language))
    assert len(knocked.body) < 2000
    assert "unsafe" not in knocked.headers["content-security-policy"]
    assert knocked.headers["content-security-policy"].startswith("default-src 'none'; ")
    for forbidden in ("base-uri 'none'", "frame-ancestors 'none'", "connect-src 'self'"):
        assert forbidden in knocked.headers["content-security-policy"]


def test_the_forms_policy_lets_the_page_work_that_comes_in_its_place():
    form = ask("/", authenticator=TOKEN_NEEDED, accept=BROWSER).headers["content-security-policy"]
    page = ask("/", accept=BROWSER).headers["content-security-policy"]
    hashes = set(re.findall(r"'sha256-[^']+'", page))
    assert len(hashes) == 2
    assert hashes < set(re.findall(r"'sha256-[^']+'", form))


def test_a_program_without_the_token_gets_a_problem_and_no_form():
    assert ask("/", authenticator=TOKEN_NEEDED, accept="*/*").kind == "application/problem+json"
