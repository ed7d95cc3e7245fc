"""Rows that only the tolerant way reads: no field of theirs is lost, and no field of theirs is an answer's failure."""

from datetime import UTC, datetime

import pytest

from ncloud.errors import NcloudError
from ncloud.tolerant import backup_detail, code, identity, instance, number, text, truth
from tests.unit.ncloud.wire import backup_list, page, row


def test_a_detail_keeps_both_its_dates_and_the_first_that_cannot_be_read():
    read = backup_detail({"startTime": "2026-11-23T02:00:00Z", "endTime": "2026-11-23T02:10:00Z"})
    assert (read.started_at, read.ended_at) == (
        datetime(2026, 11, 23, 2, 0, tzinfo=UTC),
        datetime(2026, 11, 23, 2, 10, tzinfo=UTC),
    )
    assert backup_detail({"startTime": "x", "endTime": "y"}).unreadable_date == "x"
    assert backup_detail({"startTime": "2026-11-23T02:00:00Z", "endTime": "y"}).unreadable_date == "y"


def test_an_instance_keeps_a_creation_that_cannot_be_read():
    read = instance({"cloudPostgresqlInstanceNo": "1", "createDate": "once"})
    assert (read.created_at, read.unreadable_created) == (None, "once")


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
