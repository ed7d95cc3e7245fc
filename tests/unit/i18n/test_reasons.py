"""One sentence for every verdict, with the numbers that a reader wants to check."""

# ruff: noqa: E501  a sentence stands on one line where it can, so that it can be found by its words

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backup_watch.i18n import Words, reasons
from backup_watch.i18n.products import product_words
from backup_watch.model.instances import KeptBackup
from backup_watch.model.policy import Limits
from backup_watch.model.vocabulary import Cause, DatedBy, Severity, Verdict
from tests import builders as b

BACKUP_MENU = product_words().backup_menu
ENGLISH, KOREAN = Words(), Words("ko")
EIGHT_DAYS = Limits(timedelta(days=8), b.hours(2), b.hours(2), max_age_rule=3)
BY_RULE = Limits(b.hours(26), b.hours(2), b.hours(2), Severity.WARNING, severity_rule=2)
NINE = b.NOW - b.hours(3)
RUNNING = (
    *(KeptBackup(NINE - b.hours(24 * day), NINE - b.hours(24 * day - 0.4)) for day in (1, 2, 3)),
    KeptBackup(b.NOW - timedelta(minutes=57), None),
)
EVERY_CAUSE = {
    Cause.BEING_DELETED: b.skipped(),
    Cause.BEING_CREATED: b.a_finding(status="creating", created_at=b.NOW),
    Cause.BACKUPS_OFF: b.disabled(),
    Cause.LIST_UNREAD: b.unread(),
    Cause.DATE_UNREADABLE: b.misdated(),
    Cause.DATE_IN_FUTURE: b.a_finding(age=-b.hours(3)),
    Cause.HISTORY_UNKNOWN: b.a_finding(history_known=False),
    Cause.NEWLY_CREATED: b.new(),
    Cause.NEVER_BACKED_UP: b.never(),
    Cause.TOO_OLD: b.stale(),
    Cause.SLOT_MISSED: b.late(),
    Cause.IN_TIME: b.fresh(),
    Cause.DATABASES_BEHIND: b.behind(),
    Cause.BACKUPS_GONE: replace(b.never(), cause=Cause.BACKUPS_GONE),
    Cause.NOT_LISTED: replace(b.stale(), verdict=Verdict.UNKNOWN, cause=Cause.NOT_LISTED),
    Cause.NAME_ABSENT: b.missing(),
    Cause.TOO_FEW: b.too_few(),
}


def test_the_samples_here_cover_every_cause():
    assert {cause: finding.cause for cause, finding in EVERY_CAUSE.items()} == {cause: cause for cause in Cause}


@pytest.mark.parametrize("cause", Cause)
@pytest.mark.parametrize("words", [ENGLISH, KOREAN])
def test_every_cause_has_a_reason_and_an_advice_without_gaps(cause, words):
    for sentence in (reasons.reason(words, EVERY_CAUSE[cause]), reasons.advice(words, EVERY_CAUSE[cause])):
        assert sentence
        assert "None" not in sentence
        assert "{" not in sentence
        assert "  " not in sentence
        assert "''" not in sentence


@pytest.mark.parametrize(
    ("finding", "sentence"),
    [
        (b.stale(), "the newest backup is 2 d 3 h old; 26 h are allowed"),
        (b.fresh(), "the newest backup is 9 h old; 26 h are allowed"),
        (b.stale(age=timedelta(days=9), limits=EIGHT_DAYS), "the newest backup is 9 d old; 8 d are allowed (rule 3)"),
        (b.behind(), "dropped, or not backed up any more while others are: 'archive' (newest backup 2026-11-19 09:00 KST)"),
        (
            b.a_finding(product="mssql", **b.of_databases(orders=60, users=59, archive=200)),
            "the newest backup is 2 d 12 h old; 26 h are allowed; that is of its database 'orders', which has the oldest; dropped, or not backed up any more while others are: 'archive' (newest backup 2026-11-15 04:00 KST)",
        ),
        (
            replace(b.fresh(), cause=Cause.DATABASES_BEHIND, verdict=Verdict.LATE),
            "one of its databases was dropped, or is not backed up any more while others are",
        ),
        (b.on_a_day(), "the newest backup is 12 h old; 26 h are allowed; the list tells only a day, and its age counts from the end of that"),
        (
            b.stale(product="cache", dated_by=DatedBy.DAY_AND_TIME),
            "the newest backup is 2 d 3 h old; 26 h are allowed; the list tells only a day; this is by its kept backups",
        ),
        (
            b.unread(product="mssql", dated_by=DatedBy.DETAILS),
            "its kept backups, which alone have dates, could not be read in full, so nothing is known of its backups",
        ),
        (b.late(), "no backup has come: usually done by 10:00 (3 backups); now 12:00 KST; the newest is 1 d 1 h old"),
        (b.late(kept=()), "no backup has come since it was due at 2026-11-23 09:00 KST, expected by 09:30 KST and with 2 h of grace; the newest is 1 d 1 h old"),
        (b.late(kept=RUNNING), "no backup has come: usually done by 09:24 (3 backups); now 12:00 KST; the newest is 1 d 1 h old; a backup is under way since 11:03 KST"),
        (b.stale(is_backing_up=True), "the newest backup is 2 d 3 h old; 26 h are allowed; a backup is under way"),
        (b.fresh(is_backing_up=True), "the newest backup is 9 h old; 26 h are allowed"),
        (b.new(), "it was created 30 min ago and has no backup yet; 2 h are allowed for the first"),
        (b.never(created_at=b.NOW - b.hours(50)), "it has never been backed up since it was created 2 d 2 h ago; 2 h are allowed for the first"),
        (b.never(created_at=None), "it has never been backed up, and when it was created is not known"),
        (b.disabled(), "automatic backups are switched off; the newest backup is 9 h old"),
        (b.disabled(age=None), "automatic backups are switched off; it has no backup"),
        (b.disabled(age=None, backups_read=False), "automatic backups are switched off"),
        (b.misdated(), "the date of a backup cannot be read: '2026-13-01T00:00:00'"),
        (b.a_finding(age=b.hours(60), unreadable_dates=("soon",)), "the date of a backup cannot be read: 'soon'; the newest backup is 2 d 12 h old"),
        (b.fresh(unreadable_dates=("soon",)), "the newest backup is 9 h old; 26 h are allowed; another of its dates cannot be believed: 'soon'"),
        (b.a_finding(age=-b.hours(3)), "the date of a backup lies in the future: '2026-11-23T15:00:00+09:00'"),
        (b.stale(limits=BY_RULE), "the newest backup is 2 d 3 h old; 26 h are allowed; by rule 2 this counts as warning"),
        (b.late(limits=BY_RULE), "no backup has come: usually done by 10:00 (3 backups); now 12:00 KST; the newest is 1 d 1 h old"),
        (b.stale(in_instance_list=False), "the newest backup is 2 d 3 h old; 26 h are allowed; the instance list does not have this instance"),
        (b.missing("billing-*"), "the policy expects an instance that matches 'billing-*', and there is none"),
        (b.too_few(12, 9), "the policy expects 12 instances, and there are 9"),
    ],
)  # fmt: skip
def test_the_reason_says_what_was_compared(finding, sentence):
    assert reasons.reason(ENGLISH, finding) == sentence


@pytest.mark.parametrize(
    ("over", "age"),
    [
        (timedelta(microseconds=1), "just over 26 h"),
        (timedelta(seconds=59), "just over 26 h"),
        (timedelta(minutes=1), "1 d 2 h 1 min"),
        (timedelta(minutes=59), "1 d 2 h 59 min"),
        (timedelta(hours=1), "1 d 3 h"),
    ],
)
def test_an_age_that_is_barely_too_much_does_not_look_allowed(over, age):
    assert (
        reasons.reason(ENGLISH, b.stale(age=b.hours(26) + over)) == f"the newest backup is {age} old; 26 h are allowed"
    )


def test_korean_reads_like_an_operator():
    assert reasons.reason(KOREAN, b.stale()) == "최근 백업 후 2일 3시간 경과했습니다. 허용 시간은 26시간입니다."
    by_rule = reasons.reason(KOREAN, b.stale(limits=EIGHT_DAYS, age=timedelta(days=9)))
    assert by_rule.endswith("허용 시간은 8일(규칙 3)입니다.")


def test_the_advice_names_the_place_in_the_console():
    assert BACKUP_MENU in reasons.advice(ENGLISH, b.stale())
    assert BACKUP_MENU in reasons.advice(KOREAN, b.stale())
    assert "KR" in reasons.advice(ENGLISH, b.unread())


@given(st.text(st.characters(categories=None), max_size=200))
def test_no_text_from_outside_breaks_a_sentence(text):
    for finding in (b.misdated(text, date=text), b.missing(text), b.skipped(text), b.unread(text, region=text)):
        for words in (ENGLISH, KOREAN):
            assert reasons.reason(words, finding).isprintable()
            assert reasons.advice(words, finding).isprintable()
