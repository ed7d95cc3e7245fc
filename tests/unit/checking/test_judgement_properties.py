"""What holds of the judgement whatever the instance: hypothesis looks for the one that breaks it."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from backup_watch.checking.rules import CREATING_STATES, DELETING_STATES, judge
from backup_watch.model.instances import FUTURE_TOLERANCE, Instance
from backup_watch.model.policy import Limits
from backup_watch.model.vocabulary import Cause, Severity, Verdict
from tests.builders import NOW, an_id

ZONES = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
ANY_INSTANT = st.datetimes(datetime(2, 1, 1), datetime(2199, 12, 31), timezones=ZONES)  # noqa: DTZ001  zones follow


def seconds_ago(least, most):
    seconds = st.integers(least, most)
    return st.builds(lambda ago, zone: (NOW - timedelta(seconds=ago)).astimezone(zone), seconds, ZONES)


NEAR_NOW = seconds_ago(-900, 300_000)
PAST = seconds_ago(0, 300_000)
INSTANTS = NEAR_NOW | ANY_INSTANT
DURATIONS = st.integers(1, 3650 * 86400).map(lambda seconds: timedelta(seconds=seconds)) | st.integers(1, 72).map(
    lambda hours: timedelta(hours=hours)
)
SLOTS = st.none() | st.times().map(lambda at: f"{at:%H:%M}") | st.text(max_size=6)
ALLOWANCES = st.builds(Limits, DURATIONS, DURATIONS, DURATIONS, st.none() | st.sampled_from(Severity))
INSTANCES = st.builds(
    Instance,
    id=st.just(an_id("1")),
    service_name=st.text(),
    backups_at=st.lists(INSTANTS, max_size=3).map(lambda dates: tuple(sorted(dates, reverse=True))),
    unreadable_dates=st.lists(st.text(), max_size=2).map(tuple),
    backups_read=st.booleans(),
    in_instance_list=st.none() | st.booleans(),
    status=st.none() | st.sampled_from(["running", *sorted(DELETING_STATES | CREATING_STATES)]) | st.text(),
    is_backup=st.none() | st.booleans(),
    created_at=st.none() | INSTANTS,
    backup_time=SLOTS,
    history_known=st.booleans(),
)
LIKELY = INSTANCES.map(
    lambda one: replace(one, backups_read=True, status="running", is_backup=True, history_known=True)
)


@given(INSTANCES, ALLOWANCES, INSTANTS)
def test_every_instance_gets_a_verdict_at_every_instant(one, allowed, now):
    finding = judge(one, allowed, now=now)
    assert (finding.subject, finding.limits) == (one, allowed)
    assert finding.age is None or finding.age >= timedelta(0)


@given(INSTANCES | LIKELY, ALLOWANCES)
def test_fresh_means_a_readable_date_within_max_age(one, allowed):
    finding = judge(one, allowed, now=NOW)
    if finding.verdict is Verdict.FRESH:
        assert NOW - allowed.max_age <= finding.last_backup_at <= NOW + FUTURE_TOLERANCE
        assert finding.last_backup_at in one.backups_at


@given(INSTANCES | LIKELY, ALLOWANCES)
def test_no_ok_without_a_reason_other_than_not_having_looked(one, allowed):
    """Without a date that can be believed, only what is new or skipped is ok."""
    without = replace(one, backups_at=tuple(at for at in one.backups_at if at > NOW + FUTURE_TOLERANCE))
    finding = judge(without, allowed, now=NOW)
    assert finding.verdict is not Verdict.FRESH
    if finding.severity is Severity.OK and allowed.severity is not Severity.OK:
        assert finding.cause in (Cause.NEWLY_CREATED, Cause.BEING_CREATED, Cause.BEING_DELETED)


@given(LIKELY, ALLOWANCES, st.none() | PAST, PAST)
def test_a_newer_backup_never_makes_it_worse(one, allowed, older, newer):
    """The rank of the severities of NEVER, STALE, LATE and FRESH only falls as the newest backup comes nearer.

    Not of NEW, which needs no backup yet, nor where a date cannot be believed: UNKNOWN may hide any of them. The
    slot's zone is the newest date's offset, so that is kept.
    """
    older, newer = (older, newer) if older is None or older <= newer else (newer, older)
    zone = UTC if older is None else older.tzinfo
    before = replace(one, unreadable_dates=(), backups_at=() if older is None else (older,))
    after = replace(before, backups_at=(newer.astimezone(zone), *before.backups_at))
    was, became = judge(before, allowed, now=NOW), judge(after, allowed, now=NOW)
    order = [Verdict.FRESH, Verdict.LATE, Verdict.STALE, Verdict.NEVER]
    assume(was.verdict in order)
    assert order.index(became.verdict) <= order.index(was.verdict)


@given(LIKELY, ALLOWANCES, PAST, st.integers(0, 10**6))
def test_waiting_without_a_backup_never_makes_it_better(one, allowed, newest, seconds):
    """LATE and STALE stay or worsen as time goes by, so that an outage has one beginning."""
    one = replace(one, unreadable_dates=(), backups_at=(newest,))
    order = [Verdict.FRESH, Verdict.LATE, Verdict.STALE]
    now, then = (judge(one, allowed, now=at) for at in (NOW, NOW + timedelta(seconds=seconds)))
    assert order.index(now.verdict) <= order.index(then.verdict)


@given(LIKELY, ALLOWANCES)
def test_the_offset_in_which_now_is_told_does_not_matter(one, allowed):
    for zone in (timezone(timedelta(hours=9)), timezone(timedelta(hours=-11))):
        assert judge(one, allowed, now=NOW.astimezone(zone)) == judge(one, allowed, now=NOW)
