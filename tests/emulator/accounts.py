"""Many accounts, each with a key of its own: kept as compact descriptions, and made when they are first asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random
from typing import Any, Final
from zlib import crc32

from tests.emulator.account import Account
from tests.emulator.fault_kinds import parse_fault
from tests.emulator.faults import FaultBook
from tests.emulator.seeding import seeded_account

SITES: Final[Mapping[str, tuple[str, ...]]] = {"public": ("KR",), "gov": ("KR",), "fin": ("FKR",)}
"""Each site, and the regions of an account there that names none."""

STATES: Final[Mapping[str, str]] = {
    "well": "it answers (default)",
    "hanging": "nothing is ever answered",
    "slow": "every answer takes half a second",
    "throttled": "429 to everything",
    "wrong-key": "the secret key that was handed out is not the one that is checked: 401, errorCode 200",
    "wrong-site": "its key is known on another site than the one that was told: 401, errorCode 200",
    "refused-product": "the last of its products may not be called: 401, errorCode 210",
    "empty": "it has no database at all",
    "region-down": "its last region answers 503, errorCode 500",
    "proxy-page": "a proxy's sign-in page under 200",
}
"""What may be the matter with an account of a description."""

_FAULTS: Final[Mapping[str, str]] = {
    "hanging": "hang",
    "slow": "latency,ms=500",
    "throttled": "throttled",
    "proxy-page": "html",
}


def access_key_of(account_id: str) -> str:
    """20 characters, as real ones; the same for the same id."""
    return f"EMU{hashlib.sha256(account_id.encode()).hexdigest()[:17].upper()}"


def secret_key_of(account_id: str) -> str:
    """40 characters."""
    return hashlib.sha256(f"secret of {account_id}".encode()).hexdigest()[:40]


@dataclass(frozen=True, slots=True)
class Description:
    """An account in a few words; the same description gives the same account."""

    id: str
    now: datetime
    """Aware; what the dates of its backups relate to."""
    site: str = "public"
    regions: tuple[str, ...] = ()
    """Empty: those of the site."""
    products: tuple[str, ...] = ("postgresql",)
    instances: int = 3
    """How many databases of each product."""
    profiles: Mapping[str, int] | None = None
    """Instead of *instances*, as in `seeded_account`."""
    state: str = "well"
    faults: tuple[Any, ...] = ()
    """Further faults that strike this account only, as on the command line or as JSON objects."""
    denied: tuple[str, ...] = ()
    not_offered: tuple[str, ...] = ()
    seed: int = 1
    history_days: int = 7

    def __post_init__(self) -> None:
        for value, known in ((self.site, SITES), (self.state, STATES)):
            if value not in known:
                raise ValueError(f"no such site or state: {value}; there are {', '.join(known)}")
        for spec in self.faults:
            parse_fault(spec)

    @property
    def shown_regions(self) -> tuple[str, ...]:
        return self.regions or SITES[self.site]

    def as_json(self) -> dict[str, object]:
        """What whoever is to read the account needs to know."""
        return {
            "id": self.id,
            "site": self.site,
            "regions": list(self.shown_regions),
            "products": list(self.products),
            "state": self.state,
            "access_key_id": access_key_of(self.id),
            "secret_access_key": secret_key_of(self.id),
        }

    def built(self) -> Account:
        """The account itself. ValueError: a profile or product that does not exist."""
        account = seeded_account(
            now=self.now,
            seed=self.seed ^ crc32(self.id.encode()),
            instances=0 if self.state == "empty" else self.instances,
            regions=self.shown_regions,
            profiles={} if self.state == "empty" else self.profiles,
            products=self.products,
            history_days=self.history_days,
            access_key=access_key_of(self.id),
            secret_key=secret_key_of("another" if self.state == "wrong-key" else self.id),
        )
        account.id, account.site = self.id, self.known_on
        account.denied, account.not_offered = set(self.denied), set(self.not_offered)
        if self.state == "refused-product":
            account.denied.add(self.products[-1])
        if specs := self._specs():
            account.faults = FaultBook(self.seed)
            account.faults.replace([parse_fault(spec) for spec in specs])
        return account

    @property
    def known_on(self) -> str:
        """The site that knows its key."""
        if self.state != "wrong-site":
            return self.site
        return next(site for site in SITES if site != self.site)

    def _specs(self) -> list[Any]:
        if self.state == "region-down":
            return [f"gateway-error,code=500,region={self.shown_regions[-1]}", *self.faults]
        return [*([_FAULTS[self.state]] if self.state in _FAULTS else []), *self.faults]


@dataclass
class Accounts:
    """Accounts by id and by key. Descriptions cost some hundred bytes each until their account is asked for."""

    _entries: dict[str, Account | Description] = field(default_factory=dict)
    _ids_by_key: dict[str, str] = field(default_factory=dict)

    def add(self, *accounts: Account | Description) -> None:
        """ValueError: an id or a key that is there already."""
        for account in accounts:
            key = account.access_key if isinstance(account, Account) else access_key_of(account.id)
            if account.id in self._entries or key in self._ids_by_key:
                raise ValueError(f"there is such an account already: {account.id}")
            self._entries[account.id] = account
            self._ids_by_key[key] = account.id

    def clear(self) -> None:
        self._entries.clear()
        self._ids_by_key.clear()

    def __len__(self) -> int:
        return len(self._entries)

    def entries(self) -> Iterator[Account | Description]:
        return iter(list(self._entries.values()))

    def named(self, account_id: str) -> Account:
        """KeyError: there is none of this id."""
        entry = self._entries[account_id]
        if isinstance(entry, Description):
            entry = self._entries[account_id] = entry.built()
        return entry

    def of_key(self, access_key: str, *, site: str) -> Account | None:
        """The account of this key, where *site* knows it."""
        account_id = self._ids_by_key.get(access_key)
        if account_id is None:
            return None
        entry = self._entries[account_id]
        known_on = entry.known_on if isinstance(entry, Description) else entry.site
        return self.named(account_id) if known_on == site else None


def many(
    count: int,
    *,
    now: datetime,
    prefix: str = "account",
    sites: Mapping[str, int] | None = None,
    states: Mapping[str, int] | None = None,
    seed: int = 1,
    **alike: Any,
) -> Iterator[Description]:
    """*count* accounts, `prefix-00001` and on, all *alike* in what else is told.

    *sites*, *states*: how many of them are at which site and in which state, scattered by the seed; the rest is at
    public, and well. ValueError: more of them than accounts.
    """
    random = Random(seed)  # noqa: S311 - repeatable, and nothing secret
    at_sites = _scattered(count, sites or {}, "public", random)
    in_states = _scattered(count, states or {}, "well", random)
    for number, (site, state) in enumerate(zip(at_sites, in_states, strict=True), 1):
        yield Description(f"{prefix}-{number:05d}", now, site=site, state=state, seed=seed, **alike)


def _scattered(count: int, wanted: Mapping[str, int], usual: str, random: Random) -> Sequence[str]:
    chosen = [word for word, times in wanted.items() for _ in range(times)]
    if len(chosen) > count:
        raise ValueError(f"{len(chosen)} of {count} accounts were asked for: {dict(wanted)}")
    chosen += [usual] * (count - len(chosen))
    random.shuffle(chosen)
    return chosen


def described(fields: Mapping[str, Any], *, now: datetime) -> Description:
    """A description from JSON: lists become tuples. ValueError, TypeError: a field that does not exist or is wrong."""
    told = {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
    return replace(Description(str(told.pop("id")), now), **told)
