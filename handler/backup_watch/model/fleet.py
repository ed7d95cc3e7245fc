"""One run of a fleet: its roll call, and where it keeps what it makes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from backup_watch.model.accounts import Account, Accounts

VERSION = "1.0"
"""Of everything that is kept of a run. What a deployment of another version left does not count."""
RUNS = "runs/"
"""The prefix under which a bucket keeps its runs, and after some days no more."""
NEWEST = "runs/newest.json"
"""The report of the newest finished run."""
CHECKING_SHARE = 0.75
"""Of the interval: what is not checked by then is told as not checked, before the next run begins."""
MAX_CHECKING = timedelta(minutes=45)


class Batch(Struct, frozen=True):
    """Accounts that are checked in one invocation."""

    batch: int
    """Counted from 1."""
    accounts: tuple[Account, ...]


class RollCall(Struct, frozen=True):
    """The plan of one run. Who is in it and has no result was not checked."""

    run: str
    at: datetime
    """The instant of the judgement, of every account the same; aware."""
    until: datetime
    """From here on nothing is read any more; aware."""
    notify: bool | Literal["all"]
    accounts: Accounts
    is_past: bool = False
    """Whether an instant in the past was asked about: then no memory counts, and nothing is measured."""
    version: str = VERSION


def checked_until(clock: datetime, interval: timedelta) -> datetime:
    """Until when a run that began at *clock* may read."""
    return clock + min(CHECKING_SHARE * interval, MAX_CHECKING)


def read_after(at: datetime, clock: datetime) -> datetime:
    """The instant of a reading in a run that judges at *at*: always after it, so that every account is judged alike."""
    return max(clock, at + timedelta.resolution)


def dealt(accounts: Sequence[Account], size: int) -> list[Batch]:
    """*accounts* in batches of *size*; those whose keys are kept in one place come together, so it is read once."""
    together = sorted(accounts, key=_shared_place)
    return [Batch(number, tuple(each)) for number, each in enumerate(_cut(together, size), 1)]


def _shared_place(account: Account) -> tuple[str, str]:
    key = account.key
    return ("", "") if key is None or key.field is None else (key.store, key.name)


def _cut(accounts: Sequence[Account], size: int) -> list[Sequence[Account]]:
    return [accounts[first : first + size] for first in range(0, len(accounts), size)]


def in_run(run: str, name: str) -> str:
    """The key of the object *name* of the run."""
    return f"{RUNS}{run}/{name}"


def result_name(batch: int, accounts: Sequence[Account]) -> str:
    """Where the result of a batch is kept; that of one account alone beside it."""
    alone = f"-{accounts[0].id}" if len(accounts) == 1 else ""
    return f"results/{batch:05}{alone}.json"


def failure_name(account: str) -> str:
    """Where it is kept why an account could not even be checked alone."""
    return f"failed/{account}.json"
