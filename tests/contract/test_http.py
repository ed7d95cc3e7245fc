"""On-demand HTTP as a client sees it: routes, codes, access, sharing, and that reading never publishes."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from datetime import timedelta

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from tests.contract.fake_ncloud import BACKUPS, INSTANCES, Reply
from tests.contract.http_events import ask

HOUR = timedelta(hours=1)
READS = ["/", "/report", "/metrics", "/badge.svg", "/badge.json", "/healthz"]
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture
def some(function, now):
    """A stale and a fresh database in Korea, and a late one in Singapore."""
    function.ncloud.database("orders", now - 30.5 * HOUR)
    function.ncloud.database("carts", now - 5 * HOUR)
    function.ncloud.database("garbage", "garbage", region="SGN")
    return function


BOTH = {"NCLOUD_REGIONS": "KR,SGN"}


# --- routes --------------------------------------------------------------------------------------------------------


def test_the_report_has_all_findings_and_the_start_has_the_violations(some):
    report = ask(some, "GET", "/report", settings=BOTH)
    assert (report.status, report.kind) == (200, "application/json")
    assert len(report.json["findings"]) == 3
    start = ask(some, "GET", "/", settings=BOTH)
    assert (start.status, start.kind) == (200, "application/json")
    assert "findings" not in start.json
    assert len(start.json["violations"]) == 2


def test_head_is_get_without_the_body(some):
    for path in READS:
        got, headed = ask(some, "GET", path), ask(some, "HEAD", path)
        assert headed.status == got.status
        assert headed.kind == got.kind
        assert (headed.body, bool(got.body)) == (b"", True)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get ", "FOO"])
def test_another_method_is_405_with_allow(some, method):
    for path in READS:
        answered = ask(some, method, path)
        assert (answered.status, answered.headers["allow"]) == (405, "GET, HEAD")
        assert answered.kind == "application/problem+json"
        assert answered.json["status"] == 405
    assert some.ncloud.asked == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_a_check_is_only_posted(some, method):
    answered = ask(some, method, "/check")
    assert (answered.status, answered.headers["allow"]) == (405, "POST")
    assert answered.outcome.published == []


@pytest.mark.parametrize("path", [
    "/nothing", "/report//x", "/../report", "/REPORT", "/report.json", "/healthz/x", "/%2e", "/check/x", "/\u0000",
    "/favicon.ico", "/report%2f", "/" + "x" * 5000,
])  # fmt: skip
def test_anything_else_is_404_as_a_problem(some, path):
    answered = ask(some, "GET", path)
    assert (answered.status, answered.kind) == (404, "application/problem+json")
    assert {"type", "title", "status", "detail"} <= set(answered.json)
    assert answered.json["status"] == 404


@pytest.mark.parametrize("path", READS)
def test_reading_never_publishes(some, path):
    for method in ("GET", "HEAD"):
        for accept in (HTML, "*/*"):
            assert ask(some, method, path, accept=accept).outcome.published == []
    assert some.aws.calls == []


# --- POST /check ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("query", "published"), [("", 1), ("notify=all", 1), ("notify=true", 1), ("notify=false", 0)])
def test_a_post_checks_notifies_and_reports(some, query, published):
    answered = ask(some, "POST", "/check", query)
    assert answered.status == 200
    assert answered.json["severity"] == "critical"
    assert len(answered.outcome.published) == published
    assert (answered.json["notification"] is not None) is bool(published)


@pytest.mark.parametrize("query", ["notify=perhaps", "notify=", "notify=1", "notfy=all", "notify=all&notify=false"])
def test_a_post_with_a_typo_does_nothing(some, query):
    answered = ask(some, "POST", "/check", query)
    assert (answered.status, answered.kind) == (400, "application/problem+json")
    assert (answered.outcome.published, answered.outcome.asked) == ([], [])


def test_a_post_that_cannot_tell_is_no_success(some):
    some.aws.sns_refusal = (403, b"<ErrorResponse><Error><Code>AuthorizationError</Code></Error></ErrorResponse>")
    answered = ask(some, "POST", "/check")
    assert (answered.status, answered.kind) == (502, "application/problem+json")
    assert answered.json["report"]["severity"] == "critical"


def test_without_a_topic_a_post_is_refused_and_reading_is_not(some):
    assert ask(some, "POST", "/check", settings={"TOPIC_ARN": None}).status == 500
    assert ask(some, "GET", "/report", settings={"TOPIC_ARN": None}).status == 200


# --- what every reader gets of one world -----------------------------------------------------------------------------


HOSTILE = ['a"b\\c\nd', "주문", "{}", "a=1,b", "\u2028", "x" * 300, "# EOF", "\\n", '"', "</script>", "&amp;<b>"]


def test_the_metrics_are_what_prometheus_reads(function, now):
    for number, name in enumerate(HOSTILE):
        function.ncloud.database(name, now - (number + 1) * HOUR, number=str(number))
    function.ncloud.database("never", None, number="99")
    answered = ask(function, "GET", "/metrics", settings=BOTH)
    assert answered.headers["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    families = {family.name: family.samples for family in text_string_to_metric_families(answered.body.decode())}
    ages = {sample.labels["service_name"]: sample.value for sample in families["backup_watch_backup_age_seconds"]}
    shown = [" ".join(name.split()) for name in HOSTILE]  # one printable line: no line break, not Unicode's either
    assert set(ages) == set(shown), "no sample, not zero, for what was never backed up"
    assert all(0 <= ages[name] - (number + 1) * 3600 < 10 for number, name in enumerate(shown))
    assert families["backup_watch_complete"][0].value == 1
    assert {sample.labels["verdict"]: sample.value for sample in families["backup_watch_findings"]}["NEVER"] == 1


# --- access --------------------------------------------------------------------------------------------------------

TOKEN = {"HTTP_TOKEN_SECRET": "http/token"}


def basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


LET_IN = ["Bearer s3:cr3t", "bearer s3:cr3t", "BEARER  s3:cr3t", basic("", "s3:cr3t"), basic("anyone", "s3:cr3t")]
KEPT_OUT = [
    "", "Bearer", "Bearer ", "Bearer s3", "Bearer s3:cr3", "Bearer s3:cr3tt", "Bearer S3:CR3T", "s3:cr3t",
    "Basic s3:cr3t",
    basic("s3:cr3t", ""), basic("s3", "cr3t"), basic("anyone", ""), "Basic ====", "Basic", "Digest s3:cr3t",
    "Bearer s3:cr3t, Bearer x", "Bearer \u0000", "Bearer 비밀", basic("x", "s3:cr3t").replace("Basic", "Bearer"),
    "Bearer \ud800",
]  # fmt: skip


@pytest.mark.parametrize("authorization", LET_IN)
def test_the_token_lets_in(some, authorization):
    some.aws.secrets["http/token"] = "s3:cr3t\n"
    for path in READS:
        assert ask(some, "GET", path, settings=TOKEN, authorization=authorization).status in (200, 503)
    assert ask(some, "POST", "/check", settings=TOKEN, authorization=authorization).status == 200


@pytest.mark.parametrize("authorization", KEPT_OUT, ids=ascii)
def test_without_the_token_every_request_is_401_and_nothing_is_done(some, authorization):
    some.aws.secrets["http/token"] = "s3:cr3t"
    told = set()
    for method, path in [("GET", path) for path in [*READS, "/nothing"]] + [("POST", "/check"), ("DELETE", "/report")]:
        answered = ask(some, method, path, settings=TOKEN, authorization=authorization)
        assert answered.status == 401
        assert "www-authenticate" in answered.headers
        assert (answered.outcome.published, answered.outcome.asked) == ([], [])
        assert "s3:cr3t" not in json.dumps(answered.outcome.answer)
        told.add(answered.body)
    assert len(told) == 1, "one answer for all, which tells nothing of what is there"


@pytest.mark.parametrize("secret", [None, "", " \n"])
def test_a_token_that_cannot_be_read_lets_nobody_in(some, secret):
    if secret is not None:
        some.aws.secrets["http/token"] = secret
    for authorization in ("", "Bearer ", "Bearer", basic("", ""), basic("x", "")):
        for method, path in (("GET", "/report"), ("POST", "/check")):
            answered = ask(some, method, path, settings=TOKEN, authorization=authorization)
            assert answered.status in (401, 503)
            assert (answered.outcome.published, answered.outcome.asked) == ([], [])


@pytest.mark.parametrize("name", ["not a name", "{}", "x" * 3000])
def test_a_wrong_name_of_the_token_opens_nothing(some, name):
    answered = ask(some, "GET", "/report", settings={"HTTP_TOKEN_SECRET": name})
    assert answered.status in (401, 500, 503)
    assert answered.outcome.asked == []


@pytest.mark.parametrize("emptied", ["", " ", "\n", "\ufeff"], ids=ascii)
@pytest.mark.parametrize("names", [["HTTP_TOKEN_SECRET"], ["HTTP_ACCESS"], ["HTTP_TOKEN_SECRET", "HTTP_ACCESS"]])
def test_a_variable_that_was_emptied_in_the_console_opens_nothing(some, names, emptied):
    for method, path in (("GET", "/report"), ("POST", "/check")):
        answered = ask(some, method, path, settings=dict.fromkeys(names, emptied))
        assert answered.status == 503
        assert (answered.outcome.published, answered.outcome.asked) == ([], [])


# --- sharing -------------------------------------------------------------------------------------------------------


def lists_asked(answered) -> int:
    """How many requests were for a list of all instances, and not for what is kept of one."""
    return sum(asked.operation == BACKUPS for asked in answered.outcome.asked)


def test_reads_within_the_time_share_one_check_and_a_post_always_checks(some):
    shared = {"REPORT_CACHE_SECONDS": "30", "CHECK_INSTANCES": "false", "PAGE_SIZE": "77", "MAX_DETAIL_CALLS": "0"}
    requests = []
    for method, path in (
        ("GET", "/report"), ("GET", "/metrics"), ("GET", "/"), ("HEAD", "/healthz"), ("POST", "/check"),
        ("GET", "/report"), ("POST", "/check"),
    ):  # fmt: skip
        requests.append(lists_asked(ask(some, method, path, settings=shared)))
    assert requests == [1, 0, 0, 0, 1, 0, 1]
    assert lists_asked(ask(some, "GET", "/report", settings=shared | {"REPORT_CACHE_SECONDS": "0"})) == 1
    assert lists_asked(ask(some, "GET", "/report", settings=shared | {"MAX_BACKUP_AGE": "8d"})) == 1


def test_wrong_settings_are_not_told_to_who_has_no_token(some):
    answered = ask(some, "GET", "/report", settings={"HTTP_TOKEN_SECRET": "no-such-secret", "MAX_BACKUP_AGE": "soon"})
    assert answered.status == 503
    assert "MAX_BACKUP_AGE" not in answered.body.decode()
    assert "no-such-secret" not in answered.body.decode()


@pytest.mark.parametrize(("path", "status"), [
    ("/report", 200), ("/", 200), ("/metrics", 200), ("/badge.json", 200), ("/healthz", 503),
])  # fmt: skip
def test_where_ncloud_refuses_the_key_no_reader_sees_green(some, path, status):
    denied = Reply(b'{"error":{"errorCode":"200","message":"Authentication Failed"}}', 401)
    some.ncloud.answers = dict.fromkeys((BACKUPS, INSTANCES), lambda asked: denied)
    answered = ask(some, "GET", path)
    assert answered.status == status
    assert re.search('"severity":"unknown"|severity="unknown"} 1|"isError":true', answered.body.decode())


def test_wrong_settings_are_a_problem_that_names_them_and_calls_nobody(some):
    for path in READS:
        answered = ask(some, "GET", path, settings={"PAGE_SIZE": "0", "LANGUAGE": "fr"}, accept=HTML)
        status = 503 if path == "/healthz" else 500
        assert (answered.status, answered.kind) == (status, "application/problem+json")
        assert "PAGE_SIZE" in answered.body.decode()
        assert "LANGUAGE" in answered.body.decode()
        assert answered.outcome.asked == []
