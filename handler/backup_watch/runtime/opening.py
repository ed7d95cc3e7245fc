"""What an account is read with: its client, its source, and the configuration that both follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

import ncloud
from backup_watch.adapters.ncloud_source import NcloudSource, Reader
from backup_watch.config.settings import Settings
from backup_watch.model.accounts import DEFAULT_ACCOUNT, Account, Accounts
from backup_watch.model.instances import Instance, Scope
from backup_watch.model.policy import Policy
from backup_watch.model.readings import FreshWindow, Histories, Reading, Source
from backup_watch.model.report import ReadError
from ncloud.paging.pager import FirstPages
from ncloud.workers import ReadAll
from ncloud.workers import read_all as read_alone

Keys = Callable[[Sequence[Account]], Mapping[str, ncloud.Credentials | ReadError]]
"""Gives the key of each account of a file, or why it has none, by id."""
OnPage = Callable[[ncloud.ListRequest, int, int], None]
"""Told of each page read: its list, how many of the list's pages are read, and how many there are to be."""


def scopes_of(settings: Settings) -> tuple[Scope, ...]:
    """What a check of the one account of *settings* reads."""
    return account_of(settings).scopes


def account_of(settings: Settings) -> Account:
    """The account that *settings* themselves name."""
    return Account(
        id=DEFAULT_ACCOUNT,
        api_url=settings.api_url,
        regions=settings.regions,
        products=settings.products,
        all_products=settings.all_products,
    )


class Configuration(Struct, frozen=True):
    """Valid settings with their policy and accounts; or, in ``errors``, why one of these could not be read."""

    settings: Settings
    policy: Policy
    accounts: Accounts
    now: datetime
    """By which pauses are over or not."""
    errors: tuple[ReadError, ...] = ()

    @property
    def are_accounts_known(self) -> bool:
        """False: there is an accounts file, and it could not be read."""
        return self.accounts.from_file or not self.settings.has_accounts_file

    @property
    def present(self) -> tuple[Account, ...]:
        """The accounts that are read."""
        return self.accounts.present(now=self.now)


class UnavailableSource:
    """The source where the lists cannot even be requested: reads nothing, and says why."""

    def __init__(self, errors: Sequence[ReadError]) -> None:
        self._errors = tuple(errors)

    def read(self, scopes: Sequence[Scope], fresh_window: FreshWindow | None = None) -> Reading:  # noqa: ARG002  the protocol
        """Nothing, and why."""
        return Reading((), self._errors)

    def histories(self, instances: Sequence[Instance]) -> Histories:  # noqa: ARG002  the same
        """Nothing, and why."""
        return Histories({}, self._errors)


def source_of(account: Account, client: Reader, settings: Settings, *, deadline: float) -> Source:
    """The source that reads *account* through *client*."""
    return NcloudSource(
        client,
        with_instances=settings.check_instances,
        deadline=deadline,
        may_lack_products=account.all_products,
    )


def client_of(
    account: Account,
    credentials: ncloud.Credentials,
    settings: Settings,
    *,
    on_page: OnPage | None = None,
    read_all: ReadAll = read_alone,
    first_pages: FirstPages | None = None,
) -> ncloud.Client:
    """A client for *account*; *read_all* and *first_pages* are what the clients of many accounts share."""
    return ncloud.Client(
        credentials,
        base_url=account.api_url,
        page_size=settings.page_size,
        max_concurrency=settings.max_concurrency,
        on_page=on_page,
        read_all=read_all,
        first_pages=first_pages,
    )
