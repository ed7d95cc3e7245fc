"""What could not be read, and the warnings of a report."""

# ruff: noqa: ISC004  a sentence stands on one line where it can, so that it can be found by its words

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.i18n import Words, errors, terms
from backup_watch.model.instances import Scope
from backup_watch.model.notices import (
    AccountGone,
    AccountPaused,
    AccountsEmpty,
    AccountsGone,
    CreatedLater,
    DetailsLeftOut,
    DetailsUnread,
    EverythingMuted,
    ExpectationNotJudged,
    InvisiblyDifferent,
    ListHalved,
    MemoryProblem,
    MuteExpired,
    MuteUnused,
    NothingFound,
    Notice,
    PauseOver,
    ProductNotOffered,
    RuleUnused,
    SlotUnreadable,
    TakenForEmpty,
    WideLimit,
)
from backup_watch.model.policy import Mute, Selector
from backup_watch.model.vocabulary import MemoryState
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


NOTICES = [
    (NothingFound(("KR",)), "no database was found in KR: check NCLOUD_REGIONS and the account of the key"),
    (RuleUnused(3, "analytic-*"), "rule 3 (match 'analytic-*') matches no instance"),
    (MuteUnused(1, "x\ny"), "mute 1 (match 'x y') matches no instance"),
    (
        MuteExpired(2, "legacy-db", datetime(2026, 11, 22, 15, tzinfo=UTC), "dba@example.com"),
        "mute 2 (match 'legacy-db') ended at 2026-11-23 00:00 KST: its findings alert again; ask dba@example.com",
    ),
    (ExpectationNotJudged(2), "[expect] 2 was not judged: not every list that it covers could be read"),
    (
        DetailsLeftOut(7, 500),
        "7 backup histories were not read (at most 500 a run): late backups or ends of outages may be missing",
    ),
    (
        DetailsUnread(1, "KR", "PermissionDenied", "210"),
        "KR: 1 backup history could not be read (PermissionDenied 210: the key may not do this): what is usual is not "
        "known, and an end of an outage may be missing",
    ),
    (
        SlotUnreadable(1, "25:00", "orders-db"),
        "the backup time of orders-db is no time of day: '25:00'; its slot counts as not known",
    ),
    (
        ListHalved(Scope("default", "postgresql", "KR"), 20, 7),
        "the lists of KR hold 7 instances, and held 20: were they deleted, or may the key see fewer of them?",
    ),
    (
        AccountGone("acme"),
        "the account acme is not in the accounts file any more; what was wrong in it is not followed any more",
    ),
    (
        ListHalved(Scope("acme", "postgresql", "KR"), 20, 7),
        "the lists of acme KR hold 7 instances, and held 20: were they deleted, or may the key see fewer of them?",
    ),
    (
        AccountPaused("acme", datetime(2026, 11, 22, 15, tzinfo=UTC), "dba@example.com", "moved"),
        "acme is paused until 2026-11-23 00:00 KST, and not read (moved); ask dba@example.com",
    ),
    (
        PauseOver("acme", datetime(2026, 11, 22, 15, tzinfo=UTC), "dba@example.com"),
        "the pause of acme ended at 2026-11-23 00:00 KST: it is read again; ask dba@example.com",
    ),
    (
        AccountsEmpty(("acme", "bank")),
        "no database was found in acme, bank: check their regions and keys in the accounts file",
    ),
    (
        MemoryProblem(("default",), MemoryState.ABSENT),
        "what was told before could not be used or kept (absent), so some of it may be told twice",
    ),
    (
        MemoryProblem(("default",), MemoryState.UNREAD, "AccessDenied"),
        "what was told before could not be used or kept (unread: AccessDenied), so some of it may be told twice",
    ),
    (
        MemoryProblem(("acme", "bank", "default"), MemoryState.UNWRITTEN),
        "what was told before of acme, bank could not be used or kept (unwritten), so some of it may be told twice",
    ),
    (
        AccountsGone(("a", "b", "c", "d", "e", "f")),
        "6 accounts are not in the accounts file any more (a, b, c, d, e, +1); what was wrong in them is not "
        "followed any more",
    ),
    (CreatedLater(2), "2 instances were left out: they did not exist yet at that time"),
    (
        InvisiblyDifferent("orders\u200b", "orders"),
        "'orders' matches nothing, and differs only invisibly from the database 'orders'",
    ),
    (
        WideLimit("MAX_BACKUP_AGE", timedelta(days=3650), timedelta(days=40)),
        "MAX_BACKUP_AGE is 3650 d, more than the 40 d that a policy may allow: backups that old go unnoticed",
    ),
    (ProductNotOffered("mssql", ("SGN", "JPN")), "MSSQL is not offered in SGN, JPN, and is not watched there"),
    (
        TakenForEmpty("mysql", "SGN", "getCloudMysqlBackupList", "5001017"),
        "SGN: getCloudMysqlBackupList "
        "was refused with 5001017 (no such instance), and taken for an empty list of MySQL",
    ),
    (EverythingMuted(1), "what is wrong (1 finding) is muted: nothing alerts"),
    (EverythingMuted(2), "everything that is wrong (2 findings) is muted: nothing alerts"),
]


def test_there_is_a_sentence_for_every_warning():
    assert {type(notice) for notice, _ in NOTICES} == set(get_args(Notice))


@pytest.mark.parametrize(("notice", "sentence"), NOTICES)
def test_every_warning_is_one_sentence(notice, sentence):
    assert errors.notice(ENGLISH, notice) == sentence
    assert errors.notice(KOREAN, notice).isprintable()


def test_details_that_are_switched_off_are_said_to_be():
    assert "MAX_DETAIL_CALLS is 0" in errors.notice(ENGLISH, DetailsLeftOut(7, 0))


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
