"""A client that is set up wrongly says so at once, all of it, before anything is sent."""

import pytest

from ncloud import Client, Credentials, ListRequest, SettingsProblem

KEY = Credentials("KEYID0123456", "s3cr3t-s3cr3t")


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("https://ncloud.apigw.ntruss.com", "https://ncloud.apigw.ntruss.com"),
        ("https://ncloud.apigw.ntruss.com/", "https://ncloud.apigw.ntruss.com"),
        ("https://gateway.example:8443", "https://gateway.example:8443"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.8.9.10", "http://127.8.9.10"),
        ("http://localhost:1", "http://localhost:1"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
    ],
)
def test_a_base_url_is_a_scheme_a_host_and_perhaps_a_port(given, used):
    assert Client(KEY, base_url=given).base_url == used


@pytest.mark.parametrize(
    "wrong",
    [
        "", "ncloud.apigw.ntruss.com", "ftp://host", "https://", "https://host:0", "https://host:port", "https://host:99999",
        "http://127.0.0.01:9", "https://host/v2", "https://host?x=1", "https://host/#a", "https://[::1", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_any_other_base_url_is_refused(wrong):
    with pytest.raises(SettingsProblem, match="base_url"):
        Client(KEY, base_url=wrong)


@pytest.mark.parametrize(
    "wrong",
    ["http://ncloud.apigw.ntruss.com", "http://127.0.0.1.example", "http://10.0.0.1", "http://localhost.example"],
)
def test_http_is_for_loopback_only(wrong):
    with pytest.raises(SettingsProblem, match="https"):
        Client(KEY, base_url=wrong)


def test_a_user_in_the_url_is_refused_and_not_repeated():
    with pytest.raises(SettingsProblem) as caught:
        Client(KEY, base_url="https://user:hunter22@host")
    assert "hunter22" not in str(caught.value)


def test_every_wrong_setting_is_named_in_one_error():
    with pytest.raises(SettingsProblem) as caught:
        Client(
            KEY,
            page_size=1001,
            max_concurrency=0,
            attempts=0,
            method="PUT",
            response_format="yaml",
            connect_timeout=0,
            read_timeout=-1,
            request_timeout=float("nan"),
        )
    for name in (
        "page_size is 1001", "max_concurrency is 0", "attempts is 0", "'PUT'", "'yaml'",
        "connect_timeout", "read_timeout", "request_timeout",
    ):  # fmt: skip
        assert name in str(caught.value)


@pytest.mark.parametrize("page_size", [1, 1000])
def test_the_limits_themselves_are_allowed(page_size):
    Client(KEY, page_size=page_size, max_concurrency=64, attempts=1)


def test_an_unknown_product_is_refused_before_anything_is_sent_and_the_known_ones_are_named():
    with Client(KEY) as client:
        with pytest.raises(SettingsProblem, match="'oracle'; known are postgresql, mysql, mongodb, mssql, cache"):
            client.read([ListRequest.backups("KR"), ListRequest.backups("KR", product="oracle")])
        assert client.stats.requests == 0


def test_a_client_shows_neither_secret_nor_key_id():
    shown = repr(Client(KEY))
    assert "s3cr3t" not in shown
    assert "KEYID" not in shown


def test_reading_nothing_gives_nothing():
    assert Client(KEY).read([]) == {}
