"""GET and POST, JSON and XML: the same values from all four, and what is signed is what is sent."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from ncloud import Client, Credentials, Listing, ListRequest, sign
from tests.edges.ncloud.raw_server import RawServer, answering, read_head
from tests.edges.ncloud.reader import BACKUPS, INSTANCES, KEY, client_of, failure_of, outcome_of
from tests.emulator import Emulator
from tests.emulator.seeding import seeded_account

WAYS = [(method, form) for method in ("GET", "POST") for form in ("json", "xml")]


@pytest.fixture(scope="module")
def emulator():
    with Emulator(seeded_account(now=datetime.now(UTC), instances=24, regions=("KR", "JPN"))) as emulator:
        yield emulator


def read_all(emulator: Emulator, method: str, form: str) -> list[Listing]:
    with client_of(emulator, method=method, response_format=form, page_size=7) as client:
        instances = client.read_one(INSTANCES)
        details = [ListRequest.backup_details("KR", each.instance_no) for each in instances.rows]
        answers = client.read([BACKUPS, ListRequest.backups("JPN"), ListRequest.regions(), *details])
        return [instances, *answers.values()]


def test_all_four_ways_give_the_same_values(emulator):
    first, *others = [read_all(emulator, *way) for way in WAYS]
    assert all(isinstance(listing, Listing) for listing in first)
    assert sum(len(listing.rows) for listing in first) > 100
    assert others == [first] * 3


@pytest.mark.parametrize(("method", "form"), WAYS)
def test_each_documented_parameter_is_sent(emulator, method, form):
    emulator.forget_requests()
    number = emulator.account.databases[0].instance_no
    with client_of(emulator, method=method, response_format=form, page_size=7) as client:
        client.read([BACKUPS])
        client.read([INSTANCES])
        client.read([ListRequest.backup_details("KR", number)])
        client.read([ListRequest.regions()])
    lists = {"regionCode": "KR", "pageNo": "0", "pageSize": "7", "responseFormatType": form}
    details = lists | {"cloudPostgresqlInstanceNo": number}
    expected = {
        "getCloudPostgresqlBackupList": lists,
        "getCloudPostgresqlInstanceList": lists,
        "getCloudPostgresqlBackupDetailList": details,
        "getRegionList": {"responseFormatType": form},
    }
    for operation, parameters in expected.items():
        first = emulator.requests_of(operation)[0]
        assert first.parameters == parameters
        assert first.method == method
        assert ("?" in first.target) == (method == "GET")
        assert first.headers["accept"] == f"application/{form}"
        assert first.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(("method", "form"), WAYS)
def test_without_a_region_it_is_the_accounts_first(emulator, method, form):
    emulator.forget_requests()
    with client_of(emulator, method=method, response_format=form) as client:
        assert client.read_one(ListRequest(BACKUPS.product, BACKUPS.kind)).rows == client.read_one(BACKUPS).rows
    assert "regionCode" not in emulator.requests[0].parameters


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("number", ["1234925", "a b+c/d?e&f=g#h%20", "주문-데이터베이스", "~*'()!;:@,$[]"])
def test_what_is_signed_is_byte_for_byte_what_is_sent(method, number):
    heads = []

    def serve(sock):
        heads.append(read_head(sock).decode("ascii"))
        sock.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with RawServer(serve) as server, Client(KEY, base_url=server.url, method=method) as client:
        failure_of(client, ListRequest.backup_details("KR", number))
    verb, target, version = heads[0].split("\r\n")[0].split(" ")
    assert (verb, version) == (method, "HTTP/1.1")
    milliseconds = int(re.search(r"(?i)x-ncp-apigw-timestamp: (\d+)", heads[0])[1])
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    for name, value in sign(method, target, KEY, at=at).items():
        assert f"{name}: {value}".lower() in heads[0].lower()
    assert abs(at - datetime.now(UTC)) < timedelta(seconds=10)


def test_a_wrong_secret_is_told_as_authentication_failed(emulator):
    wrong = Credentials(KEY.access_key_id, "another")
    with Client(wrong, base_url=emulator.url) as client:
        error = failure_of(client)
    assert (error.kind, error.code, error.http_status, error.attempts) == ("AuthenticationFailed", "200", 401, 1)
    assert (error.operation, error.region) == (BACKUPS.operation, "KR")


def test_the_servers_clock_is_compared_with_ours():
    with Emulator(clock_offset=timedelta(minutes=10)) as emulator, client_of(emulator) as client:
        assert client.skew is None
        assert failure_of(client).kind == "AuthenticationFailed"
        assert abs(client.skew - timedelta(minutes=10)) < timedelta(seconds=5)


def test_read_one_raises_what_read_returns(emulator):
    with client_of(emulator) as client:
        request = ListRequest.backup_details("KR", "no such instance")
        with pytest.raises(type(outcome_of(client, request))) as caught:
            client.read_one(request)
    assert (caught.value.kind, caught.value.code) == ("ServiceError", "5001017")


def test_a_date_header_that_is_none_gives_no_skew():
    body = b"HTTP/1.1 404 x\r\nDate: soon\r\nContent-Length: 0\r\n\r\n"
    with RawServer(answering(body)) as server, Client(KEY, base_url=server.url) as client:
        failure_of(client)
        assert client.skew is None
