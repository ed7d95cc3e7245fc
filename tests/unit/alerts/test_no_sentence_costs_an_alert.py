"""A part of the message that cannot be made is replaced by plain facts, and costs no other part."""

import json
import re
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from backup_watch.alerts import compose, plain_message
from backup_watch.alerts.renderings import RENDERINGS, Rendered
from backup_watch.alerts.sns_message import MAX_BYTES
from backup_watch.i18n import Words
from backup_watch.model.notices import RuleUnused
from tests import builders as b
from tests.unit.alerts.test_schemas import validator

COMPOSE = import_module("backup_watch.alerts.compose")
MESSAGE: Draft202012Validator = validator("message", strict=True)
REPORT = b.a_report(
    b.stale(), b.never(), b.missing(), b.unread(region="SGN"), resolved=[b.an_end(b.late())],
    errors=[b.an_error(region="SGN")], notices=[RuleUnused(3, "a*")],
)  # fmt: skip
EVERYTHING = ("orders-db", "never-db", "billing-*", "SGN", "late-db")
EVERY_SENTENCE = ("text", "counted", "term", "format_lazily", "instant", "duration")


class BrokenWords(Words):
    """English in which one kind of sentence cannot be made."""

    def __init__(self, broken: str) -> None:
        super().__init__()
        self._broken = broken

    def __getattribute__(self, name: str):
        if not name.startswith("_") and name == self._broken:
            raise KeyError(f"no {name}")
        return super().__getattribute__(name)


def broken(*_, **__):
    raise LookupError("no such sentence")


def told_in_full(message, *protocols: str) -> None:
    """Each of these renderings has everything that is to be told, and the whole is what SNS takes."""
    assert message.size_bytes <= MAX_BYTES
    assert 1 <= len(message.subject) <= 99
    assert message.subject.isprintable()
    for protocol in protocols:
        for part in EVERYTHING:
            assert part in message.renderings[protocol], (protocol, part)


@pytest.mark.parametrize("sentence", EVERY_SENTENCE)
def test_whatever_sentence_is_broken_everything_is_told_and_the_failure_is_named(sentence):
    message = compose(REPORT, BrokenWords(sentence), notify="all")
    told_in_full(message, "default", "email")
    MESSAGE.validate(json.loads(message.renderings["default"]))
    assert message.failures
    assert f"no {sentence}" in message.failures[0]


def test_of_each_violation_the_plain_text_has_verdict_name_region_and_date():
    text = compose(REPORT, BrokenWords("text"), notify="all").renderings["email"]
    assert "CRITICAL orders-db (KR, 1234925): NEW, STALE (too-old), newest backup 2026-11-21T09:00:00+09:00\n" in text
    assert "CRITICAL never-db (KR, 1234925): NEW, NEVER (never-backed-up)\n" in text
    assert "CRITICAL billing-*: NEW, MISSING (name-absent)\n" in text
    assert "UNREADABLE SGN getCloudPostgresqlBackupList: ReadTimeout\n" in text
    assert "late-db (KR, 1234925): RESOLVED, LATE (slot-missed), newest backup 2026-11-22T11:00:00+09:00\n" in text


@pytest.mark.parametrize("rendering", RENDERINGS, ids=lambda rendering: rendering.protocol)
def test_a_broken_renderer_costs_only_itself(monkeypatch, rendering):
    whole = compose(REPORT, Words(), chat_format="amazon-q")
    with_one_broken = tuple(replace(each, render=broken) if each is rendering else each for each in RENDERINGS)
    monkeypatch.setattr(COMPOSE, "RENDERINGS", with_one_broken)
    message = compose(REPORT, Words(), chat_format="amazon-q")
    others = whole.renderings.keys() - {rendering.protocol}
    assert {each: message.renderings[each] for each in others} == {each: whole.renderings[each] for each in others}
    assert message.subject == whole.subject
    assert message.attributes == whole.attributes
    assert [failure.partition(":")[0] for failure in message.failures] == [rendering.protocol]
    assert re.search("billing-.", message.renderings[rendering.protocol])
    told_in_full(message)


@pytest.mark.parametrize("text", ["", "x" * (MAX_BYTES + 1)])
def test_a_rendering_that_sns_would_refuse_is_not_sent(monkeypatch, text):
    refused = replace(RENDERINGS[1], render=lambda *_: Rendered(text))
    monkeypatch.setattr(COMPOSE, "RENDERINGS", (RENDERINGS[0], refused, RENDERINGS[-1]))
    message = compose(REPORT, Words())
    told_in_full(message, "default", "email")
    assert message.failures[0].startswith("email: ValueError")


@pytest.mark.parametrize("part", ["select", "subject", "attributes_of"])
def test_what_is_no_rendering_may_fail_too(monkeypatch, part):
    monkeypatch.setattr(COMPOSE, part, broken)
    message = compose(REPORT, Words(), chat_format="amazon-q", notify="all")
    told_in_full(message, "default", "email")
    MESSAGE.validate(json.loads(message.renderings["default"]))
    assert message.attributes["severity"] == "critical"
    assert set(message.attributes["event"]) >= {"NEW", "RESOLVED", "UNREADABLE"}
    assert "billing-*" in message.subject
    assert len(message.failures) == 1


def test_where_even_the_facts_are_broken_there_is_a_message(monkeypatch):
    monkeypatch.setattr(plain_message, "plain_violation", broken)
    monkeypatch.setattr(plain_message, "violation_facts", broken)
    message = compose(REPORT, BrokenWords("text"), notify="all")
    assert message.renderings["default"].count(plain_message.UNWORDED) == 5
    assert "UNREADABLE SGN" in message.renderings["default"]
    assert message.size_bytes <= MAX_BYTES


def test_a_plain_message_is_cut_at_whole_lines():
    report = b.a_report(*[b.stale(f"한국어-데이터베이스-{number:05}") for number in range(20_000)])
    message = compose(report, BrokenWords("text"), chat_format="amazon-q")
    document = json.loads(message.renderings["default"])
    MESSAGE.validate(document)
    assert message.size_bytes <= MAX_BYTES
    assert message.attributes["truncated"] == "true"
    assert document["truncated"] == 20_000 - len(document["violations"])
    mail = message.renderings["email"]
    assert f"\n... and {20_000 - mail.count('STALE')} more\n" in mail


def test_a_sample_made_of_plain_facts_is_marked_too():
    message = compose(b.a_report(b.stale()), BrokenWords("text"), is_test=True)
    assert message.subject.startswith("TEST ")
    assert all("TEST" in text for text in message.renderings.values())
    assert json.loads(message.renderings["default"])["test"] is True


@given(st.text(st.characters(categories=None), max_size=400), st.sampled_from(EVERY_SENTENCE))
def test_whatever_the_names_a_plain_message_is_one_sns_takes(name, sentence):
    report = b.a_report(
        b.stale(name, region=name, number=name), b.missing(name),
        errors=[b.an_error(name, region=name, operation=name)], regions=(name or "KR",),
    )  # fmt: skip
    message = compose(report, BrokenWords(sentence), chat_format="amazon-q")
    assert message.size_bytes <= MAX_BYTES
    assert 1 <= len(message.subject.encode("utf-16-le")) // 2 <= 99
    assert message.subject.isprintable()
    assert len(message.renderings["sms"]) <= 140
    assert json.loads(message.envelope.encode()) == message.renderings
