"""The filter policies of docs/alerts.md, and README's, let through what they promise, in SNS's own matching."""

import json
import re
from pathlib import Path

import pytest

from backup_watch.adapters.sns import publish
from backup_watch.alerts import compose
from backup_watch.i18n import Words
from backup_watch.model.vocabulary import Event
from tests import builders as b

ALERTS = Path(__file__).parents[3] / "docs" / "alerts.md"
POLICIES = {
    name: json.loads(policy)
    for name, policy in re.findall(r"```json filter-policy (\S+)\n(.*?)```", ALERTS.read_text(), re.DOTALL)
}
SECRET = b.an_error("SecretUnreadable", region=None, operation="GetSecretValue")
MESSAGES = {
    "critical": b.a_report(b.stale(), b.late()),
    "reminder": b.a_report(b.a_violation(b.stale(), Event.REPEAT)),
    "warning": b.a_report(b.late()),
    "end": b.a_report(others=[b.fresh()], resolved=[b.an_end()]),
    "blind": b.a_report(b.unread(), errors=[b.an_error()]),
    "no key": b.a_report(errors=[SECRET], regions=("KR", "SGN")),
    "other region": b.a_report(b.late(region="SGN"), b.late()),
    "end elsewhere": b.a_report(others=[b.fresh()], resolved=[b.an_end(b.stale(region="SGN"))]),
}
LET_THROUGH = {
    "pager": {"critical", "reminder", "end", "end elsewhere"},
    "pager-or-blind": {"critical", "reminder", "blind", "no key"},
    "one-region": {"no key", "other region", "end elsewhere"},
    "tickets": {"critical", "warning", "end", "other region", "end elsewhere"},
}


def test_every_policy_of_the_page_is_tried_here():
    assert POLICIES.keys() == LET_THROUGH.keys()


def test_readmes_policies_are_among_them():
    table = re.findall(r"^\|.*\| `(\{.+\})` \|$", (ALERTS.parents[1] / "README.md").read_text(), re.MULTILINE)
    assert [json.loads(policy) for policy in table] == [POLICIES[name] for name in ("pager", "one-region", "tickets")]


@pytest.mark.parametrize("name", LET_THROUGH)
def test_a_filter_lets_through_what_it_promises(topic, name):
    filtered, channel = topic.queue(filter_policy=POLICIES[name]), topic.queue()
    sent = {}
    for kind, report in MESSAGES.items():
        message = compose(report, Words())
        sent[message.renderings["default"]] = kind
        publish(message, topic_arn=topic.arn, client=topic.sns)
    by_text = {json.loads(body)["text"]: kind for body, kind in sent.items()}
    assert len(by_text) == len(MESSAGES)
    assert {by_text[document["text"]] for document in filtered.receive()} == LET_THROUGH[name]
    assert {by_text[document["text"]] for document in channel.receive()} == set(MESSAGES)
