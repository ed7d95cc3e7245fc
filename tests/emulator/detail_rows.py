"""The rows of the detail lists: kept backups, parts of them, and what is under way."""

from __future__ import annotations

from typing import Final

from tests.emulator.account import Backup, Database
from tests.emulator.dialect import Dialect
from tests.emulator.log_rows import LOG_BYTES, log_count
from tests.emulator.products import Product
from tests.emulator.rows import Row, date

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
    logs = log_count(database, index) if api.name == "mssql" else 0
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
