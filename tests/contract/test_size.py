"""As many databases as an account may have: an answer that Lambda takes, and time that is kept."""

from __future__ import annotations

import json
from datetime import timedelta

from tests.contract.http_events import ask

HOUR = timedelta(hours=1)
LAMBDAS_LIMIT = 6 * 1024 * 1024
"""Bytes of an answer; with more, an invocation fails whose alert is out, and is repeated."""


def test_thousands_of_violations_are_answered_with_the_worst_of_them_and_all_are_counted(function, now):
    for number in range(12_000):
        age = 30.5 if number % 100 else 400
        function.ncloud.database(f"데이터베이스-{number:05}", now - age * HOUR, number=str(number), slot="")
    outcome = function({"action": "check", "all": True})
    report = outcome.report
    assert len(json.dumps(report)) < LAMBDAS_LIMIT
    assert report["counts"]["STALE"] == report["counts"]["instances"] == 12_000
    assert len(report["violations"]) > 1000
    assert {one["ageSeconds"] > 300 * 3600 for one in report["violations"][:120]} == {True}
    assert len(outcome.published) == 1


def test_a_check_over_http_whose_alert_is_refused_answers_502_with_what_fits(function, now):
    for number in range(12_000):
        function.ncloud.database(f"데이터베이스-{number:05}", now - 400 * HOUR, number=str(number), slot="")
    function.aws.sns_refusal = (403, b"<ErrorResponse><Error><Code>AuthorizationError</Code></Error></ErrorResponse>")
    answer = ask(function, "POST", "/check", "notify=all")
    assert (answer.status, answer.kind) == (502, "application/problem+json")
    assert len(json.dumps(answer.outcome.answer)) < LAMBDAS_LIMIT
    report = answer.json["report"]
    assert report["counts"]["STALE"] == 12_000
    assert len(report["violations"]) + report["truncated"] == 12_000
    function.aws.sns_refusal = None
    delivered = ask(function, "POST", "/check", "notify=all")
    assert delivered.status == 200
    assert delivered.json["truncated"] > 0


def test_without_any_time_everything_is_unknown_and_told(function, now):
    function.ncloud.database("seoul", now - 5 * HOUR)
    outcome = function({"action": "check", "all": True}, seconds=0)
    assert outcome.report["severity"] == "unknown"
    assert {error["kind"] for error in outcome.report["errors"]} == {"DeadlineExceeded"}
    assert outcome.alert.attribute("event") == ["UNREADABLE"]


def test_a_page_too_large_for_lambda_says_so_and_a_filter_helps(function, now):
    for number in range(3000):
        function.ncloud.database(f"{'x' * 900}{number}", now - 30.5 * HOUR, number=str(number))
    whole = ask(function, "GET", "/report")
    assert (whole.status, whole.kind) == (406, "application/problem+json")
    assert len(json.dumps(whole.outcome.answer)) < LAMBDAS_LIMIT
    assert ask(function, "GET", "/report", accept_encoding="gzip").status == 200
    assert ask(function, "GET", "/report", "match=17").status == 200
