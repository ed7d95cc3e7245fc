"""Accounts made from a seed look as each profile promises, at whatever instant they are made for."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.edges.emulator.caller import NOW
from tests.emulator import Shown, seeded_account
from tests.emulator.seeding import WEIGHTS

INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - see timezones


def hours_since_newest(database, now):
    return (now - database.backups[-1].ended_at) / timedelta(hours=1)


def hours_since_slot(database, now):
    hour, minute = map(int, database.backup_time.split(":"))
    local = now.astimezone(database.zone)
    slot = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return ((local - slot) % timedelta(days=1)) / timedelta(hours=1)


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), now=INSTANTS)
def test_every_profile_looks_as_it_promises(seed, now):
    for database in seeded_account(now=now, seed=seed, instances=30).databases:
        age = (now - database.created_at) / timedelta(hours=1)
        match database.profile:
            case "healthy":
                assert 0 <= hours_since_newest(database, now) < 24.7
            case "late":
                assert 25 < hours_since_newest(database, now) < 26
                assert 2 < hours_since_slot(database, now) < 2.2
            case "stale" | "deleting":
                assert hours_since_newest(database, now) > 47
            case "never":
                assert not database.backups
                assert age >= 50
            case "disabled":
                assert not database.is_backup
            case "new" | "creating":
                assert not database.backups
                assert age < 2
        assert database.is_backup or database.profile == "disabled"
        assert (database.status == "running") is (database.profile not in ("creating", "deleting"))


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000), now=INSTANTS)
def test_histories_are_daily_within_retention_and_end_before_now(seed, now):
    for database in seeded_account(now=now, seed=seed).databases:
        ends = [backup.ended_at for backup in database.backups]
        assert ends == sorted(ends)
        assert len(ends) <= database.retention_days
        assert all(database.created_at < backup.started_at < backup.ended_at <= now for backup in database.backups)
        gaps = [later - earlier for earlier, later in pairwise(ends)]
        assert all(abs(gap - timedelta(days=1)) < timedelta(hours=1) for gap in gaps)


def test_the_same_seed_gives_the_same_account_and_another_another():
    first, again, other = (seeded_account(now=NOW, seed=seed, regions=("KR", "SGN")) for seed in (5, 5, 6))

    assert first == again
    assert first != other


def test_a_small_account_still_shows_every_profile():
    assert {database.profile for database in seeded_account(now=NOW, instances=len(WEIGHTS)).databases} == set(WEIGHTS)


def test_profiles_can_be_counted_out():
    account = seeded_account(now=NOW, profiles={"stale": 3, "healthy": 4})

    assert Counter(database.profile for database in account.databases) == {"stale": 3, "healthy": 4}
    with pytest.raises(ValueError, match="no such profile: sick"):
        seeded_account(now=NOW, profiles={"sick": 1})


def test_a_date_that_nobody_can_read_is_only_there_when_asked_for():
    [database] = seeded_account(now=NOW, profiles={"unreadable": 1}).databases

    with pytest.raises(ValueError, match="isoformat"):
        datetime.fromisoformat(database.last_backup_date)
    assert not any(database.profile == "unreadable" for database in seeded_account(now=NOW, instances=200).databases)


def test_databases_have_numbers_and_names_of_their_own_in_two_languages_and_all_regions():
    databases = seeded_account(now=NOW, instances=300, regions=("KR", "SGN", "JPN")).databases

    assert len({database.instance_no for database in databases}) == 300
    assert len({database.service_name for database in databases}) == 300
    assert {database.service_name.isascii() for database in databases} == {True, False}
    assert [region for region, _ in Counter(database.region for database in databases).most_common(1)] == ["KR"]
    assert {database.region for database in databases} == {"KR", "SGN", "JPN"}


def test_having_no_backup_is_shown_in_every_way_that_the_documents_leave_open():
    databases = seeded_account(now=NOW, profiles={"never": 60}).databases

    shown = {database.last_backup_date for database in databases if database.in_backup_list}
    assert shown == {None, "", Shown.LEFT_OUT}
    assert not all(database.in_backup_list for database in databases)
