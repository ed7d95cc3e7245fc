"""What only the lenient reader reads: no field is lost, none is taken for a failure, and the limits hold for each."""

from datetime import UTC, datetime

import pytest

from ncloud.decoding.lenient import code, identity, label, number, text, truth
from ncloud.decoding.lenient import row as read_row
from ncloud.errors import MalformedAnswer, NcloudError
from ncloud.model import Page
from ncloud.paging.tally import Tally
from tests.unit.ncloud.wire import BackupDetail, Instance, as_xml, backup_list, page, row


def test_a_detail_keeps_both_its_dates_and_the_first_that_cannot_be_read():
    read = read_row(BackupDetail, {"startTime": "2026-11-23T02:00:00Z", "endTime": "2026-11-23T02:10:00Z"})
    assert (read.started_at, read.ended_at) == (
        datetime(2026, 11, 23, 2, 0, tzinfo=UTC),
        datetime(2026, 11, 23, 2, 10, tzinfo=UTC),
    )
    assert read_row(BackupDetail, {"startTime": "x", "endTime": "y"}).unreadable_date == "x"
    assert read_row(BackupDetail, {"startTime": "2026-11-23T02:00:00Z", "endTime": "y"}).unreadable_date == "y"


def test_an_instance_whose_creation_cannot_be_read_is_of_unknown_age():
    read = read_row(Instance, {"cloudPostgresqlInstanceNo": "1", "createDate": "once"})
    assert read == Instance("1")


@pytest.mark.parametrize(
    ("read", "value", "as_read"),
    [
        (number, str(2**63 - 1), 2**63 - 1),
        (number, 2**63 - 1, 2**63 - 1),
        (number, 2**63, None),
        (number, "1" * 20, None),
        (text, 2**63 - 1, str(2**63 - 1)),
        (text, 2**63, None),
        (truth, "", None),
        (truth, "xxxx", None),
        (code, "", None),
        (code, None, None),
        (identity, None, ""),
        (label, {"code": "SIMPLE", "codeName": "Simple"}, "SIMPLE"),
        (label, {}, None),
    ],
)
def test_values_at_their_limits(read, value, as_read):
    assert read(value) == as_read


def test_an_error_deep_in_a_row_of_a_list_that_succeeded_is_no_failure():
    deep = row(tags={"error": {"errorCode": "200", "message": "a customer's own text"}}, backupRetention="10")
    [read] = page(backup_list(deep)).rows
    assert read.retention_days == 10


def test_without_a_return_code_an_error_is_found_however_deep_it_stands():
    with pytest.raises(NcloudError) as caught:
        page({"a": {"b": [{"error": {"errorCode": "200", "message": "Authentication Failed"}}]}})
    assert caught.value.code == "200"


def test_of_a_service_error_that_says_nothing_nothing_is_invented():
    with pytest.raises(NcloudError) as caught:
        page({"responseError": {"returnCode": "800"}})
    assert (caught.value.code, caught.value.message) == ("800", "no reason given")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_xml_in_utf_16_is_read_in_either_order_of_its_bytes(encoding):
    body = ("\ufeff" + as_xml(backup_list(row())).replace("UTF-8", "UTF-16")).encode(encoding)
    assert [read.instance_no for read in page(body).rows] == ["1234925"]


@pytest.mark.parametrize(
    "body",
    [b"[" + b"{}," * 500_001 + b"{}]", b"[" + b"1," * 2_000_001 + b"1]", b"<a " + b'x="1" ' * 100_001 + b"/>"],
    ids=["objects", "values", "attributes"],
)
def test_more_things_than_any_page_can_hold_are_refused_before_they_are_made(body):
    with pytest.raises(MalformedAnswer, match="than any page can"):
        page(body)


@pytest.mark.parametrize(("second", "consistent"), [(["b1", "b2"], True), (["b1", "a3"], False)])
def test_only_an_instance_with_different_rows_on_two_pages_is_conflicting(second, consistent):
    """Several rows of one instance on one page are its rows; others of it on another page may be a change between."""
    tally = Tally(lambda read: read[0])
    for page_no, rows in enumerate((["a1", "a2"], second)):
        tally.add(page_no, Page(5, rows))
    assert tally.is_consistent(None) is consistent
