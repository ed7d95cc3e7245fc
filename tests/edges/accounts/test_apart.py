"""Nothing of one account costs another: not its key, its time, its size, nor a defect."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

import ncloud
from backup_watch.adapters.accounts_source import AccountsSource
from backup_watch.model.instances import Scope
from backup_watch.model.readings import Histories, Reading
from backup_watch.model.report import ReadError
from backup_watch.model.vocabulary import Severity
from tests.builders import an_instance
from tests.edges.accounts.fleet import QUICK, accounts_file, checked_together, key_of
from tests.edges.ncloud.reader import at_most
from tests.emulator import Emulator, many

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(ncloud, "Client", partial(ncloud.Client, **QUICK))


def test_accounts_that_hang_past_their_share_leave_the_others_whole():
    accounts = list(many(30, now=NOW, regions=("KR", "SGN"), states={"hanging": 12}))
    with Emulator(others=accounts) as emulator, at_most(12):
        report = checked_together(accounts_file(accounts, emulator), ACCOUNT_SECONDS="2", MAX_CONCURRENCY="8")
    unread = {error.account for error in report.errors}
    assert unread == {one.id for one in accounts if one.state == "hanging"}
    assert all(report.counts.accounts[one.id] for one in accounts if one.state == "well")


def test_a_missing_key_is_its_accounts_error_and_nobody_elses():
    accounts = list(many(5, now=NOW))
    gone = accounts[2].id

    def keys(asked):
        error = ReadError("GetParameters", "SecretUnreadable", "NotFound", account=gone)
        return {one.id: error if one.id == gone else key_of(one.id) for one in asked}

    with Emulator(others=accounts) as emulator:
        report = checked_together(accounts_file(accounts, emulator), given_keys=keys)
    [error] = report.errors
    assert (error.account, error.kind) == (gone, "SecretUnreadable")
    assert report.counts.accounts[gone] == 0
    assert sum(number > 0 for number in report.counts.accounts.values()) == 4


def test_one_account_of_a_file_behaves_as_one_account():
    [one] = many(1, now=NOW, states={"empty": 1})
    with Emulator(others=[one]) as emulator:
        report = checked_together(accounts_file([one], emulator), ACCOUNT_SECONDS="1")
    assert (report.severity, report.complete, report.is_empty) == (Severity.UNKNOWN, True, True)
    assert (report.empty_accounts, report.is_empty_said) == ((), False)


@pytest.mark.parametrize(("says", "empty", "severity"), [("", 2, Severity.UNKNOWN), ("may_be_empty = true\n", 0, None)])
def test_an_account_without_databases_is_news_unless_it_may_be_empty(says, empty, severity):
    accounts = list(many(4, now=NOW, states={"empty": 2}, profiles={"healthy": 2}))
    with Emulator(others=accounts) as emulator:
        report = checked_together(accounts_file(accounts, emulator, extra=f"[defaults]\n{says}"))
    assert len(report.empty_accounts) == empty
    assert report.complete
    assert report.severity is (severity or Severity.OK)


def test_a_paused_account_is_not_read_and_is_named():
    accounts = list(many(3, now=NOW, profiles={"healthy": 1}))
    until = {"over": NOW - timedelta(minutes=1), "paused": NOW + timedelta(days=30)}
    pause = 'paused_until = {}\nreason = "r"\nowner = "o"\n'
    with Emulator(others=accounts) as emulator:
        text = accounts_file(accounts, emulator)
        paused = checked_together(text + pause.format(until["paused"].isoformat()))
        assert accounts[2].id not in {recorded.account for recorded in emulator.requests}
        over = checked_together(text + pause.format(until["over"].isoformat()))
    assert set(over.counts.accounts) == {one.id for one in accounts}
    assert set(paused.counts.accounts) == {one.id for one in accounts[:2]}
    assert [notice.code for notice in paused.notices] == ["account-paused"]
    assert [notice.code for notice in over.notices] == ["pause-over"]


class Source:
    """Reads what it was made with, or fails."""

    def __init__(self, reading: Reading | None) -> None:
        self._reading = reading

    def read(self, scopes, fresh_window=None):
        if self._reading is None:
            raise ZeroDivisionError("a defect")
        return self._reading

    def histories(self, instances):
        if self._reading is None:
            raise ZeroDivisionError("a defect")
        return Histories({one.id: one.backups_at for one in instances})


def test_a_defect_in_the_reading_of_one_account_is_that_accounts_error(capsys):
    scopes = [Scope(name, "postgresql", "KR") for name in ("a", "b", "c")]
    well = {name: Source(Reading((an_instance(name),))) for name in ("a", "c")}
    source = AccountsSource(well | {"b": Source(None)}, [ReadError("key", "SecretUnreadable", "no", account="d")])
    reading = source.read(scopes)
    assert [one.service_name for one in reading.instances] == ["a", "c"]
    assert [(error.account, error.kind) for error in reading.errors] == [
        ("d", "SecretUnreadable"),
        ("b", "ClientDefect"),
    ]
    assert "ZeroDivisionError" in capsys.readouterr().out
