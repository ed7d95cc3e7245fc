"""Accounts made from a seed: the same seed, number, regions and instant give the same account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final

from tests.emulator.account import ACCESS_KEY, SECRET_KEY, Account, Database
from tests.emulator.product_seeding import BLANKS, WEIGHTS_OF, profile_of
from tests.emulator.products import DATABASE_PRODUCTS
from tests.emulator.profiles import PROFILES, clock_of, whole_seconds

WEIGHTS: Final = {
    "healthy": 72,
    "late": 4,
    "stale": 7,
    "never": 4,
    "disabled": 4,
    "new": 4,
    "creating": 2,
    "deleting": 3,
}
"""The usual mixture: how often each profile occurs once every one of them has occurred once."""

ENGLISH: Final = ("orders", "payments", "users", "analytics", "inventory", "sessions", "billing", "catalog", "audit")
KOREAN: Final = ("주문", "결제", "회원", "분석", "재고", "정산", "예약", "감사로그")
MINUTES_PER_DAY: Final = 1440


def seeded_account(
    *,
    now: datetime,
    seed: int = 1,
    instances: int = 24,
    regions: Sequence[str] = ("KR",),
    profiles: Mapping[str, int] | None = None,
    history_days: int = 30,
    summary_tells: str = "end",
    access_key: str = ACCESS_KEY,
    secret_key: str = SECRET_KEY,
    products: Sequence[str] = ("postgresql",),
) -> Account:
    """An account as it looks at *now* (aware).

    *profiles*: exactly how many of which profile of each product, instead of *instances* in the usual mixture of each;
    `mongodb:skipped-day` is of that product alone, whether or not *products* name it.
    *history_days*: the longest history that any database shows; small makes large accounts quick to build.
    Half of the databases, about, live in the first region. ValueError: a profile that does not exist.
    """
    named = {name.partition(":")[0] for name in profiles or () if ":" in name}
    if unknown := {*products, *named} - set(DATABASE_PRODUCTS):
        raise ValueError(f"no such product: {', '.join(sorted(unknown))}; there are {', '.join(DATABASE_PRODUCTS)}")
    databases: list[Database] = []
    for product in dict.fromkeys((*products, *sorted(named))):
        own = None if profiles is None else _profiles_of(product, profiles, is_wanted=product in products)
        random = Random(seed if product == "postgresql" else f"{seed} {product}")  # noqa: S311 - repeatable, not secret
        names = _chosen_profiles(random, WEIGHTS_OF.get(product, WEIGHTS), instances=instances, profiles=own)
        databases += _databases(product, names, random, now=now, regions=regions, history_days=history_days)
    return Account(databases, tuple(regions), access_key, secret_key, summary_tells=summary_tells)


def _profiles_of(product: str, profiles: Mapping[str, int], *, is_wanted: bool) -> dict[str, int]:
    """Those that are named for this product, and with *is_wanted* those that are named for none."""
    chosen = {name: count for name, count in profiles.items() if ":" not in name and is_wanted}
    for name, count in profiles.items():
        owner, _, profile = name.rpartition(":")
        if owner == product:
            chosen[profile] = chosen.get(profile, 0) + count
    if unknown := [name for name in chosen if profile_of(product, name) is None]:
        known = ", ".join([*PROFILES, *(name for name in WEIGHTS_OF.get(product, ()) if name not in PROFILES)])
        raise ValueError(f"no such profile: {', '.join(sorted(unknown))}; there are {known}")
    return chosen


def _databases(
    product: str, names: Sequence[str], random: Random, *, now: datetime, regions: Sequence[str], history_days: int
) -> Iterator[Database]:
    first_heavy = [len(regions), *[1] * (len(regions) - 1)]
    for index, profile in enumerate(names):
        database = _blank(random, index=index, region=random.choices(regions, first_heavy)[0], now=now)
        if product in BLANKS:
            BLANKS[product](database, random, index)
        database.profile = profile
        make = profile_of(product, profile)
        assert make is not None
        make(database, random, now, min(history_days, database.retention_days))
        yield database


def _chosen_profiles(
    random: Random, weights: Mapping[str, int], *, instances: int, profiles: Mapping[str, int] | None
) -> list[str]:
    if profiles is not None:
        chosen = [name for name, count in profiles.items() for _ in range(count)]
    else:
        once = list(weights)[:instances]
        chosen = once + random.choices(list(weights), list(weights.values()), k=instances - len(once))
    random.shuffle(chosen)
    return chosen


def _blank(random: Random, *, index: int, region: str, now: datetime) -> Database:
    word = random.choice(KOREAN if random.random() < 0.3 else ENGLISH)
    slot = 0 if random.random() < 0.2 else random.randrange(0, MINUTES_PER_DAY, 15)
    return Database(
        instance_no=str(1_234_000 + 7 * index + random.randrange(7)),
        service_name=f"{word}-{'디비' if ord(word[0]) > 127 else 'db'}-{index:03d}",
        region=region,
        created_at=whole_seconds(now - timedelta(days=random.randint(40, 900), seconds=random.randrange(86_400))),
        backup_time=clock_of(slot),
        retention_days=random.choice((1, 7, 7, 7, 10, 14, 30)),
        is_ha=random.random() < 0.15,
    )
