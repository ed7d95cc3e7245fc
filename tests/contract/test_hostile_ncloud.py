"""Whatever Ncloud sends: what is stale is never green, nothing is silent, and what can be read is read."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import timedelta
from random import Random
from threading import Lock
from time import sleep
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

import pytest

from tests.contract.fake_ncloud import (
    BACKUPS,
    DETAILS,
    INSTANCES,
    LIST_KEYS,
    Asked,
    Reply,
    backup,
    detail,
    instance,
    listed,
)
from tests.contract.schemas import REPORT
from tests.edges.ncloud.raw_server import RawServer, read_head

HOUR = timedelta(hours=1)
LISTS = (BACKUPS, INSTANCES)


def two_stale_and_one_fresh(function, now):
    function.ncloud.database("orders", now - 60 * HOUR, number="11")
    function.ncloud.database("billing", now - 26.5 * HOUR, number="12")
    function.ncloud.database("carts", now - 5 * HOUR, number="13")


TRUTH = {"orders": "STALE", "billing": "STALE", "carts": "FRESH"}


def reshaped(function, reshape, *operations):
    """Let the honest answers of *operations* pass through *reshape*, which gets the operation and the document."""
    for operation in operations:
        function.ncloud.answers[operation] = lambda asked: reshape(
            asked, json.loads(function.ncloud.honest(asked).body)
        )


def inside(asked: Asked, document: dict) -> dict:
    return document[f"{asked.operation}Response"]


def as_json(document: object, *, status: int = 200) -> Reply:
    return Reply(json.dumps(document).encode(), status)


def _xml(name: str, value: object) -> str:
    if isinstance(value, dict):
        return f"<{name}>{''.join(_xml(key, part) for key, part in value.items())}</{name}>"
    if isinstance(value, list):
        item = name.removesuffix("List")
        return f"<{name}>{''.join(_xml(item, part) for part in value)}</{name}>"
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else escape(str(value))
    return f"<{name}>{text}</{name}>"


def in_xml(asked, document):
    return Reply(f'<?xml version="1.0"?>\n{_xml(f"{asked.operation}Response", inside(asked, document))}'.encode())


def in_xml_of_another_namespace(asked, document):
    body = in_xml(asked, document).body.replace(b"Response>", b"Response xmlns='urn:x'>", 1)
    return Reply(b"\xef\xbb\xbf" + body, headers={"Content-Type": "application/json"})


def with_texts_for_numbers(asked, document):
    def texts(value):
        if isinstance(value, dict):
            return {key: texts(part) for key, part in value.items()}
        if isinstance(value, list):
            return [texts(part) for part in value]
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value

    return as_json(texts(document))


def with_numbers_for_texts(asked, document):
    for row in inside(asked, document)[LIST_KEYS[asked.operation]]:
        row["cloudPostgresqlInstanceNo"] = int(row["cloudPostgresqlInstanceNo"])
    inside(asked, document)["returnCode"] = 0
    return as_json(document)


def nested(asked, document):
    key = LIST_KEYS[asked.operation]
    inside(asked, document)[key] = {key.removesuffix("List"): inside(asked, document)[key]}
    return as_json(document)


def each_wrapped(asked, document):
    key = LIST_KEYS[asked.operation]
    inside(asked, document)[key] = [{key.removesuffix("List"): row} for row in inside(asked, document)[key]]
    return as_json(document)


def without_wrapper(asked, document):
    return as_json(inside(asked, document))


def under_another_name(asked, document):
    return as_json({"getCloudPostgresqlBucketListResponse": inside(asked, document)})


def with_a_bom_and_blanks(asked, document):
    return Reply(b"\xef\xbb\xbf \r\n\t" + json.dumps(document, indent=3).encode() + b"\n\n")


def with_strange_extras(asked, document):
    for row in inside(asked, document)[LIST_KEYS[asked.operation]]:
        row |= {"error": None, "totalRows": 0, "returnCode": "1", "새필드": {"returnCode": "5", "list": [[]]}, "": 1}
    return as_json(document)


def escaped(asked, document):
    text = json.dumps(document).replace("orders", "\\u006frders").replace("/", "\\/")
    return Reply(text.encode(), headers={"Content-Type": "text/plain; charset=euc-kr"})


SHAPES = [
    in_xml, in_xml_of_another_namespace, with_texts_for_numbers, with_numbers_for_texts, nested, each_wrapped,
    without_wrapper, under_another_name, with_a_bom_and_blanks, with_strange_extras, escaped,
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
@pytest.mark.parametrize("size", ["1000", "2"])
def test_a_list_is_the_same_however_it_is_written(function, now, shape, size):
    two_stale_and_one_fresh(function, now)
    event = {"action": "check", "all": True, "at": now.isoformat()}
    honest = function(event).report["findings"]
    reshaped(function, shape, *LISTS)
    outcome = function(event, PAGE_SIZE=size)
    assert outcome.report["errors"] == []
    assert outcome.report["findings"] == honest
    assert outcome.verdicts() == TRUTH


@pytest.mark.parametrize("shape", [in_xml, nested, each_wrapped], ids=lambda shape: shape.__name__)
def test_a_list_of_one_may_be_the_row_itself(function, now, shape):
    function.ncloud.database("orders", now - 60 * HOUR)

    def single(asked, document):
        inside(asked, document)[LIST_KEYS[asked.operation]] = inside(asked, document)[LIST_KEYS[asked.operation]][0]
        return as_json(document)

    for reshape in (single, shape):
        reshaped(function, reshape, *LISTS)
        assert function.check().verdicts() == {"orders": "STALE"}


def paged(asked: Asked, rows: list, *, first: int = 0, size: int, total: int | None = None) -> Reply:
    start = (asked.page - first) * size
    return listed(
        asked.operation, rows[start : start + size] if start >= 0 else [], len(rows) if total is None else total
    )


PAGINGS = {
    "from 1": lambda asked, rows: paged(asked, rows, first=1, size=2),
    "0 and 1 alike": lambda asked, rows: paged(asked, rows, first=int(asked.page > 0), size=2),
    "ignored": lambda asked, rows: listed(asked.operation, rows),
    "capped below what was asked": lambda asked, rows: paged(asked, rows, size=1),
    "the last page again past the end": lambda asked, rows: paged(
        Asked(asked.operation, asked.query | {"pageNo": str(min(asked.page, (len(rows) - 1) // 2))}, {}), rows, size=2
    ),
    "an error past the end": lambda asked, rows: (
        paged(asked, rows, size=2) if asked.page * 2 < len(rows)
        else Reply(b'{"responseError":{"returnCode":"800","returnMessage":"no such page"}}', 400)
    ),
    "page 0 refused": lambda asked, rows: (
        paged(asked, rows, first=1, size=2) if asked.page
        else Reply(b'{"responseError":{"returnCode":"800","returnMessage":"pageNo"}}', 400)
    ),
    "turned round at every request": lambda asked, rows: paged(asked, rows, size=2),
}  # fmt: skip


@pytest.mark.parametrize("paging", PAGINGS.values(), ids=PAGINGS)
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_a_list_is_complete_however_it_is_paged(function, now, paging, count):
    for number in range(count):
        function.ncloud.database(f"db-{number}", now - 60 * HOUR, number=str(100 + number))
    for operation in LISTS:
        rows = {BACKUPS: function.ncloud.backups, INSTANCES: function.ncloud.instances}[operation]["KR"]
        function.ncloud.answers[operation] = lambda asked, rows=rows: paging(asked, rows)
    outcome = function.check_with(PAGE_SIZE="2")
    assert outcome.report["errors"] == []
    assert outcome.verdicts() == {f"db-{number}": "STALE" for number in range(count)}


LIES = {
    "one more than there are": lambda asked, rows: paged(asked, rows, size=2, total=len(rows) + 1),
    "one fewer, page by page": lambda asked, rows: paged(asked, rows, size=2, total=2),
    "none": lambda asked, rows: paged(asked, rows, size=2, total=0),
    "a billion": lambda asked, rows: paged(asked, rows, size=2, total=10**9),
    "another on each page": lambda asked, rows: paged(asked, rows, size=2, total=len(rows) + asked.page),
    "the same page for ever": lambda asked, rows: listed(asked.operation, rows[:2], len(rows)),
    "a row twice in place of another": lambda asked, rows: paged(asked, [rows[0], rows[1], rows[0]], size=2),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
@pytest.mark.parametrize("operation", LISTS)
def test_a_list_that_does_not_add_up_is_no_list(function, now, lie, operation):
    two_stale_and_one_fresh(function, now)
    rows = {BACKUPS: function.ncloud.backups, INSTANCES: function.ncloud.instances}[operation]["KR"]
    function.ncloud.answers[operation] = lambda asked: lie(asked, rows)
    outcome = function.check_with(PAGE_SIZE="2")
    assert [error["kind"] for error in outcome.report["errors"]] == ["ListingIncomplete"]
    assert outcome.report["complete"] is False
    assert outcome.report["severity"] in ("unknown", "critical")
    assert "UNREADABLE" in outcome.alert.attribute("event")
    assert len(outcome.asked) < 20, "a lie costs no thousand requests"


NO_LISTS = {
    "nothing": b"", "blanks": b"   ", "null": b"null", "a list": b"[]", "a text": b'"success"', "an object": b"{}",
    "HTML": b"<html><body>Sign in</body></html>", "cut": b'{"getCloudPostgresqlBackupListResponse":{"totalRows":0,',
    "an error inside the wrapper": b'{"getCloudPostgresqlBackupListResponse":{"error":{"errorCode":"210"}}}',
    "no returnCode": b'{"getCloudPostgresqlBackupListResponse":{"totalRows":0,"cloudPostgresqlBackupList":[]}}',
    "an empty returnCode": b'{"x":{"totalRows":0,"returnCode":"","cloudPostgresqlBackupList":[]}}',
    "a returnCode of null": b'{"x":{"totalRows":0,"returnCode":null,"cloudPostgresqlBackupList":[]}}',
    "a returnCode of 1": b'{"x":{"totalRows":0,"returnCode":"1","cloudPostgresqlBackupList":[]}}',
    "a negative total": b'{"x":{"totalRows":-1,"returnCode":"0","cloudPostgresqlBackupList":[]}}',
    "a total of null": b'{"x":{"totalRows":null,"returnCode":"0","cloudPostgresqlBackupList":[]}}',
    "a total that is no number": b'{"x":{"totalRows":"many","returnCode":"0","cloudPostgresqlBackupList":[]}}',
    "a list that is a number": b'{"x":{"totalRows":1,"returnCode":"0","cloudPostgresqlBackupList":5}}',
    "an error beside the list": b'{"getCloudPostgresqlBackupListResponse":{"totalRows":0,"returnCode":"0",'
                                b'"cloudPostgresqlBackupList":[]},"error":{"errorCode":"210","message":"no"}}',
    "a responseError beside it": b'{"getCloudPostgresqlBackupListResponse":{"totalRows":0,"returnCode":"0",'
                                 b'"cloudPostgresqlBackupList":[]},"responseError":{"returnCode":"1300"}}',
    "infinity": b'{"x":{"totalRows":Infinity,"returnCode":"0","cloudPostgresqlBackupList":[]}}',
    "XML of another kind": b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>",
    "XML with a DTD": b"<!DOCTYPE x [<!ENTITY y 'z'>]><x><totalRows>0</totalRows><returnCode>0</returnCode></x>",
    "UTF-16": '{"x":{"totalRows":0,"returnCode":"0","cloudPostgresqlBackupList":[]}}'.encode("utf-16"),
}  # fmt: skip


@pytest.mark.parametrize("body", NO_LISTS.values(), ids=NO_LISTS)
def test_what_is_no_list_is_unknown_and_told(function, now, body):
    two_stale_and_one_fresh(function, now)
    function.ncloud.answers[BACKUPS] = lambda asked: Reply(body)
    outcome = function.check()
    assert set(outcome.verdicts().values()) == {"UNKNOWN"}
    assert (outcome.report["severity"], outcome.report["complete"]) == ("unknown", False)
    assert outcome.alert.attribute("event") == ["UNREADABLE"]


@pytest.mark.parametrize(
    "status", [201, 204, 206, 301, 302, 304, 400, 401, 403, 404, 410, 418, 429, 500, 502, 503, 599]
)
def test_a_good_body_under_another_status_is_believed_only_where_the_status_is_a_success(function, now, status):
    two_stale_and_one_fresh(function, now)
    honest = function.ncloud.honest
    function.ncloud.answers[BACKUPS] = lambda asked: Reply(honest(asked).body, status)
    outcome = function.check()
    assert "carts" not in outcome.verdicts() or outcome.verdicts()["orders"] in ("STALE", "UNKNOWN")
    if status >= 300:
        assert set(outcome.verdicts().values()) == {"UNKNOWN"}
    assert outcome.report["severity"] != "ok"
    assert len(outcome.published) == 1


def test_of_two_regions_the_one_that_fails_costs_the_other_nothing(function, now):
    function.ncloud.database("seoul", now - 60 * HOUR, region="KR")
    function.ncloud.database("singapore", now - 5 * HOUR, region="SGN")

    def only_kr(asked):
        if asked.region == "SGN":
            return Reply(b'{"error":{"errorCode":"200","message":"Authentication Failed"}}', 401)
        return function.ncloud.honest(asked)

    function.ncloud.answers[BACKUPS] = function.ncloud.answers[INSTANCES] = only_kr
    outcome = function.check_with(NCLOUD_REGIONS="KR,SGN")
    assert outcome.verdicts() == {"seoul": "STALE"}
    assert {error["region"] for error in outcome.report["errors"]} == {"SGN"}
    [error] = [each for each in outcome.report["errors"] if each["operation"] == BACKUPS]
    assert error | {"message": ""} == {
        "account": "default", "region": "SGN", "operation": BACKUPS, "kind": "AuthenticationFailed", "code": "200",
        "message": "",
    }  # fmt: skip
    assert outcome.report["severity"] == "critical"
    assert set(outcome.alert.attribute("region")) >= {"SGN"}


def test_rows_of_nobody_are_an_error_and_hide_no_other_row(function, now):
    two_stale_and_one_fresh(function, now)
    function.ncloud.backups["KR"] += [backup(number, "nobody", now) for number in (None, "", " ", [], {}, True, 1.5)]
    function.ncloud.instances["KR"].append(instance("14", "never"))
    outcome = function.check()
    assert outcome.verdicts() == TRUTH | {"never": "UNKNOWN"}
    assert [error["kind"] for error in outcome.report["errors"]] == ["RowsUnattributed"]


# --- mutations -----------------------------------------------------------------------------------------------------

JUNK = [
    None,
    "",
    " ",
    0,
    -1,
    1,
    2**70,
    1.5,
    1e308,
    True,
    False,
    [],
    {},
    [[]],
    [None],
    {"a": {}},
    "x",
    "0",
    "success",
    "null",
]


def places(value, path=()):
    """Every place in a document: what can be replaced or taken away."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield (*path, key)
            yield from places(part, (*path, key))
    if isinstance(value, list):
        for number, part in enumerate(value):
            yield (*path, number)
            yield from places(part, (*path, number))


def mutated(document, random):
    """*document* with one to three places replaced by junk, taken away or doubled."""
    for _ in range(random.randint(1, 3)):
        found = list(places(document))
        if not found:
            break
        *path, last = random.choice(found)
        parent = document
        for key in path:
            parent = parent[key]
        match random.randrange(4):
            case 0:
                del parent[last]
            case 1 if isinstance(parent, list):
                parent.append(parent[last])
            case 2 if isinstance(parent, dict):
                parent[str(last).swapcase()] = parent.pop(last)
            case _:
                parent[last] = deepcopy(random.choice(JUNK))
    return document


@pytest.mark.parametrize("operation", LISTS)
@pytest.mark.parametrize("seed", range(4))
def test_no_mutation_of_a_list_turns_what_is_stale_green_or_silent(function, now, operation, seed):
    random = Random(seed)  # noqa: S311  chosen so as to be the same every time
    function.ncloud.database("orders", now - 60 * HOUR, number="11")
    function.ncloud.database("billing", now - 90 * HOUR, number="12")
    for _ in range(15):
        body = json.dumps(
            mutated(json.loads(function.ncloud.honest(Asked(operation, {"regionCode": "KR"}, {})).body), random)
        )
        function.ncloud.answers[operation] = lambda asked, body=body: Reply(body.encode())
        outcome = function(
            {"action": "check", "all": True, "notify": "all"}, PAGE_SIZE=random.choice(["1", "2", "1000"])
        )
        report = outcome.report
        REPORT.validate(report)
        assert report["severity"] in ("critical", "unknown"), body
        assert len(outcome.published) == 1, body
        assert "FRESH" not in outcome.verdicts().values(), body


@pytest.mark.parametrize("seed", range(3))
def test_no_mutation_of_the_details_ends_the_run_or_claims_an_end_with_no_beginning(function, now, seed):
    random = Random(seed)  # noqa: S311  chosen so as to be the same every time
    landed, before = now - HOUR / 2, now - 5 * HOUR
    function.ncloud.database("orders", landed, number="11", slot="")
    function.ncloud.details["11"] = [detail(landed), detail(before), detail(before - 24 * HOUR)]
    for _ in range(15):
        asked = Asked(DETAILS, {"cloudPostgresqlInstanceNo": "11"}, {})
        body = json.dumps(mutated(json.loads(function.ncloud.honest(asked).body), random))
        function.ncloud.answers[DETAILS] = lambda asked, body=body: Reply(body.encode())
        outcome = function.check()
        assert outcome.verdicts() == {"orders": "FRESH"}, body
        ended = [end["lastBackupAt"] for end in outcome.report["resolved"]]
        assert all(last is not None for last in ended), body
        assert outcome.report["severity"] == ("ok" if outcome.report["complete"] else "unknown"), body


# --- answers that run into each other ------------------------------------------------------------------------------


class Speaker:
    """Answers for *fake* on raw connections; *first* is what the first answer of region KR's backup list becomes."""

    def __init__(self, fake, first):
        self._fake, self._first, self._is_first = fake, first, Lock()

    def __call__(self, sock):
        while head := read_head(sock).decode():
            url = urlsplit(head.split(" ", 2)[1])
            asked = Asked(url.path.rpartition("/")[2], dict(parse_qsl(url.query)), {})
            body = self._fake.answer(asked).body
            whole = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
            if (asked.operation, asked.region) == (BACKUPS, "KR") and self._is_first.acquire(blocking=False):
                self._first(sock, whole)
            else:
                sock.sendall(whole)


def with_early_hints(sock, whole):
    sock.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\n")
    sleep(0.2)
    sock.sendall(whole)


def with_a_body_after_no_content(sock, whole):
    sock.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
    sleep(0.2)
    sock.sendall(whole)


def with_a_negative_chunk(size):
    def send(sock, whole):
        sock.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%b\r\n%b\r\n0\r\n\r\n" % (size, whole))

    return send


@pytest.mark.parametrize(
    ("first", "korea"),
    [
        (with_early_hints, "STALE"),
        (with_a_body_after_no_content, "STALE"),  # asked again
        (with_a_negative_chunk(b"-5"), "UNKNOWN"),
        (with_a_negative_chunk(b"-1"), "UNKNOWN"),
    ],
    ids=["103", "204", "chunk of -5", "chunk of -1"],
)
@pytest.mark.parametrize("workers", ["1", "4"])
def test_a_region_is_never_told_what_another_one_was_answered(function, now, first, korea, workers):
    """Both have an instance of the same number, so that one's rows would pass for the other's."""
    function.ncloud.database("seoul", now - 60 * HOUR, number="11", region="KR")
    function.ncloud.database("singapore", now - 5 * HOUR, number="11", region="SGN")
    with RawServer(Speaker(function.ncloud, first)) as server:
        outcome = function.check_with(NCLOUD_API_GW=server.url, NCLOUD_REGIONS="KR,SGN", MAX_CONCURRENCY=workers)
    assert outcome.verdicts() == {"seoul": korea, "singapore": "FRESH"}
    assert [error["region"] for error in outcome.report["errors"]] == ["KR"] * (korea == "UNKNOWN")
