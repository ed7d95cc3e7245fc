"""Each fault of rows, answers and bodies does what it says, and strikes only what it is aimed at."""

import gzip
import json
from email.utils import parsedate_to_datetime

import pytest
from defusedxml.ElementTree import fromstring

from tests.edges.emulator.caller import NOW, ask, fields, numbers, refusal, rows, signed, target_of
from tests.emulator import BACKUP_DETAILS, BACKUP_LIST, INSTANCE_LIST, Account, Database, daily_backups, fault
from tests.emulator.clock import Clock
from tests.emulator.exchange import Request
from tests.emulator.fault_kinds import KINDS, parse_fault
from tests.emulator.gateway import Gateway
from tests.emulator.refusals import GATEWAY_ERRORS, SERVICE_ERRORS


def serving(*specs, count=3, seed=0):
    databases = [Database(str(n), f"db-{n}", daily_backups(NOW, count=2)) for n in range(count)]
    gateway = Gateway(Account(databases, regions=("KR", "SGN")), clock=Clock(stopped_at=NOW), seed=seed)
    gateway.faults.replace([parse_fault(spec) for spec in specs])
    return gateway


def statuses(gateway, *requests):
    return [ask(gateway, operation, **parameters).status for operation, parameters in requests]


@pytest.mark.parametrize("answer_format", ["json", "xml"])
@pytest.mark.parametrize(("code", "status"), [(code, status) for code, (status, _) in GATEWAY_ERRORS.items()])
def test_every_gateway_code_comes_with_its_http_status(code, status, answer_format):
    answer = ask(serving(fault("gateway-error", code=code)), BACKUP_LIST, responseFormatType=answer_format)

    assert refusal(answer) == (status, code)
    assert answer.body.startswith(b'{"error":' if answer_format == "json" else b"<?xml")


@pytest.mark.parametrize("answer_format", ["json", "xml"])
@pytest.mark.parametrize(("code", "status"), [(code, status) for code, (status, _) in SERVICE_ERRORS.items()])
def test_every_service_code_comes_with_its_http_status(code, status, answer_format):
    answer = ask(serving(fault("service-error", code=code)), BACKUP_LIST, responseFormatType=answer_format)

    assert refusal(answer) == (status, code)


def test_an_errors_status_and_format_can_be_others():
    answer = ask(serving("gateway-error,code=500,status=200,in_format=xml"), BACKUP_LIST)

    assert answer.body.startswith(b"<?xml")
    assert refusal(answer) == (200, "500")


@pytest.mark.parametrize(("layer", "code"), [("gateway", "900"), ("service", "1300")])
def test_an_error_can_come_under_200(layer, code):
    answer = ask(serving(fault("error-under-200", layer=layer, code=code)), BACKUP_LIST)

    assert refusal(answer) == (200, code)


def test_a_return_code_can_fail_a_list_that_is_there():
    answer = ask(serving("return-code,code=1300"), BACKUP_LIST)

    assert (answer.status, fields(answer)["returnCode"], len(rows(answer))) == (200, "1300", 3)
    assert "returnCode" not in fields(ask(serving("return-code,code="), BACKUP_LIST))


@pytest.mark.parametrize(
    ("layer", "code", "error"),
    [("gateway", "210", {"errorCode": "210"}), ("service", "1300", {"returnCode": "1300"})],
)
def test_an_error_can_stand_inside_a_list_that_is_there(layer, code, error):
    gateway = serving(fault("error-inside", layer=layer, code=code))
    answer = ask(gateway, BACKUP_LIST)
    document = fromstring(ask(gateway, BACKUP_LIST, responseFormatType="xml").body)
    wrapper = "error" if layer == "gateway" else "responseError"

    assert (answer.status, fields(answer)["returnCode"], len(rows(answer))) == (200, "0", 3)
    assert fields(answer)[wrapper].items() >= error.items()
    assert document.findtext("returnCode") == "0"
    assert {document.findtext(f"{wrapper}/{name}") for name in error} == {code}


@pytest.mark.parametrize("answer_format", ["json", "xml"])
@pytest.mark.parametrize(
    ("asked", "told"),
    [(BACKUP_LIST, INSTANCE_LIST), (INSTANCE_LIST, BACKUP_LIST), (BACKUP_DETAILS, BACKUP_LIST)],
)
def test_another_operations_answer_can_come(asked, told, answer_format):
    wanted = {"responseFormatType": answer_format, "cloudPostgresqlInstanceNo": "1", "pageNo": 0, "pageSize": 2}
    honest = serving(), told
    struck = serving("other-operation"), asked

    bodies = [ask(gateway, operation, **wanted).body for gateway, operation in (honest, struck)]
    assert bodies[0] == bodies[1]


def test_the_rows_can_stand_in_objects_under_their_own_name():
    told = fields(ask(serving("wrapped-rows,depth=2"), BACKUP_LIST))["cloudPostgresqlBackupList"]

    assert told["cloudPostgresqlBackup"]["cloudPostgresqlBackup"] == rows(ask(serving(), BACKUP_LIST))


@pytest.mark.parametrize(("operation", "item"), [(BACKUP_LIST, "Backup"), (INSTANCE_LIST, "Instance")])
@pytest.mark.parametrize("answer_format", ["json", "xml"])
def test_rows_can_be_wrapped_deeper_than_any_writer_goes(operation, item, answer_format):
    gateway = serving("wrapped-rows,depth=5000")
    body = ask(gateway, operation, responseFormatType=answer_format).body
    opening = b'{"cloudPostgresql%b":' if answer_format == "json" else b"<cloudPostgresql%b>"

    assert opening % item.encode() * 5000 in body
    assert body.count(b"db-1") == 1, "the rows are there"


def test_a_list_that_is_left_out_is_wrapped_in_nothing():
    gateway = serving("wrapped-rows", "page-format,mode=missing")

    assert "cloudPostgresqlBackupList" not in fields(ask(gateway, BACKUP_LIST))


@pytest.mark.parametrize(("retry_after", "header"), [("1", "1"), ("3600", "3600"), ("", None)])
def test_throttling_names_the_seconds_to_wait(retry_after, header):
    answer = ask(serving(fault("throttled", retry_after=retry_after)), BACKUP_LIST)

    assert refusal(answer) == (429, "420")
    assert answer.headers.get("Retry-After") == header


def test_throttling_can_name_a_date_of_the_gateways_clock():
    answer = ask(serving("throttled,retry_after=date:60"), BACKUP_LIST)

    assert (parsedate_to_datetime(answer.headers["Retry-After"]) - NOW).total_seconds() == 60


def test_any_status_and_text_can_come():
    answer = ask(serving(fault("status", status=418, body="short and stout")), BACKUP_LIST)

    assert (answer.status, answer.body, answer.content_type) == (418, b"short and stout", "text/plain")


def test_a_redirect_leads_to_the_same_target_elsewhere():
    gateway = serving(fault("redirect", location="http://127.0.0.1:9/", status=307))
    answer = ask(gateway, BACKUP_LIST)

    assert answer.status == 307
    assert answer.headers["Location"] == f"http://127.0.0.1:9{gateway.recorded[0].target}"


def test_a_proxys_page_comes_with_200():
    answer = ask(serving("html"), BACKUP_LIST)

    assert (answer.status, answer.content_type.split(";")[0]) == (200, "text/html")


def test_deep_json_is_well_formed_and_deep():
    body = ask(serving("deep-json,depth=100"), BACKUP_LIST).body

    assert json.loads(body)["getCloudPostgresqlBackupListResponse"]["returnCode"] == "0"
    assert body.count(b"[") + body.count(b'{"a"') == 100


def test_a_gzip_bomb_is_small_and_unpacks_to_its_size():
    answer = ask(serving("gzip-bomb,mib=3"), BACKUP_LIST)

    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.body) < 2**14
    unpacked = gzip.decompress(answer.body)
    assert len(unpacked) == 3 * 2**20 + 2
    assert json.loads(unpacked) == {}


def test_an_error_can_come_zipped_whole_or_cut():
    answer = ask(serving("zipped-error,code=410"), BACKUP_LIST)
    cut = ask(serving("zipped-error,intact=false"), BACKUP_LIST)

    assert (answer.status, cut.status) == (429, 503)
    assert answer.headers["Content-Encoding"] == cut.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(answer.body))["error"]["errorCode"] == "410"
    with pytest.raises(EOFError):
        gzip.decompress(cut.body)


def test_xml_attacks_are_documents_that_declare_entities():
    bomb = ask(serving("xml-bomb,levels=9"), BACKUP_LIST).body
    outside = ask(serving("external-entity,uri=file:///etc/passwd"), BACKUP_LIST).body

    assert bomb.count(b"<!ENTITY") == 10
    assert b'<!ENTITY outside SYSTEM "file:///etc/passwd">' in outside
    assert b"&outside;" in outside


@pytest.mark.parametrize("where", ["name", "message"])
@pytest.mark.parametrize("answer_format", ["json", "xml"])
def test_invalid_utf8_stands_where_it_was_wanted(where, answer_format):
    body = ask(serving(fault("invalid-utf8", where=where)), BACKUP_LIST, responseFormatType=answer_format).body

    before = body[: body.index(b"\xff\xfe")]
    assert before.endswith((b'ServiceName":"', b"ServiceName>") if where == "name" else (b'Message":"', b"Message>"))


def test_the_honest_answer_can_lose_its_body_its_end_or_its_type():
    whole = ask(serving(), BACKUP_LIST).body

    assert ask(serving("empty-body"), BACKUP_LIST).body == b""
    assert len(ask(serving("broken-end"), BACKUP_LIST).body) == len(whole) // 2
    assert ask(serving("content-type,value=text/html"), BACKUP_LIST).content_type == "text/html"


def test_the_other_format_than_asked_for_can_come():
    assert ask(serving("other-format"), BACKUP_LIST).body.startswith(b"<?xml")
    assert ask(serving("other-format"), BACKUP_LIST, responseFormatType="xml").body.startswith(b"{")


LEFT_OUT = object()


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("row-without-number", "cloudPostgresqlInstanceNo", LEFT_OUT),
        ("row-with-null-number", "cloudPostgresqlInstanceNo", None),
        ("row-with-integer-number", "cloudPostgresqlInstanceNo", 1),
        ("row-without-name", "cloudPostgresqlServiceName", LEFT_OUT),
        ("row-unreadable-date", "lastBackupDate", "yesterday"),
        ("row-naive-date", "lastBackupDate", "2026-11-23T12:00:00"),
        ("row-future-date", "lastBackupDate", "2026-11-24T03:00:00+0000"),
        ("row-numeric-date", "lastBackupDate", 1795402800000),
        ("row-empty-date", "lastBackupDate", ""),
        ("row-null-date", "lastBackupDate", None),
        ("row-missing-date", "lastBackupDate", LEFT_OUT),
    ],
)
def test_a_row_can_be_wrong_while_the_others_are_right(kind, field, value):
    told = rows(ask(serving(fault(kind, only="db-1")), BACKUP_LIST))
    honest = rows(ask(serving(), BACKUP_LIST))

    assert told[1].get(field, LEFT_OUT) == value
    assert [told[0], told[2]] == [honest[0], honest[2]]


def test_null_can_stand_in_a_rows_place():
    assert rows(ask(serving("row-null,every=2"), BACKUP_LIST))[::2] == [None, None]


def test_two_faults_may_spoil_the_same_row():
    told = rows(ask(serving("row-without-name", "row-null-date"), BACKUP_LIST))

    assert all("cloudPostgresqlServiceName" not in row and row["lastBackupDate"] is None for row in told)


def test_the_dates_of_details_can_be_spoilt_too():
    gateway = serving("row-naive-date,field=endTime")

    [newest, _] = rows(ask(gateway, BACKUP_DETAILS, cloudPostgresqlInstanceNo="1"))
    assert newest["endTime"] == "2026-11-23T12:00:00"


def test_paging_and_format_can_be_others_for_one_operation():
    gateway = serving(fault("paging", mode="totals-too-large", operation="*BackupList"))

    assert fields(ask(gateway, BACKUP_LIST))["totalRows"] == 6
    assert fields(ask(gateway, INSTANCE_LIST))["totalRows"] == 3
    assert fields(ask(serving("page-format,mode=null+strings"), BACKUP_LIST))["cloudPostgresqlBackupList"] is None


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ({}, [500, 500, 500, 500]),
        ({"operation": BACKUP_LIST}, [500, 500, 200, 500]),
        ({"operation": "*InstanceList"}, [200, 200, 500, 200]),
        ({"region": "SGN"}, [200, 200, 200, 500]),
        ({"page": 1}, [200, 500, 200, 200]),
        ({"first": 2}, [500, 500, 200, 200]),
        ({"after": 1, "first": 2}, [200, 500, 500, 200]),
        ({"operation": BACKUP_LIST, "after": 2}, [200, 200, 200, 500]),
        ({"method": "POST"}, [200, 200, 200, 200]),
    ],
)
def test_a_fault_strikes_only_its_targets(targets, expected):
    gateway = serving(fault("gateway-error", **targets))
    requests = [
        (BACKUP_LIST, {"pageNo": 0, "pageSize": 2}),
        (BACKUP_LIST, {"pageNo": 1, "pageSize": 2}),
        (INSTANCE_LIST, {}),
        (BACKUP_LIST, {"regionCode": "SGN"}),
    ]

    assert statuses(gateway, *requests) == expected
    assert [bool(recorded.faults) for recorded in gateway.recorded] == [status == 500 for status in expected]


def test_details_of_one_instance_can_be_refused():
    gateway = serving(fault("gateway-error", instance_no="1"))
    requests = [(BACKUP_DETAILS, {"cloudPostgresqlInstanceNo": number}) for number in "012"]

    assert statuses(gateway, *requests) == [200, 500, 200]


def test_a_probability_strikes_the_same_requests_again_with_the_same_seed():
    requests = [(BACKUP_LIST, {})] * 40
    runs = [statuses(serving("gateway-error,probability=0.5", seed=seed), *requests) for seed in (1, 1, 2)]

    assert runs[0] == runs[1] != runs[2]
    assert 10 < runs[0].count(500) < 30


def test_latencies_add_up():
    gateway = serving("latency,ms=20", "latency,ms=30,operation=*BackupList")
    gateway.latency_seconds = 0.1
    target = target_of(BACKUP_LIST)

    assert gateway.handle(Request("GET", target, signed("GET", target))).delay_seconds == pytest.approx(0.15)


def test_a_test_may_act_between_two_requests():
    gateway = serving(count=1)
    gateway.on_request = lambda recorded: gateway.account.databases.append(Database("99", "late-comer"))

    assert numbers(ask(gateway, BACKUP_LIST)) == ["0", "99"]


@pytest.mark.parametrize(
    ("spec", "cause"),
    [
        ("explode", "no such fault: explode; there are latency"),
        ("reset,where=body", "reset does not know where; it knows operation"),
        ("reset,first=many", "first must be int, not 'many'"),
        ("cut-body,announced=perhaps", "announced must be true or false"),
        ("reset,first", "expected name=value, not 'first'"),
        ({"first": 1}, "no such fault"),
    ],
)
def test_a_wrong_fault_is_refused_with_what_is_known(spec, cause):
    with pytest.raises(ValueError, match=cause):
        parse_fault(spec)


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_can_be_written_as_json_and_read_again(kind):
    made = fault(kind, operation="*List", first=2)

    assert parse_fault(json.loads(json.dumps(made.as_json()))) == made
