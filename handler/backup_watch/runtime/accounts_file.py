"""Several accounts: their file from where it is kept, their keys, and one source for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

import ncloud
from backup_watch.adapters.account_keys import read_keys
from backup_watch.adapters.accounts_source import MAX_REQUESTS, AccountsSource, BoundedTime
from backup_watch.adapters.aws import Aws, PolicyUnreadable
from backup_watch.checking.account_list import remembered_ids
from backup_watch.checking.accounts import has_shrunk
from backup_watch.config.accounts_settings import AccountsPlace, too_many
from backup_watch.config.accounts_toml import parse_accounts
from backup_watch.config.problems import AwsFailure, Problem, SettingsError
from backup_watch.config.settings import Settings
from backup_watch.model.accounts import Accounts
from backup_watch.model.memory import Recalled
from backup_watch.model.policy import glob_matches
from backup_watch.model.readings import Source
from backup_watch.model.report import ReadError
from backup_watch.runtime.opening import client_of, source_of
from ncloud.shared import SharedWorkers

if TYPE_CHECKING:
    from backup_watch.runtime.opening import Configuration, Keys, OnPage


class AccountsRead(Struct, frozen=True):
    """The accounts of a file; or what is wrong with it, or why it could not be read."""

    accounts: Accounts | None = None
    problems: Sequence[Problem] = ()
    errors: tuple[ReadError, ...] = ()


def read_accounts(
    settings: Settings, aws: Aws, *, now: datetime, most_at_once: bool = True, only: str | None = None
) -> AccountsRead:
    """The accounts that *settings* name, of these the ones that the glob *only* matches.

    *most_at_once*: all are to be read in one invocation, which not all can be.
    """
    place = settings.accounts_place
    if place is None:
        return _chosen(settings.accounts, (), only)  # given inline, and checked with the settings
    try:
        text = _text(place, aws)
    except (PolicyUnreadable, AwsFailure, UnicodeDecodeError) as error:
        why = "it is no text in UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        return AccountsRead(errors=(ReadError("readAccounts", "AccountsUnreadable", f"{place.source}: {why}"),))
    accounts, problems = parse_accounts(text, now=now, source=place.source)
    chosen = _chosen(accounts, problems, only)
    if not chosen.problems and chosen.accounts is not None and most_at_once:
        of_fleet = place.bucket is not None
        return AccountsRead(chosen.accounts, too_many(chosen.accounts, place.source, now=now, of_fleet=of_fleet))
    return chosen


def _chosen(accounts: Accounts | None, problems: Sequence[Problem], only: str | None) -> AccountsRead:
    if accounts is None or problems or only is None:
        return AccountsRead(accounts, problems)
    chosen = tuple(account for account in accounts.all if glob_matches(only, account.id))
    if not chosen:
        return AccountsRead(
            accounts, [Problem("account", only, "an id of the accounts file, or a glob that matches one")]
        )
    return AccountsRead(replace(accounts, all=chosen))


def refuse_shrunk(accounts: Accounts, recalled: Mapping[str, Recalled]) -> None:
    """Raises ``SettingsError`` where the file names fewer than half of the accounts that it named before."""
    before = remembered_ids(recalled)
    if accounts.shrink_ok or not has_shrunk(before, accounts.ids):
        return
    number = f"{len(accounts.ids)} accounts"
    allowed = f"half at least of the {len(before)} that there were; or shrink_ok = true, for as long as it takes"
    raise SettingsError([Problem("accounts file", number, allowed)])


def _text(place: AccountsPlace, aws: Aws) -> str:
    return aws.parameter(place.name) if place.bucket is None else aws.object_text(place.bucket, place.name)


def open_accounts(
    loaded: Configuration, aws: Aws, *, deadline: float, on_page: OnPage | None = None, keys: Keys | None = None
) -> tuple[Source, tuple[ncloud.Client, ...]]:
    """The source of all accounts that are to be read, and their clients; one account behaves as one account."""
    present = loaded.present
    found = keys(present) if keys is not None else read_keys(present, aws, deadline=deadline)
    shared: dict[str, Any] = {"read_all": SharedWorkers(MAX_REQUESTS).read_all, "first_pages": set()}
    settings, errors = loaded.settings, []
    clients: dict[str, ncloud.Client] = {}
    sources: dict[str, Source] = {}
    for account in present:
        key = found[account.id]
        if isinstance(key, ReadError):
            errors.append(key)
            continue
        client = clients[account.id] = client_of(
            account, key, settings, on_page=on_page, **{} if len(present) == 1 else shared
        )
        seconds = float("inf") if len(present) == 1 else settings.account_seconds
        bounded = BoundedTime(client, seconds=seconds)
        sources[account.id] = source_of(account, bounded, settings, deadline=deadline)
    return AccountsSource(sources, errors), tuple(clients.values())
