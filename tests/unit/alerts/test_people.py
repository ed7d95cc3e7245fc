"""What people read: the mail, the chat text, the card."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.alerts import compose
from backup_watch.alerts.renderings.chat_text import harmless
from backup_watch.i18n import Words
from backup_watch.model.notices import RuleUnused
from backup_watch.model.plain_text import utf16_length
from backup_watch.model.policy import Limits
from backup_watch.model.vocabulary import Event
from tests import builders as b

ENGLISH, KOREAN = Words(), Words("ko")


def mail(*args, words=ENGLISH, notify=True, **kwargs):
    return compose(b.a_report(*args, **kwargs), words, notify=notify).renderings["email"]


def card(*args, words=ENGLISH, **kwargs):
    return json.loads(compose(b.a_report(*args, **kwargs), words, chat_format="amazon-q").renderings["https"])


def text(*args, words=ENGLISH, **kwargs):
    return json.loads(compose(b.a_report(*args, **kwargs), words).renderings["default"])["text"]


def test_the_mail_answers_first_and_then_explains():
    report = b.a_report(b.a_violation(b.stale(), Event.NEW), others=[b.fresh()] * 46)
    assert compose(report, ENGLISH).renderings["email"] == (
        "1 of 47 databases has no fresh backup.\n"
        "47 checked: 46 fresh, 1 stale\n"
        "Checked at 2026-11-23 12:00 KST.\n"
        "\n"
        "CRITICAL orders-db (KR, 1234925)\n"
        "  Verdict: STALE, new\n"
        "  Why: the newest backup is 2 d 3 h old; 26 h are allowed\n"
        "  Since: 2026-11-22 11:00 KST (1 d 1 h ago)\n"
        "  Newest backup: 2026-11-21 09:00 KST (2 d 3 h ago)\n"
        "  Expected: 2026-11-23 02:00 KST (10 h ago)\n"
        "  Next: In the Ncloud console see Cloud DB for PostgreSQL > Backup for a backup that failed or hangs, and"
        " Cloud DB for PostgreSQL > DB Server for the server's state and free storage. If the next slot passes too,"
        " take a dump (pg_dump) and ask Ncloud support.\n"
        f"  Incident: {report.violations[0].incident}\n"
        "\n"
        "Sent by ncloud-backup-watch.\n"
    )


def test_the_foot_links_to_the_runbook_where_there_is_one():
    report, runbook = b.a_report(b.stale()), "https://example.com/runbook#backups"
    for words in (ENGLISH, KOREAN):
        foot = compose(report, words, runbook_url=runbook).renderings["email"].splitlines()[-1]
        assert foot.endswith(f": {runbook}")
        assert "README" not in compose(report, words).renderings["email"]


def test_an_end_has_a_block_of_its_own_with_how_long_it_lasted():
    body = mail(others=[b.fresh()], resolved=[b.an_end()])
    assert "Resolved (1):\n- orders-db (KR, 1234925): fresh backup at 2026-11-23 11:20 KST, after 1 d of STALE " in body
    assert "since 2026-11-22 11:00 KST" in body


def test_an_end_of_unknown_beginning_says_no_duration():
    body = mail(others=[b.fresh()], resolved=[b.an_end(b.never(created_at=None))])
    assert "- never-db (KR, 1234925): fresh backup at 2026-11-23 11:20 KST\n" in body


def test_the_same_advice_is_given_once():
    body = mail(b.stale("a-db"), b.stale("b-db"))
    assert body.count("pg_dump") == 1
    assert "  Next: as for a-db\n" in body


def test_one_cause_for_many_is_one_block_that_names_some():
    unread = [b.unread(f"db-{number:02}", number=str(number)) for number in range(30)]
    body = mail(*unread, errors=[b.an_error(message="no answer\nin 10 s")])
    assert body.count("UNREADABLE") == 1
    assert "UNREADABLE KR: the backup list could not be read (ReadTimeout: the answer did not come in time)" in body
    assert " - 30 databases unknown\n  Message: no answer in 10 s\n" in body
    assert (
        "  Unknown because of it: db-00, db-01, db-02, db-03, db-04, db-05, db-06, db-07, db-08, db-09 (+20 more)\n"
        in body
    )


def test_an_error_that_came_often_says_how_often():
    histories = [b.an_error(operation="getCloudPostgresqlBackupDetailList") for _ in range(12)]
    assert "of an instance could not be read (ReadTimeout: the answer did not come in time), 12 times\n" in mail(
        others=[b.fresh()], errors=histories
    )


def test_an_error_that_came_twice_came_twice():
    assert "in time), 2 times\n" in mail(others=[b.fresh()], errors=[b.an_error(), b.an_error()])
    assert "times" not in mail(others=[b.fresh()], errors=[b.an_error(), b.an_error(region="SGN")])


def test_what_cannot_be_judged_has_no_event_to_tell():
    assert "  Verdict: UNKNOWN\n" in mail(b.misdated())


def test_what_goes_on_is_counted_though_not_told():
    body = mail(b.a_violation(b.stale("old-db"), Event.ONGOING), b.late())
    assert "Going on as told before: 1.\n" in body
    assert "old-db" not in body


def test_warnings_come_last():
    body = mail(b.late(), notices=[RuleUnused(3, "a*")])
    assert "Warnings (1):\n- rule 3 (match 'a*') matches no instance\n\nSent by" in body


def test_a_disabled_database_is_not_said_to_be_expected_to_back_up():
    body = mail(b.disabled())
    assert "Expected" not in body
    assert "Allowed" not in body


def test_finding_nothing_says_what_to_check():
    body = mail()
    assert "UNREADABLE KR: every list was read, and there is no database at all\n  Next: Check NCLOUD_REGIONS" in body


def test_a_mail_in_korean_is_korean():
    body = mail(b.stale(), others=[b.fresh()], words=KOREAN)
    assert body.startswith(
        "데이터베이스 2개 중 1개는 최신 백업이 없습니다.\n"
        "2개 점검: 정상 1, 기한 초과 1\n"
        "점검 시각: 2026-11-23 12:00 KST\n"
    )
    assert "\n[심각] orders-db (KR, 1234925)\n  판정: 기한 초과(STALE), 새로 발생\n" in body
    assert "  최근 백업: 2026-11-21 09:00 KST (2일 3시간 전)\n" in body


@pytest.mark.parametrize("words", [ENGLISH, KOREAN])
def test_every_kind_of_finding_can_be_told(words):
    findings = [
        b.stale(), b.late(), b.never(), b.never(created_at=None), b.disabled(), b.unread(region="SGN"), b.misdated(),
        b.a_finding(age=-b.hours(3)), b.a_finding(history_known=False), b.missing(), b.too_few(),
    ]  # fmt: skip
    message = compose(b.a_report(*findings, errors=[b.an_error()]), words, chat_format="amazon-q")
    assert message.events == 12
    for rendering in message.renderings.values():
        assert "None" not in rendering
        assert "{value}" not in rendering


def test_the_chat_text_is_the_headline_a_line_each_and_the_counts():
    shown = text(b.stale(), others=[b.fresh()] * 46, resolved=[b.an_end(b.late())]).splitlines()
    assert shown[0] == "1 of 47 databases has no fresh backup."
    assert shown[2] == (
        "🔴 CRITICAL orders-db (KR, 1234925): the newest backup is 2 d 3 h old; 26 h are allowed · STALE, new"
    )
    assert shown[3:6] == [
        "      Since: 2026-11-22 11:00 KST (1 d 1 h ago)",
        "      Newest backup: 2026-11-21 09:00 KST (2 d 3 h ago)",
        "      Expected: 2026-11-23 02:00 KST (10 h ago)",
    ]
    assert shown[6].startswith("🟢 RESOLVED late-db (KR, 1234925): fresh backup at 2026-11-23 11:20 KST")
    assert shown[8] == "47 checked: 46 fresh, 1 stale · 2026-11-23 12:00 KST"


def test_the_chat_text_is_short_about_all_but_the_worst():
    shown = text(*[b.stale(f"db-{number}") for number in range(6)]).splitlines()
    assert shown[-3] == (
        "🔴 CRITICAL db-5 (KR, 1234925): the newest backup is 2 d 3 h old; 26 h are allowed · STALE, new"
        " · Since: 2026-11-22 11:00 KST (1 d 1 h ago)"
    )
    assert len(shown) == 2 + 5 * 4 + 1 + 2


def test_the_chat_text_is_bounded_and_says_what_it_leaves_out():
    shown = text(*[b.stale(f"db-{number:03}") for number in range(100)], resolved=[b.an_end()] * 100)
    assert utf16_length(shown) <= 3000
    assert shown.count("... and ") == 2
    assert "🟢" in shown


def test_names_cannot_command_a_chat():
    shown = text(b.stale("<!channel> <http://x|y> @here"))
    assert "<" not in shown
    assert "@" not in shown
    assert "‹!channel› ‹http：//x｜y› ＠here" in shown


@pytest.mark.parametrize(("given", "shown"), [
    ("[pay](https://evil.example/x)", "［pay］(https：//evil.example/x)"),
    ("https://evil.example www.evil.example mailto:x", "https：//evil.example www．evil.example mailto：x"),
    ("*bold* _it_ __x__ ~gone~ `code` snake_case", "∗bold∗ ＿it＿ ＿＿x＿＿ ∼gone∼ ˋcodeˋ snake_case"),
    ("&lt;!channel&gt; <#C1|x> :fire: a:b:c 12:30:00", "＆lt;!channel＆gt; ‹#C1｜x› ：fire: a：b:c 12:30:00"),
    ("주문-db 결제_db", "주문-db 결제_db"),
])  # fmt: skip
def test_a_chat_shows_every_sign_and_follows_none(given, shown):
    assert harmless(given) == shown
    described = card(b.stale(given))
    assert shown in described["content"]["description"]
    assert described["metadata"]["relatedResources"] == [shown]


def test_the_card_has_the_one_shape_that_is_shown():
    shown = card(b.stale(), b.late(), others=[b.fresh()] * 45)
    assert shown["version"] == "1.0"
    assert shown["source"] == "custom"
    assert shown["content"]["textType"] == "client-markdown"
    assert shown["content"]["title"] == "🔴 CRITICAL orders-db: newest backup 2 d 3 h old (+1 more)"
    assert shown["content"]["description"].startswith("2 of 47 databases have no fresh backup.\n")
    assert [step[:10] for step in shown["content"]["nextSteps"]] == ["In the Ncl", "Backups st"]
    assert shown["content"]["keywords"] == ["critical", "NEW", "KR"]
    assert shown["metadata"]["summary"] == "2 of 47 databases have no fresh backup"
    assert shown["metadata"]["relatedResources"] == ["orders-db", "late-db"]
    assert shown["metadata"]["additionalContext"] == {"severity": "critical", "events": "NEW"}


def test_the_card_of_an_end_is_green_and_asks_for_nothing():
    shown = card(others=[b.fresh()], resolved=[b.an_end()])
    assert shown["content"]["title"] == "🟢 RESOLVED orders-db: fresh backup at 11:20 KST"
    assert "nextSteps" not in shown["content"]


def test_the_card_is_only_for_https_and_only_where_asked_for():
    plain, chatting = (compose(b.a_report(b.stale()), ENGLISH, chat_format=form) for form in ("none", "amazon-q"))
    assert set(chatting.renderings) - set(plain.renderings) == {"https"}
    assert plain.renderings.items() <= chatting.renderings.items()


def test_the_end_lands_in_the_thread_of_the_beginning():
    beginning = b.a_violation(b.late())
    worse = b.a_violation(b.a_finding("late-db", age=b.hours(25), limits=Limits(b.hours(24), b.hours(2), b.hours(2))))
    end = b.an_end(b.late())
    assert (beginning.finding.verdict, worse.finding.verdict) == ("LATE", "STALE")
    threads = [card(told)["metadata"]["threadId"] for told in (beginning, worse)]
    threads.append(card(others=[b.fresh()], resolved=[end])["metadata"]["threadId"])
    assert threads == [beginning.incident] * 3


def test_of_several_the_thread_is_the_worst_ones():
    worst = b.a_violation(b.stale())
    assert card(b.late(), worst, resolved=[b.an_end(b.never())])["metadata"]["threadId"] == worst.incident


def test_what_could_not_be_read_has_a_thread_that_stays():
    first = card(b.unread(), errors=[b.an_error(message="one")])["metadata"]["threadId"]
    again = card(b.unread(), b.unread("more"), errors=[b.an_error(message="two")])["metadata"]["threadId"]
    elsewhere = card(errors=[b.an_error(region="SGN")])["metadata"]["threadId"]
    with_more = card(b.late(), errors=[b.an_error()])["metadata"]["threadId"]
    assert first == again == with_more
    assert first != elsewhere
    assert card()["metadata"]["threadId"] not in (first, elsewhere)


@given(st.text(st.characters(categories=None), max_size=300), st.integers(1, 120))
def test_the_card_stays_inside_its_limits_whatever_the_names(name, count):
    findings = [b.stale(f"{name}{number}") for number in range(count)]
    shown = card(*findings, resolved=[b.an_end(b.never(name))] * count, words=KOREAN)
    assert utf16_length(shown["content"]["title"]) <= 250
    assert utf16_length(shown["content"]["description"]) <= 8000
    assert utf16_length(shown["metadata"]["summary"]) <= 250
    assert len(shown["metadata"]["relatedResources"]) <= 10
