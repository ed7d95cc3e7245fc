"""The fast decoder and the lenient one give the same rows, from JSON and from XML; and nothing else ever."""

import json
from datetime import datetime
from typing import Any
from unittest import mock

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ncloud.decoding import fast_json
from ncloud.errors import NcloudError
from ncloud.model import Page
from tests.unit.ncloud.wire import BACKUPS, OPERATIONS, as_xml, page

OPERATION = OPERATIONS[BACKUPS]

printable = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp", "Co", "Cn"]), max_size=8)
dates = st.one_of(
    st.datetimes(timezones=st.sampled_from([None]) | st.timezones()).map(lambda at: at.isoformat()),
    st.datetimes().map(lambda at: at.strftime("%Y-%m-%dT%H:%M:%S+0900").rjust(24, "0")),
    st.tuples(
        st.sampled_from(["2024-06-04", "2024-06-31", "0001-01-01", "9999-12-31", "20240604", "2024-W23-2"]),
        st.sampled_from(["T", " ", "t", ""]),
        st.sampled_from(["02:00:19", "23:59:60", "24:00:00", "02:00", "020019", "02"]),
        st.sampled_from(["", ".1", ".123456789", ",5", ".9999999"]),
        st.sampled_from(["", "Z", "z", "+0900", "+09:00", "-0000", "+09", "+2400", "+09:00:30"]),
    ).map("".join),
)
values = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 2**64), st.floats(allow_nan=False, allow_infinity=False), printable,
    dates, st.sampled_from([" 7", "7 ", "", " ", "10", "0", "true", "N"]), st.just([]), st.just({}),
)  # fmt: skip
BACKUP_FIELDS = (
    "cloudPostgresqlInstanceNo", "cloudPostgresqlServiceName", "backupType", "backupRetention", "backupSize",
    "backupTime", "lastBackupDate", "backupFileStorageCount", "unknownField",
)  # fmt: skip
usual = st.fixed_dictionaries(
    {"cloudPostgresqlInstanceNo": st.integers(1).map(str), "lastBackupDate": dates},
    optional={"cloudPostgresqlServiceName": printable, "backupSize": st.integers(0, 2**63), "backupTime": printable},
)
odd = st.dictionaries(st.sampled_from(BACKUP_FIELDS), values, max_size=9)
rows = st.lists(usual | odd, max_size=4)


told_failures = st.one_of(
    st.none(), printable, st.integers(0, 5000), st.sampled_from(["0", "210", "1300", {}, []]),
    st.dictionaries(st.sampled_from(["errorCode", "returnCode", "message"]), printable | st.just("210"), max_size=2),
)  # fmt: skip
beside = st.dictionaries(
    st.sampled_from(["error", "responseError", "errorCode", "responseCode", "returnCode", "message", "requestId"]),
    told_failures,
    max_size=2,
)
"""What may stand beside the list, in its wrapper or beside that: here a failure is told, or seems to be."""


def wrapped(total: object, listed: list[dict[str, object]], **others: object) -> dict[str, Any]:
    return {f"{BACKUPS}Response": {"totalRows": total, OPERATION.list_key: listed, "returnCode": "0"} | others}


def leniently(body: str) -> Page:
    with mock.patch.object(fast_json, "decode_strict", return_value=None):
        return page(body)


@given(rows, beside, beside)
@settings(max_examples=400)
@example([{"cloudPostgresqlInstanceNo": "1", "lastBackupDate": "0001-01-01T00:00:00+0900"}], {}, {})
@example([{"cloudPostgresqlInstanceNo": "1", "lastBackupDate": "2024-06-04T23:59:59.9999999+0900"}], {}, {})
@example([{"cloudPostgresqlInstanceNo": "1", "backupSize": 2**63}], {}, {})
@example([{"cloudPostgresqlInstanceNo": " 1"}], {}, {})
@example([], {"error": {"errorCode": "210"}}, {})
@example([], {"responseError": {"returnCode": "1300"}}, {})
@example([], {"errorCode": "210"}, {})
def test_where_the_fast_decoder_reads_the_lenient_one_reads_the_same(listed, inside, outside):
    tree = wrapped(len(listed), listed)
    tree[f"{BACKUPS}Response"] |= inside
    body = json.dumps(tree | outside)
    fast = fast_json.decode_strict(OPERATION, body.encode())
    if fast is not None:
        assert fast == leniently(body)
        offsets = [row.last_backup_at and row.last_backup_at.utcoffset() for row in fast.rows]
        assert offsets == [row.last_backup_at and row.last_backup_at.utcoffset() for row in leniently(body).rows]


@pytest.mark.parametrize(("operation", "field"), [
    ("getCloudPostgresqlBackupList", "lastBackupDate"),
    ("getCloudPostgresqlBackupDetailList", "startTime"), ("getCloudPostgresqlBackupDetailList", "endTime"),
])  # fmt: skip
@pytest.mark.parametrize("date", ["0001-12-31T23:59:59+0900", "2200-01-01T00:00:00+0900"])
def test_a_date_of_an_impossible_year_is_no_instant_in_any_list(operation, field, date):
    asked = OPERATIONS[operation]
    listed = [{"cloudPostgresqlInstanceNo": "1", "fileName": "f", field: date}]
    tree = {asked.wrapper_key: {"totalRows": 1, asked.list_key: listed, "returnCode": "0"}}
    [row] = page(tree, operation=operation).rows
    assert date in msgspec.structs.asdict(row).values(), "as it came, in the place for what cannot be read"
    assert not any(isinstance(value, datetime) for value in msgspec.structs.asdict(row).values())


@given(st.lists(usual, min_size=1, max_size=4))
def test_json_and_xml_give_the_same_rows(listed):
    tree = wrapped(len(listed), listed)
    assert page(as_xml(tree)) == page(tree)


def test_the_documented_answer_takes_the_fast_way():
    """Else the speed that it is there for would be lost without a test failing."""
    listed = [
        {
            "cloudPostgresqlInstanceNo": "1",
            "cloudPostgresqlServiceName": "주문",
            "backupSize": 5,
            "lastBackupDate": "2024-06-04T02:00:19+0900",
            "aNewField": {"with": ["anything"]},
        },
        {"cloudPostgresqlInstanceNo": "3", "lastBackupDate": "1970-01-01T09:00:00+0900"},
        {"cloudPostgresqlInstanceNo": "2", "lastBackupDate": None},
    ]
    assert fast_json.decode_strict(OPERATION, json.dumps(wrapped(len(listed), listed)).encode()) is not None


@pytest.mark.parametrize(
    "tree",
    [
        pytest.param(wrapped(0, []) | {"error": {"errorCode": "200"}}, id="an error beside the list"),
        pytest.param(wrapped(0, [], error={"errorCode": "200"}), id="an error inside the wrapper"),
        pytest.param(wrapped(0, [], responseError={"returnCode": "1"}), id="a responseError inside the wrapper"),
        pytest.param(wrapped(0, [], errorCode="200"), id="an errorCode inside the wrapper"),
        pytest.param(wrapped("0", []), id="a total in quotes"),
        pytest.param(wrapped(-1, []), id="a negative total"),
        pytest.param(wrapped(1, [{"cloudPostgresqlInstanceNo": 1}]), id="a number without quotes"),
        pytest.param(wrapped(1, [{"cloudPostgresqlInstanceNo": "1", "lastBackupDate": ""}]), id="an empty date"),
        pytest.param(wrapped(1, [{"cloudPostgresqlInstanceNo": "1", "lastBackupDate": 5}]), id="a date of a number"),
        pytest.param(wrapped(1, [{"lastBackupDate": None}]), id="no instance number"),
    ],
)
def test_anything_else_is_left_to_the_lenient_reader(tree):
    assert fast_json.decode_strict(OPERATION, json.dumps(tree).encode()) is None


def told(body: object, **kwargs: Any) -> Page | NcloudError:
    """The page, or one of our errors; any other exception fails the test, and so does an unfit text."""
    try:
        return page(body, **kwargs)
    except NcloudError as error:
        said = error
    assert str(said).isprintable()
    assert len(str(said)) < 700
    return said


json_trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([
        f"{BACKUPS}Response", "error", "responseError", "returnCode", "totalRows", "errorCode", "message", "requestId",
        OPERATION.list_key, OPERATION.item_key, *BACKUP_FIELDS,
    ]) | st.text(max_size=3), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(json_trees, st.sampled_from([200, 204, 301, 400, 401, 429, 500, 503]), st.sampled_from(list(OPERATIONS)))
@settings(max_examples=300)
def test_any_tree_becomes_rows_or_one_of_our_errors(tree, status, operation):
    read = told(tree, status=status, operation=operation)
    if isinstance(read, Page):
        assert status < 300
        assert isinstance(read.total_rows, int)
        assert read.total_rows >= 0
        assert {type(row) for row in read.rows} <= {OPERATIONS[operation].row}


@given(st.binary(max_size=60) | st.text('<>&;!?/[]{}":, \naerror10-DOCTYPE%', max_size=60).map(str.encode))
@settings(max_examples=300)
def test_any_bytes_become_rows_or_one_of_our_errors(body):
    told(body)
    assert isinstance(told(body, status=503), NcloudError)
