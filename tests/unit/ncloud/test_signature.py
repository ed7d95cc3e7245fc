"""Signature v2, against values that others published and that independent implementations agree on."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from ncloud import Credentials, sign

VECTORS = Path(__file__).parents[2] / "samples" / "signature" / "vectors.json"
CASES = [case for group in json.loads(VECTORS.read_text()).values() for case in group]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['method']} {case['url']}"[:70])
def test_the_known_signatures_come_out(case):
    headers = sign(
        case["method"],
        case["url"],
        Credentials(case["access_key"], case["secret_key"]),
        at=EPOCH + timedelta(milliseconds=int(case["timestamp"])),
    )
    assert headers == {
        "x-ncp-apigw-timestamp": case["timestamp"],
        "x-ncp-iam-access-key": case["access_key"],
        "x-ncp-apigw-signature-v2": case["signature"],
    }


def test_every_vector_is_read():
    assert len(CASES) == 10


def test_the_timestamp_is_the_same_instant_in_every_zone():
    at = datetime(2026, 11, 23, 3, 0, 0, 999_999, tzinfo=UTC)
    key = Credentials("id", "secret")
    in_seoul = sign("GET", "/", key, at=at.astimezone(timezone(timedelta(hours=9))))
    assert in_seoul == sign("GET", "/", key, at=at)
    assert in_seoul["x-ncp-apigw-timestamp"] == "1795402800999"


def test_a_method_in_small_letters_is_signed_in_capitals():
    at = datetime(2026, 11, 23, tzinfo=UTC)
    key = Credentials("id", "secret")
    assert sign("get", "/", key, at=at) == sign("GET", "/", key, at=at)


def test_a_naive_instant_is_refused():
    with pytest.raises(TypeError):
        sign("GET", "/", Credentials("id", "secret"), at=datetime(2026, 11, 23))  # noqa: DTZ001 - the point


def test_credentials_show_no_more_than_the_beginning_of_the_key_id():
    key = Credentials("ABCDEFGHIJ0123456789", "s3cr3t-s3cr3t")
    for shown in (repr(key), str(key), f"{key}"):
        assert "ABCD" in shown
        assert "ABCDE" not in shown
        assert "s3cr3t" not in shown


def test_credentials_are_equal_by_value():
    assert Credentials("id", "secret") == Credentials("id", "secret")
    assert len({Credentials("id", "secret"), Credentials("id", "secret")}) == 1
    assert Credentials("id", "secret") != Credentials("id", "other")
