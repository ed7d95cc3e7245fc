"""The databases of the local stack: an outage of every kind at any hour of the day, and time that passes."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

import ncloud
from backup_watch.adapters.ncloud_source import NcloudSource
from backup_watch.checking.check import run_check
from backup_watch.checking.plan import Plan
from backup_watch.config.policy_toml import parse_policy
from backup_watch.model.daily_slot import KOREA
from backup_watch.model.policy import Thresholds
from backup_watch.model.report import Report
from backup_watch.model.vocabulary import Verdict
from backup_watch.outputs.report_json import counts_document
from ncloud.clock import Clock
from tests.builders import scopes
from tests.emulator import ACCESS_KEY, SECRET_KEY, Account, Emulator
from tests.stack.databases import REGIONS, account, policy
from tests.stack.life import SCRIPT, Life

HOUR = timedelta(hours=1)


class StoppedClock(Clock):
    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now


def checked(databases: Account, *, now: datetime) -> Report:
    """The product's own check of *databases* at *now*."""
    allowed, problems = parse_policy(policy(now=now), Thresholds(), now=now)
    assert problems == []
    plan = Plan(scopes(*REGIONS), allowed, now, now, HOUR, 24 * HOUR, KOREA)
    with Emulator(databases, now=now) as emulator:
        client = ncloud.Client(
            ncloud.Credentials(ACCESS_KEY, SECRET_KEY), base_url=emulator.url, clock=StoppedClock(now)
        )  # fmt: skip
        with client:
            return run_check(plan, NcloudSource(client, with_instances=True, deadline=None))


@pytest.mark.parametrize("hour", range(0, 24, 2))
def test_every_verdict_and_every_event_is_there_at_any_hour(hour):
    now = datetime(2026, 11, 22, hour, 3, 7, tzinfo=UTC)
    report = checked(account(now=now), now=now)
    assert counts_document(report.counts) == {
        "instances": 47, "FRESH": 34, "LATE": 2, "STALE": 5, "NEVER": 1, "DISABLED": 1, "NEW": 1, "SKIPPED": 2,
        "UNKNOWN": 1, "MISSING": 1, "muted": 1, "products": {"postgresql": 47},
    }  # fmt: skip
    events = Counter(str(violation.event) for violation in report.violations)
    assert {"NEW", "ESCALATED", "REPEAT", "ONGOING", "UNREADABLE"} <= set(events)
    assert len(report.resolved) == 1


def test_the_same_instant_gives_the_same_databases():
    now = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    assert account(now=now) == account(now=now)


def test_what_was_healthy_stays_fresh_night_after_night():
    began = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    databases = account(now=began)
    life, now = Life(databases, began=began), began
    for _ in range(3 * 24):
        now += HOUR
        list(life.pass_to(now))
    report = checked(databases, now=now)
    # Five of the script's databases are backed up by then, and stay so.
    assert (report.counts.of(Verdict.FRESH), report.counts.of(Verdict.LATE)) == (34 + 4, 0)


def test_the_script_happens_once_each_when_its_time_has_come():
    began = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    databases = account(now=began)
    life = Life(databases, began=began)
    told = [(minutes, list(life.pass_to(began + timedelta(minutes=minutes)))) for minutes in (0, 1, 3, 9, 10)]
    assert told == [
        (0, []),
        (1, ["orders-primary got a backup"]),
        (3, ["returns-v1 was created"]),
        (9, ["catalog-v2 got its first backup", "결제-원장 got a backup", "returns-v1 got its first backup"]),
        (10, []),
    ]
    assert len(SCRIPT) == 5
