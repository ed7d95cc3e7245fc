"""The databases that the local stack watches: some dozens, with an outage of every kind at its most telling moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from tests.emulator import KST, Account, Database, Shown, daily_backups, seeded_account

SEED: Final = 20261123
REGIONS: Final = ("KR", "SGN")
PRODUCTS: Final = ("postgresql", "mysql", "mssql")
"""What the stack watches."""
OTHERS: Final = {"mysql:healthy": 5, "mysql:stale": 1, "mssql:healthy": 3, "mssql:dropped-database": 1}
"""The databases of the other products, by profile."""
HEALTHY_NAMES: Final = (
    "payments-main", "회원-서비스", "inventory-main", "주문-이력", "users-profile", "search-index", "알림-발송",
    "billing-invoices", "예약-원장", "sessions-main", "배송-추적", "catalog-main", "reviews", "쿠폰-발급", "pricing",
    "audit-trail", "상품-전시", "notifications", "geo-places", "정산-이력", "coupons-legacy-v1", "loyalty", "고객-상담",
    "media-assets", "fraud-signals", "물류-창고", "scheduler", "feature-flags", "통계-일별", "identity", "events",
    "mobile-push",
)  # fmt: skip
POLICY: Final = """\
[[rule]]
match = "analytics-*"
max_age = "8d"
grace = "8d"

[[mute]]
match = "legacy-crm"
until = {mute_until}
reason = "being retired"
owner = "dba@example.com"

[expect]
names = ["orders-*", "ledger-*"]
"""


def policy(*, now: datetime) -> str:
    """The stack's policy (TOML): a rule for what is backed up weekly, a mute, and a roll call that is not met."""
    return POLICY.format(mute_until=(now + timedelta(days=30)).replace(microsecond=0).isoformat())


def account(*, now: datetime) -> Account:
    """The account as it looks at *now*: the same every time, relative to it."""
    made = seeded_account(now=now, seed=SEED, profiles={"healthy": len(HEALTHY_NAMES)}, regions=REGIONS)
    for database, name in zip(made.databases, HEALTHY_NAMES, strict=True):
        database.service_name = name
    made.databases += [*_late_and_stale(now), *_never_had_one(now), *_not_to_be_judged_by_age(now)]
    others = seeded_account(now=now, seed=SEED, profiles=OTHERS, regions=REGIONS, products=())
    made.databases += others.databases
    return made


def _hours(count: float) -> timedelta:
    return timedelta(hours=count)


def _database(number: int, name: str, *, slot_at: datetime, region: str = "KR", **facts: object) -> Database:
    """A database whose daily slot is at the time of day of *slot_at*."""
    made = Database(str(1_300_000 + number), name, region=region, backup_time=f"{slot_at.astimezone(KST):%H:%M}")
    for field, value in facts.items():
        setattr(made, field, value)
    return made


def _with_backups(number: int, name: str, *, newest: datetime, slot_before: timedelta, **facts: object) -> Database:
    """One with seven daily backups; the newest ended at *newest*, which was *slot_before* after its slot."""
    ended_at = newest.replace(microsecond=0)
    facts = {"backups": daily_backups(ended_at, count=7, size_bytes=2_571_482_767), "profile": "stale"} | facts
    return _database(number, name, slot_at=ended_at - slot_before, **facts)


def _late_and_stale(now: datetime) -> Iterator[Database]:
    """What began, worsened, goes on and ended within the last hour."""
    soon = timedelta(minutes=12)
    yield _with_backups(1, "orders-primary", newest=now - _hours(30.4), slot_before=soon)
    yield _with_backups(2, "결제-원장", newest=now - _hours(30.6), slot_before=_hours(1.5))
    yield _with_backups(3, "users-replica", newest=now - _hours(78.3), slot_before=soon, region="SGN")
    yield _with_backups(4, "audit-archive", newest=now - _hours(228), slot_before=soon)
    yield _with_backups(5, "예약-시스템", newest=now - _hours(25.6), slot_before=timedelta(minutes=30), profile="late")
    yield _with_backups(6, "carts", newest=now - _hours(25.3), slot_before=_hours(2), region="SGN", profile="late")
    yield _with_backups(7, "legacy-crm", newest=now - _hours(500), slot_before=soon)
    yield _with_backups(8, "analytics-warehouse", newest=now - _hours(70), slot_before=soon, profile="weekly")
    settled = _with_backups(9, "정산-배치", newest=now - _hours(55), slot_before=soon, profile="healthy")
    settled.add_backup((now - _hours(0.35)).replace(microsecond=0))
    yield settled


def _never_had_one(now: datetime) -> Iterator[Database]:
    none = {"backups": [], "in_backup_list": False, "last_backup_date": Shown.LEFT_OUT}
    ages = {"inventory-staging": (2.4, "never"), "catalog-v2": (0.6, "new"), "billing-next": (0.2, "creating")}
    for number, (name, (hours, profile)) in enumerate(ages.items(), 11):
        database = _database(number, name, slot_at=now + _hours(9), created_at=now - _hours(hours), **none)
        database.profile, database.status = profile, "creating" if profile == "creating" else "running"
        yield database


def _not_to_be_judged_by_age(now: datetime) -> Iterator[Database]:
    soon = timedelta(minutes=12)
    yield _with_backups(21, "reports-sandbox", newest=now - _hours(120), slot_before=soon, is_backup=False)
    yield _with_backups(22, "campaigns-old", newest=now - _hours(300), slot_before=soon, status="deleting")
    unreadable = f"{(now - _hours(8)).astimezone(KST):%Y-%m-%d %H:%M}"
    yield _with_backups(23, "sessions-cache", newest=now - _hours(8), slot_before=soon, last_backup_date=unreadable)
