"""The message as SNS gets it over the wire: every rendering, limit and attribute, whatever the databases are called."""

from __future__ import annotations

import json
import unicodedata
from datetime import timedelta

import pytest

from tests.contract.fake_ncloud import KST, detail
from tests.contract.function import TOPIC
from tests.contract.schemas import MESSAGE, REPORT

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PROTOCOLS = {"default", "email", "sms"}
MAX_BYTES, MAX_SUBJECT, MAX_SMS = 262_144, 99, 140

HOSTILE = [
    "주문-데이터베이스", "긴이름" * 100, "x" * 300, "😀" * 150, "<script>alert(1)</script>", "a\nTo: b\r\nBcc: c", "",
    "\u202egnp.exe\u2066", "\u0000\u0007\u001b[31mred", "'; DROP TABLE--", "{age} %s %(x)s {0}", "\\\\n\\u0000",
    "a\u2028b\u2029c\u0085d", "\u202e\u202d\u2066\u200b\u200d\ufeff", '{"Records": []}', "<!channel> @here",
    "\ufffe\uffff", "𝒳" * 99, "   ", "\t", "Ⅷ" * 120, "न" * 130, "a" * 98 + "😀", "a,b;c" * 40, "=cmd|' /C calc'!A0",
    "é" * 200,
]  # fmt: skip


def keeps_to_the_limits(published, *, protocols=PROTOCOLS) -> dict:
    """Everything that SNS and its subscribers insist on; returns the JSON that queues get."""
    renderings = published.renderings
    assert set(renderings) == protocols
    assert all(isinstance(text, str) and text for text in renderings.values())
    assert published.structure == "json"
    assert published.size_bytes <= MAX_BYTES
    assert 1 <= len(published.subject.encode("utf-16-le")) // 2 <= MAX_SUBJECT
    assert published.subject == published.subject.strip() != ""
    categories = {unicodedata.category(char) for char in published.subject + renderings["sms"]}
    assert not categories & {"Cc", "Cf", "Zl", "Zp", "Cs", "Cn"}, published.subject
    assert len(renderings["sms"].encode("utf-16-le")) // 2 <= MAX_SMS
    assert {"severity", "event", "region", "account", "product"} <= set(published.attributes)
    assert set(published.attributes) - {"severity", "event", "region", "account", "product", "truncated"} == set()
    for kind, value in published.attributes.values():
        assert kind in ("String", "String.Array")
        assert value
        if kind == "String.Array":
            listed = json.loads(value)
            assert listed == list(dict.fromkeys(listed))
            assert listed
    document = json.loads(renderings["default"])
    MESSAGE.validate(document)
    assert document["text"]
    assert not document["truncated"] or published.attribute("truncated") == "true"
    return document


@pytest.mark.parametrize(("chat", "language"), [("none", "en"), ("amazon-q", "ko")])
@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_no_name_breaks_a_rendering(function, now, name, chat, language):
    function.ncloud.database(name, now - 30.5 * HOUR, number="4711")
    outcome = function.check_with(CHAT_FORMAT=chat, LANGUAGE=language)
    REPORT.validate(outcome.report)
    document = keeps_to_the_limits(outcome.alert, protocols=PROTOCOLS | ({"https"} if chat == "amazon-q" else set()))
    assert document["violations"][0]["instanceNo"] == "4711"
    told = document["violations"][0]["serviceName"]
    assert not {unicodedata.category(char) for char in told} & {"Cc", "Cs"}
    assert not set(told) & set("\u202e\u202d\u2066\u2028")
    if name.isprintable():
        assert told == (name or "4711")
    if chat == "amazon-q":
        https = json.loads(outcome.alert.renderings["https"])
        assert (https["version"], https["source"], https["content"]["textType"]) == ("1.0", "custom", "client-markdown")
        assert len(https["content"]["title"]) <= 250
        assert len(https["content"]["description"]) <= 8000
        assert https["metadata"]["threadId"] == document["violations"][0]["incident"]


def test_one_message_a_run_however_much_there_is_to_tell(function, now):
    for region in ("KR", "SGN"):
        slot = f"{(now - 6 * HOUR).astimezone(KST):%H:%M}"
        function.ncloud.database(f"stale-{region}", now - 30.5 * HOUR, number="1", region=region, slot=slot)
        function.ncloud.database(f"back-{region}", now - 5 * MINUTE, number="2", region=region)
    function.ncloud.details["2"] = [detail(now - 5 * MINUTE), detail(now - 60 * HOUR)]
    function.ncloud.database("doubtful", "garbage")
    outcome = function.check_with(NCLOUD_REGIONS="KR,SGN")
    document = keeps_to_the_limits(outcome.alert)
    assert outcome.alert.topic == TOPIC
    assert outcome.report["notification"] == {"messageIds": ["m-1"], "events": 5}
    assert len(document["violations"]) + len(document["resolved"]) == 5
    assert set(outcome.alert.attribute("event")) == {"ESCALATED", "RESOLVED", "UNREADABLE"}
    assert set(outcome.alert.attribute("region")) == {"KR", "SGN"}
    assert outcome.alert.attribute("severity") == "critical"
    assert outcome.alert.attribute("account") == "default"
    assert "truncated" not in outcome.alert.attributes
    for name in ("stale-KR", "stale-SGN", "back-KR", "back-SGN", "doubtful"):
        assert name in outcome.alert.renderings["email"]
        assert name in document["text"]


EVERYWHERE = {
    "the secret is not there": ({"NCLOUD_CREDENTIALS_SECRET": "nobody-made-it"}, "UNREADABLE"),
    "the policy is not there": ({"POLICY_PARAMETER": "/nobody/made/it"}, "UNREADABLE"),
    "somebody is missing": ({"POLICY": '[expect]\nnames = ["billing-*"]'}, "ONGOING"),
}


@pytest.mark.parametrize(("settings", "event"), EVERYWHERE.values(), ids=EVERYWHERE)
def test_what_is_no_matter_of_one_region_concerns_them_all(function, now, settings, event):
    """So that a team that listens to its own region alone hears that nobody looks at it."""
    function.ncloud.database("orders", now - 5 * HOUR)
    instant = now.astimezone(KST).replace(hour=12).isoformat()
    outcome = function({"action": "check", "notify": "all", "at": instant}, NCLOUD_REGIONS="KR,SGN", **settings)
    keeps_to_the_limits(outcome.alert)
    assert event in outcome.alert.attribute("event")
    assert set(outcome.alert.attribute("region")) == {"KR", "SGN"}
