"""The rows of each backup list, as the service writes them: dictionaries of JSON values, fields in documented order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from tests.emulator.account import Account, Backup, Database, Shown
from tests.emulator.dialect import Dialect
from tests.emulator.products import MANUAL, POSTGRESQL, Product

Row = dict[str, object]

REGION_NAMES: Final = {"KR": "Korea", "SGN": "Singapore", "JPN": "Japan", "FKR": "Korea (financial)"}
LOG_INTERVAL: Final = timedelta(minutes=15)
ONE_BACKUP: Final = timedelta(hours=12)
"""Parts that end within this time of the first one are parts of one backup."""


def date(instant: datetime, database: Database) -> str:
    """`2024-06-04T02:00:19+0900`: no fraction, no colon in the offset."""
    return instant.astimezone(database.zone).strftime("%Y-%m-%dT%H:%M:%S%z")


def code(value: str, name: str) -> Row:
    """A CommonCode."""
    return {"code": value, "codeName": name}


def region_row(region: str) -> Row:
    return {"regionCode": region, "regionName": REGION_NAMES.get(region, region)}


def shown_number(database: Database, api: Product, dialect: Dialect) -> str:
    """The instance's number in this API: vredis may have another one than vcache."""
    is_other = api.name == "redis" and dialect.cache_numbers == "numbers-differ"
    return f"8{database.instance_no}" if is_other else database.instance_no


def slot_fields(database: Database, dialect: Dialect) -> Row:
    """backupTime, as the dialect spells it, or nothing."""
    text = database.backup_time
    if database.is_automatic and dialect.automatic_slot != "automatic-shows-slot":
        if dialect.automatic_slot == "automatic-shows-nothing":
            return {}
        text = "00:00"
    hour, _, minute = text.partition(":")
    spelt = {
        "slot-colon": text,
        "slot-plain": hour + minute,
        "slot-short": f"{hour.removeprefix('0') or '0'}:{minute}",
        "slot-seconds": f"{text}:00",
    }
    return {"backupTime": spelt[dialect.slot]}


def _rounds(backups: list[Backup]) -> list[list[Backup]]:
    """Backups in parts, each a list of its parts; without parts each file is a backup of its own. Oldest first."""
    rounds: list[list[Backup]] = []
    for backup in backups:
        if backup.part and rounds and backup.started_at - rounds[-1][0].started_at < ONE_BACKUP:
            rounds[-1].append(backup)
        else:
            rounds.append([backup])
    return rounds


def _told(parts: list[Backup], account: Account, dialect: Dialect) -> datetime:
    instants = [part.ended_at if account.summary_tells == "end" else part.started_at for part in parts]
    return min(instants) if dialect.parts == "tells-first-part" else max(instants)


def backup_row(
    database: Database, account: Account, api: Product, dialect: Dialect, *, role: str, nth_newest: int = 0
) -> Row:
    """One instance's row; *nth_newest* 0 tells of the newest backup, 1 of the one before it."""
    is_manual = role == MANUAL
    rounds = _rounds(database.manual_backups if is_manual else database.backups)
    newest = rounds[-1 - nth_newest] if len(rounds) > nth_newest else []
    row: Row = {
        f"{api.prefix}InstanceNo": shown_number(database, api, dialect),
        f"{api.prefix}ServiceName": database.service_name,
    }
    if api is POSTGRESQL:
        row |= {"backupType": _backup_type(database, api, dialect), "backupRetention": database.retention_days}
        row |= {"backupSize": sum(part.size_bytes for part in newest)} | slot_fields(database, dialect)
    else:
        row |= {} if is_manual else {"backupFileRetentionPeriod": database.retention_days}
        row |= slot_fields(database, dialect) | _sizes(database, newest, api)
    row |= _last_backup_date(database, newest, account, api, dialect, is_manual=is_manual)
    if api is POSTGRESQL:
        row |= {"backupFileStorageCount": database.retention_days}
    if api.databases_of == "cache":
        row |= {"backupType": _backup_type(database, api, dialect), "shardCount": 3 if database.is_ha else 1}
    return row | database.extra


def _sizes(database: Database, newest: list[Backup], api: Product) -> Row:
    if api.name != "mssql":
        return {"backupSize": sum(part.size_bytes for part in newest)}
    full = sum(backup.size_bytes for backup in database.backups)
    logs = sum(len(log_times(database, index)) for index in range(len(database.backups)))
    return {
        "totalBackupDataSize": full + logs * LOG_BYTES,
        "fullBackupDataSize": full,
        "logBackupDataSize": logs * LOG_BYTES,
        "logBackupCount": logs,
    }


def _last_backup_date(
    database: Database, newest: list[Backup], account: Account, api: Product, dialect: Dialect, *, is_manual: bool
) -> Row:
    if api.name == "mssql" and dialect.mssql_date == "mssql-undated":
        return {}
    shown = Shown.FROM_BACKUPS if is_manual else database.last_backup_date
    if not isinstance(shown, Shown):
        return {"lastBackupDate": shown}
    if shown is not Shown.FROM_BACKUPS or not newest:
        return {}
    told = _told(newest, account, dialect).astimezone(database.zone)
    if api.databases_of == "cache" and dialect.cache_dates == "midnight-dates":
        told = told.replace(hour=0, minute=0, second=0, microsecond=0)
    return {"lastBackupDate": date(told, database)}


def _backup_type(database: Database, api: Product, dialect: Dialect) -> object:
    is_object = {"type-by-product": api is not POSTGRESQL, "type-as-object": True, "type-as-string": False}
    if api is POSTGRESQL:
        value, name = database.backup_type, "User-defined"
    else:
        value = "CLUSTER" if database.is_ha else "SIMPLE"
        name = f"CLOUD REDIS(VPC) {value.capitalize()} Backup Type"
    return code(value, name) if is_object[dialect.backup_type] else value


LOG_BYTES: Final = 65_536
_DETAIL_FIELDS: Final = {
    "postgresql": ("fileName", "startTime", "endTime", "backupSize", "dataStorageSize", "archivedWalFileSize"),
    "mysql": ("fileName", "startTime", "endTime", "backupSize", "dataStorageSize"),
    "mongodb": ("startTime", "endTime", "backupSize", "dataStorageSize", "shard"),
    "mssql": (
        "backupSetId", "databaseName", "fileName", "fullFileName", "fullBackupSize", "logBackupCount", "logBackupSize",
        "startTime", "endTime",
    ),
    "redis": ("startTime", "endTime", "backupSize", "dataStorageSize", "fileName"),
    "cache": ("startTime", "endTime", "backupSize", "dataStorageSize", "fileName"),
}  # fmt: skip
"""By product, in documented order. No product's details tell the instance's number."""

_BY_SDK: Final = {
    "mongodb": ("startTime", "endTime", "backupSize", "dataStorageSize", "backupParallel", "shard"),
    "mssql": ("databaseName", "fullBackupSize", "logBackupCount", "logBackupSize", "startTime", "endTime"),
    "redis": ("startTime", "endTime", "backupSize", "dataStorageSize"),
}


def detail_row(backup: Backup, database: Database, api: Product, dialect: Dialect, *, index: int, ends: Row) -> Row:
    """One kept backup, or one part of it; *index*: its place among the instance's own, oldest first, from 0.

    *ends*: what stands for endTime, which a backup under way may not have.
    """
    logs = len(log_times(database, index)) if api.name == "mssql" else 0
    day = f"{backup.started_at.astimezone(database.zone):%Y%m%d}"
    name = f"{backup.part}_{day}.bak" if api.name == "mssql" else day
    known: Row = {
        "backupSetId": index + 1,
        "databaseName": backup.part,
        "fileName": name,
        "fullFileName": f"D:\\backup\\{name}",
        "startTime": date(backup.started_at, database),
        **ends,
        "backupSize": backup.size_bytes,
        "dataStorageSize": backup.size_bytes * 3,
        "archivedWalFileSize": 16_777_216,
        "fullBackupSize": backup.size_bytes,
        "logBackupCount": logs,
        "logBackupSize": logs * LOG_BYTES,
        "backupParallel": 1,
        "shard": backup.part,
    }
    by_sdk = _BY_SDK if dialect.fields == "sdk-fields" else {}
    return {field: known[field] for field in by_sdk.get(api.name, _DETAIL_FIELDS[api.name]) if field in known}


def ended(backup: Backup, database: Database) -> Row:
    return {"endTime": date(backup.ended_at, database)}


def unended(backup: Backup, database: Database, dialect: Dialect) -> Row:
    """What stands for the endTime of a backup under way."""
    endings: dict[str, Row] = {
        "under-way-without-end": {},
        "under-way-null-end": {"endTime": None},
        "under-way-empty-end": {"endTime": ""},
        "under-way-equal-end": {"endTime": date(backup.started_at, database)},
    }
    return endings[dialect.under_way]


def under_way(database: Database, dialect: Dialect) -> list[Backup]:
    """The backups, or parts of one, that have a start and no end yet (their `ended_at` says nothing)."""
    since = database.under_way_since
    if since is None or dialect.under_way == "under-way-unlisted":
        return []
    return [Backup(since, since, 0, part) for part in database.under_way_parts or database.parts]


def log_times(database: Database, index: int) -> list[datetime]:
    """When log backups ended that hang on the full backup at *index*: up to the next one of the same database."""
    full, until = database.backups[index], database.logs_until
    if until is None:
        return []
    later = (other.ended_at for other in database.backups[index + 1 :] if other.part == full.part)
    end = min(next(later, until), until)
    return [full.ended_at + LOG_INTERVAL * n for n in range(1, max((end - full.ended_at) // LOG_INTERVAL, 0) + 1)]


def log_rows(database: Database, *, index: int) -> Iterator[Row]:
    """The log backups of one full backup, oldest first."""
    part = database.backups[index].part
    for ended_at in log_times(database, index):
        name = f"{part}_{ended_at.astimezone(database.zone):%Y%m%d%H%M}.trn"
        yield {
            "fileName": name,
            "fullFileName": f"D:\\backup\\{name}",
            "startTime": date(ended_at - timedelta(seconds=20), database),
            "endTime": date(ended_at, database),
            "fileSize": LOG_BYTES,
        }


def file_rows(database: Database, *, part: str | None) -> Iterator[Row]:
    """getDmsBackupList: full backups and the newest log of each, of the database *part* or of all."""
    for index, backup in enumerate(database.backups):
        if part not in (None, backup.part):
            continue
        files = [(backup.started_at, backup.ended_at, "FULL", "bak")]
        files += [(at - timedelta(seconds=20), at, "LOG", "trn") for at in log_times(database, index)[-1:]]
        for started_at, ended_at, kind, suffix in files:
            yield {
                "cloudMssqlServerName": f"ms-{database.instance_no}-001",
                "fileName": f"{backup.part}_{ended_at.astimezone(database.zone):%Y%m%d%H%M}.{suffix}",
                "databaseName": backup.part,
                "firstLsn": str(int(started_at.timestamp())),
                "lastLsn": str(int(ended_at.timestamp())),
                "backupType": code(kind, f"{kind.capitalize()} backup"),
                "startTime": date(started_at, database),
                "endTime": date(ended_at, database),
            }
