"""The emulator's own reading of signature v2."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.edges.emulator.caller import NOW, fields, refusal, signed, target_of
from tests.emulator import BACKUP_LIST, Account
from tests.emulator.clock import Clock
from tests.emulator.exchange import Request
from tests.emulator.gateway import Gateway
from tests.emulator.signature_check import expected_signature

VECTORS = json.loads((Path(__file__).parents[2] / "samples/signature/vectors.json").read_text())
TARGET = target_of(BACKUP_LIST, regionCode="KR")


def handled(headers, *, method="GET", target=TARGET, body=b""):
    gateway = Gateway(Account(), clock=Clock(stopped_at=NOW))
    return gateway.handle(Request(method, target, headers, body)).answer


@pytest.mark.parametrize("vector", VECTORS["published"] + VECTORS["generated"], ids=lambda vector: vector["signature"])
def test_every_known_vector_gives_its_signature(vector):
    assert vector["signature"] == expected_signature(
        vector["method"], vector["url"], timestamp=vector["timestamp"],
        access_key=vector["access_key"], secret_key=vector["secret_key"],
    )  # fmt: skip


def test_a_signed_request_is_let_in():
    assert handled(signed("GET", TARGET)).status == 200


@pytest.mark.parametrize(
    ("headers", "cause"),
    [
        (signed("GET", TARGET, secret_key="another"), "Invalid signature."),
        (signed("GET", TARGET, access_key="ANOTHER"), "Invalid access key."),
        (signed("POST", TARGET), "Invalid signature."),
        (signed("GET", TARGET.replace("KR", "%4BR")), "Invalid signature."),
        (signed("GET", TARGET.partition("?")[0]), "Invalid signature."),
        (signed("GET", TARGET) | {"x-ncp-apigw-timestamp": "soon"}, "The timestamp is not a number of milliseconds."),
        ({}, "Header x-ncp-apigw-timestamp is missing."),
    ],
)
def test_what_is_not_signed_byte_for_byte_by_the_key_fails_to_authenticate(headers, cause):
    answer = handled(headers)

    assert refusal(answer) == (401, "200")
    assert fields(answer)["details"] == cause


@pytest.mark.parametrize("sign", [1, -1])
def test_a_clock_of_exactly_five_minutes_difference_is_accepted_and_a_millisecond_more_is_not(sign):
    five_minutes = timedelta(minutes=5)

    assert handled(signed("GET", TARGET, at=NOW + sign * five_minutes)).status == 200
    late = handled(signed("GET", TARGET, at=NOW + sign * (five_minutes + timedelta(milliseconds=1))))
    assert refusal(late) == (401, "200")
    assert "more than 5 minutes" in fields(late)["details"]


def test_a_form_is_not_part_of_what_a_post_signs():
    target = TARGET.partition("?")[0]
    headers = signed("POST", target) | {"content-type": "application/x-www-form-urlencoded; charset=UTF-8"}

    answer = handled(headers, method="POST", target=target, body=b"responseFormatType=json&regionCode=KR")

    assert fields(answer)["returnCode"] == "0"
