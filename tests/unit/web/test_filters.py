"""Filters narrow the lists, and never the truth."""

import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.model.vocabulary import Verdict
from backup_watch.web.query import Filter, read_filter
from tests.builders import a_finding, a_report, an_end, fresh, late, missing, stale
from tests.unit.web.asking import ask

REPORT = a_report(
    stale("orders-db", number="11"),
    stale("주문-디비", number="12", region="SGN"),
    late("late-db", number="13"),
    missing("billing-*"),
    others=[fresh("users-db", number="14")],
    resolved=[an_end(stale("back-db", number="15"))],
    regions=("KR", "SGN"),
)


SEVERAL = a_report(
    stale("orders-db", number="11", account="acme-prod"),
    stale("shop-db", number="11", account="acme-prod", product="mysql"),
    others=[fresh("users-db", number="14", account="beta")],
)


def names(target: str, part: str = "findings", *, report=REPORT) -> list[str]:
    return [finding["serviceName"] for finding in ask(target, report=report).json[part]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?verdict=STALE", ["orders-db", "주문-디비"]),
        ("?verdict=stale", ["orders-db", "주문-디비"]),
        ("?verdict=LATE,MISSING", ["billing-*", "late-db"]),
        ("?verdict=LATE&verdict=MISSING", ["billing-*", "late-db"]),
        ("?verdict=STALE&region=SGN", ["주문-디비"]),
        ("?region=sgn", ["주문-디비"]),
        ("?region=XX", []),
        ("?match=orders-*", ["orders-db"]),
        ("?match=orders", ["orders-db"]),
        ("?match=%EC%A3%BC%EB%AC%B8*", ["주문-디비"]),
        ("?match=13", ["late-db"]),
        ("?match=users-db,late-*", ["late-db", "users-db"]),
        ("?match=ORDERS-*", ["orders-db"]),
        ("?verdict=&region=&match=", ["billing-*", "orders-db", "주문-디비", "late-db", "users-db"]),
        ("?verdict=,%20,STALE", ["orders-db", "주문-디비"]),
    ],
)
def test_filters_choose_findings(query, found):
    assert names(f"/report{query}") == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?account=acme-prod", ["orders-db", "shop-db"]),
        ("?account=ACME-*", ["orders-db", "shop-db"]),
        ("?account=acme", []),
        ("?account=bet?,acme-*", ["orders-db", "shop-db", "users-db"]),
        ("?account=%5Bab%5D*", []),
        ("?account=&product=", ["orders-db", "shop-db", "users-db"]),
        ("?product=MySQL", ["shop-db"]),
        ("?product=mysql,postgresql&account=*-prod&match=orders", ["orders-db"]),
    ],
)
def test_filters_choose_accounts_and_products(query, found):
    assert names(f"/report{query}", report=SEVERAL) == found
    assert names(f"/{query}", "violations", report=SEVERAL) == [name for name in found if name != "users-db"]
    page = ask(f"/{query}", report=SEVERAL, accept="text/html").text
    assert re.findall(r"<th scope=row><a [^>]+><bdi>(.+?)</bdi>", page) == found


def test_violations_and_ends_are_narrowed_too():
    assert names("/report?match=orders-*", "violations") == ["orders-db"]
    assert names("/report?match=orders-*", "resolved") == []
    assert names("/?match=back-*", "resolved") == ["back-db"]


def test_severity_and_counts_stay_those_of_the_whole_check():
    everything, narrowed = ask("/report", report=REPORT).json, ask("/report?verdict=FRESH", report=REPORT).json
    assert narrowed["violations"] == []
    for whole in ("severity", "complete", "counts", "errors", "warnings"):
        assert narrowed[whole] == everything[whole]


@pytest.mark.parametrize("target", ["/report", "/"])
@pytest.mark.parametrize(
    ("query", "allowed"),
    [
        ("?verdict=ROTTEN", ", ".join(Verdict)),
        ("?verdict=STALE,ROTTEN", ", ".join(Verdict)),
        ("?product=postgres", "postgresql, mysql, mongodb, mssql, cache"),
        ("?verdikt=STALE", "verdict, account, product, region, match"),
        ("?=x", "verdict, account, product, region, match"),
    ],
)
def test_what_is_not_known_is_refused_and_told_what_is_allowed(target, query, allowed):
    refused = ask(target + query, report=REPORT)
    assert (refused.status, refused.kind) == (400, "application/problem+json")
    assert refused.json["detail"].endswith(f"allowed: {allowed}")


def test_what_takes_no_parameters_says_so():
    refused = ask("/metrics?region=KR", report=REPORT)
    assert (refused.status, refused.json["detail"]) == (400, "unknown query parameter 'region'; allowed: none")


@pytest.mark.parametrize("path", ["/healthz", "/badge.svg", "/badge.json"])
@pytest.mark.parametrize("query", ["?cachebuster=k3j9xq", "?v=1", "?", "?&&", "?%ff=%00", "?" + "x=1&" * 200])
def test_probes_and_badges_ignore_what_was_appended_against_caches(path, query):
    plain, busted = ask(path, report=REPORT), ask(path + query, report=REPORT)
    assert (busted.status, busted.body) == (plain.status, plain.body)


@pytest.mark.parametrize("path", ["/", "/report"])
def test_a_filter_has_at_most_fifty_terms(path):
    terms = ",".join(f"a{number}" for number in range(49))
    assert ask(f"{path}?match={terms}&region=KR", report=REPORT).status == 200
    refused = ask(f"{path}?match={terms}&region=KR,SGN", report=REPORT)
    assert (refused.status, refused.json["detail"]) == (400, "a filter has at most 50 terms")


def test_the_page_and_the_report_filter_alike():
    for query in ("orders", "ORDERS-*", "주문", "13", "*db", "?rders-db", "[o]rders"):
        target = f"/?match={quote(query)}"
        page = ask(target, report=REPORT, accept="text/html").text
        shown = re.findall(r"<tr class=k\d data-r=\d+><td>.*?<bdi>(.*?)</bdi>", page)
        assert sorted(shown) == sorted(names(f"/report?match={quote(query)}"))


@given(st.text(max_size=80), st.text(max_size=40))
def test_no_pattern_and_no_name_breaks_a_filter(pattern, name):
    chosen = read_filter((("match", pattern),))
    kept = chosen.lets_through(a_finding(name))
    assert kept or pattern.strip(" ,")


@given(st.text(alphabet="ab-*?[]! ", max_size=12), st.text(alphabet="ab-*?[]! ", max_size=12))
def test_a_narrower_filter_never_shows_more(pattern, name):
    finding = a_finding(name)
    wide, narrow = Filter(terms=(pattern,)), Filter(verdicts=(Verdict.STALE,), terms=(pattern,))
    assert wide.lets_through(finding) or not narrow.lets_through(finding)
    assert wide.lets_through(finding) or not Filter(terms=(pattern,), regions=("KR",)).lets_through(finding)
