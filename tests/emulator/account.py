"""What an emulated account owns: plain values that a test builds by hand and may change while it is served."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Final

from tests.emulator.faults import FaultBook

ONE_BACKUP: Final = timedelta(hours=12)
"""Parts that begin within this time of the first one are parts of one backup."""

KST: Final = timezone(timedelta(hours=9), "KST")

ACCESS_KEY: Final = "EMULATORACCESSKEY001"
SECRET_KEY: Final = "emulatorSecretKey0123456789abcdefABCDEF0"
"""The default key pair. Synthetic, and of the length of real ones, so that a leak can be searched for."""


class Shown(Enum):
    """How `Database.last_backup_date` is made, where it is not a literal value."""

    FROM_BACKUPS = "from the newest backup, or left out where there is none"
    LEFT_OUT = "the field is left out"


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup file. Both instants are aware."""

    started_at: datetime
    ended_at: datetime
    size_bytes: int = 10_422_991
    part: str = ""
    """MongoDB: the shard (replica set); MSSQL: the database's name; empty elsewhere."""

    @classmethod
    def at(
        cls,
        ended_at: datetime,
        *,
        took: timedelta = timedelta(minutes=10),
        size_bytes: int = 10_422_991,
        part: str = "",
    ) -> Backup:
        """A backup that ended at *ended_at* and took *took*."""
        return cls(ended_at - took, ended_at, size_bytes, part)


@dataclass
class Database:
    """One instance of any product."""

    instance_no: str
    service_name: str
    backups: list[Backup] = field(default_factory=list)
    """What the detail list shows, oldest first. The newest is what the backup list's row tells of."""
    region: str = "KR"
    created_at: datetime = datetime(2025, 1, 2, 3, 4, 5, tzinfo=KST)
    status: str = "running"
    is_backup: bool = True
    backup_time: str = "02:00"
    """HH:mm in the instance's own zone."""
    backup_type: str = "USER"
    retention_days: int = 7
    zone: timezone = KST
    """The zone that this instance's dates are written in."""
    in_backup_list: bool = True
    in_instance_list: bool = True
    last_backup_date: object = Shown.FROM_BACKUPS
    """`Shown`, or the very value to send (a string, a number, None)."""
    is_ha: bool = False
    extra: dict[str, object] = field(default_factory=dict)
    """Fields that the documents do not know, added to this database's rows."""
    profile: str = "by hand"
    """What the seed meant it to be: healthy, late, stale, ..."""
    product: str = "postgresql"
    """One of `products.DATABASE_PRODUCTS`; what Redis and Valkey are is "cache"."""
    dbms: str = "Redis"
    """Cache: Redis or Valkey. The older API, vredis, shows only Redis."""
    is_automatic: bool = False
    """Whether the slot was assigned by the service (MySQL, MSSQL: at random) and not chosen."""
    under_way_since: datetime | None = None
    """Aware; a backup began then and has no end yet. The operation code is BKP meanwhile."""
    under_way_parts: tuple[str, ...] = ()
    """The parts that are still being backed up; empty: all that there are."""
    manual_backups: list[Backup] = field(default_factory=list)
    """Redis and Cache: backups made by hand, oldest first. Only the manual lists show them."""
    logs_until: datetime | None = None
    """MSSQL, aware: log backups were made every 15 minutes from the oldest full backup until then."""
    generation: str = "G3"

    @property
    def parts(self) -> list[str]:
        """The names of shards or databases, as backups first show them; [""] where there are none."""
        return list(dict.fromkeys(backup.part for backup in self.backups)) or [""]

    def add_backup(self, ended_at: datetime, *, took: timedelta = timedelta(minutes=10)) -> Backup:
        """Add a newest backup of every part that ended at *ended_at*, and show it in the backup list from now on."""
        added = [Backup.at(ended_at, took=took, part=part) for part in self.parts]
        self.backups = [*self.backups, *added]
        self.in_backup_list, self.last_backup_date, self.under_way_since = True, Shown.FROM_BACKUPS, None
        return added[-1]


@dataclass
class Account:
    """Everything behind one key pair."""

    databases: list[Database] = field(default_factory=list)
    regions: tuple[str, ...] = ("KR",)
    """What getRegionList shows; the first is the default of every operation."""
    access_key: str = ACCESS_KEY
    secret_key: str = SECRET_KEY
    denied: set[str] = field(default_factory=set)
    """Operations and products that the key may not call: 401 with code 210."""
    summary_tells: str = "end"
    """Whether lastBackupDate is the newest backup's "end" or its "start"."""
    id: str = "default"
    """What tests, faults and control requests call it; the API knows only keys."""
    site: str = "public"
    """Its keys are known there only."""
    not_offered: set[str] = field(default_factory=set)
    """`product` or `product:REGION` that does not exist there: 404 with code 300."""
    not_subscribed: set[str] = field(default_factory=set)
    """Likewise, what the account has not subscribed to; the dialect says how that is answered."""
    deleted: set[tuple[str, str]] = field(default_factory=set)
    """(product, instance number) of what was there once: MSSQL has a code of its own for it."""
    faults: FaultBook | None = None
    """What strikes this account's requests only, beside the emulator's own faults."""

    def database(self, name_or_no: str, *, product: str | None = None) -> Database:
        """The database of this service name or instance number; KeyError where there is none."""
        for database in self.databases:
            if name_or_no in (database.instance_no, database.service_name) and product in (None, database.product):
                return database
        raise KeyError(name_or_no)

    def in_region(self, region: str, *, product: str | None = None) -> list[Database]:
        """All databases there, or those of *product*."""
        return [
            database for database in self.databases if database.region == region and product in (None, database.product)
        ]


def daily_backups(
    newest_ended_at: datetime, *, count: int, took: timedelta = timedelta(minutes=10), size_bytes: int = 10_422_991
) -> list[Backup]:
    """*count* backups a day apart, oldest first, the last one ended at *newest_ended_at*."""
    return [
        Backup.at(newest_ended_at - timedelta(days=days), took=took, size_bytes=size_bytes)
        for days in reversed(range(count))
    ]
