"""The test alert: one marked sample of every kind of message."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.alerts import compose
from backup_watch.alerts.samples import sample_reports
from backup_watch.i18n import Words
from tests.builders import NOW, scopes

[SCOPE] = scopes("KR")


def test_there_is_one_sample_for_each_event():
    messages = [compose(report, Words(), is_test=True) for report in sample_reports(now=NOW, scope=SCOPE)]
    assert [message.attributes["event"] for message in messages] == [
        ["NEW"], ["ESCALATED"], ["REPEAT"], ["RESOLVED"], ["UNREADABLE"],
    ]  # fmt: skip
    assert [message.attributes["severity"] for message in messages] == [
        "warning",
        "critical",
        "critical",
        "ok",
        "unknown",
    ]


@pytest.mark.parametrize(("language", "mark"), [("en", "TEST"), ("ko", "[테스트]")])
def test_every_rendering_of_a_sample_says_that_it_is_a_test(language, mark):
    for report in sample_reports(now=NOW, scope=SCOPE):
        message = compose(report, Words(language), chat_format="amazon-q", is_test=True)
        assert mark in message.subject[:6]
        for rendering in message.renderings.values():
            assert mark.strip("[]") in rendering
        assert json.loads(message.renderings["default"])["test"] is True


def test_a_real_message_is_not_marked():
    message = compose(sample_reports(now=NOW, scope=SCOPE)[0], Words())
    assert "TEST" not in message.envelope
    assert "test" not in json.loads(message.renderings["default"])


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=1)))
def test_at_any_time_of_day_the_samples_are_what_they_say(offset):
    late, worse, old, resolved, unread = sample_reports(now=NOW + offset, scope=SCOPE)
    assert late.violations[0].finding.verdict == "LATE"
    assert worse.violations[0].finding.verdict == old.violations[0].finding.verdict == "STALE"
    assert resolved.resolved[0].finding.verdict == "STALE"
    assert unread.violations[0].finding.verdict == "UNKNOWN"
