"""What an honest emulator answers, held against the vendor's page and its words on parameters."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring

from tests.edges.emulator.caller import NOW, ask, numbers, refusal, rows, signed, target_of
from tests.emulator import (
    BACKUP_DETAILS,
    BACKUP_LIST,
    INSTANCE_DETAIL,
    INSTANCE_LIST,
    KST,
    REGION_LIST,
    Account,
    Backup,
    Database,
    daily_backups,
)
from tests.emulator.clock import Clock
from tests.emulator.exchange import Request
from tests.emulator.gateway import Gateway

SAMPLES = Path(__file__).parents[2] / "samples/vendor"
NEWER_FIELD = "backupFileStorageCount"
"""Documented since the samples were made."""


def serving(*databases, **account):
    return Gateway(Account(list(databases), **account), clock=Clock(stopped_at=NOW))


@pytest.fixture
def vendors_database():
    ended_at = datetime(2024, 6, 4, 2, 0, 19, tzinfo=KST)
    return Database("****925", "test-****", [Backup.at(ended_at)], retention_days=10)


def test_the_json_is_the_vendors_sample_key_for_key(vendors_database):
    told = json.loads(ask(serving(vendors_database), BACKUP_LIST).body)
    sample = json.loads((SAMPLES / "getCloudPostgresqlBackupList.json").read_text())

    [inside], [expected] = told.values(), sample.values()
    inside["requestId"] = expected["requestId"]
    [row] = inside["cloudPostgresqlBackupList"]
    assert row.pop(NEWER_FIELD) == 10
    assert json.dumps(told) == json.dumps(sample)


def test_the_xml_is_the_vendors_sample_element_for_element(vendors_database):
    answer = ask(serving(vendors_database), BACKUP_LIST, responseFormatType=None)

    def elements(text):
        found = [(element.tag, (element.text or "").strip()) for element in fromstring(text).iter()]
        return [pair for pair in found if pair[0] not in ("requestId", NEWER_FIELD)]

    assert answer.content_type.startswith("application/xml")
    assert elements(answer.body) == elements((SAMPLES / "getCloudPostgresqlBackupList.xml").read_bytes())


def test_an_instance_is_told_in_full_with_its_servers():
    created_at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=KST)
    database = Database("1234925", "주문-디비", created_at=created_at, is_ha=True, is_backup=False)

    answer = ask(serving(database), INSTANCE_LIST)
    [row] = rows(answer)

    assert 1_000 < len(answer.body) < 4_000
    assert row["cloudPostgresqlServiceName"] == "주문-디비"
    assert row["isBackup"] is False
    assert row["createDate"] == "2026-01-02T03:04:05+0900"
    assert row["cloudPostgresqlInstanceOperation"]["code"] == "NULL"
    servers = row["cloudPostgresqlServerInstanceList"]
    assert [server["cloudPostgresqlServerRole"]["code"] for server in servers] == ["M", "H"]
    assert {server["regionCode"] for server in servers} == {"KR"}


def test_in_xml_a_list_holds_its_items_under_their_own_name():
    answer = ask(serving(Database("1", "a & <b>", is_backup=True)), INSTANCE_LIST, responseFormatType="xml")
    instance = fromstring(answer.body).find("cloudPostgresqlInstanceList/cloudPostgresqlInstance")

    assert instance.findtext("cloudPostgresqlServiceName") == "a & <b>"
    assert instance.findtext("isBackup") == "true"
    assert instance.findtext("accessControlGroupNoList/accessControlGroupNo") == "50160"
    assert instance.findtext("cloudPostgresqlServerInstanceList/cloudPostgresqlServerInstance/regionCode") == "KR"


def test_the_instance_list_can_be_narrowed():
    gateway = serving(*(Database(str(number), f"db-{number}") for number in range(5)))

    assert numbers(ask(gateway, INSTANCE_LIST, cloudPostgresqlServiceName="db-3")) == ["3"]
    chosen = {"cloudPostgresqlInstanceNoList.1": "4", "cloudPostgresqlInstanceNoList.2": "0"}
    assert numbers(ask(gateway, INSTANCE_LIST, **chosen)) == ["0", "4"]


def test_details_are_the_backups_newest_first():
    newest = NOW.astimezone(KST)
    database = Database("7", "a", daily_backups(newest, count=3, took=timedelta(minutes=30)))

    details = rows(ask(serving(database), BACKUP_DETAILS, cloudPostgresqlInstanceNo="7"))

    assert [row["endTime"] for row in details] == [
        "2026-11-23T12:00:00+0900", "2026-11-22T12:00:00+0900", "2026-11-21T12:00:00+0900",
    ]  # fmt: skip
    assert details[0]["startTime"] == "2026-11-23T11:30:00+0900"


@pytest.mark.parametrize(("summary_tells", "end"), [("end", "endTime"), ("start", "startTime")])
def test_the_summary_tells_of_the_end_or_the_start_of_the_newest_backup(summary_tells, end):
    gateway = serving(Database("7", "a", daily_backups(NOW, count=2)), summary_tells=summary_tells)

    [summary] = rows(ask(gateway, BACKUP_LIST))
    newest = rows(ask(gateway, BACKUP_DETAILS, cloudPostgresqlInstanceNo="7"))[0]
    assert summary["lastBackupDate"] == newest[end]


def test_a_backup_added_while_it_serves_is_told_at_the_next_request():
    database = Database("7", "a")
    gateway = serving(database)

    assert "lastBackupDate" not in rows(ask(gateway, BACKUP_LIST))[0]
    database.add_backup(NOW)
    assert rows(ask(gateway, BACKUP_LIST))[0]["lastBackupDate"] == "2026-11-23T12:00:00+0900"


def test_the_first_region_is_meant_where_none_is_named():
    gateway = serving(Database("1", "a", region="SGN"), Database("2", "b", region="KR"), regions=("SGN", "KR"))

    assert numbers(ask(gateway, BACKUP_LIST)) == ["1"]
    assert numbers(ask(gateway, BACKUP_LIST, regionCode="KR")) == ["2"]
    assert [row["regionCode"] for row in rows(ask(gateway, REGION_LIST))] == ["SGN", "KR"]


@pytest.mark.parametrize(
    ("operation", "parameters", "expected"),
    [
        (BACKUP_LIST, {"regionCode": "XX"}, (400, "800")),
        (BACKUP_LIST, {"pageNo": 0}, (400, "800")),
        (BACKUP_LIST, {"pageNo": -1, "pageSize": 10}, (400, "800")),
        (BACKUP_LIST, {"pageNo": 0, "pageSize": 0}, (400, "800")),
        (BACKUP_LIST, {"pageNo": 0, "pageSize": 1001}, (400, "800")),
        (BACKUP_LIST, {"pageNo": "one", "pageSize": 10}, (400, "800")),
        (BACKUP_LIST, {"responseFormatType": "yaml"}, (400, "800")),
        (BACKUP_DETAILS, {}, (400, "800")),
        (BACKUP_DETAILS, {"cloudPostgresqlInstanceNo": "9"}, (400, "5001017")),
        (INSTANCE_DETAIL, {"cloudPostgresqlInstanceNo": "9"}, (400, "5001017")),
        ("getCloudPostgresqlBucketList", {}, (404, "300")),
    ],
)
def test_what_the_documents_forbid_is_refused(operation, parameters, expected):
    assert refusal(ask(serving(Database("7", "a")), operation, **parameters)) == expected


@pytest.mark.parametrize("page_size", [1, 1000])
def test_the_smallest_and_the_largest_page_are_served(page_size):
    assert numbers(ask(serving(Database("7", "a")), BACKUP_LIST, pageNo=0, pageSize=page_size)) == ["7"]


def test_an_operation_that_the_key_may_not_call_is_denied():
    gateway = serving(Database("7", "a"), denied={INSTANCE_LIST})

    assert refusal(ask(gateway, INSTANCE_LIST)) == (401, "210")
    assert ask(gateway, BACKUP_LIST).status == 200


@pytest.mark.parametrize(
    ("method", "query", "body", "content_type", "expected"),
    [
        ("GET", "?regionCode=%FF", b"", "", (400, "100")),
        ("POST", "", b"{}", "application/json", (400, "100")),
        ("DELETE", "", b"", "", (400, "100")),
        ("POST", "", b"a" * (2**20 + 1), "application/x-www-form-urlencoded", (413, "430")),
    ],
)
def test_what_the_gateway_cannot_take_is_refused_with_its_own_code(method, query, body, content_type, expected):
    target = target_of(BACKUP_LIST, responseFormatType=None) + query
    headers = signed(method, target) | {"content-type": content_type}

    assert refusal(serving().handle(Request(method, target, headers, body)).answer) == expected


def test_an_errors_format_is_the_one_that_was_asked_for():
    gateway = serving()

    assert ask(gateway, BACKUP_LIST, pageNo=0).body.startswith(b"{")
    assert ask(gateway, BACKUP_LIST, pageNo=0, responseFormatType=None).body.startswith(b"<?xml")


def test_each_request_is_noted_down_as_it_was_understood():
    gateway = serving(Database("7", "a"))
    ask(gateway, BACKUP_LIST, pageNo=3, pageSize=10)

    [recorded] = gateway.recorded
    assert (recorded.operation, recorded.region, recorded.page_no, recorded.status) == (BACKUP_LIST, "KR", 3, 200)
    assert recorded.parameters == {"responseFormatType": "json", "pageNo": "3", "pageSize": "10"}
    assert recorded.timestamp == str(round(NOW.timestamp() * 1000))
