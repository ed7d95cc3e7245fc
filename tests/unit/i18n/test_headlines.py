"""The sentence that answers the question: is there a fresh backup of everything?"""

# ruff: noqa: E501, ISC004  a sentence stands on one line where it can, so that it can be found by its words

import pytest
from msgspec.structs import replace

from backup_watch.i18n import Words, headlines
from backup_watch.model.report import Counts
from backup_watch.model.vocabulary import Verdict
from tests import builders as b

ENGLISH, KOREAN = Words(), Words("ko")
FRESH = [b.fresh()]
REFUSED = b.an_error("AuthenticationFailed", code="200")


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (b.a_report(others=FRESH * 47), "All 47 databases have a fresh backup"),
        (b.a_report(others=FRESH), "The only database has a fresh backup"),
        (b.a_report(b.stale(), others=FRESH * 46), "1 of 47 databases has no fresh backup"),
        (b.a_report(b.stale(), b.never(), others=FRESH * 45), "2 of 47 databases have no fresh backup"),
        (b.a_report(b.stale()), "The only database has no fresh backup"),
        (b.a_report(b.disabled(), others=FRESH), "1 of 2 databases has automatic backups switched off"),
        (
            b.a_report(b.late(), b.disabled(), b.disabled(), b.misdated(), b.missing(), b.too_few(), others=FRESH),
            "1 of 5 databases has no fresh backup; 2 have automatic backups switched off; 1 could not be judged; "
            "3 expected databases are missing",
        ),
        (b.a_report(b.missing(), others=FRESH), "1 expected database is missing"),
        (
            b.a_report(others=[*FRESH, *FRESH, b.new(), b.skipped(), b.skipped()]),
            "2 of 5 databases have a fresh backup; 1 is too new for a backup; 2 are being created or deleted",
        ),
        (b.a_report(), "No database was found in KR"),
        (
            b.a_report(errors=[REFUSED]),
            "KR could not be read (AuthenticationFailed 200: the Ncloud key was refused)",
        ),
        (
            b.a_report(errors=[REFUSED, replace(REFUSED, region="SGN")], others=FRESH),
            "KR, SGN could not be read (AuthenticationFailed 200: the Ncloud key was refused)",
        ),
        (
            b.a_report(errors=[REFUSED, b.an_error(region="SGN"), b.an_error(region="JPN")], others=FRESH),
            "KR, SGN, JPN could not be read (AuthenticationFailed 200: the Ncloud key was refused, and 1 other reason)",
        ),
        (
            b.a_report(errors=[b.an_error("SecretUnreadable", region=None, operation="GetSecretValue")]),
            "the secret with the Ncloud key could not be read "
            "(SecretUnreadable: the secret is absent, unreadable or not of the expected form)",
        ),
        (
            b.a_report(b.stale(), errors=[b.an_error(region="SGN")], others=FRESH),
            "1 of 2 databases has no fresh backup; SGN could not be read (ReadTimeout: the answer did not come in time)",
        ),
    ],
)
def test_the_headline_says_the_worst(report, sentence):
    assert headlines.headline(ENGLISH, report) == sentence


def test_many_regions_are_not_all_named():
    five, six, nine = (b.a_report(errors=[b.an_error(region=f"R{n}") for n in range(count)]) for count in (5, 6, 9))
    assert headlines.headline(ENGLISH, five).startswith("R0, R1, R2, R3, R4 could not be read")
    assert headlines.headline(ENGLISH, six).startswith("R0, R1, R2, R3, R4, +1 could not be read")
    assert headlines.headline(ENGLISH, nine).startswith("R0, R1, R2, R3, R4, +4 could not be read")


def test_a_muted_finding_is_neither_alarm_nor_all_is_well():
    report = b.a_report(others=FRESH * 3)
    muted = replace(report, counts=Counts(3, {Verdict.FRESH: 2, Verdict.STALE: 1}, muted=1))
    assert headlines.headline(ENGLISH, muted) == "2 of 3 databases have a fresh backup; 1 is muted"


def test_korean_counts_with_its_own_words():
    assert headlines.headline(KOREAN, b.a_report(others=FRESH * 47)) == "데이터베이스 47개 모두 최신 백업이 있습니다"
    report = b.a_report(b.stale(), b.late(), b.disabled(), others=FRESH * 44)
    assert (
        headlines.headline(KOREAN, report)
        == "데이터베이스 47개 중 2개는 최신 백업이 없고, 1개는 자동 백업이 꺼져 있습니다"
    )


@pytest.mark.parametrize(
    ("report", "english", "korean"),
    [
        (b.a_report(b.stale(), b.late(), others=FRESH * 45), "47 checked: 45 fresh, 1 late, 1 stale", "47개 점검: 정상 45, 지연 1, 기한 초과 1"),
        (b.a_report(), "nothing was checked", "점검한 데이터베이스 없음"),
        (b.a_report(b.missing()), "0 checked + 1 expected: 1 missing", "0개 점검 + 필수 목록 1건: 누락 1"),
    ],
)  # fmt: skip
def test_the_summary_names_every_verdict_that_occurs(report, english, korean):
    assert headlines.summary(ENGLISH, report.counts) == english
    assert headlines.summary(KOREAN, report.counts) == korean


def test_the_summary_says_how_many_are_muted():
    counts = replace(b.a_report(b.stale(), others=FRESH).counts, muted=1)
    assert headlines.summary(ENGLISH, counts) == "2 checked: 1 fresh, 1 stale, 1 of them muted"


def test_korean_says_two_clauses_in_one_sentence():
    report = b.a_report(b.disabled(), b.misdated(), others=FRESH * 3)
    said = "데이터베이스 5개 중 1개는 자동 백업이 꺼져 있고, 1개는 상태를 확인할 수 없습니다"
    assert headlines.headline(KOREAN, report) == said
    assert headlines.headline(KOREAN, b.a_report(b.missing(), others=FRESH)) == "필수 목록의 데이터베이스 1건 누락"


@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        ([b.missing("a"), b.missing("b")], 2),
        ([b.too_few(12, 9)], 3),
        ([b.missing("a"), b.too_few(12, 9)], 3),
        ([b.missing("a"), b.missing("b"), b.too_few(12, 11)], 2),
        ([b.stale()], 0),
    ],
)
def test_what_is_missing_is_counted_in_databases(lines, missing):
    assert headlines.missing(lines) == missing


def test_thousands_are_separated():
    report = b.a_report(b.stale(), others=FRESH * 4999)
    assert headlines.headline(ENGLISH, report) == "1 of 5,000 databases has no fresh backup"
    assert headlines.headline(KOREAN, report) == "데이터베이스 5,000개 중 1개는 최신 백업이 없습니다"
    assert headlines.summary(ENGLISH, report.counts) == "5,000 checked: 4,999 fresh, 1 stale"


def test_of_several_products_those_that_could_not_be_read_are_named():
    report = b.a_report(errors=[b.an_error("ReadTimeout", product="mysql")], others=FRESH)
    several = replace(report, scopes=(*b.scopes("KR"), *b.scopes("KR", product="mysql")))
    assert headlines.headline(ENGLISH, several).startswith("KR (MySQL) could not be read (ReadTimeout")
    assert headlines.headline(ENGLISH, report).startswith("KR could not be read")
