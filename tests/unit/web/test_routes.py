"""Which request gets which answer."""

import json

import pytest

from backup_watch.config.problems import Problem, SettingsError
from backup_watch.web.auth import Authenticator
from backup_watch.web.routes import ROUTES
from tests.builders import a_report, an_error, disabled, fresh, late, missing, stale, unread
from tests.unit.web.asking import BROWSER, FixedChecks, ask

MIXED = a_report(stale("orders-db"), late("late-db", number="2"), missing("billing-*"), others=[fresh("users-db")])


def test_a_browser_gets_the_page_and_a_program_the_report():
    page, document = ask("/", report=MIXED, accept=BROWSER), ask("/", report=MIXED, accept="*/*")
    assert (page.status, page.kind) == (200, "text/html; charset=utf-8")
    assert "orders-db" in page.text
    assert (document.status, document.kind) == (200, "application/json")
    assert "findings" not in document.json


@pytest.mark.parametrize("target", ["/nowhere", "/report/x", "/check/now", "/favicon.ico"])
def test_an_unknown_path_is_not_found_and_says_what_there_is(target):
    refused = ask(target)
    assert (refused.status, refused.kind) == (404, "application/problem+json")
    assert all(route in refused.json["detail"] for route in ROUTES)


def test_a_problem_document_has_the_standard_members():
    assert ask("/nowhere").json == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": ask("/nowhere").json["detail"],
    }


@pytest.mark.parametrize(
    "query", ["?notify=maybe", "?notify=", "?notify=true&notify=all", "?notice=all", "?verdict=STALE"]
)
def test_a_check_that_is_asked_for_wrongly_is_not_made(query):
    checks = FixedChecks(MIXED)
    refused = ask(f"/check{query}", method="POST", checks=checks)
    assert (refused.status, checks.notified) == (400, [])
    assert "allowed: " in refused.json["detail"]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_of_another_site_cannot_start_a_check(site):
    checks = FixedChecks(MIXED)
    assert ask("/check", method="POST", checks=checks, sec_fetch_site=site).status == 403
    assert checks.notified == []
    assert ask("/check", method="POST", checks=checks, sec_fetch_site="same-origin").status == 200


@pytest.mark.parametrize(("target", "method", "status"), [
    ("/", "GET", 500), ("/healthz", "GET", 503), ("/healthz", "HEAD", 503), ("/metrics", "GET", 500),
    ("/check", "POST", 500),
])  # fmt: skip
def test_wrong_settings_are_a_server_error_that_names_each(target, method, status):
    class Unset(FixedChecks):
        def current(self):
            raise SettingsError(
                [Problem("MAX_BACKUP_AGE", "soon", "a duration"), Problem("TOPIC_ARN", None, "required")]
            )

        def check(self, notify):
            return self.current()

    refused = ask(target, method=method, checks=Unset(MIXED))
    assert (refused.status, refused.kind) == (status, "application/problem+json")
    assert method == "HEAD" or refused.json["problems"] == [
        {"field": "MAX_BACKUP_AGE", "value": "soon", "allowed": "a duration"},
        {"field": "TOPIC_ARN", "value": None, "allowed": "required"},
    ]


@pytest.mark.parametrize(
    ("report", "status", "severity"),
    [
        (a_report(others=[fresh()]), 200, "ok"),
        (a_report(late()), 200, "warning"),
        (a_report(stale()), 503, "critical"),
        (a_report(), 503, "unknown"),
        (a_report(others=[fresh()], errors=[an_error()]), 503, "unknown"),
    ],
)
def test_health_is_200_only_where_the_severity_is_ok_or_warning(report, status, severity):
    health = ask("/healthz", report=report)
    assert (health.status, health.kind, health.json["severity"]) == (status, "application/json", severity)


@pytest.mark.parametrize("target", ["//healthz", "/healthz/", "///healthz//", "//report", "/report/"])
def test_doubled_and_trailing_slashes_are_forgiven(target):
    assert ask(target, report=a_report(others=[fresh()])).status == 200


def test_who_may_not_ask_for_health_is_told_so():
    assert ask("/healthz", authenticator=Authenticator(required=True, token="open")).status == 401
    assert ask("/healthz", authenticator=Authenticator(required=True)).status == 503


def test_health_says_why():
    report = a_report(stale("orders-db"), disabled("off-db"), unread("dark-db"), errors=[an_error("ReadTimeout")])
    why = ask("/healthz", report=report).json
    assert why["headline"]
    assert "ReadTimeout" in why["reasons"][0]
    assert [reason.split(":")[0] for reason in why["reasons"][1:]] == ["orders-db", "off-db", "dark-db"]


def test_health_tells_the_worst_twenty_and_how_many_more():
    why = ask("/healthz", report=a_report(*[stale(f"db-{n}", number=str(n)) for n in range(50)])).json
    assert len(why["reasons"]) == 21
    assert why["reasons"][-1] == "and 30 more"


def test_the_answers_of_a_stage_lead_back_into_it():
    page = ask("/prod/", stage="prod", report=MIXED, accept=BROWSER)
    assert 'href="/prod/report"' in page.text
    assert 'action="/prod/"' in page.text


def test_every_answer_can_be_written_as_json():
    assert json.dumps(ask("/", report=MIXED, accept=BROWSER, accept_encoding="gzip").payload)
