"""Where several accounts are given: inline, in an SSM parameter, or in an object of the bucket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct

from backup_watch.config import parsers
from backup_watch.config.fields import Fields
from backup_watch.config.problems import Problem
from backup_watch.model.accounts import MAX_PRESENT, Accounts

ACCOUNTS_VARIABLES = ("ACCOUNTS", "ACCOUNTS_PARAMETER", "ACCOUNTS_OBJECT")
"""Where several accounts may be given; one of the three."""


class AccountsPlace(Struct, frozen=True):
    """Where the accounts file is kept."""

    variable: Literal["ACCOUNTS_PARAMETER", "ACCOUNTS_OBJECT"]
    name: str
    """The name of the SSM parameter, or the key of the object."""
    bucket: str | None = None
    """Of the object."""

    @property
    def source(self) -> str:
        """How problems of the file are named."""
        return f"{self.variable} {self.name}"


def inline_accounts(read: Fields, *, now: datetime, not_beside: Sequence[str], profiles: bool) -> Accounts | None:
    """The accounts of the variable ``ACCOUNTS``; the variables *not_beside* are refused beside any accounts file."""
    given = [name for name in ACCOUNTS_VARIABLES if name in read]
    if not given:
        return None
    for name in given[1:]:
        read.refuse(name, None, f"not together with {given[0]}: give one of {', '.join(ACCOUNTS_VARIABLES)}")
    for name in not_beside:
        if name in read:
            read.refuse(name, None, f"not together with {given[0]}: its value moves into the accounts file")
    if "ACCOUNTS" not in read:
        return None
    from backup_watch.config.accounts_toml import parse_accounts  # most installations have one account

    accounts, problems = parse_accounts(read.values["ACCOUNTS"], now=now, profiles=profiles)
    read.problems.extend(problems or too_many(accounts, "ACCOUNTS", now=now))
    return accounts


def accounts_place(read: Fields) -> AccountsPlace | None:
    """Where the accounts file is kept; None: they are given inline, or there is one account."""
    parameter = read.get("ACCOUNTS_PARAMETER", parsers.PARAMETER_NAME)
    key, bucket = read.get("ACCOUNTS_OBJECT", parsers.OBJECT_KEY), read.get("RUNS_BUCKET", parsers.BUCKET)
    if "ACCOUNTS_OBJECT" in read and "RUNS_BUCKET" not in read:
        read.refuse("RUNS_BUCKET", None, "required beside ACCOUNTS_OBJECT: the bucket that holds it")
    if "ACCOUNTS" in read:
        return None
    if parameter is not None:
        return AccountsPlace("ACCOUNTS_PARAMETER", parameter)
    return None if key is None or bucket is None else AccountsPlace("ACCOUNTS_OBJECT", key, bucket)


def too_many(accounts: Accounts, source: str, *, now: datetime, of_fleet: bool = False) -> list[Problem]:
    """What is wrong with *accounts* where all are to be read in one invocation at *now*.

    *of_fleet*: they are a fleet's, which only its state machine can check as a whole.
    """
    number = len(accounts.present(now=now))
    if number <= MAX_PRESENT:
        return []
    how = "deploy with Fleet=true, and ACCOUNTS_OBJECT"
    if of_fleet:
        how = "its state machine checks them; here name some of them by account"
    allowed = f"at most {MAX_PRESENT} accounts in one invocation; more need the fleet: {how}"
    return [Problem(f"{source} account", str(number), allowed)]
