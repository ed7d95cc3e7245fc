"""The source asks for all at once, and what cannot be read is one error for each cause and region."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

import ncloud
from backup_watch.adapters.ncloud_source import NcloudSource
from backup_watch.model.instances import KeptBackup
from ncloud.errors import MalformedAnswer, PermissionDenied, ServiceError
from tests.builders import KST, NOW, an_instance, hours, scopes

TEN_MINUTES = timedelta(minutes=10)
NEWEST, BEFORE = (NOW - hours(0.5)).astimezone(KST), (NOW - hours(30)).astimezone(KST)


class Client:
    """Answers with what it was given, and remembers what it was asked for."""

    def __init__(self, answers: dict) -> None:
        self._answers = answers
        self.asked: list[list[ncloud.ListRequest]] = []
        self.deadlines: list[float | None] = []

    def read(self, requests, *, deadline=None):
        self.asked.append(list(requests))
        self.deadlines.append(deadline)
        empty = ncloud.Listing([], 0, 1)
        return {request: self._answers.get(request, empty) for request in self.asked[-1]}


def source(answers: dict | None = None, **settings):
    client = Client(answers or {})
    return client, NcloudSource(client, **{"with_instances": True, "deadline": 5.0} | settings)  # type: ignore[arg-type]


def refused(message: str = "no", code: str | None = "210") -> PermissionDenied:
    return PermissionDenied(message, code=code)


@pytest.mark.parametrize(("with_instances", "operations"), [(True, 4), (False, 2)])
def test_all_lists_of_all_regions_are_asked_for_at_once(with_instances, operations):
    client, asking = source(with_instances=with_instances)
    assert asking.read(scopes("KR", "SGN")).instances == ()
    [asked] = client.asked
    assert len(asked) == operations
    assert {request.region for request in asked} == {"KR", "SGN"}
    assert client.deadlines == [5.0]


def test_a_list_that_failed_is_an_error_with_its_place_and_code():
    request = ncloud.ListRequest.backups("SGN")
    _, asking = source({request: PermissionDenied("Permission Denied", code="210", request_id="d00059bd")})
    [error] = asking.read(scopes("KR", "SGN")).errors
    assert (error.operation, error.region, error.kind) == (request.operation, "SGN", "PermissionDenied")
    assert (error.code, error.message, error.account) == ("210", "Permission Denied", "default")
    assert error.request_id == "d00059bd"


@pytest.mark.parametrize("request_of", [ncloud.ListRequest.backups, ncloud.ListRequest.instances])
def test_rows_of_nobody_are_an_error_that_counts_them(request_of):
    row = ncloud.Backup("1") if request_of == ncloud.ListRequest.backups else ncloud.Instance("1")
    _, asking = source({request_of("KR"): ncloud.Listing([row], 3, 1, 2)})
    reading = asking.read(scopes("KR"))
    assert [(error.kind, error.message) for error in reading.errors] == [
        ("RowsUnattributed", "2 of 3 rows have no instance number")
    ]
    assert [instance.number for instance in reading.instances] == ["1"]


# --- details -------------------------------------------------------------------------------------------------------


def detail(end: datetime | None, start: datetime | None = None, *, name: str = "f", **facts) -> ncloud.BackupDetail:
    begun = end - TEN_MINUTES if start is None and end is not None else start
    return ncloud.BackupDetail(name, started_at=begun, ended_at=end, **facts)


def history(*rows: ncloud.BackupDetail, newest: datetime | None = NEWEST, unattributed: int = 0):
    """What the details of one instance, whose summary tells of *newest*, come to: instants, and errors."""
    instance = an_instance(backups_at=() if newest is None else (newest,))
    request = ncloud.ListRequest.backup_details(instance.region, instance.number)
    _, asking = source({request: ncloud.Listing(list(rows), len(rows) + unattributed, 1, unattributed)})
    found = asking.histories([instance])
    return found.backups_at.get(instance.id), found.errors


def test_where_the_summary_tells_the_end_the_ends_are_the_instants():
    assert history(detail(NEWEST), detail(BEFORE)) == ((NEWEST, BEFORE), ())


def test_where_the_summary_tells_the_start_the_starts_are():
    rows = [detail(NEWEST + TEN_MINUTES), detail(BEFORE + TEN_MINUTES)]
    assert history(*rows) == ((NEWEST, BEFORE), ())


def test_where_it_tells_neither_the_ends_are():
    other = NEWEST + timedelta(minutes=3)
    assert history(detail(NEWEST), detail(BEFORE), newest=other) == ((other, NEWEST, BEFORE), ())


def test_the_same_instant_in_another_offset_is_the_same():
    told = NEWEST.astimezone(NOW.tzinfo)
    found, _ = history(detail(NEWEST), newest=told)
    assert found == (NEWEST,)


def test_no_details_at_all_are_a_history_of_what_the_summary_tells():
    assert history() == ((NEWEST,), ())


@pytest.mark.parametrize("row", [
    detail(BEFORE, unreadable_date="yesterday"), detail(None, None, unreadable_date="x"),
])  # fmt: skip
def test_a_date_that_cannot_be_read_leaves_the_whole_history_unknown(row):
    found, [error] = history(detail(NEWEST), row)
    assert found is None
    assert (error.kind, error.operation) == ("MalformedAnswer", "getCloudPostgresqlBackupDetailList")


def test_a_backup_under_way_is_none_yet():
    assert history(detail(NEWEST), detail(None, NEWEST + TEN_MINUTES), detail(BEFORE)) == ((NEWEST, BEFORE), ())


@pytest.mark.parametrize("code", ["5001017", "5001269"])
def test_an_instance_that_has_gone_meanwhile_is_no_error(code):
    one, other = an_instance(number="1"), an_instance(number="2")
    answers = {
        ncloud.ListRequest.backup_details("KR", "1"): ServiceError("no such instance", code=code),
        ncloud.ListRequest.backup_details("KR", "2"): ServiceError("it failed", code="1300"),
    }
    found = source(answers)[1].histories([one, other])
    assert found.backups_at == {}
    assert [(error.kind, error.code) for error in found.errors] == [("ServiceError", "1300")]
    assert found.kept == {one.id: (), other.id: ()}


def test_the_kept_backups_are_the_rows_whose_dates_can_be_read():
    instance = an_instance(backups_at=(NEWEST,))
    rows = [
        detail(NEWEST, size_bytes=5),
        detail(None, NEWEST + TEN_MINUTES),
        detail(BEFORE, unreadable_date="yesterday"),
    ]
    request = ncloud.ListRequest.backup_details(instance.region, instance.number)
    found = source({request: ncloud.Listing(rows, 3, 1, 0)})[1].histories([instance])
    assert found.kept == {instance.id: (
        KeptBackup(NEWEST - TEN_MINUTES, NEWEST, 5), KeptBackup(NEWEST + TEN_MINUTES, None),
    )}  # fmt: skip


def test_details_of_no_backup_leave_it_unknown_too():
    found, errors = history(detail(NEWEST), unattributed=1)
    assert found is None
    assert len(errors) == 1


def test_one_cause_in_one_region_is_one_error_however_many_it_hit():
    instances = [an_instance(number=str(number), region=region) for number in range(5) for region in ("KR", "SGN")]
    answers = {ncloud.ListRequest.backup_details(instance.region, instance.number): refused() for instance in instances}
    odd = instances[0]
    answers[ncloud.ListRequest.backup_details(odd.region, odd.number)] = MalformedAnswer("half of it")
    client, asking = source(answers)
    found = asking.histories(instances)
    assert found.backups_at == {}
    told = sorted((error.region, error.kind, error.message) for error in found.errors)
    assert told == [
        ("KR", "MalformedAnswer", "half of it"), ("KR", "PermissionDenied", "no (details of 4 instances)"),
        ("SGN", "PermissionDenied", "no (details of 5 instances)"),
    ]  # fmt: skip
    assert len(client.asked) == 1, "all at once"
    assert client.deadlines == [5.0]
