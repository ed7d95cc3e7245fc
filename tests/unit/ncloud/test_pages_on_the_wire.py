"""What a successful answer holds, in every form that the documents show, and which forms are refused."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from ncloud.errors import MalformedAnswer, Redirected
from ncloud.model import Code, Page, Region
from tests.unit.ncloud.wire import Backup, BackupDetail, Instance, as_xml, backup_list, page, row

SAMPLES = Path(__file__).parents[2] / "samples" / "vendor"
KST = timezone(timedelta(hours=9))
AT = datetime(2024, 6, 4, 2, 0, 19, tzinfo=KST)


@pytest.mark.parametrize("name", ["getCloudPostgresqlBackupList.json", "getCloudPostgresqlBackupList.xml"])
def test_the_vendors_own_samples_are_read(name):
    read = page((SAMPLES / name).read_bytes())
    backup = Backup(
        instance_no="****925",
        service_name="test-****",
        backup_type="USER",
        retention_days=10,
        size_bytes=10_422_991,
        backup_time="02:00",
        last_backup_at=AT,
    )
    assert read == Page(1, [backup])
    assert read.rows[0].last_backup_at.utcoffset() == timedelta(hours=9)


ONE = Backup("1234925", backup_type="USER")
TWO = Backup("2")
ITEM = "cloudPostgresqlBackup"


@pytest.mark.parametrize(
    ("listed", "rows"),
    [
        pytest.param([row(backupType="USER"), row(cloudPostgresqlInstanceNo="2")], [ONE, TWO], id="array"),
        pytest.param(row(backupType="USER"), [ONE], id="one object"),
        pytest.param({ITEM: row(backupType="USER")}, [ONE], id="one object under its item's name"),
        pytest.param({ITEM: [row(backupType="USER"), row(cloudPostgresqlInstanceNo="2")]}, [ONE, TWO], id="nested"),
        pytest.param([{ITEM: row(backupType="USER")}], [ONE], id="array of items by name"),
        pytest.param([{ITEM: [row(backupType="USER")]}], [ONE], id="array of nested items"),
        pytest.param({ITEM: [{ITEM: row(backupType="USER")}]}, [ONE], id="wrapped twice"),
        pytest.param({ITEM: None}, [], id="item null"),
        pytest.param({ITEM: ""}, [], id="item blank"),
        pytest.param({ITEM: {}}, [], id="item an empty object"),
        pytest.param([{ITEM: None}], [], id="array of an item null"),
        pytest.param([], [], id="empty"),
        pytest.param({}, [], id="empty object"),
        pytest.param(None, [], id="null"),
        pytest.param(" ", [], id="blank"),
        pytest.param(..., [], id="missing"),
    ],
)
def test_a_list_is_read_however_it_is_written(listed, rows):
    assert page(backup_list(listed=listed, totalRows=2)) == Page(2, rows)


@pytest.mark.parametrize(
    "listed",
    ["rows", 5, True, {ITEM: "Internal error"}, {ITEM: 5}, [{ITEM: "Internal error"}], {ITEM: [{ITEM: False}]}],
    ids=str,
)
def test_a_list_that_is_something_else_is_malformed(listed):
    with pytest.raises(MalformedAnswer, match="is no list"):
        page(backup_list(listed=listed, totalRows=0))


@pytest.mark.parametrize("depth", [3, 300, 600, 5000])
@pytest.mark.parametrize("wrap", ["{%s}", "[{%s}]"])
def test_rows_that_are_wrapped_again_and_again_are_malformed(depth, wrap):
    before, after = wrap.split("%s")
    nested = f'{before}"{ITEM}":' * depth + "{}" + after * depth
    body = json.dumps(backup_list(listed="@")).replace('"@"', nested)
    with pytest.raises(MalformedAnswer, match=r"nested too deeply|wrapped too often"):
        page(body)


@pytest.mark.parametrize(
    "item", [None, "1234925", 1234925, [], row(cloudPostgresqlInstanceNo=None), {}, row(cloudPostgresqlInstanceNo=" ")]
)
def test_a_row_that_names_no_instance_stays_a_row(item):
    assert page(backup_list(row(), item)) == Page(2, [Backup("1234925"), Backup("")])


@pytest.mark.parametrize(("total", "read"), [(3, 3), ("3", 3), (" 3 ", 3), (3.0, 3), (0, 0), ("0", 0)])
def test_the_total_may_be_digits_in_a_text(total, read):
    assert page(backup_list(totalRows=total)).total_rows == read


@pytest.mark.parametrize("total", [..., None, "", "many", -1, "-1", 1.5, True, [], "1e3", 10**30, "٣"])
def test_a_total_that_cannot_be_believed_is_malformed(total):
    with pytest.raises(MalformedAnswer, match="totalRows"):
        page(backup_list(totalRows=total))


@pytest.mark.parametrize("code", ["0", 0, " 0 "])
def test_success_is_a_return_code_of_zero(code):
    assert page(backup_list(row(), returnCode=code)).total_rows == 1


@pytest.mark.parametrize("code", [..., None, "", True])
def test_an_answer_without_return_code_is_malformed(code):
    with pytest.raises(MalformedAnswer, match="returnCode") as caught:
        page(backup_list(row(), returnCode=code))
    assert caught.value.http_status == 200


@pytest.mark.parametrize("name", ["getCloudPostgresqlBucketListResponse", "response", None])
@pytest.mark.parametrize("write", [lambda tree: tree, as_xml], ids=["json", "xml"])
def test_the_wrappers_name_may_be_wrong_or_missing(name, write):
    [wrapper] = backup_list(row()).values()
    if name is None and write is as_xml:
        name = "root"
    assert page(write({name: wrapper} if name else wrapper)) == Page(1, [Backup("1234925")])


@pytest.mark.parametrize("name", ["getCloudPostgresqlInstanceListResponse", "GetRegionListResponse"])
@pytest.mark.parametrize("write", [lambda tree: tree, as_xml], ids=["json", "xml"])
@pytest.mark.parametrize("rows", [[], [row()]], ids=["empty", "with rows"])
def test_the_answer_to_another_operation_is_no_answer_to_this_one(name, write, rows):
    """A misspelt name may be the vendor's; this one says that requests and answers are out of step."""
    [wrapper] = backup_list(*rows).values()
    with pytest.raises(MalformedAnswer, match="the response to another operation"):
        page(write({name: wrapper}))


def test_the_answer_to_another_operation_is_refused_whatever_stands_beside_it():
    [wrapper] = backup_list().values()
    with pytest.raises(MalformedAnswer, match="the response to another operation"):
        page(wrapper | {"getRegionListResponse": wrapper})


@pytest.mark.parametrize("prefix", [b"\xef\xbb\xbf", b"\n \t", b"\xef\xbb\xbf\r\n"])
@pytest.mark.parametrize("name", ["getCloudPostgresqlBackupList.json", "getCloudPostgresqlBackupList.xml"])
def test_what_stands_before_the_body_is_tolerated(prefix, name):
    assert page(prefix + (SAMPLES / name).read_bytes()).total_rows == 1


def test_xml_in_utf_16_is_read():
    text = as_xml(backup_list(row(cloudPostgresqlServiceName="주문"))).replace("UTF-8", "UTF-16")
    assert page(text.encode("utf-16")).rows[0].service_name == "주문"


def test_names_of_a_namespace_are_read_without_it():
    text = as_xml(backup_list(row())).replace(
        "<getCloudPostgresqlBackupListResponse>", '<getCloudPostgresqlBackupListResponse xmlns="urn:x">'
    )
    assert page(text) == Page(1, [Backup("1234925")])


@pytest.mark.parametrize(
    ("body", "says"),
    [
        pytest.param(b"", "an empty body", id="empty"),
        pytest.param(b" \n", "an empty body", id="blank"),
        pytest.param(b"OK", "no readable JSON", id="text"),
        pytest.param(b"[]", "no object", id="array"),
        pytest.param(b"null", "no object", id="null"),
        pytest.param(b'{"a": ', "no readable JSON", id="cut"),
        pytest.param(b'{"a": "\xff\xfe"}', "no readable JSON", id="no UTF-8"),
        pytest.param(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply", id="deep JSON"),
        pytest.param(b'{"a":[' + b"[]," * 500_000 + b"[]]}", "more objects", id="wide JSON"),
        pytest.param(b"<!DOCTYPE html><html><body>Sign in</body></html>", "a DTD", id="HTML"),
        pytest.param(b"<html><br></html>", "no readable XML", id="HTML that is no XML"),
        pytest.param(b"<a><b></a>", "no readable XML", id="XML out of order"),
        pytest.param(b"<?xml version='1.0' encoding='klingon'?><a/>", "no readable XML", id="unknown encoding"),
        pytest.param(b"<a>" * 100_000 + b"</a>" * 100_000, "nested too deeply", id="deep XML"),
        pytest.param(b"<a>" + b"<b/>" * 1_500_000 + b"</a>", "more elements", id="wide XML"),
        pytest.param(b'<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>', "a DTD", id="entity"),
        pytest.param(b'<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>', "a DTD", id="external DTD"),
        pytest.param(b"{}", "without returnCode", id="nothing in it"),
    ],
)  # fmt: skip
def test_a_body_that_is_no_answer_is_malformed(body, says):
    with pytest.raises(MalformedAnswer, match=says) as caught:
        page(body)
    assert caught.value.http_status == 200
    assert not caught.value.is_retryable


def test_entities_are_not_unfolded():
    bomb = (
        '<!DOCTYPE a [<!ENTITY b "'
        + "b" * 1000
        + '">'
        + "".join(f'<!ENTITY b{n} "{f"&b{n - 1 or str()};" * 10}">' for n in range(1, 9))
        + "]><a>&b8;</a>"
    )
    with pytest.raises(MalformedAnswer, match="a DTD"):
        page(bomb)


@pytest.mark.parametrize("status", [301, 302, 304, 307, 308])
def test_a_redirect_is_told_and_its_body_not_read(status):
    with pytest.raises(Redirected) as caught:
        page(backup_list(row()), status=status)
    assert caught.value.http_status == status


def test_an_instance_has_its_operation_and_its_flags():
    item = {
        "cloudPostgresqlInstanceNo": "1",
        "cloudPostgresqlServiceName": "주문-db",
        "cloudPostgresqlInstanceStatusName": "running",
        "cloudPostgresqlInstanceStatus": {"code": "CREAT", "codeName": "Created"},
        "cloudPostgresqlInstanceOperation": {"code": "NULL", "codeName": "NULL OP"},
        "engineVersion": "14.13",
        "isHa": True,
        "isMultiZone": False,
        "isBackup": False,
        "backupFileRetentionPeriod": 7,
        "backupTime": "02:00",
        "createDate": "2024-06-04T02:00:19+0900",
        "accessControlGroupNoList": ["1", "2"],
        "cloudPostgresqlServerInstanceList": [{"cpuCount": 2, "regionCode": "KR"}],
    }
    name, keys = "getCloudPostgresqlInstanceList", {"cloudPostgresqlInstanceList": "cloudPostgresqlInstance"}
    tree = {f"{name}Response": {"returnCode": "0", "totalRows": 1, "cloudPostgresqlInstanceList": [item]}}
    expected = Instance(
        instance_no="1",
        service_name="주문-db",
        status_name="running",
        operation=Code("NULL"),
        is_backup=False,
        backup_time="02:00",
        created_at=AT,
        retention_days=7,
    )
    assert page(tree, operation=name) == Page(1, [expected])
    assert page(as_xml(tree, keys), operation=name) == Page(1, [expected])


def test_an_operation_may_be_a_bare_text():
    item = {"cloudPostgresqlInstanceNo": "1", "cloudPostgresqlInstanceOperation": "NULL"}
    body = {"x": {"returnCode": "0", "totalRows": 1, "cloudPostgresqlInstanceList": [item]}}
    [instance] = page(body, operation="getCloudPostgresqlInstanceList").rows
    assert instance.operation == Code("NULL")


def test_a_detail_has_both_its_dates_and_its_size():
    item = {
        "fileName": "20240604.bak",
        "startTime": "2024-06-04T02:00:19+0900",
        "endTime": "2024-06-04 02:10",
        "backupSize": "5",
    }
    body = {"x": {"returnCode": "0", "totalRows": 1, "cloudPostgresqlBackupDetailList": [item]}}
    read = page(body, operation="getCloudPostgresqlBackupDetailList")
    assert read.rows == [BackupDetail("20240604.bak", AT, None, "2024-06-04 02:10", size_bytes=5)]


def test_regions_have_a_code():
    regions = [{"regionCode": "KR", "regionName": "Korea"}, {"regionCode": "JPN"}]
    body = {"getRegionListResponse": {"returnCode": "0", "totalRows": 2, "regionList": regions}}
    xml = as_xml(body, {"regionList": "region"})
    assert page(body, operation="getRegionList") == Page(2, [Region("KR"), Region("JPN")])
    assert page(xml, operation="getRegionList") == Page(2, [Region("KR"), Region("JPN")])
