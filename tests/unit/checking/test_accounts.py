"""What several accounts come to: empty, paused, shrunk; completed, unread, lost; details dealt to each in its turn."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from msgspec.structs import replace

from backup_watch.checking.accounts import empty_accounts, has_shrunk, pause_notices
from backup_watch.checking.history import dealt
from backup_watch.checking.lifecycle import ReportingPeriod
from backup_watch.model.accounts import Pause
from backup_watch.model.instances import Scope
from backup_watch.model.outcomes import LOST, NOT_CHECKED, is_completed, is_healthy, outcomes_of
from backup_watch.model.policy import Expectations, Policy
from backup_watch.model.report import Counts, ReadError, Report
from backup_watch.model.vocabulary import ListKind, Severity
from tests.builders import KST, NOW, an_instance, hours

REGIONS = ("KR", "SGN")


def scopes(*accounts: str) -> tuple[Scope, ...]:
    return tuple(Scope(account, "postgresql", region) for account in accounts for region in REGIONS)


def unread(account: str | None, region: str | None = None, kind: ListKind | None = None, **more) -> ReadError:
    return ReadError("x", "ReadTimeout", "no", account=account, region=region, list_kind=kind, **more)


def report(accounts: str, *errors: ReadError) -> Report:
    return Report(
        checked_at=NOW,
        severity=Severity.OK,
        complete=not errors,
        counts=Counts(1),
        findings=(),
        violations=(),
        errors=errors,
        scopes=scopes(*accounts),
    )


def outcome(accounts: str, *errors: ReadError) -> tuple[int, int, int, bool, bool]:
    found = outcomes_of(report(accounts, *errors))
    assert found is not None
    return found.unread, found.blind, found.lost, found.is_complete, found.is_healthy


@pytest.mark.parametrize(("errors", "expected"), [
    ([], (0, 0, 0, True, True)),
    ([unread("a")], (1, 1, 0, True, True)),
    ([unread("a", "KR", ListKind.BACKUPS)], (1, 0, 0, True, True)),
    ([unread("a", "KR", ListKind.BACKUPS), unread("a", "SGN", ListKind.BACKUPS)], (1, 1, 0, True, True)),
    ([unread("a", "KR", ListKind.BACKUPS), unread("a", "SGN", ListKind.INSTANCES)], (1, 0, 0, True, True)),
    ([unread("a"), unread("b")], (2, 2, 0, True, True)),
    ([unread("a"), unread("b"), unread("c")], (3, 3, 0, True, False)),
    ([unread(one) for one in "abcd"], (4, 4, 0, False, False)),
    ([unread(None)], (0, 4, 0, False, False)),
    ([replace(unread("a"), kind=NOT_CHECKED, code=LOST)], (1, 1, 1, False, False)),
    ([replace(unread("a"), kind=NOT_CHECKED)], (1, 1, 0, True, True)),
])  # fmt: skip
def test_a_run_is_completed_where_each_has_an_outcome_and_one_was_read(errors, expected):
    assert outcome("abcd", *errors) == expected


def test_one_account_is_completed_where_everything_was_read():
    assert outcomes_of(report("a")) is None
    assert is_completed(report("a"))
    assert not is_completed(report("a", unread("a", "KR", ListKind.INSTANCES)))
    assert not is_healthy(report("a", unread("a", "KR", ListKind.INSTANCES)))


def empty(counts: dict[str, int], *errors: ReadError, policy: Policy = Policy(), may: str = "") -> tuple[str, ...]:  # noqa: B008
    held = Counter({Scope(account, "postgresql", "KR"): number for account, number in counts.items()})
    return empty_accounts(held, errors, scopes=scopes(*"abc"), policy=policy, may_be_empty=frozenset(may))


def test_an_account_is_empty_where_all_of_it_was_read_and_none_is_there():
    assert empty({"a": 1}) == ("b", "c")
    assert empty({"a": 1}, may="b") == ("c",)
    assert empty({"a": 1}, unread("b", "KR")) == ("c",)
    assert empty({"a": 1}, unread(None)) == ()
    assert empty({"a": 1}, policy=Policy(expectations=(Expectations(0, account="c"),))) == ("b",)


def test_a_pause_is_told_while_it_lasts_and_once_when_it_is_over():
    period = ReportingPeriod(NOW - hours(1), NOW, hours(24), KST)

    def told(until):
        return [notice.code for notice in pause_notices({"a": Pause(until, "r", "o")}, period)]

    moment = timedelta(microseconds=1)
    assert told(NOW + moment) == ["account-paused"]
    assert told(NOW) == told(NOW - hours(1) + moment) == ["pause-over"]
    assert told(NOW - hours(1)) == []


@pytest.mark.parametrize(("before", "left", "shrunk"), [
    (10, 4, True), (10, 5, False), (9, 0, False), (11, 5, True), (0, 0, False), (10, 10, False),
])  # fmt: skip
def test_a_file_has_shrunk_with_fewer_than_half_of_ten_or_more(before, left, shrunk):
    ids = [f"a-{number}" for number in range(before)]
    assert has_shrunk(ids, [*ids[:left], "new-1", "new-2"]) is shrunk


def test_details_are_dealt_to_each_account_in_its_turn():
    needed = [an_instance(f"a{n}", account="a", number=str(n)) for n in range(5)]
    needed += [an_instance("b0", account="b", number="0"), an_instance("c0", account="c", number="0")]
    assert [one.service_name for one in dealt(needed, 4)] == ["a0", "b0", "c0", "a1"]
    assert dealt(needed, 7) == needed
    assert dealt(needed, 0) == []
