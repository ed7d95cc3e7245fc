"""Several products in one reading: whose list is whose, what a refusal means, and where the dates are."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ncloud
from backup_watch.adapters.ncloud_source import NcloudSource
from backup_watch.checking.fresh_window import fresh_window
from backup_watch.model.instances import DatabaseBackups, InstanceId, Scope
from backup_watch.model.policy import Policy
from backup_watch.model.products import PRODUCTS
from backup_watch.model.vocabulary import DatedBy, ListKind
from ncloud.errors import DeadlineExceeded, NotFound, PermissionDenied, ServiceError
from tests.builders import KST, NOW, hours

REQUEST = ncloud.ListRequest
AN_HOUR_AGO, YESTERDAY, LONG_AGO = ((NOW - hours(age)).astimezone(KST) for age in (1, 25, 200))
MIDNIGHT = datetime(2026, 11, 23, tzinfo=KST)


class Client:
    """Answers with what it was given, else with empty lists, and remembers what it was asked for."""

    def __init__(self, answers: dict) -> None:
        self._answers = answers
        self.asked: list[list[ncloud.ListRequest]] = []

    def read(self, requests, *, deadline=None):
        self.asked.append(list(requests))
        return {request: self._answers.get(request, listing()) for request in self.asked[-1]}


def listing(*rows: object, unattributed: int = 0) -> ncloud.Listing:
    return ncloud.Listing(list(rows), len(rows) + unattributed, 1, unattributed)


def read(answers: dict, *products: str, regions=("KR",), with_instances=True, window=None, **settings):
    client = Client(answers)
    asking = NcloudSource(client, with_instances=with_instances, deadline=5.0, **settings)  # type: ignore[arg-type]
    scopes = [Scope("default", product, region) for product in products for region in regions]
    return asking.read(scopes, window), client, asking


def lists(product: str, *, region="KR", number="1", at: datetime | None = AN_HOUR_AGO, **listed) -> dict:
    """Both lists with one instance."""
    return {
        REQUEST.backups(region, product=product): listing(ncloud.Backup(number, "orders", last_backup_at=at)),
        REQUEST.instances(region, product=product): listing(ncloud.Instance(number, "orders", "running", **listed)),
    }


def refused(product: str, error: type[ncloud.NcloudError], code: str, *, region="KR") -> dict:
    return {
        REQUEST.backups(region, product=product): error("no", code=code),
        REQUEST.instances(region, product=product): error("no", code=code),
    }


def row(database: str | None, end: datetime | None, **facts) -> ncloud.BackupDetail:
    started = {"started_at": end - timedelta(minutes=5)} if end else {}
    return ncloud.BackupDetail("f", ended_at=end, database_name=database, **(started | facts))


def details(*rows: ncloud.BackupDetail, number="1", unattributed=0) -> dict:
    return {REQUEST.backup_details("KR", number, product="mssql"): listing(*rows, unattributed=unattributed)}


# --- whose list is whose -------------------------------------------------------------------------------------------


def test_all_lists_of_all_products_are_asked_for_at_once():
    _, client, _ = read({}, *PRODUCTS, regions=("KR", "SGN"))
    [asked] = client.asked
    assert len(asked) == len(set(asked)) == 20


def test_one_product_is_asked_for_as_if_there_were_no_other():
    _, client, _ = read(lists("postgresql"), "postgresql")
    assert client.asked == [[REQUEST.backups("KR"), REQUEST.instances("KR")]]


NUMBERS = st.dictionaries(st.sampled_from(sorted(PRODUCTS)), st.sets(st.sampled_from("123"), min_size=1), min_size=1)


@given(NUMBERS)
def test_no_products_rows_are_taken_for_anothers(numbers):
    answers: dict = {}
    for product, named in numbers.items():
        answers[REQUEST.backups("KR", product=product)] = listing(
            *(ncloud.Backup(number, product, last_backup_at=AN_HOUR_AGO) for number in named)
        )
        answers[REQUEST.instances("KR", product=product)] = listing(
            *(ncloud.Instance(number, product, "running") for number in named)
        )
    window = fresh_window(Policy(), now=NOW, interval=hours(0.25), has_memory=True)
    for fresh in (None, window):
        reading, _, _ = read(answers, *numbers, window=fresh)
        found = {one.id: one.service_name for one in reading.instances}
        for group in reading.fresh_groups:
            assert set(group.names.values()) == {group.scope.product}
            found |= {
                InstanceId("default", group.scope.product, "KR", number): group.scope.product for number in group.names
            }
        assert found == {
            InstanceId("default", product, "KR", number): product
            for product, named in numbers.items()
            for number in named
        }
        assert {(each.scope.product, each.kind, each.instances) for each in reading.lists} == {
            (product, kind, len(named))
            for product, named in numbers.items()
            for kind in (ListKind.BACKUPS, ListKind.INSTANCES)
        }


def test_a_history_is_asked_of_the_instances_own_product():
    reading, client, asking = read(lists("mysql"), "mysql")
    asking.histories(reading.instances)
    assert client.asked[-1] == [REQUEST.backup_details("KR", "1", product="mysql")]


def test_the_list_that_an_older_service_gave_goes_by_its_own_name():
    older = ncloud.Listing([], 0, 1, operation="getCloudRedisBackupList")
    reading, _, _ = read({REQUEST.backups("KR", product="cache"): older}, "cache")
    assert reading.lists[0].operation == "getCloudRedisBackupList"


# --- refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("error", "code"), [(PermissionDenied, "210"), (NotFound, "300")])
def test_a_product_that_is_refused_costs_no_other(error, code):
    reading, _, _ = read(lists("mysql") | refused("mssql", error, code), "mysql", "mssql")
    assert [one.product for one in reading.instances] == ["mysql"]
    assert [(one.product, one.code, one.list_kind) for one in reading.errors] == [
        ("mssql", code, ListKind.BACKUPS), ("mssql", code, ListKind.INSTANCES),
    ]  # fmt: skip


def test_of_all_products_one_that_is_not_offered_is_withheld():
    reading, _, _ = read(lists("mysql") | refused("mssql", NotFound, "300"), "mysql", "mssql", may_lack_products=True)
    assert reading.errors == ()
    assert {(one.product, one.region, one.code) for one in reading.withheld} == {("mssql", "KR", "300")}
    assert {each.scope.product for each in reading.lists} == {"mysql"}


@pytest.mark.parametrize("answers", [
    refused("mssql", PermissionDenied, "210"), refused("mssql", NotFound, "404"),
    {REQUEST.backups("KR", product="mssql"): NotFound("no", code="300")},
    refused("mssql", NotFound, "300") | {REQUEST.instances("KR", product="mssql"): PermissionDenied("no", code="210")},
])  # fmt: skip
def test_a_right_that_is_lacking_or_half_a_product_is_an_error_of_all_products_too(answers):
    reading, _, _ = read(answers, "mysql", "mssql", may_lack_products=True)
    assert {one.product for one in reading.errors} == {"mssql"}
    assert reading.withheld == ()


def test_a_region_without_databases_that_says_no_such_instance_is_empty():
    answers = lists("postgresql") | refused("postgresql", ServiceError, "5001017", region="SGN")
    reading, _, _ = read(answers, "postgresql", regions=("KR", "SGN"))
    assert reading.errors == ()
    assert {(one.region, one.code) for one in reading.taken_for_empty} == {("SGN", "5001017")}
    assert [each.instances for each in reading.lists if each.scope.region == "SGN"] == [0, 0]


def test_so_is_one_of_the_two_beside_an_empty_list():
    answers = {REQUEST.backups("KR"): ServiceError("no", code="5001017")}
    reading, _, _ = read(answers, "postgresql")
    assert (reading.errors, len(reading.taken_for_empty)) == ((), 1)


@pytest.mark.parametrize(("other", "with_instances"), [
    (listing(ncloud.Instance("1", "orders", "running")), True), (listing(unattributed=1), True),
    (PermissionDenied("no", code="210"), True), (listing(), False),
])  # fmt: skip
def test_beside_rows_or_alone_it_is_an_error(other, with_instances):
    answers = {REQUEST.backups("KR"): ServiceError("no", code="5001017"), REQUEST.instances("KR"): other}
    reading, _, _ = read(answers, "postgresql", with_instances=with_instances)
    assert ("ServiceError", "5001017") in {(one.kind, one.code) for one in reading.errors}
    assert reading.taken_for_empty == ()


# --- dates ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("at", "is_day"), [(MIDNIGHT, True), (AN_HOUR_AGO, False), (None, False)])
def test_a_midnight_of_a_cache_is_a_day_and_nothing_else_is(at, is_day):
    [cache] = read(lists("cache", at=at), "cache")[0].instances
    assert (cache.dated_by is DatedBy.DAY) is is_day
    [other] = read(lists("mysql", at=at), "mysql")[0].instances
    assert other.dated_by is DatedBy.LIST


def test_what_is_no_instant_is_never_plainly_fresh():
    window = fresh_window(Policy(), now=NOW, interval=hours(0.25))
    answers = lists("cache", at=AN_HOUR_AGO) | lists("mssql", at=AN_HOUR_AGO) | lists("mysql", at=AN_HOUR_AGO)
    reading, _, _ = read(answers, "mysql", "mssql", "cache", window=window)
    assert [group.scope.product for group in reading.fresh_groups] == ["mysql"]
    assert {one.product for one in reading.instances} == {"mssql", "cache"}


def mssql(found: dict, **facts):
    """The one instance of MSSQL with these details, and what was read."""
    reading, client, asking = read(lists("mssql", **facts) | found, "mssql")
    [instance] = reading.instances
    return instance, reading, client, asking


def test_the_dates_of_mssql_are_those_of_its_databases_whatever_its_list_says():
    rows = (row("b", LONG_AGO), row("a", YESTERDAY), row("a", AN_HOUR_AGO), row("b", YESTERDAY))
    instance, reading, client, asking = mssql(details(*rows), at=NOW)
    assert instance.databases == (
        DatabaseBackups("a", (AN_HOUR_AGO, YESTERDAY)), DatabaseBackups("b", (YESTERDAY, LONG_AGO)),
    )  # fmt: skip
    assert instance.backups_at == (AN_HOUR_AGO, YESTERDAY, LONG_AGO)
    assert (instance.backups_read, instance.unreadable_dates, reading.errors) == (True, (), ())
    asking.histories([instance])
    assert [len(asked) for asked in client.asked] == [2, 1], "the details are read once"


def test_a_backup_under_way_has_no_date_yet_and_one_that_says_nothing_is_not_believed():
    under_way = ncloud.BackupDetail("f", started_at=AN_HOUR_AGO, database_name="a")
    instance, *_ = mssql(
        details(under_way, row("a", YESTERDAY), row("b", None), row("c", None, unreadable_date="soon"))
    )
    assert instance.databases == (DatabaseBackups("a", (YESTERDAY,)),)
    assert instance.unreadable_dates == ("(none)", "soon")


def test_details_of_mssql_without_a_row_say_that_there_is_no_backup():
    instance, reading, _, _ = mssql({})
    assert (instance.backups_at, instance.backups_read, reading.errors) == ((), True, ())


@pytest.mark.parametrize("answer", [
    PermissionDenied("no", code="210"), DeadlineExceeded("too late"), listing(row("a", AN_HOUR_AGO), unattributed=1),
    ServiceError("gone", code="5001269"),
])  # fmt: skip
def test_where_details_of_mssql_are_not_read_nothing_is_known_and_that_is_an_error(answer):
    instance, reading, _, _ = mssql({REQUEST.backup_details("KR", "1", product="mssql"): answer}, at=AN_HOUR_AGO)
    assert (instance.backups_at, instance.backups_read) == ((), False)
    [error] = reading.errors
    assert (error.product, error.region, error.list_kind) == ("mssql", "KR", ListKind.DETAILS)


def test_many_unread_details_of_one_cause_are_one_error():
    numbers = [str(number) for number in range(20)]
    answers = {
        REQUEST.instances("KR", product="mssql"): listing(*(ncloud.Instance(one, one, "running") for one in numbers)),
        **{REQUEST.backup_details("KR", one, product="mssql"): DeadlineExceeded("too late") for one in numbers},
    }
    reading, client, _ = read(answers, "mssql")
    assert [error.message for error in reading.errors] == ["too late (details of 20 instances)"]
    assert [len(asked) for asked in client.asked] == [2, 20], "all at once"


def test_what_is_being_deleted_is_not_asked_for_and_what_is_being_created_may_have_none():
    deleting = {
        REQUEST.instances("KR", product="mssql"): listing(ncloud.Instance("1", "orders", "Deleting")),
    }
    _, client, _ = read(deleting, "mssql")
    assert len(client.asked) == 1
    creating = {
        REQUEST.instances("KR", product="mssql"): listing(ncloud.Instance("1", "orders", "settingUp")),
        REQUEST.backup_details("KR", "1", product="mssql"): ServiceError("none", code="5001017"),
    }
    reading, _, _ = read(creating, "mssql")
    assert reading.errors == ()
    assert reading.instances[0].backups_read


# --- shards --------------------------------------------------------------------------------------------------------


def shard(name: str, start: datetime, *, minutes: float | None = 5) -> ncloud.BackupDetail:
    end = None if minutes is None else start + timedelta(minutes=minutes)
    return ncloud.BackupDetail(started_at=start, ended_at=end, shard=name)


def shards_of(*rows: ncloud.BackupDetail, at: datetime = AN_HOUR_AGO) -> tuple[datetime, ...]:
    """The history of one instance of MongoDB with these shards."""
    found = lists("mongodb", at=at) | {REQUEST.backup_details("KR", "1", product="mongodb"): listing(*rows)}
    reading, _, asking = read(found, "mongodb")
    [instance] = reading.instances
    return asking.histories([instance]).backups_at[instance.id]


def test_a_backup_of_several_shards_is_one_and_done_with_its_last():
    minute = timedelta(minutes=1)
    rows = [
        shard("a", YESTERDAY, minutes=40), shard("b", YESTERDAY + minute, minutes=3),
        shard("a", AN_HOUR_AGO - 9 * minute), shard("b", AN_HOUR_AGO - 5 * minute),
    ]  # fmt: skip
    assert shards_of(*rows) == (AN_HOUR_AGO, YESTERDAY + 40 * minute)
    assert shards_of(*reversed(rows)) == shards_of(*rows)


def test_it_is_not_done_while_a_shard_is_under_way():
    start = AN_HOUR_AGO - timedelta(minutes=5)
    rows = [shard("a", start), shard("b", start, minutes=None), shard("a", YESTERDAY), shard("b", YESTERDAY)]
    assert shards_of(*rows, at=YESTERDAY + timedelta(minutes=5)) == (YESTERDAY + timedelta(minutes=5),)
