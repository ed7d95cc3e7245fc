"""How a database of each kind looks: healthy, late, stale, never backed up, ... (whatever the product)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Final

from tests.emulator.account import KST, Backup, Database, Shown


def whole_seconds(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)


def clock_of(minute_of_day: int) -> str:
    return f"{minute_of_day // 60:02d}:{minute_of_day % 60:02d}"


def slot_before(instant: datetime, backup_time: str) -> datetime:
    """The last daily slot (HH:mm, KST) that is not after *instant*."""
    hour, minute = backup_time.split(":")
    slot = instant.astimezone(KST).replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    return slot if slot <= instant else slot - timedelta(days=1)


def _backup_of(slot: datetime, random: Random, size_bytes: int) -> Backup:
    """The service starts within 15 minutes of the slot; how long it takes is the database's affair."""
    started_at = slot + timedelta(seconds=random.randrange(15 * 60))
    ended_at = started_at + timedelta(seconds=random.randrange(60, 25 * 60))
    return Backup(started_at, ended_at, size_bytes + random.randrange(size_bytes // 50))


def history(database: Database, random: Random, last_slot: datetime, days: int) -> list[Backup]:
    """Daily backups up to the one of *last_slot*, oldest first."""
    size_bytes = random.choice((10_422_991, 571_482_767, 48_318_382_080))
    slots = (last_slot - timedelta(days=back) for back in reversed(range(max(days, 1))))
    return [_backup_of(slot, random, size_bytes) for slot in slots if slot > database.created_at]


def _healthy(database: Database, random: Random, now: datetime, days: int) -> None:
    slot = slot_before(now, database.backup_time)
    backups = history(database, random, slot, days + 1)
    database.backups = [backup for backup in backups if backup.ended_at <= now][-max(days, 1) :]


def _late(database: Database, random: Random, now: datetime, days: int) -> None:
    """Today's slot was two hours and some minutes ago and nothing came; yesterday's backup ended 25 to 26 h ago."""
    slot = (now - timedelta(minutes=random.randint(124, 128))).astimezone(KST).replace(second=0, microsecond=0)
    database.backup_time = f"{slot:%H:%M}"
    newest = Backup(slot - timedelta(hours=23, minutes=48), slot - timedelta(hours=23, minutes=30))
    database.backups = [*history(database, random, slot - timedelta(days=2), days - 1)[: days - 1], newest]


def _stale(database: Database, random: Random, now: datetime, days: int) -> None:
    slot = slot_before(now, database.backup_time) - timedelta(days=random.randint(2, 20))
    database.backups = history(database, random, slot, days)


def _never(database: Database, random: Random, now: datetime, days: int) -> None:
    """No backup for more than two days of life, shown in each of the ways that the documents leave open."""
    database.created_at = whole_seconds(now - timedelta(hours=random.randint(50, 900)))
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
    database.created_at = whole_seconds(now - timedelta(minutes=random.randint(5, 90)))
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
