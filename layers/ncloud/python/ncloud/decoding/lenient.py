"""Reads a row field by field from a decoded JSON or XML tree, where the documents disagree on its form.

The fast decoder of `fast_json` gives the same rows wherever it gives any; this is the rest. What makes no
sense becomes None, except dates: a date that cannot be read is told apart from one that is not there.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from ncloud.decoding.redaction import MAX_UNREADABLE_CHARS, clean
from ncloud.model import Backup, BackupDetail, Code, Instance, Instant, Region

MAX_NUMBER = 2**63 - 1
_TRUTHS = {"true": True, "1": True, "y": True, "false": False, "0": False, "n": False}


def text(value: object) -> str | None:
    """A text as it is, a whole number as its digits; None if empty or anything else."""
    if isinstance(value, str):
        return value or None
    is_whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_NUMBER
    return str(value) if is_whole else None


def identity(value: object) -> str:
    """An instance's number or a region's code without space around it; empty if there is none."""
    return (text(value) or "").strip()


def number(value: object) -> int | None:
    """A count of 0 to 2**63 - 1, also as digits in a text or as 10.0; None if anything else."""
    if isinstance(value, str):
        digits = value.strip()
        value = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 19 else None
    elif isinstance(value, float):
        value = int(value) if value.is_integer() else None
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_NUMBER
    return value if is_count else None  # type: ignore[return-value]  # is_count has narrowed it


def truth(value: object) -> bool | None:
    """A boolean, also as `true`, `Y` or `1` in any case; None if anything else."""
    return value if isinstance(value, bool) else _TRUTHS.get((text(value) or "").strip().lower())


SANE_YEARS = range(2, 2200)
"""What an instant may be of. However long ago, it is a date like any other; but in the calendar's first year, and near
its end, a change of offset, or a threshold, would overflow."""


def instant(value: object) -> tuple[datetime | None, str | None]:
    """The instant, and else the text that is none; (None, None) where there is no text at all.

    Never made from a number, which has no unit, nor from a local time, which has no place.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None, None
    parsed = _parsed(value.strip()) if isinstance(value, str) else None
    if parsed is not None:
        return parsed, None
    shown = str(value) if isinstance(value, str | int | float) else f"({type(value).__name__})"
    return None, clean(shown, limit=MAX_UNREADABLE_CHARS) or "(unprintable)"


def _parsed(value: str) -> datetime | None:
    """msgspec's reading first: the fast path uses it, and the two must agree on every fraction."""
    try:
        parsed: datetime = msgspec.convert(value, Instant)
    except msgspec.ValidationError:
        try:
            parsed = datetime.fromisoformat(value)
        except ValueError:
            return None
    return parsed if parsed.tzinfo is not None and parsed.year in SANE_YEARS else None


def code(value: object) -> Code | None:
    """A CommonCode; some are the bare text `NULL`."""
    if isinstance(value, dict):
        return Code(text(value.get("code")), text(value.get("codeName")))
    return Code(text(value)) if text(value) else None


def backup(item: dict[str, Any]) -> Backup:
    last_backup_at, unreadable = instant(item.get("lastBackupDate"))
    return Backup(
        instance_no=identity(item.get("cloudPostgresqlInstanceNo")),
        service_name=text(item.get("cloudPostgresqlServiceName")),
        backup_type=text(item.get("backupType")),
        retention_days=number(item.get("backupRetention")),
        size_bytes=number(item.get("backupSize")),
        backup_time=text(item.get("backupTime")),
        last_backup_at=last_backup_at,
        unreadable_date=unreadable,
        file_storage_count=number(item.get("backupFileStorageCount")),
    )


def instance(item: dict[str, Any]) -> Instance:
    created_at, unreadable = instant(item.get("createDate"))
    return Instance(
        instance_no=identity(item.get("cloudPostgresqlInstanceNo")),
        service_name=text(item.get("cloudPostgresqlServiceName")),
        status_name=text(item.get("cloudPostgresqlInstanceStatusName")),
        status=code(item.get("cloudPostgresqlInstanceStatus")),
        operation=code(item.get("cloudPostgresqlInstanceOperation")),
        is_backup=truth(item.get("isBackup")),
        backup_time=text(item.get("backupTime")),
        created_at=created_at,
        unreadable_created=unreadable,
        retention_days=number(item.get("backupFileRetentionPeriod")),
        is_ha=truth(item.get("isHa")),
        engine_version=text(item.get("engineVersion")),
    )


def backup_detail(item: dict[str, Any]) -> BackupDetail:
    started_at, unreadable_start = instant(item.get("startTime"))
    ended_at, unreadable_end = instant(item.get("endTime"))
    return BackupDetail(
        file_name=text(item.get("fileName")),
        started_at=started_at,
        ended_at=ended_at,
        unreadable_date=unreadable_start or unreadable_end,
        size_bytes=number(item.get("backupSize")),
        data_storage_bytes=number(item.get("dataStorageSize")),
        archived_wal_bytes=number(item.get("archivedWalFileSize")),
    )


def region(item: dict[str, Any]) -> Region:
    return Region(code=identity(item.get("regionCode")), name=text(item.get("regionName")))


READERS: dict[type, Callable[[dict[str, Any]], Any]] = {
    Backup: backup,
    Instance: instance,
    BackupDetail: backup_detail,
    Region: region,
}


def row(kind: type, item: object) -> Any:
    """A row of type *kind*; one that is no object has no field at all, and so names nothing."""
    return READERS[kind](item if isinstance(item, dict) else {})
