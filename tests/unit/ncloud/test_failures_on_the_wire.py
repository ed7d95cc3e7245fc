"""What a failed answer says, in the three layers that can fail, becomes one precise error."""

import html
import traceback
from datetime import timedelta
from email.utils import format_datetime
from urllib.parse import quote, quote_plus

import pytest

from ncloud import errors
from ncloud.decoding.response import read_page
from ncloud.errors import NcloudError, ServiceError
from ncloud.redaction import clean
from tests.unit.ncloud.wire import BACKUPS, OPERATIONS, RECEIVED_AT, answer, as_xml, backup_list, page, row

GATEWAY = [
    (400, "100", errors.BadRequest, False),
    (401, "200", errors.AuthenticationFailed, False),
    (401, "210", errors.PermissionDenied, False),
    (403, "230", errors.Forbidden, False),
    (404, "300", errors.NotFound, False),
    (413, "430", errors.RequestTooLarge, False),
    (429, "400", errors.QuotaExceeded, False),
    (429, "410", errors.ThrottleLimited, True),
    (429, "420", errors.RateLimited, True),
    (503, "500", errors.EndpointError, True),
    (504, "510", errors.EndpointTimeout, True),
    (500, "900", errors.UnexpectedError, True),
]
SECRET = "s3cr3t/Key+0123456789abcdefABCDEF0=="
SIGNATURE = "4tGdIdaCgMfwY7iKvju1S/gofFSIeyMtx33pmkaiRgw="


def as_json(tree):
    return tree


def failure(body, *, status=200, headers=None, secrets=()) -> NcloudError:
    with pytest.raises(NcloudError) as caught:
        read_page(OPERATIONS[BACKUPS], answer(body, status=status, headers=headers), secrets=secrets)
    return caught.value


@pytest.mark.parametrize("write", [as_json, as_xml])
@pytest.mark.parametrize("is_under_200", [False, True])
@pytest.mark.parametrize(("status", "code", "kind", "is_retryable"), GATEWAY)
def test_each_gateway_code_has_its_error(status, code, kind, is_retryable, is_under_200, write):
    body = {"error": {"errorCode": code, "message": "Said", "details": "And why."}}
    error = failure(write(body), status=200 if is_under_200 else status)
    assert type(error) is kind
    assert error.kind == kind.__name__
    assert (error.code, error.message, error.is_retryable) == (code, "Said: And why.", is_retryable)
    assert error.http_status == (200 if is_under_200 else status)


@pytest.mark.parametrize("write", [as_json, as_xml])
@pytest.mark.parametrize(
    ("status", "code", "is_retryable"),
    [
        (400, "5001017", False), (408, "1300", True), (425, "1300", True), (500, "1000", True), (200, "1000", True),
        (200, "800", False), (500, "1300", False),
    ],
)  # fmt: skip
def test_a_service_error_has_its_return_code(status, code, is_retryable, write):
    body = {"responseError": {"returnCode": code, "returnMessage": "Not\nfound"}}
    error = failure(write(body), status=status)
    assert type(error) is ServiceError
    assert (error.code, error.message, error.is_retryable) == (code, "Not found", is_retryable)


def test_a_service_error_may_use_other_names():
    body = {"responseError": {"responseCode": "500", "responseMessage": "External interworking failed."}}
    error = failure(body, status=500)
    assert (error.kind, error.code, error.message) == ("ServiceError", "500", "External interworking failed.")


@pytest.mark.parametrize("write", [as_json, as_xml])
def test_a_return_code_other_than_zero_is_a_failure_even_with_rows(write):
    error = failure(write(backup_list(row(), returnCode="1300", returnMessage="Unknown error.")))
    assert (error.kind, error.code, error.message) == ("ServiceError", "1300", "Unknown error.")
    assert error.request_id == "d00059bd"
    assert error.http_status == 200


@pytest.mark.parametrize("beside", [
    {"error": {"errorCode": "900", "message": "x"}},
    {"responseError": {"returnCode": "1300", "returnMessage": "x"}},
    {"error": "x"},
])  # fmt: skip
def test_an_error_beside_a_complete_list_is_a_failure(beside):
    assert failure(backup_list(row()) | beside).message == "x"
    assert failure(backup_list(row(), **beside)).message == "x", "and inside the wrapper, beside returnCode 0"


@pytest.mark.parametrize("beside", [{"error": None}, {"error": {}}, {"responseError": ""}])
def test_an_empty_error_beside_a_list_is_none(beside):
    assert page(backup_list(row()) | beside).total_rows == 1


@pytest.mark.parametrize(
    "body",
    [
        "<Error><errorCode>200</errorCode><message>Authentication Failed</message></Error>",
        "<a><b><c><errorCode> 200 </errorCode><message>Authentication Failed</message></c></b></a>",
        {"errorCode": 200, "message": "Authentication Failed"},
        {"wrapper": {"error": {"errorCode": 200, "message": "Authentication Failed"}}},
        [{"errorCode": 200, "message": "Authentication Failed"}],
    ],
)
def test_an_error_is_found_wherever_its_body_keeps_it(body):
    error = failure(body, status=401)
    assert type(error) is errors.AuthenticationFailed
    if not isinstance(body, list):  # JSON that is no object is not looked into; the status says enough
        assert (error.code.strip(), error.message) == ("200", "Authentication Failed")


@pytest.mark.parametrize(
    "body", [b"", "<html><h1>Bad gateway</h1></html>", "<!DOCTYPE html><br>", b"\xff\x00", "[]", "{}", "no"]
)
@pytest.mark.parametrize(
    ("status", "kind", "is_retryable"),
    [
        (400, errors.BadRequest, False), (401, errors.AuthenticationFailed, False), (403, errors.Forbidden, False),
        (404, errors.NotFound, False), (408, errors.UnexpectedError, True), (413, errors.RequestTooLarge, False),
        (418, errors.BadRequest, False), (425, errors.UnexpectedError, True),
        (429, errors.RateLimited, True), (500, errors.UnexpectedError, True), (502, errors.UnexpectedError, True),
        (503, errors.EndpointError, True), (504, errors.EndpointTimeout, True),
    ],
)  # fmt: skip
def test_without_a_readable_body_the_status_decides(status, kind, is_retryable, body):
    error = failure(body, status=status)
    assert type(error) is kind
    assert (error.http_status, error.is_retryable, error.code) == (status, is_retryable, None)


def test_a_complete_list_under_an_error_status_is_no_list():
    assert failure(backup_list(row()), status=500).kind == "UnexpectedError"


def test_an_unknown_gateway_code_is_told_and_the_status_decides():
    body = {"error": {"errorCode": "777", "message": "New"}}
    error = failure(body, status=503)
    assert (error.kind, error.code, error.is_retryable) == ("EndpointError", "777", True)
    error = failure(body, status=200)
    assert (error.kind, error.code, error.is_retryable) == ("UnexpectedError", "777", False)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3", 3.0), (" 3 ", 3.0), ("0", 0.0), (format_datetime(RECEIVED_AT + timedelta(seconds=7), usegmt=True), 7.0),
        (format_datetime(RECEIVED_AT - timedelta(hours=1), usegmt=True), 0.0),
        ("", None), ("-3", None), ("3.5", None), ("soon", None), ("9" * 30, None), ("٣", None),
    ],
)  # fmt: skip
def test_the_wait_asked_for_is_seconds_or_a_date(value, seconds):
    body = {"error": {"errorCode": "420", "message": "Rate Limited"}}
    assert failure(body, status=429, headers={"Retry-After": value}).retry_after == seconds
    assert failure("", status=429, headers={"Retry-After": value}).retry_after == seconds


@pytest.mark.parametrize("write", [as_json, as_xml])
@pytest.mark.parametrize(
    "body",
    [
        {"error": {"errorCode": "200", "message": f"wrong signature {SIGNATURE} for KEYID012345 {SECRET}"}},
        {"error": {"errorCode": "200", "message": "x", "details": f"x-ncp-apigw-signature-v2: {SIGNATURE}"}},
        {"error": {"errorCode": f"200 {SECRET}", "message": "KEYID012345"}, "requestId": SIGNATURE},
        {"responseError": {"returnCode": SECRET, "returnMessage": SECRET + SIGNATURE}, "requestId": SECRET},
        {"responseError": {"returnMessage": "x" * 290 + SECRET}},
        {"responseError": {"returnMessage": "s3cr3t%2FKey%2B0123456789abcdefABCDEF0%3D%3D"}},
        {"responseError": {"returnMessage": "nFEySgowy0h1NSVTs/H2kCpH7GEQLNiUNYtoLNsdLJXIw%3D"}},
        {"responseError": {"returnMessage": "EySgowy0h1NSVTs/H2kCpH7GEQLNiUNYtoLNsdLJXIw for you"}},
        {"responseError": {"returnMessage": "'EySgowy0h1NSVTs/H2kCpH7GEQLNiUNYtoLNsdLJXIw&#61;'"}},
        {"responseError": {"returnMessage": "EySgowy0h1NSVTs%252FH2kCpH7GEQLNiUNYtoLNsdLJXIw%253D"}},
        {"responseError": {"returnMessage": f"x{SIGNATURE[:-1]} /{SIGNATURE[:-1]} {SIGNATURE.lower()}"}},
        {"responseError": {"returnMessage": SIGNATURE.replace("/", "&#x2F;").replace("=", "&#x3d;")}},
        {"responseError": {"returnMessage": SIGNATURE.replace("/", "%252F").replace("=", "%253d")}},
        {"responseError": {"returnMessage": "no key keyid012345, KeyId012345"}, "requestId": "keyid012345"},
    ],
)
def test_what_the_server_echoes_of_our_headers_is_not_told(body, write):
    error = failure(write(body), status=401, secrets=(SECRET, "KEYID012345", SIGNATURE))
    for shown in (str(error), repr(error), error.message, error.code or "", error.request_id or ""):
        for secret in ("s3cr3t", "KEYID012345", SIGNATURE[:20], "EySgowy0h1NSVTs"):
            assert secret.lower() not in shown.lower()


@pytest.mark.parametrize("escape", [
    str, html.escape, quote, quote_plus, lambda secret: quote(quote(secret)), lambda secret: secret.replace("/", "\\/"),
    lambda secret: "".join(f"&#{ord(char):05};" if not char.isalnum() else char for char in secret),
    lambda secret: "".join(f"&#x{ord(char):04X};" if not char.isalnum() else char for char in secret),
])  # fmt: skip
def test_a_secret_of_any_characters_is_not_told_however_it_is_escaped(escape):
    secret = "ab&c<d>\"e'f/g+h=i%j\\k;l?m"
    assert clean(f"no key {escape(secret)} here", secrets=(secret,)) == "no key *** here"


@pytest.mark.parametrize("said", [
    "no path /vpostgresql/v2/getCloudPostgresqlBackupList there", "trace " + "0123456789abcdef" * 4,
    "no path vpostgresql/v2/getCloudPostgresqlBackupList there", "a+b/c=d & 100%", "요청한 키가 없습니다",
])  # fmt: skip
def test_what_only_resembles_a_secret_is_told(said):
    error = failure({"error": {"errorCode": "300", "message": said}}, secrets=(SECRET, "KEYID", SIGNATURE))
    assert error.message == said


@pytest.mark.parametrize("encoding", ["KEYID012345", "KeyId012345"])
def test_what_a_malformed_answer_echoes_of_our_headers_is_not_told(encoding):
    error = failure(f'<?xml version="1.0" encoding="{encoding}"?><a/>', secrets=(SECRET, "KEYID012345", SIGNATURE))
    assert (error.kind, error.http_status) == ("MalformedAnswer", 200)
    assert "***" in error.message
    assert "keyid" not in "".join(traceback.format_exception(error)).lower()
    assert (error.__cause__, error.__context__) == (None, None)


def test_texts_are_one_printable_bounded_line():
    body = {"error": {"errorCode": "1" * 500, "message": "a\r\nb\x1b[31m\u202e\x00" * 500}, "requestId": "r\n" * 500}
    error = failure(body, status=500)
    for shown, limit in ((error.message, 300), (error.code, 40), (error.request_id, 80)):
        assert len(shown) <= limit
        assert shown.isprintable()


def test_an_error_tells_where_what_and_how_often():
    error = failure({"error": {"errorCode": "500", "message": "Endpoint Error"}, "requestId": "r-1"}, status=503)
    error.operation, error.region, error.attempts = BACKUPS, "KR", 4
    assert str(error) == (
        "getCloudPostgresqlBackupList in KR: EndpointError 500: Endpoint Error (HTTP 503, request id r-1, 4 attempts)"
    )
    assert repr(error) == f"<{error}>"
