"""The subject of a mail and the text message: printable, short, and never without the point."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.alerts import compose
from backup_watch.i18n import Words
from backup_watch.model.plain_text import cut_utf16, utf16_length
from tests import builders as b

ENGLISH, KOREAN = Words(), Words("ko")
STALE, LATE = b.stale(), b.late()


def subject(*args, words=ENGLISH, **kwargs):
    return compose(b.a_report(*args, **kwargs), words).subject


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (b.a_report(STALE, LATE), "CRITICAL orders-db: newest backup 2 d 3 h old (+1 more)"),
        (b.a_report(STALE), "CRITICAL orders-db: newest backup 2 d 3 h old"),
        (b.a_report(LATE), "WARNING late-db: no backup since it was due at 10:00 KST"),
        (b.a_report(b.never()), "CRITICAL never-db: never backed up"),
        (b.a_report(b.disabled()), "CRITICAL disabled-db: automatic backups are off"),
        (b.a_report(b.misdated()), "UNKNOWN misdated-db: unreadable backup date"),
        (b.a_report(b.a_finding(age=-b.hours(3))), "UNKNOWN orders-db: backup date in the future"),
        (b.a_report(b.missing(), others=[b.fresh()]), "CRITICAL billing-*: no instance matches"),
        (b.a_report(b.too_few(12, 9), others=[b.fresh()]), "CRITICAL expected databases: 9 of 12 instances"),
        (b.a_report(errors=[b.an_error()]), "UNREADABLE KR: the backup list could not be read"),
        (
            b.a_report(errors=[b.an_error("SecretUnreadable", region=None, operation="GetSecretValue")]),
            "UNREADABLE the secret with the Ncloud key could not be read",
        ),
        (b.a_report(), "UNREADABLE KR: no database was found"),
        (
            b.a_report(others=[b.fresh()], resolved=[b.an_end(), b.an_end(b.never())]),
            "RESOLVED orders-db: fresh backup at 11:20 KST (+1 more)",
        ),
    ],
)
def test_the_subject_says_the_worst_and_how_much_more(report, line):
    assert compose(report, ENGLISH).subject == line


def test_korean_subjects():
    assert subject(STALE, LATE, words=KOREAN) == "[심각] orders-db: 최근 백업 후 2일 3시간 경과 (외 1건)"
    few = subject(b.too_few(12, 9), others=[b.fresh()], words=KOREAN)
    assert few == "[심각] 필수 목록: 인스턴스 12개 중 9개"


def test_a_long_name_is_cut_and_what_is_wrong_stays():
    line = subject(b.stale("x" * 300), LATE)
    assert len(line) == 99
    assert line.endswith("...: newest backup 2 d 3 h old (+1 more)")


def test_a_name_that_just_fits_is_whole():
    room = 99 - len("CRITICAL : newest backup 2 d 3 h old (+1 more)")
    assert "x" * room + ":" in subject(b.stale("x" * room), LATE)
    assert "x" * (room - 3) + "...:" in subject(b.stale("x" * (room + 1)), LATE)


def test_even_in_a_long_subject_the_name_is_cut_first():
    line = compose(b.a_report(b.late("x" * 300), resolved=[b.an_end()]), ENGLISH, is_test=True).subject
    assert line.endswith("x...: no backup since it was due at 10:00 KST (+1 more)")
    assert len(line) == 99


def test_where_there_is_no_room_for_a_name_the_end_is_cut():
    for length_of_operation in (50, 90):
        regions = ("KR", "SGN", "JPN")
        line = subject(errors=[b.an_error(region=region, operation="y" * length_of_operation) for region in regions])
        assert line.startswith("UNREADABLE KR, SGN, JPN: the answer to yyy")
        assert line.endswith("...")
        assert 90 < len(line) <= 99


def test_the_text_message_adds_the_counts_where_they_fit():
    report = b.a_report(STALE, LATE, others=[b.fresh()] * 45)
    sms = compose(report, ENGLISH).renderings["sms"]
    assert sms == "CRITICAL orders-db: newest backup 2 d 3 h old (+1 more). 47 checked: 45 fresh, 1 late, 1 stale"


def test_the_text_message_goes_without_the_counts_where_they_do_not_fit():
    report = b.a_report(b.stale("x" * 100), LATE, b.disabled(), b.misdated(), others=[b.fresh(), b.new()])
    message = compose(report, ENGLISH)
    assert message.renderings["sms"] == message.subject


@given(st.text(st.characters(categories=None), max_size=200), st.sampled_from([ENGLISH, KOREAN]))
def test_every_subject_is_one_sns_takes(name, words):
    reports = (
        b.a_report(b.stale(name), LATE),
        b.a_report(b.missing(name)),
        b.a_report(errors=[b.an_error(name, region=name, operation=name, code=name, message=name)]),
        b.a_report(resolved=[b.an_end(b.stale(name))], others=[b.fresh()]),
        b.a_report(regions=(name,)),
    )
    for report in reports:
        message = compose(report, words)
        assert 1 <= utf16_length(message.subject) <= 99
        assert message.subject.isprintable()
        assert not message.subject.startswith(" ")
        assert utf16_length(message.renderings["sms"]) <= 140
        message.subject.encode()


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abc..."),
        ("🔴🔴🔴", 6, "🔴🔴🔴"),
        ("🔴🔴🔴🔴", 6, "🔴..."),
        ("a b cdef", 5, "a..."),
    ],
)
def test_a_cut_counts_as_sns_counts_and_splits_no_character(text, limit, shown):
    assert cut_utf16(text, limit) == shown
