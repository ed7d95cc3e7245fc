"""Filter and sort by the query, for who has no script."""

import pytest
from msgspec.structs import replace

from backup_watch.model.policy import Mute, Selector
from backup_watch.web.page.choice import read_choice
from backup_watch.web.refusals import RequestRefused
from tests.browser.states import STATES
from tests.builders import NOW, a_report, fresh, hours, late, missing, stale
from tests.unit.web.asking import BROWSER, ask
from tests.unit.web.page.asking import data, names, page_of, parsed

REPORT = a_report(
    stale("orders-db", number="11", size_bytes=5_000_000, retention_days=30),
    stale("주문-디비", number="12", region="SGN", size_bytes=None, backup_time="23:30"),
    late("Late-DB", number="13", size_bytes=999, retention_days=7),
    missing("billing-*"),
    others=[fresh("users[db]", number="14", size_bytes=7_000_000, backup_time="00:15")],
    regions=("KR", "SGN"),
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ([("match", "ord")], ["orders-db"]),
        ([("match", "DB")], ["orders-db", "Late-DB", "users[db]"]),
        ([("match", "late*")], ["Late-DB"]),
        ([("match", "?rders-db")], ["orders-db"]),
        ([("match", "[db]")], ["users[db]"]),
        ([("match", "1")], ["orders-db", "주문-디비", "Late-DB", "users[db]"]),
        ([("match", "12,13")], ["주문-디비", "Late-DB"]),
        ([("verdict", "stale"), ("region", "SGN")], ["주문-디비"]),
        ([("verdict", "MISSING")], ["billing-*"]),
        ([("match", "nothing such")], []),
        ([("match", ""), ("verdict", ""), ("region", ""), ("sort", "")], names(page_of(REPORT))),
    ],
)
def test_the_query_filters_the_table(query, found):
    page = page_of(REPORT, query=query)
    assert names(page) == found
    databases = [name for name in found if "*" not in name]
    expected = " + 1\N{NO-BREAK SPACE}expected" if databases != found else ""
    shown = f"{len(databases)}\N{NO-BREAK SPACE}of 4\N{NO-BREAK SPACE}databases shown{expected}"
    assert page.one("p", id="shown").text == shown
    assert ("hidden" in page.one("p", id="none").attributes) is bool(found)
    assert len(data(page)) == 5


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("worst", ["billing-*", "orders-db", "주문-디비", "Late-DB", "users[db]"]),
        ("-worst", ["users[db]", "Late-DB", "주문-디비", "orders-db", "billing-*"]),
        ("name", ["billing-*", "Late-DB", "orders-db", "users[db]", "주문-디비"]),
        ("-freshness", ["orders-db", "주문-디비", "Late-DB", "users[db]", "billing-*"]),
        ("newest", ["orders-db", "주문-디비", "Late-DB", "users[db]", "billing-*"]),
        ("slot", ["users[db]", "orders-db", "Late-DB", "주문-디비", "billing-*"]),
        ("-size", ["users[db]", "orders-db", "Late-DB", "billing-*", "주문-디비"]),
        ("retention", ["Late-DB", "주문-디비", "users[db]", "orders-db", "billing-*"]),
    ],
)
def test_the_query_sorts_the_table_with_the_unknown_last(sort, found):
    page = page_of(REPORT, query=[("sort", sort)])
    assert names(page) == found
    [heading] = [each for each in page.one("thead").all("th") if "aria-sort" in each.attributes]
    assert heading.one("a").attributes["data-sort"] == sort.lstrip("-")
    assert heading.attributes["aria-sort"] == ("descending" if sort.startswith("-") else "ascending")


def test_headings_lead_to_the_other_direction_and_keep_the_filter():
    page = page_of(REPORT, query=[("sort", "name"), ("verdict", "STALE")])
    links = {a.attributes["data-sort"]: a.attributes["href"] for a in page.one("thead").all("a")}
    assert links["name"] == "?verdict=STALE&sort=-name#all"
    assert links["size"] == "?verdict=STALE&sort=-size#all"
    assert links["worst"] == "?verdict=STALE&sort=worst#all"


def test_every_heading_can_be_followed():
    for a in page_of(REPORT).one("thead").all("a"):
        followed = ask("/" + a.attributes["href"].removesuffix("#all"), report=REPORT, accept=BROWSER)
        assert followed.status == 200


def test_what_was_chosen_stands_in_the_form():
    page = page_of(REPORT, query=[("match", 'a"<b>'), ("verdict", "STALE,LATE"), ("region", "XX"), ("sort", "-size")])
    form = page.one("form")
    assert form.one("input", id="match").attributes["value"] == 'a"<b>'
    assert [option.attributes["value"] for option in form.all("option") if "selected" in option.attributes] == [
        "STALE,LATE",
        "XX",
    ]
    assert form.one("input", id="sort").attributes["value"] == "-size"


@pytest.mark.parametrize(
    ("query", "allowed"),
    [
        ([("sort", "age")], "worst, name"),
        ([("show", "some")], "allowed: all"),
        ([("verdict", "BAD")], "FRESH, LATE"),
        ([("order", "x")], "match, sort"),
    ],
)
def test_what_is_not_known_is_refused(query, allowed):
    with pytest.raises(RequestRefused, match=allowed) as refused:
        read_choice(tuple(query))
    assert refused.value.status == 400


@pytest.mark.parametrize("query", ["sort=name", "show=all"])
def test_a_program_cannot_sort_the_report(query):
    assert ask(f"/?{query}", report=REPORT).status == 400


def test_what_is_muted_comes_after_what_alerts_and_before_what_is_well():
    mute = Mute(Selector("*"), NOW + hours(24), reason="being retired", owner="dba@example.com")
    quiet = replace(stale("quiet-db", age=hours(900), number="1"), mute=mute)
    report = a_report(late("loud-db", number="2"), others=[quiet, fresh("well-db", number="3")])
    assert names(page_of(report)) == ["loud-db", "quiet-db", "well-db"]


def test_counts_lead_to_what_they_count():
    page = parsed(ask("/", report=STATES["mixed"]().report(), accept=BROWSER).text)
    for link in page.one("ul", **{"class": "counts"}).all("a"):
        narrowed = parsed(
            ask(
                "/" + link.attributes["href"].removesuffix("#all"), report=STATES["mixed"]().report(), accept=BROWSER
            ).text
        )
        assert len(names(narrowed)) == int(link.one("b").text)
