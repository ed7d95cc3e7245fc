"""MSSQL's log backups: how many there are, and the rows of the two lists that show them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from tests.emulator.account import Database
from tests.emulator.rows import Row, code, date

LOG_INTERVAL: Final = timedelta(minutes=15)
LOG_BYTES: Final = 65_536


def log_count(database: Database, index: int) -> int:
    """How many log backups hang on the full backup at *index*: up to the next one of the same database."""
    full, until = database.backups[index], database.logs_until
    if until is None:
        return 0
    later = (other.ended_at for other in database.backups[index + 1 :] if other.part == full.part)
    return max((min(next(later, until), until) - full.ended_at) // LOG_INTERVAL, 0)


def _ends(database: Database, index: int) -> list[datetime]:
    full = database.backups[index]
    return [full.ended_at + LOG_INTERVAL * n for n in range(1, log_count(database, index) + 1)]


def log_rows(database: Database, *, index: int) -> Iterator[Row]:
    """The log backups of one full backup, oldest first."""
    part = database.backups[index].part
    for ended_at in _ends(database, index):
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
        files += [(at - timedelta(seconds=20), at, "LOG", "trn") for at in _ends(database, index)[-1:]]
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
