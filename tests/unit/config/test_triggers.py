"""Every shape of an event, and what is said of any other."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.config.events import SHAPES, Check, Doctor, Explain, Http, TestAlert, read_event
from backup_watch.config.problems import UnknownEvent
from tests.builders import KST, NOW, hours
from tests.unit.checking.builders import TICK

HTTP = {"version": "2.0", "rawPath": "/", "requestContext": {"http": {"method": "GET"}}}
AT = "2026-11-20T09:00:00+09:00"
THEN = datetime(2026, 11, 20, 9, 0, tzinfo=KST)


@pytest.mark.parametrize(("event", "trigger"), [
    ({}, Check()),
    ({"action": "check"}, Check()),
    ({"action": "check", "notify": True}, Check()),
    ({"action": "check", "notify": False}, Check(notify=False)),
    ({"action": "check", "notify": "all"}, Check(notify="all")),
    ({"action": "check", "all": True}, Check(all=True)),
    ({"action": "check", "at": AT}, Check(at=THEN, notify=False)),
    ({"action": "check", "at": AT, "notify": True}, Check(at=THEN)),
    ({"action": "check", "at": AT, "notify": "all", "all": True}, Check(at=THEN, notify="all", all=True)),
    ({"action": "check", "at": None}, Check()),
    ({"action": "check", "at": "2026-11-20T00:00:00Z"}, Check(at=THEN.astimezone(UTC), notify=False)),
    ({"action": "explain", "match": "orders-*"}, Explain("orders-*")),
    ({"action": "doctor"}, Doctor()),
    ({"action": "test-alert"}, TestAlert()),
    ({"trigger": "schedule", "scheduledTime": "2026-11-20T00:00:00Z"}, Check(scheduled_at=THEN)),
    ({"trigger": "schedule", "scheduledTime": "<aws.scheduler.scheduled-time>"}, Check()),
    ({"trigger": "schedule", "scheduledTime": 1763956800}, Check()),
    ({"trigger": "schedule", "scheduledTime": "2026-11-20T00:00:00"}, Check()),
    ({"trigger": "schedule"}, Check()),
    ({"source": "aws.events", "time": "2026-11-20T00:00:00Z", "detail": {}, "resources": []}, Check(scheduled_at=THEN)),
    ({"source": "aws.events"}, Check()),
    (HTTP, Http(HTTP)),
])  # fmt: skip
def test_a_known_shape_is_read(event, trigger):
    read = read_event(event)
    assert type(read) is type(trigger)
    assert read == trigger


@pytest.mark.parametrize(("event", "said"), [
    (None, "an event is a JSON object, not NoneType"),
    ([], "an event is a JSON object, not list"),
    ("check", "an event is a JSON object, not str"),
    ({"detail-type": "x", "at": AT}, "keys at, detail-type"),
    ({"notify": False}, "keys notify"),
    ({"version": "1.0", "requestContext": {"http": {}}}, "keys requestContext, version"),
    ({"version": "2.0", "requestContext": {}}, "keys requestContext, version"),
    ({"version": "2.0", "requestContext": "http"}, "keys requestContext, version"),
    ({"source": "aws.s3"}, "keys source"),
    ({str(n): n for n in range(9)}, "keys 0, 1, 2, 3, 4, 5, 6, 7. "),
    ({"action": "doctor"} | {str(n): n for n in range(9)}, "unknown key 0, 1, 2, 3, 4, 5, 6, 7. "),
    ({"trigger": "manual"}, "trigger='manual'"),
    ({"trigger": "schedule", "scheduledTime": AT, "notify": False}, "unknown key notify"),
    ({"action": "restore"}, "action='restore'"),
    ({"action": None}, "action=None"),
    ({"action": "check", "match": "x", "dryRun": 1}, "unknown key dryRun, match"),
    ({"action": "check", "at": "yesterday"}, "at='yesterday' is no instant with an offset, such as 2026-11-20T09:00:"),
    ({"action": "check", "at": "2026-11-20T09:00:00"}, "at='2026-11-20T09:00:00' is no instant with an offset"),
    ({"action": "check", "at": 5}, "at=5 is no instant with an offset"),
    ({"action": "check", "at": "1970-12-31T23:59:59Z"}, "at='1970-12-31T23:59:59Z' is no instant"),
    ({"action": "check", "at": "2200-01-01T00:00:00Z"}, "at='2200-01-01T00:00:00Z' is no instant"),
    ({"action": "check", "at": ""}, "at='' is no instant"),
    ({"action": "check", "notify": "yes"}, "notify='yes'; allowed are true, false and \"all\""),
    ({"action": "check", "notify": 1}, "notify=1; allowed are"),
    ({"action": "check", "notify": 0.0}, "notify=0.0; allowed are"),
    ({"action": "check", "notify": None}, "notify=None; allowed are"),
    ({"action": "check", "notify": []}, "notify=[]; allowed are"),
    ({"action": "check", "all": 1}, "all=1; allowed are true and false"),
    ({"action": "check", "all": "true"}, "all='true'; allowed are true and false"),
    ({"action": "explain"}, "match=None; explain needs a service name, a glob or an instance number"),
    ({"action": "explain", "match": " "}, "match=' '; explain needs"),
    ({"action": "explain", "match": 1234925}, "match=1234925; explain needs"),
    ({"action": "explain", "match": "a", "at": AT}, "unknown key at"),
    ({"action": "doctor", "match": "a"}, "unknown key match"),
    ({"action": "test-alert", "notify": False}, "unknown key notify"),
])  # fmt: skip
def test_anything_else_is_refused_with_what_is_wrong_and_which_shapes_there_are(event, said):
    with pytest.raises(UnknownEvent) as caught:
        read_event(event)
    assert str(caught.value).startswith(f"this event has no known shape: {said}")
    assert str(caught.value).endswith(f". Known shapes: {SHAPES}")


def test_a_monstrous_event_makes_no_monstrous_error():
    with pytest.raises(UnknownEvent) as caught:
        read_event({"action": "x" * 10**6})
    assert len(str(caught.value)) == len(SHAPES) + len("this event has no known shape: . Known shapes: ") + 200


@pytest.mark.parametrize("action", ["check", "explain", "doctor", "test-alert"])
def test_the_shapes_name_every_action(action):
    assert f'{{"action": "{action}"' in SHAPES


# --- which instant is judged -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ago", "counts"), [
    (timedelta(0), True), (TICK, True), (hours(1) - TICK, True), (hours(1), False), (hours(9), False),
    (-TICK, True), (-hours(1 / 12), True), (-hours(1 / 12) - TICK, False), (-hours(9), False),
])  # fmt: skip
def test_the_schedules_time_counts_while_it_is_less_than_one_interval_ago_or_five_minutes_ahead(ago, counts):
    scheduled = NOW - ago
    assert Check(scheduled_at=scheduled).instant(clock=NOW, interval=hours(1)) == (scheduled if counts else NOW)


def test_without_a_schedule_the_clock_counts():
    assert Check().instant(clock=NOW, interval=hours(1)) == NOW


@pytest.mark.parametrize("at", [NOW - hours(9000), NOW, NOW + hours(9000)])
def test_an_instant_that_is_asked_for_counts_whatever_the_clock_says(at):
    assert Check(at=at).instant(clock=NOW, interval=hours(1)) == at


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["action", "at", "notify", "all", "match", "trigger", "scheduledTime", "source", "time"])
VALUES = st.sampled_from(["check", "explain", "doctor", "test-alert", "schedule", "aws.events", "all", AT])


@given(JSON | st.dictionaries(KEYS, VALUES | JSON, max_size=5))
def test_no_event_does_anything_but_read_or_be_refused(event):
    with suppress(UnknownEvent):
        assert isinstance(read_event(event), Check | Explain | Doctor | TestAlert | Http)


@given(st.text(max_size=40) | st.datetimes(timezones=st.timezones()).map(datetime.isoformat))
def test_no_scheduled_time_stops_a_run(text):
    check = read_event({"trigger": "schedule", "scheduledTime": text})
    moment = check.instant(clock=NOW, interval=hours(1))
    assert NOW - hours(1) < moment <= NOW
