"""Each word of --dialect does what it says, where the default does something else."""

import json
from datetime import timedelta

import pytest

from tests.edges.emulator.caller import NOW, ask, fields, refusal, rows
from tests.emulator import Account, Backup, Database, daily_backups, fault
from tests.emulator.clock import Clock
from tests.emulator.dialect import Dialect
from tests.emulator.gateway import Gateway

SINCE = "2026-11-23T11:57:00+0900"


def serving(product, dialect, **facts):
    database = Database("7", "a", daily_backups(NOW, count=2), product=product)
    for name, value in facts.items():
        setattr(database, name, value)
    gateway = Gateway(Account([database]), clock=Clock(stopped_at=NOW))
    gateway.dialect = Dialect.parse(dialect)
    return gateway


def backup_of(stem, dialect, **facts):
    [row] = rows(ask(serving(PRODUCT_OF[stem], dialect, **facts), f"getCloud{stem}BackupList"))
    return row


def instance_of(stem, dialect, **facts):
    [row] = fields(ask(serving(PRODUCT_OF[stem], dialect, **facts), f"getCloud{stem}InstanceList"))[
        f"cloud{stem}InstanceList"
    ]
    return row


def details_of(stem, dialect, **facts):
    gateway = serving(PRODUCT_OF[stem], dialect, **facts)
    return rows(ask(gateway, f"getCloud{stem}BackupDetailList", **{f"cloud{stem}InstanceNo": "7"}))


PRODUCT_OF = {
    "Postgresql": "postgresql", "Mysql": "mysql", "MongoDb": "mongodb", "Mssql": "mssql", "Redis": "cache",
    "Cache": "cache",
}  # fmt: skip


@pytest.mark.parametrize(
    ("word", "stem", "field", "usual", "otherwise"),
    [
        ("instant-dates", "Cache", "lastBackupDate", "2026-11-23T00:00:00+0900", "2026-11-23T12:00:00+0900"),
        ("mssql-dated", "Mssql", "lastBackupDate", None, "2026-11-23T12:00:00+0900"),
        ("type-as-string", "Redis", "backupType", {"code": "SIMPLE"}, "SIMPLE"),
        ("type-as-object", "Postgresql", "backupType", "USER", {"code": "USER"}),
        ("slot-plain", "MongoDb", "backupTime", "02:00", "0200"),
        ("slot-short", "MongoDb", "backupTime", "02:00", "2:00"),
        ("slot-seconds", "MongoDb", "backupTime", "02:00", "02:00:00"),
    ],
)
def test_a_backup_rows_field_is_written_the_other_way(word, stem, field, usual, otherwise):
    def told(dialect):
        value = backup_of(stem, dialect).get(field)
        return {"code": value["code"]} if isinstance(value, dict) else value

    assert (told(""), told(word)) == (usual, otherwise)


@pytest.mark.parametrize(
    ("word", "shown"),
    [("", "13:37"), ("automatic-shows-midnight", "00:00"), ("automatic-shows-nothing", None)],
)
def test_an_automatic_slot_is_shown_as_it_was_assigned_or_not(word, shown):
    automatic = {"is_automatic": True, "backup_time": "13:37"}

    assert backup_of("Mysql", word, **automatic).get("backupTime") == shown
    assert instance_of("Mysql", word, **automatic).get("backupTime") == shown
    assert backup_of("Mysql", word, backup_time="13:37")["backupTime"] == "13:37"


@pytest.mark.parametrize(
    ("word", "with_flag"),
    [
        ("", {"Postgresql", "Mysql", "Redis", "Cache"}),
        ("flag-everywhere", set(PRODUCT_OF)),
        ("flag-nowhere", set()),
    ],
)
def test_is_backup_is_where_the_dialect_has_it(word, with_flag):
    assert {stem for stem in PRODUCT_OF if "isBackup" in instance_of(stem, word)} == with_flag


def test_the_sdk_knows_fewer_fields():
    assert list(details_of("Mssql", "sdk-fields")[0])[:2] == ["databaseName", "fullBackupSize"]
    assert "fileName" not in details_of("Redis", "sdk-fields")[0]
    assert "backupParallel" in details_of("MongoDb", "sdk-fields")[0]
    assert {"licenseCode"} == {name for name in instance_of("Mssql", "sdk-fields") if name.startswith("licen")}
    assert {"license"} == {name for name in instance_of("Mssql", "") if name.startswith("licen")}
    assert "licence" in instance_of("MongoDb", "")


def test_list_keys_may_begin_with_a_capital():
    assert "CloudMongoDbServerInstanceList" in instance_of("MongoDb", "keys-capital-servers")
    assert "cloudMysqlServerInstanceList" in instance_of("Mysql", "keys-capital-servers")
    told = json.loads(ask(serving("mysql", "keys-capital"), "getCloudMysqlBackupList").body)
    assert "CloudMysqlBackupList" in told["getCloudMysqlBackupListResponse"]
    xml = ask(serving("mysql", "keys-capital"), "getCloudMysqlBackupList", responseFormatType="xml").body
    assert b"<CloudMysqlBackupList><cloudMysqlBackup>" in xml


def test_a_statuss_name_may_have_a_capital_within():
    assert instance_of("Redis", "", status="settingup")["cloudRedisInstanceStatusName"] == "settingup"
    camel = instance_of("Redis", "status-camel", status="settingup")
    assert camel["cloudRedisInstanceStatusName"] == "settingUp"
    assert camel["cloudRedisInstanceOperation"]["code"] == "SETUP"


def test_second_lists_may_stand_under_keys_of_their_own():
    gateway = serving("cache", "type-list-keys", manual_backups=daily_backups(NOW, count=1))
    assert len(fields(ask(gateway, "getCloudCacheManualBackupList"))["cloudCacheManualBackupList"]) == 1

    gateway = serving("mssql", "type-list-keys")
    asked = {"cloudMssqlInstanceNo": "7", "databaseName": "orders", "backupSetId": 1}
    assert fields(ask(gateway, "getCloudMssqlLogBackupFileList", **asked))["cloudMssqlLogBackupFileList"] == []


def test_a_list_without_documented_pages_may_have_them_or_refuse_them():
    def shown(word):
        gateway = serving("mysql", word)
        gateway.account.databases.append(Database("8", "b", product="mysql"))
        answer = ask(gateway, "getCloudMysqlBackupList", pageNo=0, pageSize=1)
        return len(rows(answer)) if answer.status == 200 else refusal(answer)

    assert [shown(word) for word in ("", "unpaged-pages", "unpaged-refuses")] == [2, 1, (400, "800")]


@pytest.mark.parametrize(
    ("word", "newest"),
    [
        ("", {"startTime": SINCE}),
        ("under-way-null-end", {"startTime": SINCE, "endTime": None}),
        ("under-way-empty-end", {"startTime": SINCE, "endTime": ""}),
        ("under-way-equal-end", {"startTime": SINCE, "endTime": SINCE}),
        ("under-way-unlisted", {"startTime": "2026-11-23T11:50:00+0900", "endTime": "2026-11-23T12:00:00+0900"}),
    ],
)
def test_a_backup_under_way_has_an_end_of_this_kind(word, newest):
    row = details_of("Mysql", word, under_way_since=NOW - timedelta(minutes=3))[0]

    assert {name: row[name] for name in row if name.endswith("Time")} == newest


def test_details_may_come_oldest_first():
    newest, older = (row["endTime"] for row in details_of("Mysql", ""))

    assert [row["endTime"] for row in details_of("Mysql", "oldest-first")] == [older, newest]


def test_the_list_may_tell_of_the_part_that_was_done_first():
    started_at = NOW - timedelta(hours=2)
    shards = [Backup(started_at, started_at + timedelta(hours=n), part=f"shard{n}") for n in (1, 2)]

    assert backup_of("MongoDb", "", backups=shards)["lastBackupDate"] == "2026-11-23T12:00:00+0900"
    first = backup_of("MongoDb", "tells-first-part", backups=shards)
    assert first["lastBackupDate"] == "2026-11-23T11:00:00+0900"


@pytest.mark.parametrize(
    ("word", "expected"),
    [("", (404, "300")), ("unsubscribed-210", (401, "210")), ("unsubscribed-service", (400, "10712"))],
)
def test_a_product_that_is_not_subscribed_is_refused_this_way(word, expected):
    gateway = serving("cache", word)
    gateway.account.not_subscribed.add("cache")

    assert refusal(ask(gateway, "getCloudCacheBackupList")) == expected


def test_a_fault_may_speak_a_dialect_to_one_operation():
    gateway = serving("mssql", "")
    gateway.faults.replace([fault("dialect", mode="mssql-dated", operation="*BackupList", first=1)])

    first, second = (rows(ask(gateway, "getCloudMssqlBackupList"))[0] for _ in range(2))
    assert ("lastBackupDate" in first, "lastBackupDate" in second) == (True, False)


def test_vredis_may_have_numbers_of_its_own():
    gateway = serving("cache", "numbers-differ")

    def told(stem, operation, **parameters):
        return rows(ask(gateway, f"getCloud{stem}{operation}", **parameters))

    [[redis], [cache]] = (told(stem, "BackupList") for stem in ("Redis", "Cache"))
    assert redis["cloudRedisInstanceNo"] != cache["cloudCacheInstanceNo"] == "7"
    assert len(told("Redis", "BackupDetailList", cloudRedisInstanceNo=redis["cloudRedisInstanceNo"])) == 2
    assert refusal(ask(gateway, "getCloudRedisBackupDetailList", cloudRedisInstanceNo="7")) == (400, "5001017")


def test_a_detail_rows_part_may_be_left_out():
    started_at = NOW - timedelta(hours=2)
    shards = [Backup(started_at, started_at + timedelta(hours=n), part=f"shard{n}") for n in (1, 2)]
    gateway = serving("mongodb", "", backups=shards)
    gateway.faults.replace([fault("row-missing-date", field="shard", operation="*DetailList")])

    assert [
        "shard" in row for row in rows(ask(gateway, "getCloudMongoDbBackupDetailList", cloudMongoDbInstanceNo="7"))
    ] == [False, False]
