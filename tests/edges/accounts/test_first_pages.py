"""Accounts learn from one another where pages begin, each place and list for itself; a single account asks as ever."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.edges.accounts.fleet import accounts_file, checked_alone, checked_together
from tests.edges.fleet.conftest import a_fleet
from tests.emulator import Description, Emulator

NOW = datetime.now(UTC).replace(microsecond=0)
REGIONS = ("KR", "SGN")
FULL = Description("full", NOW, regions=REGIONS, profiles={"healthy": 12})
EMPTY = Description("empty", NOW, regions=REGIONS, state="empty", faults=("latency,ms=300",))
"""It answers when the other account has."""
READINGS = {"zero-based": 1, "alias": 1, "ignored": 1, "one-based": 2, "one-based-strict": 2}
"""Requests for each of the empty account's lists."""


def asked_of_empty(emulator: Emulator) -> list[str]:
    return [request.operation for request in emulator.requests if request.account == EMPTY.id]


@pytest.mark.parametrize("base", READINGS)
def test_an_empty_list_is_asked_for_twice_only_while_nothing_shows_that_page_0_is_the_first(base):
    with Emulator(others=[FULL, EMPTY], paging=base) as emulator:
        report = checked_together(accounts_file([FULL, EMPTY], emulator))
        assert report.counts.accounts[FULL.id] == 12
        assert len(asked_of_empty(emulator)) == READINGS[base] * 2 * len(REGIONS)
    # Where page 0 is refused and page 1 is empty, no page has shown anything: an error, as it always was.
    is_read = base != "one-based-strict"
    assert (report.complete, report.empty_accounts) == (is_read, (EMPTY.id,) if is_read else ())


def test_the_invocations_of_a_fleet_learn_as_well():
    with a_fleet([FULL, EMPTY], NOW) as fleet:
        assert fleet.run().status == "SUCCEEDED"
        assert len(asked_of_empty(fleet.emulator)) == 2 * len(REGIONS)
        assert fleet.report()["counts"]["accounts"] == {FULL.id: 12, EMPTY.id: 0}


def test_a_single_account_asks_for_page_1_of_what_is_empty():
    with Emulator(others=[EMPTY]) as emulator:
        checked_alone(EMPTY, emulator)
        assert len(asked_of_empty(emulator)) == 2 * 2 * len(REGIONS)
