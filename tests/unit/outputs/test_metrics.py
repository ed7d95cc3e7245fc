"""The samples of one check: what each counts, under which dimensions, and where there is none."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from backup_watch.model.instances import Scope
from backup_watch.model.report import Notification, Report
from backup_watch.outputs.emf import RunStats, metric_sets
from tests import builders as b

STATS = RunStats(duration_ms=1234.56, api_requests=7, api_errors=2)
WHOLE, KR, SGN = {}, {"account": "default", "region": "KR"}, {"account": "default", "region": "SGN"}


def samples(report: Report, *, notifying: bool = True, delivered: bool = True) -> dict:
    """Every sample by name and dimensions; a sample that is there twice fails."""
    found = {}
    for one in metric_sets(report, STATS, service="watch", notifying=notifying, delivered=delivered):
        assert one.dimensions["service"] == "watch"
        dimensions = tuple(sorted((name, value) for name, value in one.dimensions.items() if name != "service"))
        for name, (value, _) in one.metrics.items():
            assert (name, dimensions) not in found
            found[name, dimensions] = value
    return found


def sample(found: dict, name: str, dimensions: dict[str, str]) -> float | None:
    return found.get((name, tuple(sorted(dimensions.items()))))


@pytest.mark.parametrize(("complete", "delivered", "completed", "incomplete"), [
    (True, True, 1, 0), (True, False, 0, 0), (False, True, 0, 1), (False, False, 0, 1),
])  # fmt: skip
def test_completed_is_a_check_that_read_everything_and_whose_alert_got_there(
    complete, delivered, completed, incomplete
):
    report = b.a_report(others=[b.fresh()], errors=[] if complete else [b.an_error()])
    found = samples(report, delivered=delivered)
    for dimensions in (WHOLE, KR):
        assert sample(found, "CheckCompleted", dimensions) == completed
        assert sample(found, "CheckIncomplete", dimensions) == incomplete


def test_who_only_looks_completes_nothing():
    found = samples(b.a_report(others=[b.fresh()]), notifying=False)
    assert {name for name, _ in found} & {"CheckCompleted", "CheckIncomplete"} == set()


@pytest.mark.parametrize(("region", "kr", "sgn"), [("KR", 1, 0), ("SGN", 0, 1), (None, 1, 1)])
def test_a_region_is_incomplete_by_its_own_errors_and_by_those_of_all(region, kr, sgn):
    report = b.a_report(others=[b.fresh()], errors=[b.an_error(region=region)], regions=("KR", "SGN"))
    found = samples(report)
    assert (sample(found, "CheckIncomplete", KR), sample(found, "CheckIncomplete", SGN)) == (kr, sgn)
    assert sample(found, "CheckIncomplete", WHOLE) == 1


def test_what_goes_on_though_no_list_names_it_is_no_instance_that_was_checked():
    report = b.a_report(b.stale(), errors=[b.an_error()])
    found = samples(replace(report, counts=replace(report.counts, instances=0)))
    assert sample(found, "InstancesChecked", WHOLE) == 0


def test_where_every_account_is_paused_nothing_is_completed():
    found = samples(replace(b.a_report(), scopes=(), account_ids=("a", "b")))
    assert (sample(found, "CheckCompleted", WHOLE), sample(found, "CheckIncomplete", WHOLE)) == (0, 1)
    assert sample(samples(replace(b.a_report(), scopes=(), account_ids=("a",))), "CheckCompleted", WHOLE) == 0


def test_instances_ages_and_violations_are_those_of_the_region_and_of_all():
    findings = [b.fresh(age=b.hours(3)), b.fresh("b", region="SGN", age=b.hours(4))]
    report = b.a_report(b.stale(age=b.hours(51)), b.missing(), others=findings, regions=("KR", "SGN"))
    found = samples(report)
    assert [sample(found, "InstancesChecked", each) for each in (WHOLE, KR, SGN)] == [3, 2, 1]
    ages = [sample(found, "OldestBackupAgeSeconds", each) for each in (WHOLE, KR, SGN)]
    assert ages == [51 * 3600, 51 * 3600, 4 * 3600]
    assert [sample(found, "Violations", each) for each in (WHOLE, KR, SGN)] == [2, 1, 0]
    assert sample(found, "Violations", {"verdict": "MISSING"}) == 1


def test_what_is_not_known_has_no_sample():
    found = samples(b.a_report(b.never(), b.unread(), others=[b.skipped(age=b.hours(999)), b.new()]))
    assert sample(found, "OldestBackupAgeSeconds", WHOLE) is None
    assert sample(found, "InstancesChecked", WHOLE) == 4


def test_every_verdict_that_alerts_has_a_sample_so_that_its_alarm_can_end():
    found = samples(b.a_report(others=[b.fresh()]))
    verdicts = {
        dict(dimensions).get("verdict"): value for (name, dimensions), value in found.items() if name == "Violations"
    }
    assert {verdict: value for verdict, value in verdicts.items() if verdict} == dict.fromkeys(
        ("LATE", "STALE", "NEVER", "DISABLED", "UNKNOWN", "MISSING"), 0
    )


def test_where_not_everything_was_read_no_alarm_is_ended_by_a_zero():
    report = b.a_report(b.stale(), errors=[b.an_error(region="SGN")], regions=("KR", "SGN"))
    found = samples(report)
    assert sample(found, "Violations", {"verdict": "STALE"}) == 1
    assert sample(found, "Violations", {"verdict": "MISSING"}) is None
    assert [sample(found, "Violations", place) for place in (WHOLE, KR, SGN)] == [1, 1, None]
    quiet = samples(b.a_report(others=[b.fresh()], errors=[b.an_error(region="SGN")], regions=("KR", "SGN")))
    assert [sample(quiet, "Violations", place) for place in (WHOLE, KR, SGN)] == [None, 0, None]


def test_what_does_not_apply_has_no_sample():
    names = {name for name, _ in samples(b.a_report())}
    assert names & {"MemoryFailed", "AccountsUnread", "AccountsLost"} == set()
    stats = replace(STATS, memory_failed=False, accounts_unread=2, accounts_lost=0)
    [whole, *_] = metric_sets(b.a_report(), stats, service="w", notifying=True, delivered=True)
    assert [whole.metrics[name][0] for name in ("MemoryFailed", "AccountsUnread", "AccountsLost")] == [0, 2, 0]


def test_what_the_check_took_and_sent():
    report = replace(b.a_report(b.stale()), notification=Notification(("m-1",), 1))
    found = samples(report)
    assert sample(found, "NotificationsSent", WHOLE) == 1
    assert sample(samples(b.a_report(b.stale())), "NotificationsSent", WHOLE) == 0
    figures = [sample(found, name, WHOLE) for name in ("ApiRequests", "ApiErrors", "CheckDurationMs")]
    assert figures == [7, 2, 1234.6]


@pytest.mark.parametrize(("accounts", "every_account", "series"), [(20, False, 20), (21, False, 0), (21, True, 21)])
def test_of_many_accounts_there_are_series_of_each_only_where_they_are_asked_for(accounts, every_account, series):
    scopes = tuple(Scope(f"account-{n}", "postgresql", "KR") for n in range(accounts))
    report = replace(b.a_report(b.stale()), scopes=scopes)
    sets = metric_sets(report, STATS, service="w", notifying=True, delivered=True, every_account=every_account)
    assert sum("account" in one.dimensions for one in sets) == series
