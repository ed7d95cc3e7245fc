"""What could not be read, and what a mute says."""

# ruff: noqa: ISC004  a sentence stands on one line where it can, so that it can be found by its words

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.i18n import Words, errors, terms
from backup_watch.model.policy import Mute, Selector
from tests.builders import an_error

ENGLISH, KOREAN = Words(), Words("ko")


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (an_error(), "KR: the backup list could not be read (ReadTimeout: the answer did not come in time)"),
        (
            an_error("AuthenticationFailed", code="200", region="SGN"),
            "SGN: the backup list could not be read (AuthenticationFailed 200: the Ncloud key was refused)",
        ),
        (
            an_error("SecretUnreadable", region=None, operation="GetSecretValue"),
            "the secret with the Ncloud key could not be read "
            "(SecretUnreadable: the secret is absent, unreadable or not of the expected form)",
        ),
        (
            an_error("Strange\nNews", operation="getSomething"),
            "KR: the answer to getSomething could not be read (Strange News: an unexpected failure)",
        ),
    ],
)
def test_an_error_says_where_what_and_what_that_means(error, line):
    assert errors.error(ENGLISH, error) == line


def test_where_several_products_are_watched_an_error_names_its_own():
    error = an_error(product="mysql")
    line = "KR MySQL: the backup list could not be read (ReadTimeout: the answer did not come in time)"
    assert errors.error(ENGLISH, error, with_product=True) == line
    nowhere = an_error("SecretUnreadable", region=None, operation="GetSecretValue")
    assert errors.error(ENGLISH, nowhere, with_product=True) == errors.error(ENGLISH, nowhere)


def test_korean_says_the_same():
    assert errors.error(KOREAN, an_error()) == "KR: 백업 목록 읽기 실패(ReadTimeout: 응답 시간 초과)"


def test_an_unknown_kind_still_gets_an_advice():
    assert (
        errors.error_advice(ENGLISH, an_error("Strange"))
        == "Run the doctor action, and see the log of this run for the details."
    )
    assert "Sub Account" in errors.error_advice(ENGLISH, an_error("AuthenticationFailed"))


def test_a_mute_names_its_end_its_owner_and_its_reason():
    mute = Mute(Selector("legacy-db"), datetime(2026, 12, 30, 15, tzinfo=UTC), "being\nretired", "dba@example.com")
    assert terms.mute(ENGLISH, mute) == "muted until 2026-12-31 00:00 KST by dba@example.com: being retired"
    assert terms.mute(KOREAN, mute) == "2026-12-31 00:00 KST까지 알림 끔(담당: dba@example.com, 사유: being retired)"


@given(st.text(st.characters(categories=None), max_size=200))
def test_an_error_is_one_printable_line_whatever_it_holds(text):
    error = an_error(text, operation=text, region=text, code=text, message=text)
    for words in (ENGLISH, KOREAN):
        assert errors.error(words, error).isprintable()
        assert errors.error_advice(words, error)
