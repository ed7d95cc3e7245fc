"""The status page's document: what it says, in which order, and that names cannot act in it."""

import base64
import hashlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from backup_watch.i18n import Words, headlines, reasons, terms
from backup_watch.model.vocabulary import Verdict
from backup_watch.web.page.assets import content_policy
from backup_watch.web.page.choice import Choice
from backup_watch.web.page.document import MAX_CARDS, render
from backup_watch.web.page.listing import MAX_ROWS
from backup_watch.web.page.typography import unbroken
from tests.browser.states import STATES
from tests.builders import NOW, a_report, an_error, fresh, hours, late, stale, unread
from tests.unit.web.asking import BROWSER, ask
from tests.unit.web.page.asking import data, names, page_of, parsed

LANGUAGES = ("en", "ko")
REPORTS = {state: make().report() for state, make in STATES.items()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", [state for state in STATES if state != "thousands"])
def test_every_state_is_one_well_formed_document_with_the_answer_on_top(state, language):
    report, words = REPORTS[state], Words(language)
    page = page_of(report, language=language)
    assert page.one("html").attributes["lang"] == language
    assert page.one("h1").text == page.one("head").one("title").text == unbroken(headlines.headline(words, report))
    assert {element.tag for element in page.walk()} >= {"header", "main", "footer", "h1", "nav"}
    ids = [element.attributes["id"] for element in page.walk() if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    places = {a.attributes["href"].partition("#")[2] for a in page.all("a")} - {""}
    assert places <= set(ids)


@pytest.mark.parametrize("state", STATES)
def test_the_page_asks_for_nothing_from_anywhere(state):
    page = parsed(render(REPORTS[state], Choice(), Words()))
    for element in page.walk():
        for name in ("src", "href", "action", "data", "poster", "srcset"):
            target = element.attributes.get(name) or ""
            assert re.match(r"[/#?]|data:image/svg|$", target), f"{element.tag} {name}={target}"
        assert "style" not in element.attributes
        assert not any(name.startswith("on") for name in element.attributes)
    assert not re.search(r"@import|url\(", page.one("style").text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_policy_allows_just_this_style_and_script(language):
    answer = ask("/", report=REPORTS["mixed"], accept=BROWSER, words=Words(language))
    page, policy = parsed(answer.text), answer.headers["content-security-policy"]
    for tag in ("style", "script"):
        [active] = [each for each in page.all(tag) if each.attributes.get("type") != "application/json"]
        digest = base64.b64encode(hashlib.sha256(active.text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy == content_policy(language)
    assert "unsafe" not in policy
    assert not re.search(r"https?:|\*", policy)


def test_what_could_not_be_read_is_said_before_anything_else():
    page = page_of(REPORTS["incomplete"])
    first, second = page.one("main").all("section")[:2]
    assert "SGN" in first.text
    assert "AuthenticationFailed" in first.text
    assert second.all("h1")
    assert not page_of(REPORTS["all-fresh"]).all("section", **{"class": "unread"})


def test_what_is_wrong_comes_worst_first_with_reason_and_each_advice_once():
    report, words = REPORTS["mixed"], Words()
    cards = page_of(report).one("ol", **{"class": "cards"}).all("li")
    assert len(cards) == len(report.violations)
    first: dict[str, str] = {}
    for card, violation in zip(cards, report.violations, strict=True):
        assert terms.name(words, violation.finding.subject) in card.text
        assert unbroken(reasons.reason(words, violation.finding)) in card.text
        advice = unbroken(reasons.advice(words, violation.finding))
        assert (advice in card.text) != (f"As for {first.get(advice)}." in card.text)
        first.setdefault(advice, terms.name(words, violation.finding.subject))
    assert len(first) < len(cards)


def test_instances_of_a_list_that_could_not_be_read_are_one_line_and_not_a_card_each():
    report = a_report(*[unread(f"dark-{n}", number=str(n)) for n in range(30)], errors=[an_error()])
    page = page_of(report)
    assert not page.one("ol", **{"class": "cards"}).all("li")
    assert "30\N{NO-BREAK SPACE}databases cannot be judged" in page.one("main").text


def test_hundreds_of_violations_are_cut_aloud():
    page = page_of(a_report(*[stale(f"db-{n}", number=str(n)) for n in range(100)]))
    assert len(page.one("ol", **{"class": "cards"}).all("li")) == MAX_CARDS
    assert f"and {100 - MAX_CARDS}\N{NO-BREAK SPACE}more" in page.one("main").text
    assert len(names(page)) == 100


def test_nothing_found_looks_unknown_and_never_green():
    page = page_of(REPORTS["empty"])
    assert page.one("html").attributes["class"] == "k2"
    assert not page.all("table")
    assert not any("k0" in (element.attributes.get("class") or "").split() for element in page.walk())


def test_only_what_is_fresh_is_green():
    page = page_of(REPORTS["mixed"])
    green = [row for row in page.one("tbody").all("tr") if row.attributes["class"] == "k0"]
    assert {row.one("b").text for row in green} == {"fresh"}
    assert len(green) == REPORTS["mixed"].counts.of(Verdict.FRESH)


def test_muted_ones_are_named_with_who_and_until_when():
    page = page_of(REPORTS["muted"])
    assert page.one("section", **{"aria-labelledby": "muted"}).text.count("dba@example.com") == 3
    assert len([row for row in page.one("tbody").all("tr") if row.all("em")]) == 3
    assert not page.all("section", **{"aria-labelledby": "wrong"})


def test_times_are_in_the_display_zone_with_utc_beside_them():
    report = a_report(stale("orders-db"))
    cell = page_of(report).one("tbody").one("time")
    assert cell.text == "2026-11-21 09:00"
    assert cell.attributes == {"datetime": "2026-11-21T00:00:00Z", "title": "2026-11-21 00:00 UTC"}
    assert page_of(report, zone="UTC").one("tbody").one("time").text == "2026-11-21 00:00"
    for element in page_of(report).all("time"):
        assert element.attributes["datetime"].endswith("Z")
        assert element.attributes["title"].endswith("UTC")


def test_slots_are_in_the_display_zone():
    def slot(zone: str) -> str:
        return page_of(a_report(stale("orders-db")), zone=zone).one("tbody").all("td")[3].text

    assert (slot("Asia/Seoul"), slot("UTC"), slot("America/New_York")) == ("02:00", "17:00", "12:00")


@pytest.mark.parametrize(
    ("finding", "bar"),
    [
        (stale(), "a98"),
        (late(), "a48"),
        (fresh(), "a17"),
        (stale(age=(late().age or 0) * 40), "a100"),
        (unread(), "au"),
        (fresh(age=None), "an"),
    ],
)
def test_the_bar_draws_the_age_against_what_is_allowed(finding, bar):
    page = page_of(a_report(others=[finding]))
    assert page.one("tbody").all("i", **{"class": f"f {bar}"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_of_five_thousand_is_small_enough(language):
    html = render(REPORTS["thousands"], Choice(), Words(language))
    assert len(html.encode()) <= 2 * 1024 * 1024
    page = parsed(html)
    assert len(names(page)) == MAX_ROWS
    assert len(data(page)) == 5000
    assert "300\N{NO-BREAK SPACE}of 5,000" in page_of(REPORTS["thousands"]).one("p", id="shown").text


def test_all_of_thousands_are_listed_where_that_is_asked_for_without_a_script():
    link = page_of(REPORTS["thousands"], query=[("verdict", "FRESH")]).one("p", id="more").one("a")
    assert (link.text, link.attributes["href"]) == ("List all 4,950", "/?verdict=FRESH&show=all#all")
    everything = page_of(REPORTS["thousands"], query=[("verdict", "FRESH"), ("show", "all")])
    assert len(names(everything)) == 4950
    assert "hidden" in everything.one("p", id="more").attributes
    assert "hidden" in page_of(REPORTS["mixed"]).one("p", id="more").attributes


def test_a_table_that_would_be_too_large_for_lambda_is_cut_aloud_and_filters_reach_the_rest():
    findings = [fresh(f"긴이름-{n:05}-" + "가" * 200, number=str(n)) for n in range(9_000)]
    report = a_report(others=findings)
    answer = ask("/?show=all", report=report, accept=BROWSER)
    page = parsed(answer.text)
    assert answer.status == 200
    sent = len(names(page))
    assert 1000 < sent < 9_000
    assert f"{sent:,}\N{NO-BREAK SPACE}of 9,000" in page.one("p", id="more").text
    for query in ([], [("show", "all")]):
        assert "data-cut" in page_of(report, query=query).one("form").attributes
    narrowed = page_of(report, query=[("match", "긴이름-08999")])
    assert [name[:9] for name in names(narrowed)] == ["긴이름-08999"]
    assert "hidden" in narrowed.one("p", id="more").attributes


HOSTILE = st.text(max_size=60) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "'\"><b>",
        "</title></style></script>",
        "{{7*7}}",
        "&lt;&amp;",
        "javascript:x",
        "-->",
        "]]>",
    ]
)


@settings(max_examples=60)
@given(HOSTILE, HOSTILE)
def test_no_name_and_no_filter_becomes_markup(name, term):
    page = page_of(a_report(stale(name)), query=[("match", term)])
    plain = page_of(a_report(stale("x")), query=[("match", "x" if names(page) else "y")])
    skeleton = [(element.tag, sorted(set(element.attributes) - {"hidden"})) for element in page.walk()]
    assert skeleton == [(element.tag, sorted(set(element.attributes) - {"hidden"})) for element in plain.walk()]
    assert [row["number"] for row in data(page)] == ["1234925"]


def test_hostile_names_are_shown_as_text():
    shown_names = names(page_of(REPORTS["hostile"]))
    assert "<script>document.title='owned'</script>" in shown_names
    assert "{{ 7 * 7 }}{% raw %}" in shown_names
    assert "line break andcontrol" in [" ".join(name.replace("\x00", "").split()) for name in shown_names]
    assert max(map(len, shown_names)) <= 80
    assert not any("\u202e" in name for name in shown_names)


def test_a_card_says_since_when_it_is_wrong_and_when_it_was_told():
    report = a_report(stale())
    [violation] = report.violations
    assert "Last told" not in page_of(report).text
    told = structs.replace(report, violations=(structs.replace(violation, told_at=NOW - hours(2)),))
    assert re.search(r"Since .*Last told\s+2026-11-23\s10:00", page_of(told).text.replace("\n", " "))


def test_what_is_counted_and_has_no_finding_is_still_drawn():
    report = a_report(stale("orders"), others=[fresh("quiet")])
    cut = structs.replace(report, findings=tuple(one for one in report.findings if one.verdict is Verdict.STALE))
    assert "FRESH" in render(cut, Choice(), Words("en", "UTC"))
