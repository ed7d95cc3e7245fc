"""What makes a database one of its product: parts, retention, schedule, and the kinds of trouble of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

from tests.emulator.account import KST, Backup, Database
from tests.emulator.profiles import PROFILES, clock_of, history, slot_before, whole_seconds

Make = Callable[[Database, Random, datetime, int], None]

NUMBERS: Final = {"mysql": 1_000_000, "mongodb": 2_000_000, "mssql": 3_000_000, "cache": 4_000_000}
"""Added to the instance numbers, so that no two products of a seeded account share one."""

SUFFIXES: Final = {"mysql": "mysql", "mongodb": "mongo", "mssql": "mssql", "cache": "cache"}
MSSQL_DATABASES: Final = ("master", "model", "msdb", "orders")

SPECIAL_PROFILES: Final = {
    "mysql:random-slot": "an automatic schedule: backed up daily at a time that the service chose, to the minute",
    "mongodb:skipped-day": "yesterday's backup ran so long that today's was skipped: healthy, newest 25 h to 47 h old",
    "mongodb:late-shard": "today's backup lacks its last shard, which is still under way",
    "mssql:old-full-fresh-logs": "log backups every 15 minutes up to now, full backups ended days ago",
    "mssql:dropped-database": "one database was dropped: its old rows stay, all the others are backed up daily",
    "cache:one-day": "one day is kept: a healthy instance with one detail row",
    "cache:after-outage": "one day is kept and nothing came for days: a date in the list, and no detail row",
    "cache:manual-only": "a fresh backup by hand, and a schedule that stopped days ago",
    "cache:valkey": "healthy, and Valkey: vredis does not know it",
    "cache:cluster": "healthy, backupType CLUSTER with three shards",
    "under-way": "yesterday's backup is there, and today's has begun and not ended (any product)",
}
"""Profiles beside those of every product, with the product that knows them."""


def _rename(database: Database, product: str) -> None:
    database.product = product
    database.instance_no = str(int(database.instance_no) + NUMBERS[product])
    word = database.service_name.split("-")[0]
    database.service_name = f"{word}-{SUFFIXES[product]}-{database.service_name.rpartition('-')[2]}"


def _mysql(database: Database, random: Random, index: int) -> None:
    _rename(database, "mysql")
    database.generation = random.choice(("G2", "G3"))


def _mongodb(database: Database, random: Random, index: int) -> None:
    _rename(database, "mongodb")
    database.is_ha = False


def _mssql(database: Database, random: Random, index: int) -> None:
    _rename(database, "mssql")


def _cache(database: Database, random: Random, index: int) -> None:
    _rename(database, "cache")
    database.retention_days = random.choice((1, 1, 3, 7))
    database.dbms = "Valkey" if random.random() < 0.3 else "Redis"


BLANKS: Final[Mapping[str, Callable[[Database, Random, int], None]]] = {
    "mysql": _mysql,
    "mongodb": _mongodb,
    "mssql": _mssql,
    "cache": _cache,
}
"""What a blank database becomes before its profile is applied."""


def _in_parts(backup: Backup, names: tuple[str, ...]) -> list[Backup]:
    """One row for each part: one after the other, a minute apart, the last one ends with the backup."""
    count = len(names)
    return [
        replace(
            backup,
            started_at=backup.started_at + timedelta(seconds=min(5 * place, 40)),
            ended_at=backup.ended_at - timedelta(seconds=2 * (count - 1 - place)),
            size_bytes=backup.size_bytes // count,
            part=name,
        )
        for place, name in enumerate(names)
    ]


def _split(database: Database, random: Random) -> None:
    """Give the backups the parts that their product has."""
    if database.product == "mongodb":
        shards = random.choice((1, 1, 2, 3))
        names = tuple(f"{database.instance_no}-shard{number}" for number in range(1, shards + 1))
    elif database.product == "mssql":
        names = MSSQL_DATABASES
    else:
        return
    database.backups = [part for backup in database.backups for part in _in_parts(backup, names)]


def _with_logs(database: Database, now: datetime) -> None:
    if database.product == "mssql" and database.backups:
        database.logs_until = now if database.profile in ("healthy", "late") else database.backups[-1].ended_at


def _usual(make: Make) -> Make:
    """A profile of every product, with the parts that this one's backups have."""

    def made(database: Database, random: Random, now: datetime, days: int) -> None:
        make(database, random, now, days)
        _split(database, random)
        _with_logs(database, now)

    return made


def _random_slot(database: Database, random: Random, now: datetime, days: int) -> None:
    database.is_automatic = True
    database.backup_time = clock_of(random.randrange(1440))
    PROFILES["healthy"](database, random, now, days)


def _skipped_day(database: Database, random: Random, now: datetime, days: int) -> None:
    """Yesterday's backup began in its slot and was still running when today's slot came."""
    slot = slot_before(now - timedelta(minutes=45), database.backup_time)
    earlier = history(database, random, slot - timedelta(days=2), max(days, 3))
    began = slot - timedelta(days=1) + timedelta(minutes=random.randrange(1, 15))
    long_one = Backup(began, whole_seconds(slot + timedelta(minutes=random.randrange(5, 40))), 48_318_382_080)
    database.retention_days = max(database.retention_days, 3)
    database.backups = [*earlier, long_one]
    _split(database, random)


def _late_shard(database: Database, random: Random, now: datetime, days: int) -> None:
    database.retention_days = max(database.retention_days, 2)
    slot = slot_before(now - timedelta(hours=1), database.backup_time)
    names = tuple(f"{database.instance_no}-shard{number}" for number in (1, 2, 3))
    backups = history(database, random, slot, max(days, 2))
    parts = [part for backup in backups for part in _in_parts(backup, names)]
    database.backups = parts[:-1]
    database.under_way_since = parts[-1].started_at
    database.under_way_parts = (names[-1],)


def _old_full(database: Database, random: Random, now: datetime, days: int) -> None:
    database.retention_days = max(database.retention_days, 7)
    PROFILES["stale"](database, random, now, max(days, 3))
    _split(database, random)
    database.logs_until = now


def _dropped(database: Database, random: Random, now: datetime, days: int) -> None:
    database.retention_days = max(database.retention_days, 14)
    PROFILES["healthy"](database, random, now, 10)
    _split(database, random)
    newest = database.backups[-1].ended_at
    database.backups = [
        replace(backup, part="archive_2024") if backup.part == "model" else backup
        for backup in database.backups
        if not (backup.part == "model" and newest - backup.ended_at < timedelta(days=4))
    ]
    database.logs_until = now


def _one_day(database: Database, random: Random, now: datetime, days: int) -> None:
    database.retention_days = 1
    PROFILES["healthy"](database, random, now, 1)


def _after_outage(database: Database, random: Random, now: datetime, days: int) -> None:
    database.retention_days = 1
    day = (now - timedelta(days=random.randint(3, 9))).astimezone(KST)
    database.last_backup_date = f"{day:%Y-%m-%d}T00:00:00+0900"


def _manual_only(database: Database, random: Random, now: datetime, days: int) -> None:
    database.retention_days = 7
    PROFILES["stale"](database, random, now, 7)
    database.manual_backups = [Backup.at(whole_seconds(now - timedelta(minutes=random.randint(20, 300))))]


def _valkey(database: Database, random: Random, now: datetime, days: int) -> None:
    database.dbms = "Valkey"
    PROFILES["healthy"](database, random, now, days)


def _cluster(database: Database, random: Random, now: datetime, days: int) -> None:
    database.is_ha = True
    PROFILES["healthy"](database, random, now, days)


def _under_way(database: Database, random: Random, now: datetime, days: int) -> None:
    """Its slot was minutes ago: the newest backup is yesterday's."""
    began = whole_seconds(now - timedelta(minutes=random.randint(2, 8)))
    slot = (began - timedelta(minutes=1)).astimezone(KST).replace(second=0)
    database.backup_time = f"{slot:%H:%M}"
    database.retention_days = max(database.retention_days, 2)
    database.backups = history(database, random, slot - timedelta(days=1), max(days, 2))
    _split(database, random)
    database.under_way_since = began


_SPECIAL: Final[Mapping[str, Make]] = {
    "mysql:random-slot": _random_slot,
    "mongodb:skipped-day": _skipped_day,
    "mongodb:late-shard": _late_shard,
    "mssql:old-full-fresh-logs": _old_full,
    "mssql:dropped-database": _dropped,
    "cache:one-day": _one_day,
    "cache:after-outage": _after_outage,
    "cache:manual-only": _manual_only,
    "cache:valkey": _valkey,
    "cache:cluster": _cluster,
}


def profile_of(product: str, name: str) -> Make | None:
    """What makes a database of this product look like this profile; None: the product has no such profile."""
    if name == "under-way":
        return _under_way
    if special := _SPECIAL.get(f"{product}:{name}"):
        return special
    make = PROFILES.get(name)
    if make is None or (name == "disabled" and product in ("mongodb", "mssql")):
        return None
    return make if product == "postgresql" else _usual(make)


def _weights(product: str, **own: int) -> dict[str, int]:
    """The usual mixture: what is special of the product, and what is of all, as far as it can be seen there."""
    usual = {"healthy": 60, "stale": 7, "late": 4, "never": 4, "disabled": 4, "new": 4, "creating": 2, "deleting": 3}
    special = {name.replace("_", "-"): weight for name, weight in own.items()}
    mixed = {"healthy": 60} | special | {"under-way": 2} | usual
    return {name: weight for name, weight in mixed.items() if profile_of(product, name) is not None}


WEIGHTS_OF: Final[Mapping[str, Mapping[str, int]]] = {
    "mysql": _weights("mysql", random_slot=20),
    "mongodb": _weights("mongodb", skipped_day=6, late_shard=3),
    "mssql": _weights("mssql", old_full_fresh_logs=4, dropped_database=4),
    "cache": _weights("cache", one_day=10, after_outage=3, manual_only=3, valkey=8, cluster=6),
}
"""How often each profile occurs, once every one of them has occurred once."""
