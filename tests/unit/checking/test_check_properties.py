"""What holds of every check, whatever is read, whatever the policy and whatever instant is asked about."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backup_watch.checking.check import run_check
from backup_watch.i18n import Words
from backup_watch.model.policy import Expectations, Mute, Policy, Rule, Selector, Thresholds
from backup_watch.model.vocabulary import Event, Severity, Verdict
from backup_watch.outputs.report_json import counts_document, report_document
from tests.builders import NOW, an_error, an_id
from tests.unit.checking.builders import FakeSource, plan
from tests.unit.checking.test_judgement_properties import DURATIONS, INSTANCES, INSTANTS, NEAR_NOW

SELECTORS = st.builds(Selector, st.sampled_from(["*", "a*", "1", "[!a]*"]), st.none() | st.just("KR"))
POLICIES = st.builds(
    Policy,
    st.builds(Thresholds, DURATIONS, DURATIONS, DURATIONS),
    st.lists(
        st.builds(Rule, SELECTORS, st.none() | DURATIONS, severity=st.none() | st.sampled_from(Severity)), max_size=2
    ).map(tuple),
    st.lists(st.builds(Mute, SELECTORS, NEAR_NOW, st.just("why"), st.just("who")), max_size=2).map(tuple),
    st.lists(
        st.builds(Expectations, st.none() | st.integers(1, 9), st.just(()) | st.just(("a*", "b"))), max_size=2
    ).map(tuple),
)
WORLDS = st.lists(INSTANCES, max_size=4).map(
    lambda them: [replace(one, id=an_id(str(number))) for number, one in enumerate(them)]
)
ZONES = st.sampled_from(["UTC", "Asia/Seoul", "America/Havana", "Pacific/Apia"]).map(ZoneInfo)
ASKED_ABOUT = NEAR_NOW | st.integers(0, 228 * 365).map(lambda days: datetime(1971, 1, 1, tzinfo=UTC) + timedelta(days))
"""The instants that an event may ask about."""
PLANS = st.builds(
    plan,
    POLICIES,
    now=ASKED_ABOUT,
    clock=ASKED_ABOUT,
    interval=DURATIONS,
    repeat=st.just(timedelta(0)) | DURATIONS,
    zone=ZONES,
    max_detail_calls=st.integers(0, 3),
)
ERRORS = st.just(()) | st.just((an_error(),))


@st.composite
def checks(draw):
    """A plan, and the report of a check by it."""
    world, asked = draw(WORLDS), draw(PLANS | st.builds(lambda one: replace(one, now=NOW, clock=NOW), PLANS))
    histories = {one.number: sorted(draw(st.lists(INSTANTS, max_size=3)), reverse=True) for one in world[:2]}
    source = FakeSource(*world, histories=histories, errors=draw(ERRORS), detail_errors=draw(ERRORS))
    return asked, run_check(asked, source)


@given(checks())
def test_every_check_ends_with_a_report_that_adds_up(made):
    _, report = made
    by_verdict = {str(verdict): sum(one.verdict is verdict for one in report.findings) for verdict in Verdict}
    muted = sum(one.mute is not None for one in report.findings)
    instances = len(report.findings) - by_verdict["MISSING"]
    numbers = by_verdict | {"instances": instances, "muted": muted, "products": {"postgresql": instances}}
    assert counts_document(report.counts) == numbers
    assert [one.finding for one in report.violations] == [one for one in report.ranked if one.is_violation]
    assert json.loads(json.dumps(report_document(report, Words(), every_finding=True)))["schemaVersion"] == "1.0"


@given(checks())
def test_no_check_is_better_than_what_it_found_and_what_it_could_not_read(made):
    _, report = made
    assert all(report.severity >= one.finding.severity for one in report.violations)
    if report.errors or report.is_empty:
        assert report.severity >= Severity.UNKNOWN
        assert report.complete is not bool(report.errors)
    if report.severity is Severity.OK:
        assert not report.violations


@given(checks())
def test_what_is_told_has_a_place_in_time(made):
    asked, report = made
    for one in report.violations:
        assert (one.event is Event.UNREADABLE) is (one.finding.verdict is Verdict.UNKNOWN)
        assert one.began_at is None or one.began_at <= asked.now
    for end in report.resolved:
        assert asked.period.since < end.ended_at <= asked.now
        assert end.finding.last_backup_at <= asked.period.since
        assert end.began_at is None or end.began_at <= end.ended_at
