"""A product is one value: what the client calls, sends and reads for it follows from that value alone."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncloud import PRODUCTS, Backup, BackupDetail, Code, Instance, ListKind, ListRequest, SettingsProblem
from ncloud.decoding import fast_json
from ncloud.decoding.lenient import wire_fields
from ncloud.errors import ConnectTimeout, MalformedAnswer, NcloudError, NotFound, PermissionDenied, ServiceError
from ncloud.model import Listing, Page
from ncloud.operations import operation, operations_of, parameters
from ncloud.paging.pager import Pager
from ncloud.products import CACHE, MSSQL, MYSQL, REDIS, BackupDate, DetailPart, product_named
from tests.unit.ncloud.wire import OPERATIONS, as_xml, page

SAMPLES = Path(__file__).parents[2] / "samples"
KST = timezone(timedelta(hours=9))
LISTS = [name for name in OPERATIONS if name != "getRegionList"]
NOT_OFFERED = NotFound("Not Found Exception", code="300", http_status=404)


@pytest.mark.parametrize(
    ("product", "path", "list_key"),
    [
        ("postgresql", "/vpostgresql/v2/getCloudPostgresqlBackupList", "cloudPostgresqlBackupList"),
        ("mysql", "/vmysql/v2/getCloudMysqlBackupList", "cloudMysqlBackupList"),
        ("mongodb", "/vmongodb/v2/getCloudMongoDbBackupList", "cloudMongoDbBackupList"),
        ("mssql", "/vmssql/v2/getCloudMssqlBackupList", "cloudMssqlBackupList"),
        ("cache", "/vcache/v2/getCloudCacheBackupList", "cloudCacheBackupList"),
    ],
)
def test_each_product_has_its_operations(product, path, list_key):
    first, older = operations_of(ListRequest.backups("KR", product=product))
    assert (first.path, first.list_key, first.item_key) == (path, list_key, list_key.removesuffix("List"))
    assert (older and older.path) == ("/vredis/v2/getCloudRedisBackupList" if product == "cache" else None)


def test_what_differs_in_kind_is_told_by_the_product():
    def those(condition):
        return {name for name, product in PRODUCTS.items() if condition(product)}

    assert those(lambda each: each.date is BackupDate.DAY) == {"cache"}
    assert those(lambda each: each.date is BackupDate.DETAILS) == {"mssql"}
    assert those(lambda each: each.detail_part is DetailPart.SHARD) == {"mongodb"}
    assert those(lambda each: each.detail_part is DetailPart.DATABASE) == {"mssql"}
    assert those(lambda each: not each.tells_is_backup) == {"mongodb", "mssql"}
    assert those(lambda each: not each.is_on_by_default) == {"cache"}
    assert those(lambda each: each.may_skip_a_day) == {"mongodb"}
    assert those(lambda each: ListKind.BACKUPS not in each.paged) == {"mysql", "cache"}


@pytest.mark.parametrize("product", PRODUCTS.values(), ids=PRODUCTS)
def test_people_are_told_where_to_look_and_what_to_do(product):
    assert product.title
    assert product.console_menu.startswith("Cloud DB for ")
    assert product.manual_backup
    assert product.viewer_policy.startswith("NCP_VPC_CLOUD_DB_FOR_")


def test_an_unknown_product_is_refused_with_the_known_ones():
    with pytest.raises(SettingsProblem, match="'oracle'; known are postgresql, mysql, mongodb, mssql, cache"):
        product_named("oracle")


def test_an_instance_is_asked_for_by_its_products_own_name():
    request = ListRequest.backup_details("KR", "7", product="mongodb")
    asked = parameters(operations_of(request)[0], request, page_no=0, page_size=9, response_format="json")
    assert asked == [
        ("regionCode", "KR"),
        ("cloudMongoDbInstanceNo", "7"),
        ("pageNo", "0"),
        ("pageSize", "9"),
        ("responseFormatType", "json"),
    ]


def test_requests_for_two_products_are_two_requests():
    assert ListRequest.backups("KR") == ListRequest.backups("KR", product="postgresql")
    assert ListRequest.backups("KR") != ListRequest.backups("KR", product="mysql")
    assert ListRequest.regions().operation == "getRegionList"


# --- rows -------------------------------------------------------------------------------------------------


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


@pytest.mark.parametrize(
    ("file", "name", "row"),
    [
        (
            "siblings/getCloudMysqlBackupList.xml",
            "getCloudMysqlBackupList",
            {
                "instance_no": "****890",
                "service_name": "test-****",
                "retention_days": 10,
                "size_bytes": 571_482_767,
                "backup_time": "02:00",
                "last_backup_at": datetime(2021, 5, 28, 2, 10, tzinfo=KST),
            },
        ),
        (
            "products/getCloudMysqlBackupList.json",
            "getCloudMysqlBackupList",
            {
                "instance_no": "****890",
                "service_name": "test-****",
                "retention_days": 10,
                "backup_time": "02:00",
                "last_backup_at": datetime(2024, 5, 24, 2, 5, 3, tzinfo=KST),
            },
        ),
        (
            "products/getCloudMongoDbBackupList.json",
            "getCloudMongoDbBackupList",
            {
                "instance_no": "****371",
                "service_name": "test-****",
                "retention_days": 1,
                "backup_time": "02:00",
                "last_backup_at": datetime(2024, 5, 24, 2, 3, 40, tzinfo=KST),
            },
        ),
        (
            "products/getCloudRedisBackupList.xml",
            "getCloudRedisBackupList",
            {
                "instance_no": "****511",
                "service_name": "test-****",
                "backup_type": "SIMPLE",
                "retention_days": 1,
                "backup_time": "00:30",
                "last_backup_at": datetime(2021, 5, 25, tzinfo=KST),
            },
        ),
        (
            "products/getCloudRedisBackupDetailList.json",
            "getCloudRedisBackupDetailList",
            {
                "file_name": "20240702",
                "started_at": datetime(2024, 7, 2, 6, 15, 2, tzinfo=KST),
                "ended_at": datetime(2024, 7, 2, 6, 15, 2, tzinfo=KST),
            },
        ),
    ],
)
def test_the_samples_of_the_other_products_are_read(file, name, row):
    [read] = page(sample(file), operation=name).rows
    assert read == OPERATIONS[name].row(**row)


@pytest.mark.parametrize("asked", ["getCloudRedisBackupList", "getCloudCacheBackupList"])
def test_backups_made_by_hand_are_not_taken_for_scheduled_ones(asked):
    """The vendor's sample has the scheduled list's key under the manual operation's name."""
    with pytest.raises(MalformedAnswer, match="another operation"):
        page(sample("siblings/getCloudRedisManualBackupList.json"), operation=asked)


def listed(name: str, *items: object, total: int | None = None) -> dict:
    asked = OPERATIONS[name]
    wrapper = {"totalRows": len(items) if total is None else total, "returnCode": "0", asked.list_key: list(items)}
    return {asked.wrapper_key: wrapper}


VALUES = {
    "Instant": st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001  the zone is added
        lambda at: at.replace(microsecond=0, tzinfo=KST).strftime("%Y-%m-%dT%H:%M:%S%z")
    ),
    "text": st.text("abc가-1", min_size=1, max_size=5),
}


def value_of(field: msgspec.structs.FieldInfo) -> st.SearchStrategy:
    said = str(field.type)
    if "datetime" in said:
        return VALUES["Instant"]
    if "Code" in said and "CommonCode" not in said:
        return st.fixed_dictionaries({"code": st.sampled_from(["BKP", "NULL", "CREAT"])})
    if "bool" in said:
        return st.booleans()
    return st.integers(0, 2**63 - 1) if "int" in said else VALUES["text"]


def items_of(name: str) -> st.SearchStrategy[dict]:
    """Rows of the operation *name* as documented, with any of the optional fields left out."""
    fields = [each for each in msgspec.structs.fields(OPERATIONS[name].row) if each.name != "unreadable_date"]
    required = {each.encode_name: value_of(each) for each in fields if each.required}
    return st.fixed_dictionaries(required, optional={e.encode_name: value_of(e) for e in fields if not e.required})


@given(st.data(), st.sampled_from(LISTS))
def test_fast_and_lenient_reading_and_xml_agree_for_every_list(data, name):
    items = data.draw(st.lists(items_of(name), min_size=1, max_size=4))
    tree = listed(name, *items)
    asked = OPERATIONS[name]
    read = page(tree, operation=name)
    assert page(tree | {"other": 1}, operation=name) == read, "an unknown key sends it to the lenient reader"
    if all(item for item in items):
        assert page(as_xml(tree, {asked.list_key: asked.item_key}), operation=name) == read
    assert {type(row) for row in read.rows} <= {asked.row}


@given(st.data(), st.sampled_from(LISTS))
def test_keys_are_read_in_any_case(data, name):
    """The vendor's SDK writes some with a capital where the documents do not."""
    item = data.draw(items_of(name))
    item.pop(next((each.key for each in wire_fields(OPERATIONS[name].row) if each.name in fast_json.RARE), None), None)
    respelt = {data.draw(st.sampled_from([key, key.capitalize(), key.upper(), key[0].upper() + key[1:]])): value
               for key, value in item.items()}  # fmt: skip
    assert page(listed(name, respelt), operation=name) == page(listed(name, item), operation=name)


@given(st.data(), st.sampled_from(LISTS), st.sampled_from(LISTS), st.sampled_from(["whole", "list", "rows"]))
def test_no_products_rows_are_taken_for_anothers(data, asked, told, under):
    """Whether the whole response, its list or only its rows are another product's or another list's."""
    if asked == told:
        return
    items = data.draw(st.lists(items_of(told), min_size=1, max_size=3))
    [wrapper] = listed(told, *items).values()
    if under == "whole":
        tree = {OPERATIONS[told].wrapper_key: wrapper}
    elif under == "list":
        tree = {OPERATIONS[asked].wrapper_key: wrapper}
    else:
        tree = listed(asked, *items)
    same_kind = OPERATIONS[asked].row.__base__ is BackupDetail is OPERATIONS[told].row.__base__
    if under == "rows" and same_kind:
        return  # no detail row says which product or instance it is of: its list and its wrapper do
    try:
        read = page(tree, operation=asked)
    except MalformedAnswer:
        return
    assert under == "rows", "another list or response is refused"
    stems = {
        asked.removesuffix(end) for end in ("BackupDetailList", "BackupList", "InstanceList") if asked.endswith(end)
    }
    if not any(told.startswith(stem) for stem in stems):
        assert not any(map(OPERATIONS[asked].identity, read.rows)) or OPERATIONS[asked].row.__base__ is BackupDetail


def test_rows_of_two_products_are_never_equal():
    numbers = [operation(product, ListKind.BACKUPS).row("1") for product in (*PRODUCTS.values(), REDIS)]
    assert len(set(numbers)) == len(numbers)
    assert all(isinstance(row, Backup) for row in numbers)


@pytest.mark.parametrize("key", ["LastBackupDate", "lastbackupdate", "LASTBACKUPDATE"])
def test_a_date_in_another_spelling_is_not_taken_for_never_backed_up(key):
    """The strict decoder passes over keys that it does not know: it must not be believed then."""
    item = {"cloudMysqlInstanceNo": "1", key: "2026-11-23T02:00:00+0900"}
    body = json.dumps(listed("getCloudMysqlBackupList", item)).encode()
    assert fast_json.decode_strict(OPERATIONS["getCloudMysqlBackupList"], body) is None
    assert page(body, operation="getCloudMysqlBackupList").rows[0].last_backup_at is not None


@pytest.mark.parametrize(("product", "name"), [(product, name) for product in PRODUCTS.values()
                                               for name in ("IsBackup", "ISBACKUP")])  # fmt: skip
def test_backups_switched_off_are_seen_in_another_spelling(product, name):
    asked = operation(product, ListKind.INSTANCES)
    item = {f"{product.stem}InstanceNo": "1", name: False, "createDate": "2026-11-23T02:00:00+0900"}
    [read] = page(listed(asked.name, item), operation=asked.name).rows
    assert read.is_backup is False


def test_documented_lists_take_the_fast_way():
    for name in LISTS:
        if name in ("getCloudCacheBackupList", "getCloudRedisBackupList"):
            continue  # their backupType is an object, of which the code is taken: always the lenient reader
        fields = [each for each in wire_fields(OPERATIONS[name].row) if each.name != "engine"]
        dates = {each.key: "2026-11-23T02:00:00+0900" for each in fields if each.read is None}
        texts = {"fileName": "f"} | {each.key: "1" for each in fields if each.name in ("instance_no", "shard")}
        body = json.dumps(listed(name, dates | {key: text for key, text in texts.items() if key in
                                                {each.key for each in fields}})).encode()  # fmt: skip
        assert fast_json.decode_strict(OPERATIONS[name], body) is not None, name


@pytest.mark.parametrize(
    ("written", "read"), [({"code": "SIMPLE", "codeName": "x"}, "SIMPLE"), ("USER", "USER"), ({}, None), (None, None)]
)
def test_a_backup_type_is_a_text_or_the_code_of_one(written, read):
    for stem in ("Postgresql", "Cache"):
        name, number = f"getCloud{stem}BackupList", f"cloud{stem}InstanceNo"
        assert page(listed(name, {number: "1", "backupType": written}), operation=name).rows[0].backup_type == read


def test_the_operation_says_that_a_backup_is_under_way():
    name = "getCloudMssqlInstanceList"
    item = {"cloudMssqlInstanceNo": "1", "cloudMssqlInstanceOperation": {"code": "BKP", "codeName": "Backup"}}
    [read] = page(listed(name, item), operation=name).rows
    assert (read.operation, read.is_backup) == (Code("BKP"), None)
    assert isinstance(read, Instance)


@pytest.mark.parametrize(
    ("product", "key"), [("postgresql", "backupRetention"), ("mysql", "backupFileRetentionPeriod")]
)
def test_retention_has_a_name_of_its_own_in_postgresqls_backup_list(product, key):
    asked = operation(PRODUCTS[product], ListKind.BACKUPS)
    other = {"backupRetention", "backupFileRetentionPeriod"} - {key}
    item = {asked.instance_parameter: "1", key: 7, other.pop(): 9}
    assert page(listed(asked.name, item), operation=asked.name).rows[0].retention_days == 7


def test_shards_and_databases_of_one_backup_are_told_apart():
    for product, part in (("MongoDb", "shard"), ("Mssql", "databaseName")):
        name = f"getCloud{product}BackupDetailList"
        rows = [{part: each, "startTime": "2026-11-23T02:00:00+0900", "endTime": "2026-11-23T02:10:00+0900"}
                for each in ("a", "b")]  # fmt: skip
        read = page(listed(name, *rows), operation=name).rows
        assert len(set(map(OPERATIONS[name].identity, read))) == 2
        assert all(isinstance(row, BackupDetail) for row in read)


# --- a service that is not offered ------------------------------------------------------------------------


def cache_pager() -> Pager:
    first, older = operations_of(ListRequest.backups("KR", product="cache"))
    return Pager(first, page_size=10, older=older)


def ended(pager: Pager, *outcomes: Page | NcloudError) -> Listing | NcloudError | None:
    for outcome in outcomes:
        [request] = pager.pending_requests()
        pager.receive(request, outcome)
    assert pager.pending_requests() == []
    return pager.outcome


EMPTY = Page(0, [])


def test_an_older_service_is_read_where_the_first_is_not_offered():
    pager = cache_pager()
    outcome = ended(pager, NOT_OFFERED, Page(1, [operation(REDIS, ListKind.BACKUPS).row("1")]))
    assert (outcome.operation, pager.not_offered) == ("getCloudRedisBackupList", NOT_OFFERED)


@pytest.mark.parametrize(
    ("second", "is_first"),
    [
        (NotFound("no", code="300"), True),
        (NotFound("a proxy's page"), False),
        (PermissionDenied("no", code="210"), False),
        (ConnectTimeout("no"), False),
    ],
)
def test_where_both_are_refused_only_two_that_are_not_offered_are_not_offered(second, is_first):
    """A right that is lacking for the older one must not pass for a product that is not there."""
    assert ended(cache_pager(), NOT_OFFERED, second) is (NOT_OFFERED if is_first else second)


def test_a_subscription_that_is_lacking_is_no_product_that_is_not_offered():
    lacking = PermissionDenied("Permission Denied: A subscription to the API is required", code="210")
    assert (lacking.is_not_subscribed, lacking.is_not_offered) == (True, False)
    assert ended(cache_pager(), lacking, NotFound("no", code="300")) is lacking


@pytest.mark.parametrize(
    "error",
    [PermissionDenied("no", code="210"), ServiceError("no", code="1300"), NotFound("a page"), ConnectTimeout("")],
)
def test_no_other_error_leads_to_the_older_service(error):
    pager = cache_pager()
    assert ended(pager, error) is error
    assert pager.operation.service == "vcache"


def test_a_list_without_an_older_service_fails_as_it_is_refused():
    first, older = operations_of(ListRequest.backups("KR", product="mysql"))
    assert older is None
    assert ended(Pager(first, page_size=10), NOT_OFFERED) is NOT_OFFERED


@pytest.mark.parametrize("product", [MYSQL, CACHE, REDIS])
def test_fewer_rows_than_promised_in_a_list_that_does_not_page_are_incomplete(product):
    asked = operation(product, ListKind.BACKUPS)
    short = Page(3, [asked.row("1"), asked.row("2")])
    outcome = ended(Pager(asked, page_size=10), short, short)
    assert outcome.kind == "ListingIncomplete"


def test_a_full_list_that_does_not_page_is_not_asked_for_more():
    asked = operation(MYSQL, ListKind.BACKUPS)
    assert len(ended(Pager(asked, page_size=2), Page(2, [asked.row("1"), asked.row("2")])).rows) == 2


def test_an_empty_list_is_empty():
    assert ended(Pager(operation(MYSQL, ListKind.BACKUPS), page_size=10), EMPTY).rows == []


def test_dates_stay_in_utc_offsets_of_the_row():
    at = "2026-11-23T02:00:00+0000"
    [read] = page(listed("getCloudMssqlBackupDetailList", {"databaseName": "d", "endTime": at}),
                  operation="getCloudMssqlBackupDetailList").rows  # fmt: skip
    assert read.ended_at == datetime(2026, 11, 23, 2, tzinfo=UTC)
    assert MSSQL.date is BackupDate.DETAILS
