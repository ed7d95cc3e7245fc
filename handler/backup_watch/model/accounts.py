"""The accounts that a run is about: what is read of each, and where its key is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from backup_watch.model.instances import Scope

DEFAULT_ACCOUNT = "default"
"""The id of the only account, where there is no accounts file."""
MAX_PRESENT = 200
"""So many accounts are read in one invocation; more need the fleet."""


class KeyStore(StrEnum):
    """What keeps the key of an account."""

    PARAMETER = "parameter"
    """SSM."""
    SECRET = "secret"  # noqa: S105  the name of the kind, not of a secret
    """Secrets Manager."""
    PROFILE = "profile"
    """The command's own configuration file."""


class KeyPlace(Struct, frozen=True):
    """Where a key is kept. Never the key."""

    store: KeyStore
    name: str
    field: str | None = None
    """Which of many in a JSON object. None: the text is one key."""

    def __str__(self) -> str:
        return self.name if self.field is None else f"{self.name}#{self.field}"


class Pause(Struct, frozen=True):
    """Keeps an account from being read until an instant."""

    until: datetime
    """Aware; the first instant that is not paused any more."""
    reason: str
    owner: str


class Account(Struct, frozen=True):
    """One Ncloud account."""

    id: str
    api_url: str
    regions: tuple[str, ...]
    products: tuple[str, ...]
    all_products: bool = False
    """Whether ``all`` was asked for: what is not offered is skipped then, and said."""
    key: KeyPlace | None = None
    """None: the key that the settings name."""
    name: str | None = None
    """For people. None: the id is all there is."""
    may_be_empty: bool = False
    """Whether it is no news that there is no database at all."""
    group: str | None = None
    """Who is told. None: no group of its own."""
    pause: Pause | None = None
    """None: never paused. It may be over."""

    def is_paused(self, *, now: datetime) -> bool:
        """Whether it is not to be read at *now*."""
        return self.pause is not None and now < self.pause.until

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """What is read of it."""
        return tuple(Scope(self.id, product, region) for product in self.products for region in self.regions)


class Accounts(Struct, frozen=True):
    """All accounts of a run, in the order of their file."""

    all: tuple[Account, ...]
    from_file: bool = False
    """False: there is one, and it stands in the settings."""
    shrink_ok: bool = False
    """Whether the file may name fewer than half of the accounts that it named before."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The id of each."""
        return tuple(account.id for account in self.all)

    @property
    def groups(self) -> Mapping[str, str]:
        """The group of each account that has one, by id."""
        return {account.id: account.group for account in self.all if account.group is not None}

    @property
    def pauses(self) -> Mapping[str, Pause]:
        """The pause of each account that has one, be it over, by id."""
        return {account.id: account.pause for account in self.all if account.pause is not None}

    def present(self, *, now: datetime) -> tuple[Account, ...]:
        """Those that are to be read at *now*."""
        return tuple(account for account in self.all if not account.is_paused(now=now))

    def scopes(self, *, now: datetime) -> tuple[Scope, ...]:
        """What is to be read at *now*."""
        return scopes_of(self.present(now=now))


def scopes_of(accounts: Sequence[Account]) -> tuple[Scope, ...]:
    """What is read of *accounts*."""
    return tuple(scope for account in accounts for scope in account.scopes)
