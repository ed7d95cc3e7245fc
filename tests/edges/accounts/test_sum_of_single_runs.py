"""A report of many accounts is the sum of single runs, whatever is the matter with some; and none is lost."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import ncloud
from backup_watch.model.instances import Instance, InstanceId
from backup_watch.model.outcomes import outcomes_of
from backup_watch.model.report import Report
from tests.edges.accounts.fleet import QUICK, accounts_file, checked_alone, checked_together
from tests.emulator import Description, Emulator

NOW = datetime.now(UTC).replace(microsecond=0)
STATES = (
    "well", "well", "well", "hanging", "wrong-key", "wrong-site", "refused-product", "empty", "region-down",
    "proxy-page",
)  # fmt: skip
"""`throttled` is left out: how far such an account comes before it is given up depends on the time."""


@st.composite
def fleets(draw) -> list[Description]:
    count = draw(st.integers(1, 9))
    return [
        Description(
            f"a-{number}",
            NOW,
            site=draw(st.sampled_from(("public", "gov"))),
            regions=draw(st.sampled_from((("KR",), ("KR", "SGN"), ("KR", "SGN", "JPN")))),
            products=draw(st.sampled_from((("postgresql",), ("mysql", "postgresql"), ("cache",)))),
            instances=draw(st.integers(1, 9)),
            state=draw(st.sampled_from(STATES)),
            seed=draw(st.integers(1, 1000)),
        )
        for number in range(count)
    ]


@pytest.fixture(autouse=True, scope="module")
def quick():
    with mock.patch.object(ncloud, "Client", partial(ncloud.Client, **QUICK)):
        yield


@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(fleets())
def test_many_accounts_are_the_sum_of_single_runs_and_each_has_its_outcome(accounts):
    with Emulator(others=accounts, sites=("public", "gov", "fin")) as emulator:
        together = checked_together(accounts_file(accounts, emulator))
        alone = {one.id: checked_alone(one, emulator) for one in accounts}
    assert found(together) == set().union(*(found(report, account) for account, report in alone.items()))
    assert failed(together) == set().union(*(failed(report, account) for account, report in alone.items()))
    assert together.counts.instances == sum(report.counts.instances for report in alone.values())
    assert set(together.counts.accounts) == {one.id for one in accounts}
    unread = {error.account for error in together.errors}
    for one in accounts:
        has_outcome = together.counts.accounts[one.id] or one.id in unread or one.id in together.empty_accounts
        assert has_outcome or len(accounts) == 1
    if len(accounts) > 1:
        outcomes = outcomes_of(together)
        assert outcomes is not None
        assert (outcomes.planned, outcomes.lost, outcomes.unread) == (len(accounts), 0, len(unread))


def found(report: Report, account: str | None = None) -> set:
    """What a report says of each database; of a single run's the account is *account*."""
    return {
        (identity(finding.subject, account), finding.verdict, finding.severity, finding.last_backup_at, events.get(id))
        for events in [{one.finding.subject.id: str(one.event) for one in report.violations if is_instance(one)}]
        for finding in report.findings
        if isinstance(finding.subject, Instance)
        for id in [finding.subject.id]  # noqa: A001
    }


def is_instance(violation) -> bool:
    return isinstance(violation.finding.subject, Instance)


def identity(instance: Instance, account: str | None) -> InstanceId:
    return instance.id if account is None else replace(instance.id, account=account)


def failed(report: Report, account: str | None = None) -> set:
    return {
        (account or error.account, error.product, error.region, error.operation, error.kind, error.code)
        for error in report.errors
    }
