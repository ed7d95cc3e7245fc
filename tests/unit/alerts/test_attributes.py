"""What subscribers filter by."""

import pytest

from backup_watch.alerts import compose
from backup_watch.i18n import Words
from backup_watch.model.policy import Limits
from backup_watch.model.vocabulary import Event, Severity
from tests import builders as b

WORDS = Words()
ONLY_A_WARNING = Limits(b.hours(26), b.hours(2), b.hours(2), Severity.WARNING, severity_rule=1)


@pytest.mark.parametrize(
    ("report", "attributes"),
    [
        (b.a_report(b.stale()), {"severity": "critical", "event": ["NEW"], "region": ["KR"]}),
        (b.a_report(b.late(region="SGN")), {"severity": "warning", "event": ["NEW"], "region": ["SGN"]}),
        (b.a_report(b.stale(limits=ONLY_A_WARNING)), {"severity": "warning", "event": ["NEW"], "region": ["KR"]}),
        (
            b.a_report(
                b.a_violation(b.late(), Event.ESCALATED), b.a_violation(b.stale(region="SGN"), Event.REPEAT), b.never()
            ),
            {"severity": "critical", "event": ["NEW", "ESCALATED", "REPEAT"], "region": ["KR", "SGN"]},
        ),
        (
            b.a_report(others=[b.fresh()], resolved=[b.an_end()]),
            {"severity": "ok", "event": ["RESOLVED"], "region": ["KR"]},
        ),
        (b.a_report(errors=[b.an_error()]), {"severity": "unknown", "event": ["UNREADABLE"], "region": ["KR"]}),
        (
            b.a_report(b.unread(), errors=[b.an_error()]),
            {"severity": "unknown", "event": ["UNREADABLE"], "region": ["KR"]},
        ),
        (b.a_report(b.misdated()), {"severity": "unknown", "event": ["UNREADABLE"], "region": ["KR"]}),
        (b.a_report(regions=("KR", "SGN")), {"severity": "unknown", "event": ["UNREADABLE"], "region": ["KR", "SGN"]}),
        (
            b.a_report(b.missing(), others=[b.fresh()], regions=("KR", "SGN")),
            {"severity": "critical", "event": ["NEW"], "region": ["KR", "SGN"]},
        ),
        (
            b.a_report(
                errors=[b.an_error("SecretUnreadable", region=None, operation="GetSecretValue")], regions=("KR", "SGN")
            ),
            {"severity": "unknown", "event": ["UNREADABLE"], "region": ["KR", "SGN"]},
        ),
    ],
)
def test_the_attributes_are_the_worst_and_the_distinct(report, attributes):
    assert compose(report, WORDS).attributes == attributes | {"account": "default", "product": ["postgresql"]}


def test_at_most_five_keys_to_filter_by_since_filter_policies_see_no_more():
    report = b.a_report(*[b.stale(f"db-{number}") for number in range(500)])
    assert set(compose(report, WORDS).attributes) == {"severity", "event", "region", "account", "product", "truncated"}


def test_they_are_typed_as_sns_wants_them():
    typed = compose(b.a_report(b.stale(), b.late(region="SGN")), WORDS).typed_attributes
    assert typed["severity"] == ("String", "critical")
    assert typed["region"] == ("String.Array", '["KR","SGN"]')


def test_what_is_not_told_does_not_count():
    ongoing = b.a_violation(b.stale(region="SGN"), Event.ONGOING)
    message = compose(b.a_report(ongoing, b.late()), WORDS)
    assert message.attributes == {
        "severity": "warning", "event": ["NEW"], "region": ["KR"], "account": "default", "product": ["postgresql"],
    }  # fmt: skip
    everything = compose(b.a_report(ongoing, b.late()), WORDS, notify="all")
    assert everything.attributes["severity"] == "critical"
    assert everything.attributes["event"] == ["NEW", "ONGOING"]
