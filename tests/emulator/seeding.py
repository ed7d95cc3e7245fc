"""Accounts made from a seed: the same seed, number, regions and instant give the same account."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final

from tests.emulator.account import ACCESS_KEY, KST, SECRET_KEY, Account, Backup, Database, Shown

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
) -> Account:
    """An account as it looks at *now* (aware).

    *profiles*: exactly how many of which profile, instead of *instances* in the usual mixture.
    *history_days*: the longest history that any database shows; small makes large accounts quick to build.
    Half of the databases, about, live in the first region. ValueError: a profile that does not exist.
    """
    random = Random(seed)  # noqa: S311 - a repeatable account is wanted, not a secret
    names = _chosen_profiles(random, instances=instances, profiles=profiles)
    first_heavy = [len(regions), *[1] * (len(regions) - 1)]
    databases = []
    for index, profile in enumerate(names):
        database = _blank(random, index=index, region=random.choices(regions, first_heavy)[0], now=now)
        database.profile = profile
        PROFILES[profile](database, random, now, min(history_days, database.retention_days))
        databases.append(database)
    return Account(databases, tuple(regions), access_key, secret_key, summary_tells=summary_tells)


def _chosen_profiles(random: Random, *, instances: int, profiles: Mapping[str, int] | None) -> list[str]:
    if unknown := set(profiles or ()) - set(PROFILES):
        raise ValueError(f"no such profile: {', '.join(sorted(unknown))}; there are {', '.join(PROFILES)}")
    if profiles is not None:
        chosen = [name for name, count in profiles.items() for _ in range(count)]
    else:
        once = list(WEIGHTS)[:instances]
        chosen = once + random.choices(list(WEIGHTS), list(WEIGHTS.values()), k=instances - len(once))
    random.shuffle(chosen)
    return chosen


def _blank(random: Random, *, index: int, region: str, now: datetime) -> Database:
    word = random.choice(KOREAN if random.random() < 0.3 else ENGLISH)
    slot = 0 if random.random() < 0.2 else random.randrange(0, MINUTES_PER_DAY, 15)
    return Database(
        instance_no=str(1_234_000 + 7 * index + random.randrange(7)),
        service_name=f"{word}-{'디비' if ord(word[0]) > 127 else 'db'}-{index:03d}",
        region=region,
        created_at=_whole_seconds(now - timedelta(days=random.randint(40, 900), seconds=random.randrange(86_400))),
        backup_time=_clock_of(slot),
        retention_days=random.choice((1, 7, 7, 7, 10, 14, 30)),
        is_ha=random.random() < 0.15,
    )


def _whole_seconds(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)


def _clock_of(minute_of_day: int) -> str:
    return f"{minute_of_day // 60:02d}:{minute_of_day % 60:02d}"


def _slot_before(instant: datetime, backup_time: str) -> datetime:
    """The last daily slot (HH:mm, KST) that is not after *instant*."""
    hour, minute = backup_time.split(":")
    slot = instant.astimezone(KST).replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    return slot if slot <= instant else slot - timedelta(days=1)


def _backup_of(slot: datetime, random: Random, size_bytes: int) -> Backup:
    """The service starts within 15 minutes of the slot; how long it takes is the database's affair."""
    started_at = slot + timedelta(seconds=random.randrange(15 * 60))
    ended_at = started_at + timedelta(seconds=random.randrange(60, 25 * 60))
    return Backup(started_at, ended_at, size_bytes + random.randrange(size_bytes // 50))


def _history(database: Database, random: Random, last_slot: datetime, days: int) -> list[Backup]:
    """Daily backups up to the one of *last_slot*, oldest first."""
    size_bytes = random.choice((10_422_991, 571_482_767, 48_318_382_080))
    slots = (last_slot - timedelta(days=back) for back in reversed(range(max(days, 1))))
    return [_backup_of(slot, random, size_bytes) for slot in slots if slot > database.created_at]


def _healthy(database: Database, random: Random, now: datetime, days: int) -> None:
    slot = _slot_before(now, database.backup_time)
    backups = _history(database, random, slot, days + 1)
    database.backups = [backup for backup in backups if backup.ended_at <= now][-max(days, 1) :]


def _late(database: Database, random: Random, now: datetime, days: int) -> None:
    """Today's slot was two hours and some minutes ago and nothing came; yesterday's backup ended 25 to 26 h ago."""
    slot = (now - timedelta(minutes=random.randint(124, 128))).astimezone(KST).replace(second=0, microsecond=0)
    database.backup_time = f"{slot:%H:%M}"
    newest = Backup(slot - timedelta(hours=23, minutes=48), slot - timedelta(hours=23, minutes=30))
    database.backups = [*_history(database, random, slot - timedelta(days=2), days - 1)[: days - 1], newest]


def _stale(database: Database, random: Random, now: datetime, days: int) -> None:
    slot = _slot_before(now, database.backup_time) - timedelta(days=random.randint(2, 20))
    database.backups = _history(database, random, slot, days)


def _never(database: Database, random: Random, now: datetime, days: int) -> None:
    """No backup for more than two days of life, shown in each of the ways that the documents leave open."""
    database.created_at = _whole_seconds(now - timedelta(hours=random.randint(50, 900)))
    _show_none(database, random)


def _show_none(database: Database, random: Random) -> None:
    database.backups = []
    database.in_backup_list = random.random() < 0.6
    database.last_backup_date = random.choice((None, "", Shown.LEFT_OUT))


def _disabled(database: Database, random: Random, now: datetime, days: int) -> None:
    _stale(database, random, now, days)
    database.is_backup = False
    if random.random() < 0.5:
        _show_none(database, random)


def _new(database: Database, random: Random, now: datetime, days: int) -> None:
    database.created_at = _whole_seconds(now - timedelta(minutes=random.randint(5, 90)))
    _show_none(database, random)


def _unreadable(database: Database, random: Random, now: datetime, days: int) -> None:
    """A date that nobody can read. Not in the usual mixture: the service is not known to do this."""
    _healthy(database, random, now, days)
    database.last_backup_date = "2026/11/23 02:00"


def _creating(database: Database, random: Random, now: datetime, days: int) -> None:
    _new(database, random, now, days)
    database.status = random.choice(("creating", "settingup"))


def _deleting(database: Database, random: Random, now: datetime, days: int) -> None:
    _stale(database, random, now, days)
    database.status = "deleting"


PROFILES: Final[Mapping[str, Callable[[Database, Random, datetime, int], None]]] = {
    "healthy": _healthy,
    "late": _late,
    "stale": _stale,
    "never": _never,
    "disabled": _disabled,
    "new": _new,
    "creating": _creating,
    "deleting": _deleting,
    "unreadable": _unreadable,
}
