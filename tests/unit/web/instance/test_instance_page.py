"""One database: which one is meant, its page and its document."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backup_watch.checking.lifecycle import ReportingPeriod
from backup_watch.i18n import Words
from backup_watch.model.instances import KeptBackup
from backup_watch.model.policy import Mute, Selector
from backup_watch.web.checks import Details
from backup_watch.web.refusals import too_many
from tests.builders import KST, NOW, a_report, a_violation, an_end, an_error, fresh, hours, late, missing, scopes, stale
from tests.unit.web.asking import BROWSER, FixedChecks, ask
from tests.unit.web.page.asking import parsed

REPORT = a_report(
    stale("orders-db", number="11"),
    late("late-db", number="12"),
    missing("11"),
    others=[fresh("users-db", number="13")],
    resolved=[an_end(stale("users-db", number="13"))],
)
PERIOD = ReportingPeriod(NOW - hours(1), NOW, hours(24), KST)
NIGHTS = tuple(
    KeptBackup(start, start + timedelta(minutes=20 + day % 5), 1_000_000 * (20 - day))
    for day in range(2, 10)
    for start in [NOW.astimezone(KST).replace(hour=2, minute=3) - timedelta(days=day)]
)


def looked_at(target: str, *, report=REPORT, details=None, **asked):
    checks = FixedChecks(report, details=details or Details(NIGHTS, period=PERIOD))
    return ask(target, checks=checks, **asked), checks


def page(target: str, **asked):
    answer, _ = looked_at(target, accept=BROWSER, **asked)
    assert (answer.status, answer.kind) == (200, "text/html; charset=utf-8")
    return parsed(answer.text)


def facts(document) -> dict[str, str]:
    return {
        label.text.strip(): value.text.strip()
        for each in document.all("dl")
        for label, value in zip(each.all("dt"), each.all("dd"), strict=True)
    }


# --- which one --------------------------------------------------------------------------------------------------------


def test_the_details_of_just_the_one_that_is_meant_are_read_as_of_the_check():
    answer, checks = looked_at("/instance/11")
    assert answer.json["serviceName"] == "orders-db"
    assert [(one.number, at) for one, at in checks.looked_at] == [("11", NOW)]


@pytest.mark.parametrize(
    "path", ["/instance/99", "/instance/1", "/instance/orders-db", "/instance/11/x", "/instance/%31%31%00"]
)
@pytest.mark.parametrize("accept", [BROWSER, "*/*"])
def test_a_number_that_none_has_is_a_problem_and_reads_nothing(path, accept):
    answer, checks = looked_at(path, accept=accept)
    assert (answer.status, answer.kind, checks.looked_at) == (404, "application/problem+json", [])


def test_where_not_everything_could_be_read_the_refusal_says_so():
    answer, _ = looked_at("/instance/99", report=a_report(errors=[an_error()]))
    assert answer.json["detail"] == "there is no database with the number '99' here; not everything could be read"


@pytest.mark.parametrize("path", ["/instance", "/instance/", "/instance/{number}"])
def test_the_address_without_a_number_is_none(path):
    assert looked_at(path)[0].status == 404


def test_a_number_may_be_percent_encoded():
    assert looked_at("/instance/%31%31")[0].status == 200


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?verdict=STALE", 400),
        ("?match=x", 400),
        ("?product=x", 400),
        ("?region=kr", 200),
        ("?account=def*&product=postgresql&region=KR", 200),
        ("?region=SGN", 404),
    ],
)
def test_only_what_tells_databases_of_one_number_apart_is_taken(query, status):
    assert looked_at(f"/instance/11{query}")[0].status == status


def test_it_is_looked_at_and_never_posted_to():
    refused, _ = looked_at("/instance/11", method="POST")
    assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD")
    head, _ = looked_at("/instance/11", method="HEAD", accept=BROWSER)
    assert (head.status, head.text) == (200, "")


SHARED = a_report(
    stale("orders-db", number="7"),
    stale("shop-db", number="7", account="acme", product="mysql"),
    others=[fresh("far-db", number="7", region="SGN")],
)


def test_a_number_of_several_is_answered_with_a_link_to_each():
    answer, checks = looked_at("/instance/7", report=SHARED)
    assert (answer.status, checks.looked_at) == (300, [])
    links = {each["serviceName"]: each["href"] for each in answer.json["instances"]}
    assert links["shop-db"] == "/instance/7?account=acme&product=mysql&region=KR"
    for name, address in links.items():
        assert looked_at(address, report=SHARED)[0].json["serviceName"] == name
    assert looked_at("/instance/7?product=mysql", report=SHARED)[0].json["serviceName"] == "shop-db"


def test_a_browser_gets_the_links_as_a_page():
    answer, _ = looked_at("/prod/instance/7", report=SHARED, accept=BROWSER, stage="prod")
    assert answer.status == 300
    links = [a.attributes["href"] for a in parsed(answer.text).one("ul").all("a")]
    assert len(links) == 3
    assert all(link.startswith("/prod/instance/7?account=") for link in links)
    assert "script-src" not in answer.headers["content-security-policy"]


def test_too_many_at_once_are_refused_with_the_time_to_wait():
    class Busy(FixedChecks):
        def details(self, instance, *, at):
            raise too_many("databases were looked at", 7.2)

    refused = ask("/instance/11", checks=Busy(REPORT), accept=BROWSER)
    assert (refused.status, refused.headers["retry-after"]) == (429, "8")


# --- for programs -----------------------------------------------------------------------------------------------------


def test_the_document_is_that_of_explain_with_the_kept_backups():
    document = looked_at("/instance/11")[0].json
    assert (document["verdict"], document["checkedAt"]) == ("STALE", "2026-11-23T03:00:00Z")
    assert [step["step"] for step in document["steps"] if step["met"]] == ["STALE"]
    assert document["allowed"]["maxAge"] == "26h" or document["allowed"]["maxAge"] == "30h"
    assert document["alert"]["incident"]
    assert document["alert"]["because"]
    assert document["keptBackups"][0] == {
        "startedAt": "2026-11-20T17:03:00Z", "endedAt": "2026-11-20T17:25:00Z", "sizeBytes": 18_000_000,
    }  # fmt: skip
    assert len(document["keptBackups"]) == 8
    assert document["errors"] == []


def test_with_a_memory_the_document_says_what_that_knows():
    document = looked_at("/instance/11", details=Details())[0].json
    assert document["alert"]["event"] == "NEW"
    assert document["alert"]["because"] == "the memory does not have it: it was not published before"


def test_details_that_could_not_be_read_are_an_error_of_the_document_and_the_page():
    details = Details((), (an_error(operation="getCloudPostgresqlBackupDetailList"),), PERIOD)
    document = looked_at("/instance/11", details=details)[0].json
    assert [error["kind"] for error in document["errors"]] == ["ReadTimeout"]
    shown = page("/instance/11", details=details)
    assert (
        "the backup history of an instance could not be read"
        in shown.one("section", **{"aria-labelledby": "kept"}).text
    )
    assert "No backup is kept." not in shown.one("main").text


# --- for people -------------------------------------------------------------------------------------------------------


def test_the_page_says_what_and_why_and_what_to_do():
    document = page("/instance/11")
    assert document.one("h1").text == "orders-db"
    assert document.one("title").text == "orders-db: stale"
    hero = document.one("section", **{"aria-labelledby": "name"}).text
    assert "the newest backup is 2\N{NO-BREAK SPACE}d 3\N{NO-BREAK SPACE}h old" in hero
    assert "pg_dump" in hero
    [met] = [each for each in document.one("ol", **{"class": "steps"}).all("li") if "met" in each.attributes["class"]]
    assert met.one("b").text == "STALE"
    assert not document.all("script")


def test_kept_backups_are_a_line_a_day_with_the_slot_and_the_usual_end():
    rows = page("/instance/11").one("table").one("tbody").all("tr")
    assert [row.one("th").text.split()[0] for row in rows[:3]] == ["2026-11-23", "2026-11-22", "2026-11-21"]
    assert [len(row.all("rect", **{"class": "done"})) for row in rows] == [0, 0] + [1] * 8
    assert {path.attributes["d"] for path in rows[4].all("path", **{"class": "slot"})} == {"M120.0 0V20"}
    assert {path.attributes["d"] for path in rows[4].all("path", **{"class": "usual"})} == {"M147.0 0V20"}
    assert rows[2].all("td")[1].text.split("\n")[0] == "02:03–02:25"
    assert "none yet" in rows[0].text
    assert "no backup" in rows[1].text
    assert facts(page("/instance/11"))["Usually done by"] == "02:27 (7\N{NO-BREAK SPACE}backups)"


def test_what_is_under_way_is_said_and_drawn():
    started = NOW.astimezone(KST).replace(hour=10, minute=4)
    row = page("/instance/12", details=Details((*NIGHTS, KeptBackup(started, None)))).one("tbody").all("tr")[0]
    assert "under way since 10:04" in row.text
    assert row.one("rect", **{"class": "way"}).attributes["width"] == "116.0"


def test_incident_and_mute_stand_with_when_they_began_were_told_and_end():
    told = replace(a_violation(stale("orders-db", number="11")), told_at=NOW - hours(3))
    shown = facts(page("/instance/11", report=a_report(told)))
    assert shown["Since"] == "2026-11-22 11:00 KST" or shown["Since"] == "2026-11-22 15:00 KST"
    assert shown["Last told"] == "2026-11-23 09:00 KST"
    assert re.fullmatch("[0-9a-f]{12}", shown["Incident"])
    mute = Mute(Selector("*"), NOW + hours(24), reason="being retired", owner="dba@example.com")
    quiet = a_report(others=[replace(stale("orders-db", number="11"), mute=mute)])
    assert "dba@example.com" in facts(page("/instance/11", report=quiet))["Mute"]
    assert facts(page("/instance/13"))["State"] == "it is over"
    assert not page("/instance/13", report=a_report(others=[fresh("users-db", number="13")])).all("h2", id="alert")


def test_without_any_kept_backup_the_page_says_so():
    document = page("/instance/13", details=Details())
    assert "No backup is kept." in document.one("main").text
    assert not document.all("table")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_pages_policy_lets_it_use_its_style_alone(language):
    answer, _ = looked_at("/instance/11", accept=BROWSER, words=Words(language))
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert parsed(answer.text).one("html").attributes["lang"] == language


def test_every_row_and_card_leads_to_its_database():
    report = replace(SHARED, scopes=(*scopes("KR", "SGN"), *scopes("KR", account="acme", product="mysql")))
    answer = ask("/prod/", report=report, accept=BROWSER, stage="prod")
    document = parsed(answer.text)
    links = [a.attributes["href"] for a in document.one("tbody").all("a")]
    assert len(links) == 3
    assert [a.attributes["href"] for card in document.one("ol").all("h3") for a in card.all("a")] == links[:2]
    for link, name in zip(links, [a.text for a in document.one("tbody").all("a")], strict=True):
        assert looked_at(link, report=report, stage="prod")[0].json["serviceName"] == name
    plain = parsed(ask("/", report=REPORT, accept=BROWSER).text)
    assert [a.attributes["href"] for a in plain.one("tbody").all("a")] == [
        "/instance/11",
        "/instance/12",
        "/instance/13",
    ]


@given(st.text(max_size=30), st.text(min_size=1, max_size=12))
def test_no_name_and_no_number_becomes_markup(name, number):
    report = a_report(stale(name, number=number))
    link = parsed(ask("/", report=report, accept=BROWSER).text).one("tbody").all("a")
    skeleton = [element.tag for element in page("/instance/11").walk()]
    for a in link:
        answer, _ = looked_at(a.attributes["href"], report=report, accept=BROWSER)
        if answer.status == 200:
            assert [element.tag for element in parsed(answer.text).walk()] == skeleton
