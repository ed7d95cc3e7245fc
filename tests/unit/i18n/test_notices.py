"""The sentences of a report's warnings."""

# ruff: noqa: ISC004  a sentence stands on one line where it can, so that it can be found by its words

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from backup_watch.i18n import Words
from backup_watch.i18n.notices import notice_sentence
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
from backup_watch.model.vocabulary import MemoryState

ENGLISH, KOREAN = Words(), Words("ko")

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
    assert notice_sentence(ENGLISH, notice) == sentence
    assert notice_sentence(KOREAN, notice).isprintable()


def test_details_that_are_switched_off_are_said_to_be():
    assert "MAX_DETAIL_CALLS is 0" in notice_sentence(ENGLISH, DetailsLeftOut(7, 0))
