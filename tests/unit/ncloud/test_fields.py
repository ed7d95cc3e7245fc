"""Single fields of a row: lenient about form, and never inventive about dates."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from ncloud.redaction import MAX_UNREADABLE_CHARS
from tests.unit.ncloud.wire import as_xml, backup_list, page, row

KST = timezone(timedelta(hours=9))


def backup(**fields):
    [read] = page(backup_list(row(**fields))).rows
    return read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-06-04T02:00:19+0900", datetime(2024, 6, 4, 2, 0, 19, tzinfo=KST)),
        ("2024-06-04T02:00:19+09:00", datetime(2024, 6, 4, 2, 0, 19, tzinfo=KST)),
        (" 2024-06-04T02:00:19+0900 ", datetime(2024, 6, 4, 2, 0, 19, tzinfo=KST)),
        ("2024-06-03T17:00:19Z", datetime(2024, 6, 3, 17, 0, 19, tzinfo=UTC)),
        ("2024-06-04 02:00:19.25+0900", datetime(2024, 6, 4, 2, 0, 19, 250_000, tzinfo=KST)),
        ("2024-06-04T02:00+0900", datetime(2024, 6, 4, 2, tzinfo=KST)),
        ("20240604T020019+0900", datetime(2024, 6, 4, 2, 0, 19, tzinfo=KST)),
        ("1970-01-01T09:00:00+0900", datetime(1970, 1, 1, 9, tzinfo=KST)),
        ("0002-01-01T00:00:00+0900", datetime(2, 1, 1, tzinfo=KST)),
    ],
)
def test_an_instant_with_an_offset_keeps_it(written, read):
    found = backup(lastBackupDate=written)
    assert found.last_backup_at == read
    assert found.last_backup_at.utcoffset() == read.utcoffset()
    assert found.unreadable_date is None


@pytest.mark.parametrize("written", [None, "", " ", "\t\n"])
def test_no_date_means_never_backed_up(written):
    found = backup(lastBackupDate=written)
    assert (found.last_backup_at, found.unreadable_date) == (None, None)
    assert backup() == found


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2024-06-04T02:00:19", "2024-06-04T02:00:19"),
        ("2024-06-04", "2024-06-04"),
        ("yesterday", "yesterday"),
        ("2024-06-31T02:00:19+0900", "2024-06-31T02:00:19+0900"),
        ("2024-06-04T02:00:60+0900", "2024-06-04T02:00:60+0900"),
        ("0001-01-01T00:00:00+0900", "0001-01-01T00:00:00+0900"),
        ("9999-12-31T23:59:59-0900", "9999-12-31T23:59:59-0900"),
        ("0001-12-31T23:59:59+0900", "0001-12-31T23:59:59+0900"),
        ("2200-01-01T00:00:00+0900", "2200-01-01T00:00:00+0900"),
        (1717434019000, "1717434019000"),
        (1717434019.5, "1717434019.5"),
        (0, "0"),
        (False, "False"),
        ([], "(list)"),
        ({"date": "2024-06-04T02:00:19+0900"}, "(dict)"),
        ("\u200b", "(unprintable)"),
    ],
)
def test_what_is_no_instant_with_an_offset_is_unreadable_and_not_never(written, shown):
    found = backup(lastBackupDate=written)
    assert (found.last_backup_at, found.unreadable_date) == (None, shown)


def test_an_unreadable_date_is_bounded_and_printable():
    shown = backup(lastBackupDate="x\n\x1b[31m" * 1000).unreadable_date
    assert len(shown) == MAX_UNREADABLE_CHARS
    assert shown.isprintable()


@pytest.mark.parametrize(("written", "year"), [
    ("0002-01-01T00:00:00+2359", 1), ("2199-12-31T23:59:59-2359", 2200),
])  # fmt: skip
def test_every_instant_that_is_read_can_be_told_in_any_zone(written, year):
    assert backup(lastBackupDate=written).last_backup_at.astimezone(UTC).year == year


@pytest.mark.parametrize(
    ("written", "read"),
    [(10, 10), ("10", 10), (" 10 ", 10), (10.0, 10), (0, 0), (2**63 - 1, 2**63 - 1)]
    + [(wrong, None) for wrong in (None, "", "ten", -1, "-1", 1.5, True, [], {}, 2**63, "9" * 30, "1_0", "１０")],
)
def test_a_number_may_be_digits_in_a_text(written, read):
    found = backup(backupRetention=written, backupSize=written)
    assert (found.retention_days, found.size_bytes) == (read, read)


@pytest.mark.parametrize(
    ("written", "read"), [("a", "a"), (7, "7"), ("", None), (None, None), (True, None), ([], None)]
)
def test_a_text_may_be_a_whole_number(written, read):
    found = backup(cloudPostgresqlServiceName=written, backupType=written, backupTime=written)
    assert (found.service_name, found.backup_type, found.backup_time) == (read, read, read)


@pytest.mark.parametrize(("written", "read"), [("7", "7"), (7, "7"), (" 7\n", "7"), ("****925", "****925")])
def test_an_instance_number_is_a_text_without_space(written, read):
    assert backup(cloudPostgresqlInstanceNo=written).instance_no == read
    assert page(as_xml(backup_list(row(cloudPostgresqlInstanceNo=written)))).rows[0].instance_no == read


@pytest.mark.parametrize(
    ("written", "read"),
    [(True, True), (False, False), ("true", True), ("FALSE", False), ("Y", True), ("n", False), (1, True), ("0", False)]
    + [(wrong, None) for wrong in (None, "", "perhaps", 2, [], {})],
)
def test_a_flag_may_be_a_text(written, read):
    item = {"cloudPostgresqlInstanceNo": "1", "isBackup": written}
    body = {"x": {"returnCode": "0", "totalRows": 1, "cloudPostgresqlInstanceList": [item]}}
    [instance] = page(body, operation="getCloudPostgresqlInstanceList").rows
    assert instance.is_backup is read
