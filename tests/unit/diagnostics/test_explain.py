"""Explaining: the same check as a run's, shown step by step for the instances that were asked for."""

import json
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.checking.check import run_check
from backup_watch.checking.plan import Plan
from backup_watch.diagnostics.explain import MAX_EXPLAINED, explain
from backup_watch.i18n import Words
from backup_watch.model.instances import Instance
from backup_watch.model.policy import Expectations, Mute, Policy, Rule, Selector
from backup_watch.model.readings import Histories, Reading
from backup_watch.model.report import ReadError
from tests.builders import THRESHOLDS, an_id, punctual, scopes

KST = timezone(timedelta(hours=9))
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=KST)
H = timedelta(hours=1)


class Shelf:
    """A source of given instances; notes whose details were asked for."""

    def __init__(self, *instances: Instance, errors: Sequence[ReadError] = (), histories=None) -> None:
        self.instances, self.errors, self.kept = instances, tuple(errors), histories or {}
        self.asked: list[str] = []

    def read(self, scopes, fresh_window=None):
        return Reading(self.instances, self.errors)

    def histories(self, instances):
        self.asked += [instance.service_name for instance in instances]
        known = {instance.id: self.kept[instance.id] for instance in instances if instance.id in self.kept}
        return Histories(known, kept={instance.id: punctual(instance, minutes=5) for instance in instances})


def database(name: str, hours: float | None = 1, **facts) -> Instance:
    """A running database with one backup, this many hours ago."""
    known = {
        "status": "running",
        "is_backup": True,
        "in_instance_list": True,
        "created_at": NOW - 2400 * H,
        "retention_days": 10,
    }
    number = str(zlib.crc32(name.encode()))
    known["backups_at"] = () if hours is None else (NOW - hours * H,)
    return Instance(an_id(number), name, **(known | facts))


def planned(policy: Policy = Policy(THRESHOLDS), **changes) -> Plan:  # noqa: B008  frozen
    return Plan(**({"scopes": scopes("KR"), "policy": policy, "now": NOW, "clock": NOW, "interval": H, "repeat": 24 * H,
                    "zone": KST} | changes))  # fmt: skip


def explained(*databases: Instance, match: str = "*", plan: Plan | None = None, **shelf) -> dict:
    return explain(Shelf(*databases, **shelf), plan or planned(), match, Words())


def test_only_what_the_match_selects_is_explained_and_the_summary_says_of_how_many():
    document = explained(database("orders-1"), database("orders-2", 60), database("users"), match="orders-*")
    assert [entry["serviceName"] for entry in document["instances"]] == ["orders-2", "orders-1"]
    assert document["summary"] == "2 of 3 match 'orders-*'"
    assert document["nearNames"] == []


def test_an_instance_number_selects_its_instance():
    users = database("users")
    document = explained(database("orders"), users, match=users.number)
    assert [entry["serviceName"] for entry in document["instances"]] == ["users"]


def test_an_entry_shows_what_was_read_what_is_allowed_and_the_steps():
    policy = Policy(THRESHOLDS, rules=(Rule(Selector("orders"), max_age=192 * H),))
    [entry] = explained(database("orders", 51, backup_time="09:00"), plan=planned(policy))["instances"]
    assert (entry["verdict"], entry["maxAgeSeconds"]) == ("LATE", 691200)
    assert entry["read"] == {
        "status": "running",
        "isBackup": True,
        "createdAt": "2026-08-15T12:00:00+09:00",
        "backupTime": "09:00",
        "datedBy": "list",
        "backupsAt": ["2026-11-21T09:00:00+09:00"],
        "databases": {},
        "unreadableDates": [],
        "backupListRead": True,
        "inInstanceList": True,
    }
    assert entry["allowed"] == {
        "maxAge": "8d",
        "maxAgeRule": 1,
        "grace": "2h",
        "newInstanceGrace": "2h",
        "severity": None,
        "severityRule": None,
    }
    assert entry["usual"] == {"doneBy": "09:05", "backups": 3}
    assert entry["habit"]["underWaySince"] is None
    assert entry["habit"]["sample"][0] == {
        "startedAt": "2026-11-21T09:00:00+09:00", "endedAt": "2026-11-21T09:05:00+09:00", "sizeBytes": None,
    }  # fmt: skip
    assert [(step["step"], step["met"]) for step in entry["steps"]] == [
        ("SKIPPED", False), ("DISABLED", False), ("UNKNOWN", False), ("NEW", False), ("NEVER", False),
        ("STALE", False), ("LATE", True), ("FRESH", None),
    ]  # fmt: skip
    assert json.loads(json.dumps(entry)) == entry


@given(
    hours=st.lists(st.none() | st.floats(-0.05, 80), min_size=1, max_size=5),
    interval=st.sampled_from([H, 3 * H]),
    slot=st.sampled_from([None, "02:00", "10:30"]),
)
def test_explaining_says_the_same_as_a_run(hours, interval, slot):
    shelf = Shelf(*(database(f"db-{n}", age, backup_time=slot) for n, age in enumerate(hours)))
    plan = planned(interval=interval)
    report = run_check(plan, shelf)
    document = explain(shelf, plan, "*", Words())
    entries = document["instances"]
    assert [entry["verdict"] for entry in entries] == [finding.verdict for finding in report.findings]
    followed = (*report.resolved, *report.violations)
    events = {end.finding.subject.service_name: (str(end.event), end.incident) for end in followed}
    told = {entry["serviceName"]: (entry["alert"]["event"], entry["alert"]["incident"]) for entry in entries}
    assert told == {entry["serviceName"]: (None, None) for entry in entries} | events


@pytest.mark.parametrize(
    ("hours", "event", "told", "because"),
    [
        (1, None, False, "it is no violation"),
        (26.5, "NEW", True,
         "it began at 2026-11-23 11:30 KST, and the run before (2026-11-23 11:00 KST) had nothing to tell of it"),
        (30, "ONGOING", False,
         "it goes on since 2026-11-23 08:00 KST, and is repeated every 24 h: that has not come since the run before"),
        (50.5, "REPEAT", True,
         "it goes on since 2026-11-22 11:30 KST, and is repeated every 24 h: that has come since the run before"),
    ],
)  # fmt: skip
def test_the_event_of_a_run_now_is_told_with_its_reason(hours, event, told, because):
    [entry] = explained(database("orders", hours))["instances"]
    alert = entry["alert"]
    assert (alert["event"], alert["told"], alert["because"]) == (event, told, because)


def test_a_warning_that_became_critical_says_so():
    [entry] = explained(database("orders", 26.5, backup_time="08:00"))["instances"]
    assert entry["alert"]["event"] == "ESCALATED"
    assert entry["alert"]["because"] == "the run before (2026-11-23 11:00 KST) found a warning; it is critical now"


def test_an_outage_that_a_backup_ended_is_told_as_resolved():
    orders = database("orders", 0.5)
    history = (NOW - 0.5 * H, NOW - 60 * H)
    [entry] = explained(orders, histories={orders.id: history})["instances"]
    assert (entry["verdict"], entry["alert"]["event"], entry["alert"]["told"]) == ("FRESH", "RESOLVED", True)
    assert entry["alert"]["because"] == (
        "the backup of 2026-11-23 11:30 KST came after the run before (2026-11-23 11:00 KST), and ended it"
    )


def test_a_beginning_that_cannot_be_seen_is_told_by_the_clock():
    [entry] = explained(database("orders", is_backup=False))["instances"]
    assert entry["alert"]["because"] == (
        "its beginning cannot be seen, so it is published first in every 24 h from midnight: that has not come since"
    )


def test_with_no_repeats_what_goes_on_is_never_told_again():
    [entry] = explained(database("orders", 30), plan=planned(repeat=timedelta(0)))["instances"]
    assert entry["alert"]["because"] == "it goes on since 2026-11-23 08:00 KST, and nothing is published again"


def test_what_could_not_be_looked_at_is_told_at_every_run():
    [entry] = explained(database("orders", None, backups_read=False))["instances"]
    assert (entry["verdict"], entry["alert"]["event"]) == ("UNKNOWN", "UNREADABLE")
    assert entry["alert"]["because"] == "what could not be read is published at every run"


def test_a_mute_is_shown_with_its_end_its_owner_and_its_reason():
    mute = Mute(Selector("orders"), NOW + 24 * H, "being retired", "dba@example.com")
    [entry] = explained(database("orders", 60), plan=planned(Policy(mutes=(mute,))))["instances"]
    assert (entry["verdict"], entry["muted"], entry["alert"]["event"]) == ("STALE", True, None)
    assert entry["mute"] == {"until": "2026-11-24T03:00:00Z", "owner": "dba@example.com", "reason": "being retired"}
    assert entry["alert"]["because"] == "it is muted"


def test_a_name_that_the_roll_call_misses_is_explained_too():
    policy = Policy(expectations=(Expectations(names=("ledger-*",)),))
    document = explained(database("orders"), match="ledger-*", plan=planned(policy))
    [entry] = document["instances"]
    assert (entry["verdict"], entry["read"], entry["instanceNo"]) == ("MISSING", None, None)
    assert document["summary"] == "0 of 1 match 'ledger-*', and 1 unmet line of [expect]"


def test_lines_of_the_roll_call_are_not_counted_among_the_databases():
    policy = Policy(expectations=(Expectations(instances=9, names=("ledger-*",)),))
    document = explained(database("orders"), database("users"), plan=planned(policy))
    assert document["summary"] == "2 of 2 match '*', and 2 unmet lines of [expect]"


@pytest.mark.parametrize(
    ("match", "near"),
    [
        ("ordrs-1", ["orders-1", "orders-2"]),
        ("ORDERS*", ["orders-1", "orders-2"]),
        ("주문디비", ["주문-디비"]),
        ("zzz", []),
        ("**", []),
    ],
)
def test_where_nothing_matches_that_is_said_with_names_that_are_near(match, near):
    databases = [database("orders-1"), database("orders-2"), database("주문-디비")]
    document = explained(*databases, match=match) if match != "**" else explained(match="**")
    assert document["instances"] == []
    assert document["nearNames"] == near
    assert document["summary"] == f"none of {0 if match == '**' else 3} instances matches {match!r}"


def test_what_could_not_be_read_is_in_the_answer():
    error = ReadError("getCloudPostgresqlBackupList", "ReadTimeout", "no answer", "SGN")
    document = explained(match="orders", errors=[error])
    assert document["summary"] == "none of 0 instances matches 'orders'; not everything could be read"
    assert document["errors"][0]["kind"] == "ReadTimeout"


def test_details_are_read_only_of_what_is_explained_and_no_more_than_allowed():
    shelf = Shelf(*(database(f"orders-{n}", 0.5) for n in range(5)), database("users", 0.5))
    explain(shelf, planned(max_detail_calls=3), "orders-*", Words())
    assert len(shelf.asked) == 3
    assert set(shelf.asked) < {f"orders-{n}" for n in range(5)}


def test_a_crowd_is_cut_at_the_worst_so_that_the_answer_can_be_delivered():
    databases = [database(f"db-{n}", 60 + n) for n in range(MAX_EXPLAINED + 5)]
    document = explained(*databases)
    assert len(document["instances"]) == MAX_EXPLAINED
    assert document["summary"] == f"205 of 205 match '*'; the worst {MAX_EXPLAINED} are explained"
    assert document["instances"][0]["serviceName"] == f"db-{MAX_EXPLAINED + 4}"


def test_steps_and_reason_are_in_the_readers_language():
    document = explain(Shelf(database("orders", 60)), planned(), "orders", Words("ko"))
    [entry] = document["instances"]
    assert entry["steps"][5]["because"] == "최근 백업 후 2일 12시간 경과하여 max_age(26시간)를 넘었습니다."
    assert entry["reason"] != explained(database("orders", 60))["instances"][0]["reason"]
    assert document["checkedAt"] == NOW.astimezone(UTC).isoformat().replace("+00:00", "Z")
