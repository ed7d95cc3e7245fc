"""Several accounts: their file from where it is kept, their keys, and one source for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

import ncloud
from backup_watch.adapters.account_keys import read_keys
from backup_watch.adapters.accounts_source import MAX_REQUESTS, AccountsSource, BoundedTime
from backup_watch.adapters.aws import Aws, PolicyUnreadable
from backup_watch.config.accounts_settings import AccountsPlace, too_many
from backup_watch.config.accounts_toml import parse_accounts
from backup_watch.config.problems import AwsFailure, Problem
from backup_watch.config.settings import Settings
from backup_watch.model.accounts import Accounts
from backup_watch.model.readings import Source
from backup_watch.model.report import ReadError
from backup_watch.runtime.loading import client_of, source_of
from ncloud.shared import SharedWorkers

if TYPE_CHECKING:
    from backup_watch.runtime.loading import Configuration, Keys, OnPage


class AccountsRead(Struct, frozen=True):
    """The accounts of a file; or what is wrong with it, or why it could not be read."""

    accounts: Accounts | None = None
    problems: Sequence[Problem] = ()
    errors: tuple[ReadError, ...] = ()


def read_accounts(settings: Settings, aws: Aws, *, now: datetime, most_at_once: bool = True) -> AccountsRead:
    """The accounts that *settings* name. *most_at_once*: all are to be read in one invocation, which not all can be."""
    place = settings.accounts_place
    if place is None:
        return AccountsRead(settings.accounts)  # given inline, and checked with the settings
    operation = "GetParameter" if place.bucket is None else "GetObject"
    try:
        text = _text(place, aws)
    except (PolicyUnreadable, AwsFailure, UnicodeDecodeError) as error:
        why = "it is no text in UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        return AccountsRead(errors=(ReadError(operation, "AccountsUnreadable", f"{place.source}: {why}"),))
    accounts, problems = parse_accounts(text, now=now, source=place.source)
    if not problems and most_at_once:
        problems = too_many(accounts, place.source, now=now)
    return AccountsRead(accounts, problems)


def _text(place: AccountsPlace, aws: Aws) -> str:
    return aws.parameter(place.name) if place.bucket is None else aws.object_text(place.bucket, place.name)


def open_accounts(
    loaded: Configuration, aws: Aws, *, deadline: float, on_page: OnPage | None = None, keys: Keys | None = None
) -> tuple[Source, tuple[ncloud.Client, ...]]:
    """The source of all accounts that are to be read, and their clients; one account behaves as one account."""
    present = loaded.present
    found = keys(present) if keys is not None else read_keys(present, aws, deadline=deadline)
    workers = SharedWorkers(MAX_REQUESTS)
    settings, errors = loaded.settings, []
    clients: dict[str, ncloud.Client] = {}
    sources: dict[str, Source] = {}
    for account in present:
        key = found[account.id]
        if isinstance(key, ReadError):
            errors.append(key)
            continue
        client = clients[account.id] = client_of(
            account, key, settings, on_page=on_page, **{} if len(present) == 1 else {"read_all": workers.read_all}
        )
        seconds = float("inf") if len(present) == 1 else settings.account_seconds
        bounded = BoundedTime(client, seconds=seconds)
        sources[account.id] = source_of(account, bounded, settings, deadline=deadline)
    return AccountsSource(sources, errors), tuple(clients.values())
