"""Whatever Ncloud sends: what is stale is never green, nothing is silent, and what can be read is read."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import timedelta
from random import Random

import pytest

from tests.contract.fake_ncloud import (
    BACKUPS,
    DETAILS,
    INSTANCES,
    Asked,
    Reply,
    detail,
)
from tests.contract.schemas import REPORT

HOUR = timedelta(hours=1)


def two_stale_and_one_fresh(function, now):
    function.ncloud.database("orders", now - 60 * HOUR, number="11")
    function.ncloud.database("billing", now - 30.5 * HOUR, number="12")
    function.ncloud.database("carts", now - 5 * HOUR, number="13")


def inside(asked: Asked, document: dict) -> dict:
    return document[f"{asked.operation}Response"]


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
        "account": "default", "product": "postgresql", "region": "SGN",
        "operation": BACKUPS, "kind": "AuthenticationFailed", "code": "200",
        "message": "",
    }  # fmt: skip
    assert outcome.report["severity"] == "critical"
    assert set(outcome.alert.attribute("region")) >= {"SGN"}


# --- mutations -----------------------------------------------------------------------------------------------------

JUNK = [
    None, "", " ", 0, -1, 1, 2**70, 1.5, 1e308, True, False, [], {}, [[]], [None], {"a": {}}, "x", "0", "success",
    "null",
]  # fmt: skip


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


@pytest.mark.parametrize("operation", [BACKUPS, INSTANCES])
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
