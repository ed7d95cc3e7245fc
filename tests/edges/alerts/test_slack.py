"""Our JSON shows properly in Slack, through the Lambda that most people have."""

import pytest

from backup_watch.alerts import compose
from backup_watch.i18n import Words
from tests import builders as b
from tests.edges.alerts.receiver import receiving
from tests.edges.alerts.slack import notify_slack, posted, slack_answers

SLACKS_OWN = {
    "attachments",
    "blocks",
    "channel",
    "username",
    "icon_emoji",
    "icon_url",
    "thread_ts",
    "metadata",
    "parse",
}
"""Keys of a payload that would change how Slack shows it."""


def show(message) -> tuple[int, dict]:
    record = {"Sns": {"Subject": message.subject, "Message": message.renderings["default"]}}
    with receiving(slack_answers) as (bodies, webhook):
        status = notify_slack(record, webhook)
    return status, posted(bodies[0])


@pytest.mark.parametrize("language", ["en", "ko"])
def test_slack_shows_the_text_for_people(language):
    message = compose(b.a_report(b.stale(), b.late()), Words(language))
    status, payload = show(message)
    assert status == 200
    assert payload["channel"] == "#db-alerts"
    assert "orders-db (KR, 1234925)" in payload["text"]
    assert "attachments" not in payload


def test_no_key_of_ours_means_something_to_slack():
    _, payload = show(compose(b.a_report(b.stale()), Words()))
    assert set(payload) & SLACKS_OWN == {"channel", "username", "icon_emoji"}


def test_five_thousand_violations_still_show():
    message = compose(b.a_report(*[b.stale(f"데이터베이스-{number}") for number in range(5000)]), Words("ko"))
    status, payload = show(message)
    assert status == 200
    assert len(payload["text"]) <= 3000
    assert "... 외 " in payload["text"]


def test_a_name_cannot_call_the_whole_channel():
    _, payload = show(compose(b.a_report(b.stale("<!channel>")), Words()))
    assert "<!" not in payload["text"]
