"""Every product from the emulated API to the verdict, over HTTP: what each profile of the seeded account comes to."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

import ncloud
from backup_watch.adapters.ncloud_source import NcloudSource
from backup_watch.checking.check import run_check
from backup_watch.checking.plan import Plan
from backup_watch.config.settings import MAX_AGE_OF
from backup_watch.model.instances import Instance, Scope
from backup_watch.model.policy import Policy, Thresholds
from backup_watch.model.products import PRODUCTS
from backup_watch.model.report import Report
from backup_watch.model.vocabulary import DatedBy
from ncloud.clock import Clock
from tests.builders import KST
from tests.emulator import ACCESS_KEY, SECRET_KEY, Account, Emulator, seeded_account

REGIONS = ("KR", "SGN")
VERDICTS = {
    "healthy": "FRESH", "stale": "STALE", "late": "LATE", "never": "NEVER", "disabled": "DISABLED", "new": "NEW",
    "creating": "SKIPPED", "deleting": "SKIPPED", "under-way": "FRESH", "random-slot": "FRESH", "skipped-day": "FRESH",
    "late-shard": "FRESH", "old-full-fresh-logs": "STALE", "dropped-database": "LATE", "one-day": "FRESH",
    "after-outage": "STALE", "manual-only": "STALE", "valkey": "FRESH", "cluster": "FRESH",
}  # fmt: skip
"""What each profile comes to."""
OTHERWISE = {profile: {"FRESH", "LATE"} for profile in ("late", "skipped-day", "late-shard")}
"""Where that depends on the hour and on the habit: one slot was missed, and after a day that is late."""


class StoppedClock(Clock):
    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


def checked(account: Account, *products: str, now: datetime, all_products=False, **emulator) -> tuple[Report, Emulator]:
    """A check of *products* as the settings' defaults make it; and the emulator with what it was asked."""
    scopes = tuple(Scope("default", product, region) for product in products for region in REGIONS)
    policy = Policy(Thresholds(max_age_of=MAX_AGE_OF))
    plan = Plan(scopes, policy, now, now, timedelta(hours=1), timedelta(hours=24), KST, max_detail_calls=10_000)
    with Emulator(account, now=now, **emulator) as served:
        key = ncloud.Credentials(ACCESS_KEY, SECRET_KEY)
        with ncloud.Client(key, base_url=served.url, clock=StoppedClock(now)) as client:
            source = NcloudSource(client, with_instances=True, deadline=None, may_lack_products=all_products)
            return run_check(plan, source), served


def account_of(*products: str, now: datetime, seed: int = 3) -> Account:
    return seeded_account(now=now, seed=seed, instances=45, regions=REGIONS, products=list(products))


@pytest.mark.parametrize("hour", [0, 5, 15, 21])
@pytest.mark.parametrize("product", PRODUCTS)
def test_each_profile_comes_to_its_verdict_at_any_hour(product, hour):
    now = datetime(2026, 11, 23, hour, 3, tzinfo=UTC)
    account = account_of(product, now=now, seed=hour)
    report, _ = checked(account, product, now=now)
    assert (report.errors, report.notices) == ((), ())
    profiles = {
        database.instance_no: database.profile.partition(":")[2] or database.profile for database in account.databases
    }
    found = {}
    for finding in report.findings:
        assert isinstance(finding.subject, Instance)
        found.setdefault(profiles[finding.subject.number], set()).add(str(finding.verdict))
    assert {profile: verdicts - OTHERWISE.get(profile, set()) for profile, verdicts in found.items()} == {
        profile: {VERDICTS[profile]} - OTHERWISE.get(profile, set()) for profile in found
    }
    assert len(report.findings) == len(account.databases)


@pytest.mark.parametrize("dialect", ["mssql-dated", "instant-dates", "flag-everywhere", "status-camel", "keys-capital"])
def test_a_dialect_changes_no_verdict(dialect):
    now = datetime(2026, 11, 23, 15, 3, tzinfo=UTC)
    account = account_of("mongodb", "mssql", "cache", now=now)
    plain, other = (
        checked(account, "mongodb", "mssql", "cache", now=now, **how)[0] for how in ({}, {"dialect": dialect})
    )
    verdicts = [
        {finding.subject.id: finding.verdict for finding in report.findings if isinstance(finding.subject, Instance)}
        for report in (plain, other)
    ]
    if dialect == "instant-dates":  # the end of a day is kinder than the instant, and never the other way round
        softer = {name for name, verdict in verdicts[0].items() if verdict is not verdicts[1][name]}
        assert {verdicts[0][name] for name in softer} <= {"FRESH"}
    else:
        assert verdicts[0] == verdicts[1]


def test_of_a_healthy_fleet_only_what_has_its_dates_in_the_details_is_asked_for_them():
    now = datetime(2026, 11, 23, 15, 3, tzinfo=UTC)  # midnight in Seoul
    account = seeded_account(
        now=now, seed=1, instances=6, regions=REGIONS, products=list(PRODUCTS), profiles={"healthy": 6}
    )
    report, served = checked(account, *PRODUCTS, now=now)
    details = Counter(one.operation for one in served.requests if one.operation.endswith("DetailList"))
    assert {str(finding.verdict) for finding in report.findings} == {"FRESH"}
    assert details.pop("getCloudMssqlBackupDetailList") == 6
    landed = sum(1 for finding in report.findings if finding.age is not None and finding.age < timedelta(hours=1))
    assert sum(details.values()) <= landed + sum(
        1 for finding in report.findings
        if isinstance(finding.subject, Instance) and finding.subject.dated_by is DatedBy.DAY_AND_TIME
    )  # fmt: skip
    lists = [one.target for one in served.requests if not one.operation.endswith("DetailList")]
    assert len([target for target in lists if "pageNo=1" not in target]) == 5 * 2 * len(REGIONS)


def test_where_vcache_is_not_offered_redis_is_read_from_vredis():
    now = datetime(2026, 11, 23, 15, 3, tzinfo=UTC)
    account = account_of("cache", now=now)
    redis = {database.instance_no for database in account.databases if database.dbms == "Redis"}
    with_both, _ = checked(account, "cache", now=now)
    account.not_offered = {"cache"}
    without, _ = checked(account, "cache", now=now)
    verdicts = [
        {one.subject.number: one.verdict for one in report.findings if one.subject.number in redis}
        for report in (with_both, without)
    ]
    assert verdicts[0] == verdicts[1]
    assert {finding.subject.number for finding in without.findings} == redis


def test_of_all_products_those_that_are_not_offered_are_named_and_cost_nothing():
    now = datetime(2026, 11, 23, 15, 3, tzinfo=UTC)
    account = account_of("postgresql", "mysql", now=now)
    account.not_offered = {"mssql", "mongodb:SGN", "cache", "redis"}
    report, _ = checked(account, *PRODUCTS, now=now, all_products=True)
    assert report.complete
    assert [(notice.product, notice.regions) for notice in report.notices] == [
        ("mongodb", ("SGN",)), ("mssql", REGIONS), ("cache", REGIONS),
    ]  # fmt: skip
    account.denied = {"mysql"}
    report, _ = checked(account, *PRODUCTS, now=now, all_products=True)
    assert {(error.product, error.code) for error in report.errors} == {("mysql", "210")}
