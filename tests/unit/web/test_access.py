"""The token: who gets in, and that nothing happens before."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.i18n import Words
from backup_watch.web.auth import Authenticator
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


def test_the_forms_policy_lets_the_page_work_that_comes_in_its_place():
    form = ask("/", authenticator=TOKEN_NEEDED, accept=BROWSER).headers["content-security-policy"]
    page = ask("/", accept=BROWSER).headers["content-security-policy"]
    hashes = set(re.findall(r"'sha256-[^']+'", page))
    assert len(hashes) == 2
    assert hashes < set(re.findall(r"'sha256-[^']+'", form))


def test_a_program_without_the_token_gets_a_problem_and_no_form():
    assert ask("/", authenticator=TOKEN_NEEDED, accept="*/*").kind == "application/problem+json"
