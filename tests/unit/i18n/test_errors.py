"""What could not be read, and the warnings of a report."""

# ruff: noqa: E501, ISC004  a sentence stands on one line where it can, so that it can be found by its words

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.i18n import Words
from backup_watch.model.policy import Mute, Selector
from backup_watch.model.report import Notice, NoticeCode
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
    assert ENGLISH.error(error) == line


def test_korean_says_the_same():
    assert KOREAN.error(an_error()) == "KR: 백업 목록 읽기 실패 (ReadTimeout: 제시간에 응답이 오지 않음)"


def test_an_unknown_kind_still_gets_an_advice():
    assert (
        ENGLISH.error_advice(an_error("Strange"))
        == "Run the doctor action, and see the log of this run for the details."
    )
    assert "Sub Account" in ENGLISH.error_advice(an_error("AuthenticationFailed"))


NOTICES = {
    NoticeCode.NOTHING_FOUND: ({"regions": "KR"}, "No database was found in KR: check NCLOUD_REGIONS and the account of the key."),
    NoticeCode.RULE_UNUSED: ({"number": 3, "match": "analytic-*"}, "rule 3 (match 'analytic-*') matches no instance"),
    NoticeCode.MUTE_UNUSED: ({"number": 1, "match": "x\ny"}, "mute 1 (match 'x y') matches no instance"),
    NoticeCode.MUTE_EXPIRED: (
        {"number": 2, "match": "legacy-db", "until": datetime(2026, 11, 22, 15, tzinfo=UTC), "owner": "dba@example.com"},
        "mute 2 (match 'legacy-db') ended at 2026-11-23 00:00 KST: its findings alert again; ask dba@example.com",
    ),
    NoticeCode.DETAILS_LEFT_OUT: (
        {"count": 7, "limit": 500},
        "7 backup histories were not read (at most 500 a run): an end of an outage may be missing",
    ),
    NoticeCode.CREATED_LATER: ({"count": 2}, "2 instances were left out: they did not exist yet at that time"),
}  # fmt: skip


@pytest.mark.parametrize("code", NoticeCode)
def test_every_warning_is_one_sentence(code):
    values, sentence = NOTICES[code]
    assert ENGLISH.notice(Notice(code, values)) == sentence
    assert KOREAN.notice(Notice(code, values)).isprintable()


def test_details_that_are_switched_off_are_said_to_be():
    notice = Notice(NoticeCode.DETAILS_LEFT_OUT, {"count": 7, "limit": 0})
    assert "MAX_DETAIL_CALLS is 0" in ENGLISH.notice(notice)


def test_a_mute_names_its_end_its_owner_and_its_reason():
    mute = Mute(Selector("legacy-db"), datetime(2026, 12, 30, 15, tzinfo=UTC), "being\nretired", "dba@example.com")
    assert ENGLISH.mute(mute) == "muted until 2026-12-31 00:00 KST by dba@example.com: being retired"
    assert KOREAN.mute(mute) == "2026-12-31 00:00 KST까지 알림 끔 (담당: dba@example.com, 사유: being retired)"


@given(st.text(st.characters(categories=None), max_size=200))
def test_an_error_is_one_printable_line_whatever_it_holds(text):
    error = an_error(text, operation=text, region=text, code=text, message=text)
    for words in (ENGLISH, KOREAN):
        assert words.error(error).isprintable()
        assert words.error_advice(error)
