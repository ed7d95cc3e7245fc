"""Every database product, read from an emulator that was written independently of the client."""

from datetime import UTC, datetime, timedelta

import pytest

from ncloud import PRODUCTS, BackupDate, DetailPart, Listing, ListRequest
from tests.edges.ncloud.reader import client_of, failure_of, outcome_of
from tests.emulator import Emulator
from tests.emulator.dialect import WORDS
from tests.emulator.seeding import seeded_account

NOW = datetime.now(UTC)
UNPAGED = {(name, "BackupList") for name in ("mysql", "cache")} | {("cache", "BackupDetailList")}
DIALECTS = [word for group in WORDS.values() for word in group if not word.startswith("unsubscribed")]


def account():
    return seeded_account(now=NOW, instances=8, regions=("KR",), products=tuple(PRODUCTS))


def lists_of(product: str) -> list[ListRequest]:
    return [ListRequest.backups("KR", product=product), ListRequest.instances("KR", product=product)]


@pytest.fixture(scope="module")
def emulator():
    with Emulator(account()) as emulator:
        yield emulator


@pytest.mark.parametrize("response_format", ["json", "xml"])
@pytest.mark.parametrize("product", PRODUCTS)
def test_the_lists_of_a_product_are_read(emulator, product, response_format):
    databases = {each.instance_no for each in emulator.account.databases if each.product == product}
    with client_of(emulator, response_format=response_format, page_size=3) as client:
        outcomes = client.read(lists_of(product))
        backups, instances = (outcome.rows for outcome in outcomes.values())
        assert {row.instance_no for row in instances} <= databases
        assert instances
        assert all(row.service_name and row.status_name and row.created_at and row.operation for row in instances)
        told = {row.is_backup for row in instances}
        assert told <= {True, False} if PRODUCTS[product].tells_is_backup else told == {None}
        dated = [row for row in backups if row.last_backup_at]
        assert dated if PRODUCTS[product].date is not BackupDate.DETAILS else not dated
        assert all(row.unreadable_date is None and row.retention_days and row.backup_time for row in backups)
        if PRODUCTS[product].date is BackupDate.DAY:
            assert {row.last_backup_at.time().isoformat() for row in dated} == {"00:00:00"}


@pytest.mark.parametrize("product", PRODUCTS)
def test_the_details_of_a_product_have_a_start_an_end_and_their_part(emulator, product):
    with client_of(emulator) as client:
        [instances] = client.read([ListRequest.instances("KR", product=product)]).values()
        asked = [ListRequest.backup_details("KR", row.instance_no, product=product) for row in instances.rows]
        rows = [row for outcome in client.read(asked).values() if isinstance(outcome, Listing) for row in outcome.rows]
    part = PRODUCTS[product].detail_part
    assert rows
    assert all(row.started_at for row in rows)
    assert any(row.ended_at for row in rows)
    assert part is DetailPart.BACKUP or all(getattr(row, part.value) for row in rows)


@pytest.mark.parametrize("product", PRODUCTS)
def test_paging_is_asked_for_where_the_list_takes_it_and_nowhere_else(product):
    with Emulator(account()) as emulator, client_of(emulator) as client:
        [instances] = client.read(lists_of(product)[1:]).values()
        client.read(
            [*lists_of(product), ListRequest.backup_details("KR", instances.rows[0].instance_no, product=product)]
        )
        for request in emulator.requests:
            kind = next(
                kind for kind in ("BackupDetailList", "BackupList", "InstanceList") if request.operation.endswith(kind)
            )
            is_paged = (product, kind) not in UNPAGED
            assert ("pageNo" in request.parameters, "pageSize" in request.parameters) == (is_paged, is_paged)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("response_format", ["json", "xml"])
def test_every_way_to_write_names_and_rows_gives_the_same_instances(dialect, response_format):
    with (
        Emulator(account(), dialect=dialect) as emulator,
        client_of(emulator, response_format=response_format) as client,
    ):
        for product in PRODUCTS:
            for outcome in client.read(lists_of(product)).values():
                assert isinstance(outcome, Listing), outcome
                assert outcome.rows
                assert outcome.unattributed_rows == 0
                assert all(getattr(row, "status_name", "running") for row in outcome.rows)


@pytest.mark.parametrize("disguised", ["true", "false"])
@pytest.mark.parametrize("response_format", ["json", "xml"])
@pytest.mark.parametrize("asked", PRODUCTS)
def test_no_products_rows_are_taken_for_anothers(asked, response_format, disguised):
    for other in PRODUCTS:
        if other == asked:
            continue
        fault = f"other-product,name={other},disguised={disguised}"
        with Emulator(account(), faults=[fault]) as emulator:
            for outcome in client_of(emulator, response_format=response_format).read(lists_of(asked)).values():
                rows = outcome.rows if isinstance(outcome, Listing) else []
                assert rows == [], f"{asked} reads {other}"
                assert not isinstance(outcome, Listing) or outcome.unattributed_rows == outcome.total_rows


def test_a_list_that_does_not_page_and_is_cut_is_incomplete():
    with Emulator(account(), faults=["cut-list,operation=getCloudMysqlBackupList,rows=2"]) as emulator:
        error = failure_of(client_of(emulator), ListRequest.backups("KR", product="mysql"))
        assert error.kind == "ListingIncomplete"
        assert len(emulator.requests) == 2


# --- refused products -------------------------------------------------------------------------------------


@pytest.mark.parametrize("product", ["postgresql", "mysql", "mongodb", "mssql"])
def test_what_is_not_offered_is_told_from_what_is_not_allowed(product):
    request = ListRequest.backups("KR", product=product)
    other = ListRequest.backups("KR", product="mysql" if product != "mysql" else "mssql")
    for field, kind, is_not_offered in (("not_offered", "NotFound", True), ("denied", "PermissionDenied", False)):
        refusing = account()
        getattr(refusing, field).add(product)
        with Emulator(refusing) as emulator, client_of(emulator) as client:
            outcomes = client.read([request, other])
        error = outcomes[request]
        assert (error.kind, error.is_not_offered, error.product) == (kind, is_not_offered, product)
        assert isinstance(outcomes[other], Listing), "one product refused costs no other"


def test_a_page_of_a_proxy_that_says_404_is_no_product_that_is_not_offered():
    with Emulator(account(), faults=["status,status=404"]) as emulator:
        error = failure_of(client_of(emulator))
    assert (error.kind, error.is_not_offered) == ("NotFound", False)


CACHE = lists_of("cache")


@pytest.mark.parametrize("dialect", ["unsubscribed-300", "unsubscribed-210", "unsubscribed-service"])
def test_where_vcache_is_not_subscribed_vredis_is_read(dialect):
    refusing = account()
    refusing.not_subscribed.add("cache")
    with Emulator(refusing, dialect=dialect) as emulator, client_of(emulator) as client:
        outcomes = client.read(CACHE)
        assert [outcome.operation for outcome in outcomes.values()] == [
            "getCloudRedisBackupList",
            "getCloudRedisInstanceList",
        ]
        assert all(outcome.rows for outcome in outcomes.values())
        before = len(emulator.requests)
        number = outcomes[CACHE[1]].rows[0].instance_no
        details = client.read_one(ListRequest.backup_details("KR", number, product="cache"))
        assert details.operation == "getCloudRedisBackupDetailList"
        assert len(emulator.requests) == before + 1, "the client has learned where this region's caches are"


def test_where_vcache_is_offered_vredis_is_never_asked():
    with Emulator(account()) as emulator, client_of(emulator) as client:
        assert all(isinstance(outcome, Listing) for outcome in client.read(CACHE).values())
        assert {request.operation for request in emulator.requests} == {
            "getCloudCacheBackupList",
            "getCloudCacheInstanceList",
        }


def test_a_region_without_either_is_not_offered_and_one_without_the_right_is_not_allowed():
    for field, kind, operation in (
        ("not_offered", "NotFound", "getCloudCacheBackupList"),
        ("denied", "PermissionDenied", "getCloudRedisBackupList"),
    ):
        refusing = account()
        refusing.not_offered.add("cache")
        getattr(refusing, field).add("redis")
        with Emulator(refusing) as emulator:
            error = outcome_of(client_of(emulator), CACHE[0])
        assert (error.kind, error.operation, error.product) == (kind, operation, "cache")
        assert error.is_not_offered == (field == "not_offered")


def test_one_region_is_never_read_from_both_services():
    """They may number the same caches differently: each would be counted twice."""
    fault = "gateway-error,code=300,operation=getCloudCacheBackupList"
    with Emulator(account(), faults=[fault]) as emulator, client_of(emulator) as client:
        outcomes = client.read(CACHE)
    assert outcomes[CACHE[0]].is_not_offered
    assert outcomes[CACHE[0]].operation == "getCloudCacheBackupList"
    assert outcomes[CACHE[1]].operation == "getCloudCacheInstanceList"


def test_a_cache_that_is_down_is_not_read_from_the_older_service():
    with Emulator(account(), faults=["gateway-error,code=500,product=cache"]) as emulator:
        error = outcome_of(client_of(emulator), CACHE[0])
        assert error.kind == "EndpointError"
        assert all(request.operation == "getCloudCacheBackupList" for request in emulator.requests)


def test_a_postgresql_run_sends_no_request_for_another_product():
    with Emulator(account()) as emulator, client_of(emulator, page_size=1000) as client:
        client.read(lists_of("postgresql"))
        assert len(emulator.requests) == 2


def test_ten_lists_of_a_region_take_one_latency_more_than_two():
    with Emulator(account(), latency_ms=200) as emulator, client_of(emulator, max_concurrency=10) as client:
        started = datetime.now(UTC)
        outcomes = client.read([request for product in PRODUCTS for request in lists_of(product)])
        assert all(isinstance(outcome, Listing) for outcome in outcomes.values())
        assert emulator.most_in_flight == 10
        assert datetime.now(UTC) - started < timedelta(seconds=20)


@pytest.mark.parametrize("product", PRODUCTS)
def test_an_instance_that_is_not_there_is_told_from_other_refusals(emulator, product):
    with client_of(emulator) as client:
        error = failure_of(client, ListRequest.backup_details("KR", "404404", product=product))
        assert error.is_no_such_instance
        assert not failure_of(client, ListRequest.backups("XX", product=product)).is_no_such_instance
