"""The emulator's readings of the paging, over HTTP: the complete list, or an error."""

from datetime import UTC, datetime

import pytest

from ncloud import Listing
from tests.edges.ncloud.reader import BACKUPS, INSTANCES, client_of, outcome_of
from tests.emulator import Emulator
from tests.emulator.seeding import seeded_account

INSTANCE_COUNT = 24


@pytest.fixture(scope="module")
def emulator():
    account = seeded_account(now=datetime.now(UTC), profiles={"healthy": INSTANCE_COUNT})
    with Emulator(account) as emulator:
        yield emulator


@pytest.mark.parametrize("size", [5, 8, 24, 1000])
@pytest.mark.parametrize("past_end", ["past-end-empty", "past-end-last", "past-end-error", "past-end-zero-total"])
@pytest.mark.parametrize("base", ["zero-based", "one-based", "one-based-strict", "alias", "ignored"])
def test_every_reading_gives_the_complete_list(emulator, base, past_end, size):
    emulator.set_paging(f"{base}+{past_end}")
    listing = outcome_of(client_of(emulator, page_size=size))
    assert isinstance(listing, Listing), listing
    assert len(listing.rows) == len({row.instance_no for row in listing.rows}) == INSTANCE_COUNT


@pytest.mark.parametrize("size", [5, 8, 1000])
@pytest.mark.parametrize("base", ["zero-based", "one-based-strict", "alias", "ignored"])
def test_several_rows_of_an_instance_are_all_there(emulator, base, size):
    emulator.set_paging(f"{base}+rows-several")
    listing = outcome_of(client_of(emulator, page_size=size))
    assert isinstance(listing, Listing), listing
    assert len(listing.rows) == listing.total_rows > INSTANCE_COUNT


def test_a_large_account_takes_as_many_requests_as_it_has_pages(emulator):
    emulator.set_paging("zero-based")
    with client_of(emulator, page_size=10) as client:
        client.read([BACKUPS, INSTANCES])
        assert client.stats.requests == 2 * 3
