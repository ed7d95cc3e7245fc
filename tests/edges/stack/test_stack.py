"""The stack's parts together, in this process: every event, every action, and mail that really went through a topic."""

import io
import json
import os
import re
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.stack import actions
from tests.stack.cloud import ADDRESS
from tests.stack.environment import function_environment
from tests.stack.failure import FunctionFailed
from tests.stack.logs import kept_logs
from tests.stack.screen import Screen
from tests.stack.stack import Stack, as_due, running_stack
from tests.stack.verbs import main

EVENTS = sorted((Path(__file__).resolve().parents[3] / "events").glob("*.json"))


@pytest.fixture(scope="module")
def stack() -> Stack:
    with running_stack() as running:
        os.environ["PYTEST_CURRENT_TEST"] = "pytest takes this away itself, and wants it to be there"
        yield running


def test_an_instant_of_the_schedule_becomes_the_present_and_other_events_stay_as_they_are():
    now = datetime(2026, 11, 23, 3, 0, 59, tzinfo=UTC)
    scheduled = as_due({"trigger": "schedule", "scheduledTime": "2026-01-01T00:00:00Z"}, now=now)
    assert scheduled == {"trigger": "schedule", "scheduledTime": "2026-11-23T03:00:59Z"}
    assert as_due({"action": "doctor"}, now=now) == {"action": "doctor"}


def test_what_the_function_raises_is_told_with_its_kind(stack):
    with pytest.raises(FunctionFailed, match="UnknownEvent: this event has no known shape"):
        stack.invoke({"action": "dance"})


def test_the_functions_log_goes_past_the_person(stack, capsys):
    with kept_logs() as logs:
        stack.invoke({"action": "check", "notify": False})
    assert capsys.readouterr().out == ""
    assert json.loads(logs.lines[0])["message"] == "checked"


def test_the_queue_got_what_the_mailbox_got(stack):
    stack.cloud.inbox.clear()
    stack.cloud.receive()
    answer = stack.invoke({"action": "check", "notify": "all"})
    [mail], [ticket] = stack.cloud.inbox, stack.cloud.receive()
    assert mail.to == ADDRESS
    assert ticket["counts"] == answer["counts"]
    assert mail.text.split("\n")[0] == ticket["text"].split("\n")[0]


@pytest.fixture
def opened(stack, monkeypatch):
    """Actions find *stack* open already."""

    @contextmanager
    def found_open(screen):
        with kept_logs():
            yield stack

    monkeypatch.setattr(actions, "opened_stack", found_open)


def test_invoke_prints_the_answer_as_json_and_nothing_else(opened, capsys):
    assert main(["invoke", str(EVENTS[0].with_name("schedule.json"))]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["schemaVersion"], report["counts"]["instances"]) == ("1.0", 57)


def test_an_event_of_no_known_shape_is_told_without_a_traceback(opened, capsys, tmp_path):
    event = tmp_path / "event.json"
    event.write_text('{"action": "dance"}', encoding="utf-8")
    assert main(["invoke", str(event)]) == 1
    out, errors = capsys.readouterr()
    assert out == ""
    assert errors.startswith("the function failed: UnknownEvent: this event has no known shape: action='dance'")


def test_the_function_speaks_the_language_that_the_caller_asks_for_if_it_can():
    asked = {"ncloud_url": "", "aws_url": "", "topic_arn": "", "now": datetime.now(UTC)}
    spoken = {name: function_environment(**asked, language=name).get("LANGUAGE") for name in ("ko", "de:en", None)}
    assert spoken == {"ko": "ko", "de:en": None, None: None}


def shown(show, *arguments) -> str:
    """What an action shows."""
    paper = io.StringIO()
    show(Screen(paper), *arguments)
    return paper.getvalue()


def test_explain_shows_each_step_of_what_matches(opened):
    text = shown(actions.explain, "결제-*")
    assert "1 of 57 match '결제-*'" in text
    assert re.search(r"STALE +yes +the newest backup is 1 d 6 h 36 min old: more than max_age, 30 h", text)
    assert re.search(r"alert +[A-Z]+, (not )?published: ", text)


def test_explain_shows_names_that_are_near_where_nothing_matches(opened):
    text = shown(actions.explain, "orders-primry")
    assert "none of 57 instances matches 'orders-primry'" in text
    assert "names that are near: orders-primary" in text


def test_explain_shows_a_mute_a_rule_and_a_line_of_the_roll_call(opened):
    assert re.search(r"muted +until ", shown(actions.explain, "legacy-crm"))
    assert "max_age 8d (rule 1)" in shown(actions.explain, "analytics-*")
    assert "no instance matches" in shown(actions.explain, "ledger-*")


def test_doctor_finds_the_stack_healthy(opened):
    text = shown(actions.doctor)
    assert "✓  credentials" in text
    assert text.rstrip().endswith("healthy")
    assert "✗" not in text


def test_test_alert_shows_every_sample_as_it_was_received(opened, stack):
    stack.cloud.inbox.clear()
    text = shown(actions.test_alert)
    assert text.count("│ Subject: TEST") == len(stack.cloud.inbox) > 2


def test_mail_is_the_rendering_for_mail_and_obeys_the_subscriptions_filter(stack):
    cloud, policy = stack.cloud, json.dumps({"severity": ["critical"]})
    cloud.inbox.clear()
    sns = cloud.client("sns")
    pager = {"Protocol": "email", "Endpoint": "pager@example.com", "Attributes": {"FilterPolicy": policy}}
    subscription = sns.subscribe(TopicArn=cloud.topic_arn, **pager)["SubscriptionArn"]
    for severity in ("warning", "critical"):
        sns.publish(
            TopicArn=cloud.topic_arn,
            Subject=severity,
            Message=json.dumps({"default": "for all", "email": "for mail", "sqs": "{}"}),
            MessageStructure="json",
            MessageAttributes={"severity": {"DataType": "String", "StringValue": severity}},
        )
    sns.unsubscribe(SubscriptionArn=subscription)
    sns.publish(TopicArn=cloud.topic_arn, Message='"plain"')
    cloud.receive()
    assert sorted((mail.to, mail.subject, mail.text) for mail in cloud.inbox) == [
        (ADDRESS, "", '"plain"'),
        (ADDRESS, "critical", "for mail"),
        (ADDRESS, "warning", "for mail"),
        ("pager@example.com", "critical", "for mail"),
    ]
