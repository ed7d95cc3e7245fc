"""Each product's lists, held against the vendor's samples and type pages."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring

from tests.edges.emulator.caller import BASES, NOW, ask, fields, refusal, rows
from tests.emulator import KST, Account, Backup, Database, daily_backups, fault, seeded_account
from tests.emulator.clock import Clock
from tests.emulator.gateway import Gateway
from tests.emulator.products import DATABASE_PRODUCTS, OPERATIONS, PATHS, PRODUCTS

SAMPLES = Path(__file__).parents[2] / "samples/siblings"
STEMS = {
    "postgresql": "Postgresql", "mysql": "Mysql", "mongodb": "MongoDb", "mssql": "Mssql", "redis": "Redis",
    "cache": "Cache",
}  # fmt: skip
BACKUP_FIELDS = {
    "mysql": ["backupFileRetentionPeriod", "backupTime", "backupSize", "lastBackupDate"],
    "mongodb": ["backupFileRetentionPeriod", "backupTime", "backupSize", "lastBackupDate"],
    "mssql": [
        "backupFileRetentionPeriod", "backupTime", "totalBackupDataSize", "fullBackupDataSize", "logBackupDataSize",
        "logBackupCount",
    ],
    "redis": ["backupFileRetentionPeriod", "backupTime", "backupSize", "lastBackupDate", "backupType", "shardCount"],
    "cache": ["backupFileRetentionPeriod", "backupTime", "backupSize", "lastBackupDate", "backupType", "shardCount"],
}  # fmt: skip
DETAIL_FIELDS = {
    "postgresql": ["fileName", "startTime", "endTime", "backupSize", "dataStorageSize", "archivedWalFileSize"],
    "mysql": ["fileName", "startTime", "endTime", "backupSize", "dataStorageSize"],
    "mongodb": ["startTime", "endTime", "backupSize", "dataStorageSize", "shard"],
    "mssql": [
        "backupSetId", "databaseName", "fileName", "fullFileName", "fullBackupSize", "logBackupCount", "logBackupSize",
        "startTime", "endTime",
    ],
    "redis": ["startTime", "endTime", "backupSize", "dataStorageSize", "fileName"],
    "cache": ["startTime", "endTime", "backupSize", "dataStorageSize", "fileName"],
}  # fmt: skip


def serving(*databases, **account):
    return Gateway(Account(list(databases), **account), clock=Clock(stopped_at=NOW))


def database_of(product, number="7", **facts):
    """One with two daily backups; *product* as the API has it, so that redis means a Redis among the caches."""
    owner = "cache" if product == "redis" else product
    return Database(number, f"{product}-{number}", daily_backups(NOW, count=2), product=owner, **facts)


def operation(product, kind):
    return f"getCloud{STEMS[product]}{kind}"


def number_of(product):
    return f"cloud{STEMS[product]}InstanceNo"


def test_the_paths_are_the_documented_ones():
    assert set(PATHS.values()) == set(OPERATIONS)
    for path, name in PATHS.items():
        [base] = [base for beginning, base in BASES.items() if name.startswith(beginning)]
        assert path == base + name


def test_mysqls_xml_is_the_vendors_sample_element_for_element():
    ended_at = datetime(2021, 5, 28, 2, 10, tzinfo=KST)
    sampled = Database("****890", "test-****", [Backup.at(ended_at, size_bytes=571_482_767)], product="mysql")
    sampled.retention_days = 10

    answer = ask(serving(sampled), "getCloudMysqlBackupList", responseFormatType=None)

    def elements(text):
        return [
            (found.tag, (found.text or "").strip()) for found in fromstring(text).iter() if found.tag != "requestId"
        ]

    assert elements(answer.body) == elements((SAMPLES / "getCloudMysqlBackupList.xml").read_bytes())


def test_redis_manual_backups_are_the_vendors_sample_value_for_value():
    made_at = datetime(2022, 5, 18, 14, 12, tzinfo=KST)
    sampled = Database("2360***", "cxcs***", product="cache", is_ha=True, backup_time="14:10")
    sampled.manual_backups = [Backup.at(made_at, size_bytes=906)]

    told = json.loads(ask(serving(sampled), "getCloudRedisManualBackupList").body)
    sample = json.loads((SAMPLES / "getCloudRedisManualBackupList.json").read_text())

    told["getCloudRedisManualBackupListResponse"]["requestId"] = "7add8ece-0259-467d-bdc7-de214f51c93d"
    assert told == sample
    [row], [expected] = rows_of(told), rows_of(sample)
    assert list(row) == list(expected)


def rows_of(document):
    [inside] = document.values()
    return inside["cloudRedisBackupList"]


@pytest.mark.parametrize("product", BACKUP_FIELDS)
def test_a_products_rows_have_the_documented_fields_in_order(product):
    gateway = serving(database_of(product))
    prefix = f"cloud{STEMS[product]}"

    backups = fields(ask(gateway, operation(product, "BackupList")))
    details = fields(ask(gateway, operation(product, "BackupDetailList"), **{number_of(product): "7"}))

    [row] = backups[f"{prefix}BackupList"]
    assert list(row) == [f"{prefix}InstanceNo", f"{prefix}ServiceName", *BACKUP_FIELDS[product]]
    assert [list(detail) for detail in details[f"{prefix}BackupDetailList"]] == [DETAIL_FIELDS[product]] * 2


@pytest.mark.parametrize("product", STEMS)
def test_instances_tell_what_their_product_tells(product):
    prefix = f"cloud{STEMS[product]}"
    answer = ask(serving(database_of(product)), operation(product, "InstanceList"))

    [row] = fields(answer)[f"{prefix}InstanceList"]
    assert ("isBackup" in row) is (product not in ("mongodb", "mssql"))
    assert ("isHa" in row) is (product != "mongodb")
    assert (f"{prefix}Port" in row) is (product != "mongodb")
    assert ("cloudCacheDbmsCode" in row) is (product == "cache")
    assert ("backupSchedule" in row) is (product in ("redis", "cache"))
    assert {server["regionCode"] for server in row[f"{prefix}ServerInstanceList"]} == {"KR"}
    assert "regionCode" not in row
    assert row["backupFileRetentionPeriod"] == 7
    assert (
        f"<{prefix}Instance>"
        in ask(
            serving(database_of(product)), operation(product, "InstanceList"), responseFormatType="xml"
        ).body.decode()
    )


@pytest.mark.parametrize("product", STEMS)
def test_a_product_shows_only_its_own_databases_even_under_equal_numbers(product):
    gateway = serving(*(database_of(other) for other in DATABASE_PRODUCTS))

    shown = rows(ask(gateway, operation(product, "BackupList")))

    [name] = [row[f"cloud{STEMS[product]}ServiceName"] for row in shown]
    assert name == f"{'cache' if product == 'redis' else product}-7"


def test_vredis_shows_redis_alone_and_vcache_valkey_too():
    gateway = serving(database_of("cache", "1", dbms="Redis"), database_of("cache", "2", dbms="Valkey"))

    def told(product, **parameters):
        return [row[number_of(product)] for row in rows(ask(gateway, operation(product, "InstanceList"), **parameters))]

    assert told("redis") == ["1"]
    assert told("cache") == ["1", "2"]
    assert told("cache", cloudCacheDbmsCode="Valkey") == ["2"]


@pytest.mark.parametrize("product", ["redis", "cache"])
def test_a_caches_date_is_a_day_in_the_list_and_an_instant_in_the_details(product):
    gateway = serving(database_of(product))

    [row] = rows(ask(gateway, operation(product, "BackupList")))
    newest = rows(ask(gateway, operation(product, "BackupDetailList"), **{number_of(product): "7"}))[0]
    assert row["lastBackupDate"] == "2026-11-23T00:00:00+0900"
    assert newest["endTime"] == "2026-11-23T12:00:00+0900"


def test_manual_backups_are_in_the_manual_lists_alone():
    by_hand = Database("7", "a", product="cache", manual_backups=daily_backups(NOW, count=1))
    without = Database("8", "b", product="cache")
    gateway = serving(by_hand, without)

    assert "lastBackupDate" not in rows(ask(gateway, "getCloudCacheBackupList"))[0]
    assert rows(ask(gateway, "getCloudCacheBackupDetailList", cloudCacheInstanceNo="7")) == []
    assert [row["cloudCacheInstanceNo"] for row in rows(ask(gateway, "getCloudCacheManualBackupList"))] == ["7"]
    answer = ask(gateway, "getCloudCacheManualBackupDetailList", cloudCacheInstanceNo="7")
    assert len(fields(answer)["cloudCacheBackupDetailList"]) == 1


def test_parts_of_a_backup_are_rows_of_their_own():
    started_at = NOW - timedelta(hours=2)
    shards = [Backup(started_at, started_at + timedelta(minutes=n), part=f"shard{n}") for n in (10, 40)]
    gateway = serving(Database("7", "a", shards, product="mongodb"))

    details = rows(ask(gateway, "getCloudMongoDbBackupDetailList", cloudMongoDbInstanceNo="7"))
    [row] = rows(ask(gateway, "getCloudMongoDbBackupList"))
    [instance] = rows(ask(gateway, "getCloudMongoDbInstanceList"))

    assert [(detail["shard"], detail["endTime"]) for detail in details] == [
        ("shard40", "2026-11-23T10:40:00+0900"), ("shard10", "2026-11-23T10:10:00+0900"),
    ]  # fmt: skip
    assert row["lastBackupDate"] == "2026-11-23T10:40:00+0900"
    assert row["backupSize"] == 2 * details[0]["backupSize"]
    assert instance["shardCount"] == 2


def test_mssqls_log_backups_hang_on_the_full_backup_that_they_follow():
    fulls = [Backup.at(NOW - timedelta(hours=hours), part=part) for hours in (4, 1) for part in ("master", "orders")]
    gateway = serving(Database("7", "a", fulls, product="mssql", logs_until=NOW))

    details = rows(ask(gateway, "getCloudMssqlBackupDetailList", cloudMssqlInstanceNo="7"))
    asked = {"cloudMssqlInstanceNo": "7", "databaseName": "orders", "backupSetId": 2}
    logs = fields(ask(gateway, "getCloudMssqlLogBackupFileList", **asked))["cloudMssqlBackupDetailList"]
    files = fields(ask(gateway, "getDmsBackupList", cloudMssqlInstanceNo="7", databaseName="orders"))["backupFileList"]

    assert [detail["backupSetId"] for detail in details] == [4, 3, 2, 1]
    assert [detail["logBackupCount"] for detail in details] == [4, 4, 12, 12]
    assert len(logs) == 12
    assert logs[-1]["endTime"] == "2026-11-23T11:00:00+0900"
    assert {(file["databaseName"], file["backupType"]["code"]) for file in files} == {
        ("orders", "FULL"),
        ("orders", "LOG"),
    }
    assert rows(ask(gateway, "getCloudMssqlLogBackupFileList", **asked | {"backupSetId": 9})) == []


def test_no_log_backup_hangs_on_a_full_one_that_came_after_the_last():
    gateway = serving(database_of("mssql", logs_until=NOW - timedelta(hours=2)))

    newest, _ = rows(ask(gateway, "getCloudMssqlBackupDetailList", cloudMssqlInstanceNo="7"))
    assert newest["logBackupCount"] == 0


def test_two_backups_of_one_night_are_two_where_there_are_no_parts():
    backups = [Backup.at(NOW - timedelta(hours=hours), size_bytes=100 + hours) for hours in (1, 0)]
    gateway = serving(Database("7", "a", backups, product="mysql"))

    assert rows(ask(gateway, "getCloudMysqlBackupList"))[0]["backupSize"] == 100


@pytest.mark.parametrize("product", STEMS)
def test_a_required_parameter_that_is_missing_is_named(product):
    answer = ask(serving(), operation(product, "BackupDetailList"))

    if product == "postgresql":
        assert refusal(answer) == (400, "800")
    else:
        assert refusal(answer) == (400, "900")
        assert fields(answer)["returnMessage"] == f"location : {number_of(product)}"


@pytest.mark.parametrize("product", STEMS)
@pytest.mark.parametrize("kind", ["BackupDetailList", "InstanceDetail"])
def test_an_instance_that_is_not_there_is_refused_and_mssqls_deleted_one_with_its_own_code(product, kind):
    owner = "cache" if product == "redis" else product
    gateway = serving(deleted={(owner, "7")})

    code = "5001269" if product == "mssql" else "5001017"
    assert refusal(ask(gateway, operation(product, kind), **{number_of(product): "7"})) == (400, code)
    assert refusal(ask(gateway, operation(product, kind), **{number_of(product): "8"})) == (400, "5001017")


PAGES = {
    "postgresql": {"BackupList", "InstanceList", "BackupDetailList"},
    "mysql": {"InstanceList", "BackupDetailList"},
    "mongodb": {"BackupList", "InstanceList", "BackupDetailList"},
    "mssql": {"BackupList", "InstanceList", "BackupDetailList"},
    "redis": {"InstanceList"},
    "cache": {"InstanceList"},
}


@pytest.mark.parametrize("product", STEMS)
@pytest.mark.parametrize("kind", ["BackupList", "InstanceList", "BackupDetailList"])
def test_only_documented_pages_are_pages(product, kind):
    gateway = serving(database_of(product, "1"), database_of(product, "2"))
    number = {number_of(product): "1"} if kind == "BackupDetailList" else {}

    shown = rows(ask(gateway, operation(product, kind), pageNo=0, pageSize=1, **number))

    assert len(shown) == (1 if kind in PAGES[product] else 2)


def test_a_list_that_is_not_paged_takes_no_notice_of_page_numbers_that_are_none():
    assert len(rows(ask(serving(database_of("mysql")), "getCloudMysqlBackupList", pageNo="one"))) == 1


@pytest.mark.parametrize("product", STEMS)
def test_refusals_concern_one_product_or_one_region_of_it(product):
    gateway = serving(database_of(product), database_of(product, "8", region="SGN"), regions=("KR", "SGN"))
    others = [other for other in STEMS if other != product]

    def answers(**access):
        for name, value in {"denied": set(), "not_offered": set(), "not_subscribed": set(), **access}.items():
            setattr(gateway.account, name, value)
        return [refusal_or_none(ask(gateway, operation(product, "BackupList"), regionCode=at)) for at in ("KR", "SGN")]

    assert answers(denied={product}) == [(401, "210"), (401, "210")]
    assert answers(not_offered={f"{product}:SGN"}) == [None, (404, "300")]
    assert answers(not_subscribed={product}) == [(404, "300"), (404, "300")]
    assert {ask(gateway, operation(other, "BackupList")).status for other in others} == {200}


def refusal_or_none(answer):
    return None if answer.status == 200 else refusal(answer)


def test_vredis_answers_where_vcache_is_refused():
    gateway = serving(database_of("cache"), not_offered={"cache"})

    assert refusal(ask(gateway, "getCloudCacheBackupList")) == (404, "300")
    assert len(rows(ask(gateway, "getCloudRedisBackupList"))) == 1


def test_a_backup_under_way_has_an_operation_of_its_own_and_a_start_without_end():
    since = NOW - timedelta(minutes=3)
    running = database_of("mysql", under_way_since=since)
    gateway = serving(running)

    [instance] = rows(ask(gateway, "getCloudMysqlInstanceList"))
    newest, *kept = rows(ask(gateway, "getCloudMysqlBackupDetailList", cloudMysqlInstanceNo="7"))
    assert instance["cloudMysqlInstanceOperation"]["code"] == "BKP"
    assert instance["cloudMysqlInstanceStatusName"] == "running"
    assert newest["startTime"] == "2026-11-23T11:57:00+0900"
    assert "endTime" not in newest
    assert len(kept) == 2
    running.add_backup(NOW)
    assert rows(ask(gateway, "getCloudMysqlInstanceList"))[0]["cloudMysqlInstanceOperation"]["code"] == "NULL"


@pytest.mark.parametrize("disguised", [False, True])
def test_another_products_list_can_be_answered(disguised):
    gateway = serving(database_of("mysql"), database_of("cache"))
    gateway.faults.replace([fault("other-product", name="cache", disguised=disguised, operation="*BackupList")])

    told = json.loads(ask(gateway, "getCloudMysqlBackupList").body)

    stem = "Mysql" if disguised else "Cache"
    [row] = told[f"getCloud{stem}BackupListResponse"][f"cloud{stem}BackupList"]
    assert row["cloudCacheServiceName"] == "cache-7"


@pytest.mark.parametrize(("honest", "total"), [(True, 3), (False, 1)])
def test_a_list_can_be_cut(honest, total):
    gateway = serving(*(database_of("mysql", number) for number in "123"))
    gateway.faults.replace([fault("cut-list", rows=1, honest=honest)])

    answer = ask(gateway, "getCloudMysqlBackupList")
    assert (len(rows(answer)), fields(answer)["totalRows"]) == (1, total)


def test_faults_can_be_aimed_at_a_product():
    gateway = serving(database_of("mysql"), database_of("mongodb"))
    gateway.faults.replace([fault("gateway-error", code=500, product="mysql")])

    assert refusal(ask(gateway, "getCloudMysqlInstanceList")) == (503, "500")
    assert ask(gateway, "getCloudMongoDbInstanceList").status == 200
    assert [recorded.product for recorded in gateway.recorded] == ["mysql", "mongodb"]


@pytest.mark.parametrize("product", STEMS)
def test_row_faults_find_every_products_own_fields(product):
    gateway = serving(database_of(product))
    gateway.faults.replace([fault("row-without-number", only=f"{product}-*"), fault("row-without-name")])

    [row] = rows(ask(gateway, operation(product, "BackupList")))
    assert not [name for name in row if name.startswith("cloud")]


def test_a_seeded_account_answers_every_operation_in_both_formats():
    account = seeded_account(now=NOW, seed=4, instances=12, products=DATABASE_PRODUCTS)
    gateway = Gateway(account, clock=Clock(stopped_at=NOW))
    values = {"databaseName": "master", "backupSetId": "1"}

    for known in OPERATIONS.values():
        for database in account.databases:
            if known.product and database.product != known.product.databases_of:
                continue
            if known.product and known.product.dbms not in ("", database.dbms):
                continue
            chosen = {name: values.get(name, database.instance_no) for name in known.required}
            assert ask(gateway, known.name, **chosen).status == 200
            answer = ask(gateway, known.name, responseFormatType="xml", **chosen)
            assert fromstring(answer.body).tag == f"{known.name}Response"
    assert set(PRODUCTS) == set(STEMS)
