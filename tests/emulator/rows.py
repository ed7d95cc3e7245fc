"""The rows of each list, as the service writes them: dictionaries of JSON values, fields in documented order."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zlib import crc32

from tests.emulator.account import Account, Backup, Database, Shown

Row = dict[str, object]

REGION_NAMES: Final = {"KR": "Korea", "SGN": "Singapore", "JPN": "Japan", "FKR": "Korea (financial)"}

OPERATION_CODES: Final = {"creating": "CREAT", "settingup": "SETUP", "deleting": "DEL"}
"""cloudPostgresqlInstanceOperation by status name; every other status has the literal code "NULL"."""


def date(instant: datetime, database: Database) -> str:
    """`2024-06-04T02:00:19+0900`: no fraction, no colon in the offset."""
    return instant.astimezone(database.zone).strftime("%Y-%m-%dT%H:%M:%S%z")


def _told(backup: Backup, account: Account) -> datetime:
    return backup.ended_at if account.summary_tells == "end" else backup.started_at


def backup_row(database: Database, account: Account, *, nth_newest: int = 0) -> Row:
    """A CloudPostgresqlBackup; *nth_newest* 0 tells of the newest backup, 1 of the one before it."""
    newest = database.backups[-1 - nth_newest] if len(database.backups) > nth_newest else None
    row: Row = {
        "cloudPostgresqlInstanceNo": database.instance_no,
        "cloudPostgresqlServiceName": database.service_name,
        "backupType": database.backup_type,
        "backupRetention": database.retention_days,
        "backupSize": newest.size_bytes if newest else 0,
        "backupTime": database.backup_time,
    }
    shown = database.last_backup_date
    if shown is Shown.FROM_BACKUPS and newest:
        row["lastBackupDate"] = date(_told(newest, account), database)
    elif not isinstance(shown, Shown):
        row["lastBackupDate"] = shown
    return row | {"backupFileStorageCount": database.retention_days} | database.extra


def detail_row(backup: Backup, database: Database) -> Row:
    """A CloudPostgresqlBackupDetail."""
    return {
        "fileName": f"{backup.started_at.astimezone(database.zone):%Y%m%d}",
        "startTime": date(backup.started_at, database),
        "endTime": date(backup.ended_at, database),
        "backupSize": backup.size_bytes,
        "dataStorageSize": backup.size_bytes * 3,
        "archivedWalFileSize": 16_777_216,
    }


def region_row(region: str) -> Row:
    return {"regionCode": region, "regionName": REGION_NAMES.get(region, region)}


def _code(code: str, name: str) -> Row:
    return {"code": code, "codeName": name}


def _state(status: str) -> Row:
    if status in ("creating", "settingup"):
        return _code("INIT", "Initiated") if status == "creating" else _code("CREAT", "Created")
    return _code("DEL", "Deleted") if status == "deleted" else _code("CREAT", "Created")


def _operation(status: str) -> Row:
    code = OPERATION_CODES.get(status, "NULL")
    return _code(code, "NULL OP" if code == "NULL" else f"{code} OP")


def instance_row(database: Database) -> Row:
    """A CloudPostgresqlInstance with its servers: about 1.5 kB of JSON."""
    return {
        "cloudPostgresqlInstanceNo": database.instance_no,
        "cloudPostgresqlServiceName": database.service_name,
        "cloudPostgresqlInstanceStatusName": database.status,
        "cloudPostgresqlInstanceStatus": _state(database.status),
        "cloudPostgresqlInstanceOperation": _operation(database.status),
        "cloudPostgresqlImageProductCode": "SW.VPGSL.OS.LNX64.ROCKY.0810.PGSQL.B050",
        "engineVersion": "PostgreSQL 14.13",
        "license": "postgresql license",
        "cloudPostgresqlPort": 5432,
        "isHa": database.is_ha,
        "isMultiZone": False,
        "isBackup": database.is_backup,
        "backupFileRetentionPeriod": database.retention_days,
        "backupTime": database.backup_time,
        "generationCode": "G3",
        "createDate": date(database.created_at, database),
        "accessControlGroupNoList": ["50160"],
        "cloudPostgresqlConfigList": ["archive_timeout 60", "max_connections 1200", "wal_level replica"],
        "cloudPostgresqlServerInstanceList": _server_rows(database),
    } | database.extra


def _server_rows(database: Database) -> list[Row]:
    roles = [("M", "Primary"), ("H", "Secondary")] if database.is_ha else [("A", "Stand Alone")]
    return [_server_row(database, ordinal=n, role=_code(*role)) for n, role in enumerate(roles, start=1)]


def _server_row(database: Database, *, ordinal: int, role: Row) -> Row:
    name = f"pg-{database.instance_no}-{ordinal:03d}"
    address = crc32(name.encode())
    return {
        "cloudPostgresqlServerInstanceNo": str(int(database.instance_no) * 10 + ordinal),
        "cloudPostgresqlServerName": name,
        "cloudPostgresqlServerRole": role,
        "cloudPostgresqlServerInstanceStatusName": database.status,
        "cloudPostgresqlServerInstanceStatus": _state(database.status),
        "cloudPostgresqlServerInstanceOperation": _operation(database.status),
        "cloudPostgresqlProductCode": "SVR.VPGSL.STAND.C002.M008.NET.HDD.B050.G002",
        "regionCode": database.region,
        "zoneCode": f"{database.region}-1",
        "vpcNo": "1665",
        "subnetNo": "3244",
        "isPublicSubnet": True,
        "publicDomain": "",
        "privateDomain": f"pg-{address:08x}.vpc-cdb.ntruss.com",
        "privateIp": f"10.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}",
        "dataStorageType": _code("SSD", "SSD"),
        "isStorageEncryption": False,
        "dataStorageSize": 10_737_418_240,
        "usedDataStorageSize": 786_432_000,
        "cpuCount": 2,
        "memorySize": 8_589_934_592,
        "uptime": date(database.created_at, database),
        "createDate": date(database.created_at, database),
    }
