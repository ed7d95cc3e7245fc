"""Two lists become instances: whose row is whose, which of them speaks, and what it means that one is not there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import ncloud
from backup_watch.adapters import ncloud_rows as ncloud_join
from backup_watch.model.instances import Instance
from tests.builders import KST, NOW, an_id, hours, scopes

AN_HOUR_AGO, YESTERDAY = (NOW - hours(1)).astimezone(KST), (NOW - hours(25)).astimezone(KST)
REFUSED = ncloud.NcloudError("no")


def listing(*rows: object, unattributed: int = 0) -> ncloud.Listing:
    return ncloud.Listing(list(rows), len(rows) + unattributed, 1, unattributed)


def backup(number: str = "1", at: datetime | None = AN_HOUR_AGO, **facts: object) -> ncloud.Backup:
    return ncloud.Backup(number, **{"service_name": "orders", "last_backup_at": at} | facts)  # type: ignore[arg-type]


def listed(number: str = "1", **facts: object) -> ncloud.Instance:
    return ncloud.Instance(number, **{"service_name": "orders", "status_name": "running"} | facts)  # type: ignore[arg-type]


def join(region: str, backups: object, instances: object) -> list[Instance]:
    """All of them, each in full."""
    [scope] = scopes(region)
    joined = ncloud_join.join(scope, backups, instances)  # type: ignore[arg-type]
    assert joined.fresh_groups == ()
    return list(joined.instances)


def one(backups: object, instances: object):
    [joined] = join("KR", backups, instances)
    return joined


def test_an_instance_of_both_lists_is_one():
    joined = one(listing(backup()), listing(listed(is_backup=True, created_at=YESTERDAY)))
    assert joined.id == an_id("1")
    assert (joined.backups_at, joined.backups_read, joined.in_instance_list) == ((AN_HOUR_AGO,), True, True)
    assert (joined.is_backup, joined.created_at, joined.status) == (True, YESTERDAY, "running")


def test_without_a_row_in_a_list_that_was_read_it_was_never_backed_up():
    joined = one(listing(), listing(listed()))
    assert (joined.backups_at, joined.unreadable_dates, joined.backups_read) == ((), (), True)


@pytest.mark.parametrize("backups", [REFUSED, listing(unattributed=1), listing(backup("2"), unattributed=1)])
def test_without_a_row_in_a_list_that_was_not_read_whole_nothing_is_known(backups):
    joined = next(each for each in join("KR", backups, listing(listed())) if each.number == "1")
    assert (joined.backups_at, joined.backups_read) == ((), False)


def test_what_only_the_backup_list_has_is_there_and_said_to_be_unlisted():
    assert one(listing(backup()), listing()).in_instance_list is False


@pytest.mark.parametrize("instances", [None, REFUSED, listing(listed("2"), unattributed=1)])
def test_where_nobody_knows_whether_it_is_listed_nobody_says_so(instances):
    joined = next(each for each in join("KR", listing(backup()), instances) if each.number == "1")
    assert joined.in_instance_list is None


def test_neither_list_hides_what_only_the_other_has():
    numbers = [each.number for each in join("KR", listing(backup("1"), backup("2")), listing(listed("2"), listed("3")))]
    assert sorted(numbers) == ["1", "2", "3"]
    assert join("KR", REFUSED, REFUSED) == join("KR", REFUSED, None) == []


def test_of_several_rows_the_newest_speaks_and_all_dates_are_kept_newest_first():
    rows = [backup(at=YESTERDAY, size_bytes=1), backup(at=AN_HOUR_AGO, size_bytes=2), backup(at=None, size_bytes=3)]
    for backups in (listing(*rows), listing(*reversed(rows))):
        joined = one(backups, listing(listed()))
        assert joined.backups_at == (AN_HOUR_AGO, YESTERDAY)
        assert joined.size_bytes == 2


def test_a_date_that_could_not_be_read_is_kept_as_it_came_beside_the_others():
    rows = [backup(at=None, unreadable_date="yesterday"), backup(at=YESTERDAY)]
    joined = one(listing(*rows), listing(listed()))
    assert (joined.backups_at, joined.unreadable_dates) == ((YESTERDAY,), ("yesterday",))


@pytest.mark.parametrize(("name", "told", "shown"), [
    ("orders", "other", "orders"), (None, "other", "other"), (None, None, "1"),
])  # fmt: skip
def test_the_instance_lists_name_comes_first_then_the_backups_then_the_number(name, told, shown):
    assert one(listing(backup(service_name=told)), listing(listed(service_name=name))).service_name == shown
    assert one(listing(backup(service_name=told)), listing()).service_name == (told or "1")


@pytest.mark.parametrize(("in_instances", "in_backups", "slot"), [
    ("02:00", "03:00", "02:00"), (None, "03:00", "03:00"), ("02:00", None, "02:00"), ("auto", "03:00", "03:00"),
    ("auto", "none", "auto"), ("auto", None, "auto"), (None, None, None), ("24:00", "03:00", "03:00"),
])  # fmt: skip
def test_the_slot_is_the_instance_lists_unless_that_is_no_time_of_day(in_instances, in_backups, slot):
    joined = one(listing(backup(backup_time=in_backups)), listing(listed(backup_time=in_instances)))
    assert joined.backup_time == slot


@pytest.mark.parametrize(("status", "lower"), [("Running", "running"), ("DELETING", "deleting"), (None, None)])
def test_the_status_is_compared_without_regard_to_case(status, lower):
    assert one(listing(backup()), listing(listed(status_name=status))).status == lower


def test_retention_is_the_backups_and_where_its_row_tells_none_the_instances():
    assert one(listing(backup(retention_days=7)), listing(listed(retention_days=30))).retention_days == 7
    assert one(listing(), listing(listed(retention_days=30))).retention_days == 30
    assert one(listing(backup(retention_days=None)), listing(listed(retention_days=30))).retention_days == 30


def test_a_row_that_stands_twice_is_one_instance_and_the_first_speaks():
    rows = [listed(is_backup=False), listed(is_backup=True), listed("2")]
    joined = join("KR", listing(backup(), backup()), listing(*rows))
    assert [each.number for each in joined] == ["1", "2"]
    assert joined[0].is_backup is False
    assert joined[0].backups_at == (AN_HOUR_AGO, AN_HOUR_AGO)


@pytest.mark.parametrize("ending", ["deleted", "Deleting"])
@pytest.mark.parametrize("other", ["running", "creating", None])
def test_of_rows_that_stand_twice_one_that_goes_away_never_speaks_for_one_that_stays(ending, other):
    gone, stays, last = listed(status_name=ending), listed(status_name=other), listed("2")
    for rows in ([gone, stays, last], [stays, gone, last], [gone, gone, stays, last], [gone, stays, stays, last]):
        joined = join("KR", listing(), listing(*rows))
        assert [(each.number, each.status) for each in joined] == [("1", other), ("2", "running")]
    assert [each.status for each in join("KR", listing(), listing(last, gone, gone))] == ["running", ending.lower()]


def test_the_same_number_in_another_region_is_another_instance():
    both = [*join("KR", listing(backup()), listing(listed())), *join("SGN", listing(backup()), listing(listed()))]
    assert {each.id for each in both} == {an_id("1"), an_id("1", region="SGN")}


def test_an_offset_is_kept_since_slots_are_read_in_it():
    at = datetime(2026, 11, 22, 18, 0, tzinfo=UTC) + timedelta(minutes=5)
    assert one(listing(backup(at=at)), listing(listed())).backups_at[0].utcoffset() == timedelta(0)
