"""Every message is inside what SNS takes, by construction, and says what it left out."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backup_watch.alerts import compose, select
from backup_watch.alerts.brief import Brief
from backup_watch.alerts.byte_budget import SizedList, share_budget
from backup_watch.alerts.renderings.email import email
from backup_watch.alerts.sns_message import MAX_BYTES, quoted_size
from backup_watch.i18n import Words
from backup_watch.model.notices import RuleUnused
from tests import builders as b

ENGLISH, KOREAN = Words(), Words("ko")
PROTOCOLS = {"default", "email", "sms"}
FIVE_THOUSAND = b.a_report(
    *[
        b.stale(f"한국어-데이터베이스-{number:04}", number=str(number), age=b.hours(30 + number))
        for number in range(5000)
    ]
)
ANY_TEXT = st.text(st.characters(categories=None), max_size=60)


def weight(message) -> int:
    """What SNS counts, reckoned anew: the message, and name, type and value of each attribute."""
    attributes = sum(
        len(name) + len(kind) + len(value.encode()) for name, (kind, value) in message.typed_attributes.items()
    )
    return len(json.dumps(message.renderings, ensure_ascii=False).encode()) + attributes


def test_a_small_message_has_every_rendering_whole():
    message = compose(b.a_report(b.stale(), b.late()), ENGLISH)
    assert set(message.renderings) == PROTOCOLS
    assert all(isinstance(text, str) and text for text in message.renderings.values())
    assert json.loads(message.envelope) == message.renderings
    assert not message.truncated
    assert "truncated" not in message.attributes
    assert json.loads(message.renderings["default"])["truncated"] == 0


@pytest.mark.parametrize("chat_format", ["none", "amazon-q"])
@pytest.mark.parametrize("words", [ENGLISH, KOREAN])
def test_five_thousand_violations_are_one_message_with_the_worst_on_top(words, chat_format):
    message = compose(FIVE_THOUSAND, words, chat_format=chat_format)
    document = json.loads(message.renderings["default"])
    assert weight(message) <= MAX_BYTES
    assert weight(message) > MAX_BYTES * 0.95
    assert message.events == 5000
    assert message.truncated
    assert message.attributes["truncated"] == "true"
    assert document["violations"][0]["serviceName"] == "한국어-데이터베이스-4999"
    assert document["truncated"] == 5000 - len(document["violations"])
    assert document["counts"]["STALE"] == 5000
    assert "한국어-데이터베이스-4999" in message.subject
    assert message.renderings["email"].index("4999") < message.renderings["email"].index("4998")


def test_the_mail_says_how_many_it_leaves_out():
    body = compose(FIVE_THOUSAND, ENGLISH).renderings["email"]
    shown = body.count("\nCRITICAL ")
    assert shown > 20
    assert f"\n... and {5000 - shown:,} more\n" in body


def test_a_card_that_leaves_something_out_says_so():
    report = b.a_report(*[b.stale(f"db-{number}") for number in range(65)])
    message = compose(report, ENGLISH, chat_format="amazon-q")
    assert "... and " in json.loads(message.renderings["https"])["content"]["description"]
    assert json.loads(message.renderings["default"])["truncated"] == 0
    assert message.truncated
    assert not compose(report, ENGLISH).truncated


def test_a_mail_that_leaves_something_out_says_so():
    report = b.a_report(errors=[b.an_error(f"Kind{number}", message="가" * 300) for number in range(36)])
    message = compose(report, ENGLISH)
    assert "... and " in message.renderings["email"]
    assert json.loads(message.renderings["default"])["truncated"] == 0
    assert message.truncated
    assert compose(report, ENGLISH, chat_format="amazon-q").truncated


def test_a_mail_counts_what_it_leaves_out():
    digest = select(b.a_report(*[b.stale()] * 100, resolved=[b.an_end()] * 100))
    rendered = email(Brief(digest, ENGLISH), 6_000)
    text, left_out = rendered.text, rendered.left_out
    assert quoted_size(text) <= 6_000
    assert left_out == 200 - text.count("\nCRITICAL ") - text.count("\n- ")


def test_one_end_is_told_however_many_begin():
    report = b.a_report(*FIVE_THOUSAND.violations, resolved=[b.an_end()])
    message = compose(report, KOREAN)
    assert len(json.loads(message.renderings["default"])["resolved"]) == 1
    assert "해소 1건" in message.renderings["email"]


def test_errors_and_warnings_are_cut_too():
    errors = [b.an_error(region=f"R{number}", message="가" * 300) for number in range(3000)]
    notices = [RuleUnused(number, "가" * 80) for number in range(3000)]
    message = compose(b.a_report(b.stale(), errors=errors, notices=notices), KOREAN)
    document = json.loads(message.renderings["default"])
    assert weight(message) <= MAX_BYTES
    assert len(document["violations"]) == 1
    assert document["truncated"] == 6000 - len(document["errors"]) - len(document["warnings"])


def test_whole_findings_are_cut_not_text():
    document = json.loads(compose(FIVE_THOUSAND, ENGLISH).renderings["default"])
    complete = compose(b.a_report(*FIVE_THOUSAND.violations[:20]), ENGLISH)
    assert document["violations"][:20] == json.loads(complete.renderings["default"])["violations"]


def test_a_name_that_no_utf_8_can_carry_is_replaced_and_sent():
    message = compose(b.a_report(b.stale("half \ud83d pair", region="\udc00")), ENGLISH)
    [violation] = json.loads(message.renderings["default"])["violations"]
    assert violation["serviceName"] == "half \ufffd pair"
    assert "half \N{REPLACEMENT CHARACTER} pair" in message.subject


@given(
    names=st.lists(ANY_TEXT, min_size=1, max_size=20),
    copies=st.sampled_from([1, 7, 150]),
    words=st.sampled_from([ENGLISH, KOREAN]),
    chat_format=st.sampled_from(["none", "amazon-q"]),
)
@settings(max_examples=40)
def test_whatever_the_names_the_message_fits_and_is_utf_8(names, copies, words, chat_format):
    findings = [
        b.stale(name * copies, number=name, region=name, status=f"{name}!", backup_type=name) for name in names * copies
    ]
    errors = [b.an_error(name, region=name, code=name, message=name * copies) for name in names]
    message = compose(b.a_report(*findings, errors=errors), words, chat_format=chat_format)
    assert weight(message) <= message.size_bytes <= MAX_BYTES
    assert json.loads(message.envelope.encode()) == message.renderings
    assert set(message.renderings) == PROTOCOLS | ({"https"} if chat_format == "amazon-q" else set())
    assert not message.failures
    assert json.loads(message.renderings["default"])["violations"]
    for kind, value in message.typed_attributes.values():
        assert value
        assert kind == "String" or json.loads(value)


def test_a_list_takes_whole_entries_in_order_and_asks_for_no_more_than_fit():
    asked = []

    def entries():
        for size in (5, 5, 9, 1):
            asked.append(size)
            yield size

    sized = SizedList(entries(), 4, size=int)
    assert sized.fill(10) == 0
    assert sized.taken == [5, 5]
    assert sized.left_out == 2
    assert asked == [5, 5, 9]
    assert sized.fill(9) == 0
    assert sized.taken == [5, 5, 9]


def test_lists_have_their_share_and_then_what_others_left_over():
    many, few = SizedList(iter([10] * 100), 100, size=int), SizedList(iter([10]), 1, size=int)
    assert share_budget(200, [(many, 80), (few, 20)]) == 0
    assert (len(many.taken), len(few.taken)) == (19, 1)
