"""Seeded accounts with every product: each profile looks as it promises, at whatever instant it is made for."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.edges.emulator.caller import NOW
from tests.emulator import seeded_account
from tests.emulator.product_seeding import SPECIAL_PROFILES, WEIGHTS_OF
from tests.emulator.products import DATABASE_PRODUCTS

INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - see timezones
SPECIAL = {name: 2 for name in SPECIAL_PROFILES if ":" in name}


def hours(span):
    return span / timedelta(hours=1)


def newest_by_part(database):
    return {backup.part: backup.ended_at for backup in database.backups}


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), now=INSTANTS)
def test_every_special_profile_looks_as_it_promises(seed, now):
    made = seeded_account(now=now, seed=seed, profiles=SPECIAL, products=())

    assert Counter(f"{database.product}:{database.profile}" for database in made.databases) == SPECIAL
    for database in made.databases:
        ages = {part: hours(now - ended_at) for part, ended_at in newest_by_part(database).items()}
        match database.profile:
            case "random-slot":
                assert database.is_automatic
                assert max(ages.values()) < 24.7
            case "skipped-day":
                assert 0 < max(ages.values()) < 47
                assert all(backup.ended_at <= now for backup in database.backups)
                newest = max(backup.ended_at - backup.started_at for backup in database.backups)
                assert newest > timedelta(hours=23)
            case "late-shard":
                on_time = [age for part, age in ages.items() if part not in database.under_way_parts]
                assert max(on_time) < 26
                assert all(ages[part] > max(on_time) + 20 for part in database.under_way_parts)
                assert database.under_way_since < now
            case "old-full-fresh-logs":
                assert min(ages.values()) > 47
                assert database.logs_until == now
            case "dropped-database":
                assert ages.pop("archive_2024") > 90
                assert max(ages.values()) < 24.7
            case "one-day":
                assert (len(database.backups), database.retention_days) == (1, 1)
            case "after-outage":
                assert database.backups == []
                told = datetime.fromisoformat(database.last_backup_date)
                assert hours(now - told) > 72
            case "manual-only":
                assert min(ages.values()) > 47
                assert hours(now - database.manual_backups[-1].ended_at) < 6
            case "valkey":
                assert database.dbms == "Valkey"
            case "cluster":
                assert database.is_ha


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), now=INSTANTS)
def test_every_product_keeps_the_promises_of_all_profiles(seed, now):
    for database in seeded_account(now=now, seed=seed, instances=20, products=DATABASE_PRODUCTS).databases:
        ends = [backup.ended_at for backup in database.backups]
        assert all(end <= now for end in ends)
        assert all(backup.started_at < backup.ended_at for backup in database.backups)
        assert bool(database.backups and database.backups[0].part) is (
            bool(database.backups) and database.product in ("mongodb", "mssql")
        )
        assert database.product != "cache" or database.retention_days <= 7
        match database.profile:
            case "healthy":
                assert hours(now - max(ends)) < 24.7
            case "stale":
                assert hours(now - max(ends)) > 47
            case "late":
                assert 24 < hours(now - max(ends)) < 26.5
            case "under-way":
                assert database.under_way_since < now
                assert 20 < hours(now - max(ends)) < 25
            case "never" | "new" | "creating":
                assert not ends


def test_each_product_has_its_mixture_numbers_and_names():
    account = seeded_account(now=NOW, instances=30, products=DATABASE_PRODUCTS)

    assert Counter(database.product for database in account.databases) == dict.fromkeys(DATABASE_PRODUCTS, 30)
    for product, weights in WEIGHTS_OF.items():
        profiles = {database.profile for database in account.databases if database.product == product}
        assert profiles == set(weights)
    assert len({database.instance_no for database in account.databases}) == 150
    assert len({database.service_name for database in account.databases}) == 150


def test_a_name_without_product_counts_for_each_that_is_asked_for():
    account = seeded_account(now=NOW, profiles={"healthy": 2, "mssql:stale": 1}, products=("mysql", "cache"))

    found = Counter((database.product, database.profile) for database in account.databases)
    assert found == {("mysql", "healthy"): 2, ("cache", "healthy"): 2, ("mssql", "stale"): 1}


@pytest.mark.parametrize(
    ("asked", "cause"),
    [
        ({"profiles": {"mongodb:disabled": 1}}, "no such profile: disabled"),
        ({"profiles": {"mysql:skipped-day": 1}}, "no such profile: skipped-day"),
        ({"profiles": {"oracle:healthy": 1}}, "no such product: oracle"),
        ({"products": ("redis",)}, "no such product: redis"),
    ],
)
def test_what_a_product_does_not_have_is_refused(asked, cause):
    with pytest.raises(ValueError, match=cause):
        seeded_account(now=NOW, **asked)
