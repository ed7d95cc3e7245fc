"""The rows of the backup lists, scheduled and manual: one for each instance, fields in documented order."""

from __future__ import annotations

from datetime import datetime

from tests.emulator.account import ONE_BACKUP, Account, Backup, Database, Shown
from tests.emulator.dialect import Dialect
from tests.emulator.log_rows import LOG_BYTES, log_count
from tests.emulator.products import MANUAL, POSTGRESQL, Product
from tests.emulator.rows import Row, code, date, shown_number, slot_fields


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
    logs = sum(log_count(database, index) for index in range(len(database.backups)))
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
