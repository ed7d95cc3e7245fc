"""Each word of --paging and --page-format does what it says."""

import json

import pytest
from defusedxml.ElementTree import fromstring

from tests.edges.emulator.caller import NOW, ask, fields, numbers, refusal, rows
from tests.emulator import BACKUP_LIST, INSTANCE_LIST, Account, Database, daily_backups
from tests.emulator.clock import Clock
from tests.emulator.gateway import Gateway
from tests.emulator.page_format import PageFormat
from tests.emulator.paging import Paging

LIST = "cloudPostgresqlBackupList"


def serving(*, paging="zero-based", page_format="array", count=5, backups=2):
    databases = [Database(str(n), f"db-{n}", daily_backups(NOW, count=backups)) for n in range(count)]
    gateway = Gateway(Account(databases), clock=Clock(stopped_at=NOW))
    gateway.paging, gateway.page_format = Paging.parse(paging), PageFormat.parse(page_format)
    return gateway


def page(gateway, page_no, *, size=2):
    answer = ask(gateway, BACKUP_LIST, pageNo=page_no, pageSize=size)
    return "".join(numbers(answer)) if answer.status == 200 else refusal(answer)


@pytest.mark.parametrize(
    ("mode", "pages"),
    [
        ("zero-based", ["01", "23", "4", "", ""]),
        ("one-based", ["", "01", "23", "4", ""]),
        ("one-based-strict", [(400, "800"), "01", "23", "4", ""]),
        ("alias", ["01", "01", "23", "4", ""]),
        ("ignored", ["01234", "01234", "01234", "01234", "01234"]),
        ("past-end-last", ["01", "23", "4", "4", "4"]),
        ("one-based,past-end-last", ["", "01", "23", "4", "4"]),
        ("past-end-error", ["01", "23", "4", (400, "800"), (400, "800")]),
    ],
)
def test_a_reading_of_the_page_number_gives_these_pages(mode, pages):
    gateway = serving(paging=mode)

    assert [page(gateway, page_no) for page_no in range(5)] == pages


def test_without_a_page_the_whole_list_is_given():
    assert len(rows(ask(serving(paging="alias"), BACKUP_LIST))) == 5


def test_the_instance_list_is_paged_alike():
    assert numbers(ask(serving(paging="one-based"), INSTANCE_LIST, pageNo=2, pageSize=2)) == ["2", "3"]


@pytest.mark.parametrize(
    ("mode", "totals"),
    [
        ("totals-right", [5, 5, 5, 5]),
        ("totals-changing", [5, 6, 7, 8]),
        ("totals-too-large", [8, 8, 8, 8]),
        ("totals-too-small", [4, 4, 4, 4]),
        ("totals-zero", [0, 0, 0, 0]),
        ("totals-strings", ["5", "5", "5", "5"]),
        ("totals-null", [None, None, None, None]),
        ("totals-missing", ["left out"] * 4),
        ("past-end-zero-total", [5, 5, 5, 0]),
    ],
)
def test_a_reading_of_the_total_gives_these_totals(mode, totals):
    gateway = serving(paging=mode)
    answers = [ask(gateway, BACKUP_LIST, pageNo=page_no, pageSize=2) for page_no in range(4)]

    assert [fields(answer).get("totalRows", "left out") for answer in answers] == totals


def test_shuffled_gives_the_same_rows_in_another_order_each_time():
    gateway = serving(paging="shuffled", count=20)
    orders = {page(gateway, 0, size=20) for _ in range(3)}

    assert len(orders) == 3
    assert len({"".join(sorted(order)) for order in orders}) == 1


def test_duplicated_rows_stand_twice_and_count_twice():
    answer = ask(serving(paging="rows-duplicated"), BACKUP_LIST)

    assert numbers(answer) == ["0", "0", "1", "2", "3", "4"]
    assert fields(answer)["totalRows"] == 6


def test_several_rows_of_an_instance_tell_of_different_backups():
    answer = ask(serving(paging="rows-several", count=1), BACKUP_LIST)

    assert [row["lastBackupDate"] for row in rows(answer)] == ["2026-11-23T12:00:00+0900", "2026-11-22T12:00:00+0900"]


@pytest.mark.parametrize("parse", [Paging.parse, PageFormat.parse])
def test_an_unknown_word_is_refused_with_the_known_ones(parse):
    with pytest.raises(ValueError, match="no such mode: sideways; there are"):
        parse("sideways")


def listed(page_format, *, count=1):
    return fields(ask(serving(page_format=page_format, count=count), BACKUP_LIST)).get(LIST, "left out")


def test_a_list_of_one_can_be_that_one_object():
    assert listed("object")["cloudPostgresqlInstanceNo"] == "0"
    assert len(listed("object", count=2)) == 2


def test_a_nested_list_stands_under_the_items_name():
    assert listed("nested")["cloudPostgresqlBackup"]["cloudPostgresqlInstanceNo"] == "0"
    assert len(listed("nested", count=2)["cloudPostgresqlBackup"]) == 2


@pytest.mark.parametrize(("mode", "told"), [("null", None), ("missing", "left out"), ("empty-string", "")])
def test_a_list_can_be_no_list(mode, told):
    assert listed(mode) == told


def test_numbers_can_be_strings_at_every_depth():
    text = ask(serving(page_format="strings"), INSTANCE_LIST).body
    instance = rows(ask(serving(page_format="strings"), INSTANCE_LIST))[0]

    assert json.loads(text)["getCloudPostgresqlInstanceListResponse"]["totalRows"] == "5"
    assert instance["cloudPostgresqlServerInstanceList"][0]["memorySize"] == "8589934592"
    assert instance["isBackup"] is True


def test_unknown_fields_can_stand_in_rows_and_beside_the_list():
    answer = ask(serving(page_format="extra-fields"), BACKUP_LIST)

    assert fields(answer)["previewNote"] is None
    assert rows(answer)[0]["serverlessCapacity"] == {"minimum": 0.5, "units": ["ACU", "한글"]}


def test_the_wrapper_and_the_order_of_keys_can_be_others():
    text = ask(serving(page_format="wrong-wrapper,reversed-order"), BACKUP_LIST).body

    [(wrapper, inside)] = json.loads(text).items()
    assert wrapper == "getCloudPostgresqlBucketListResponse"
    assert list(inside)[-1] == "totalRows"


@pytest.mark.parametrize(
    ("mode", "children"), [("array", 1), ("object", 8), ("null", 0), ("empty-string", 0), ("missing", None)]
)
def test_in_xml_the_list_element_holds_items_fields_or_nothing(mode, children):
    answer = ask(serving(page_format=mode, count=1), BACKUP_LIST, responseFormatType="xml")
    element = fromstring(answer.body).find(LIST)

    assert (None if element is None else len(element)) == children
