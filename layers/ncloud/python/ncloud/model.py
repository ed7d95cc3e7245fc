"""What the API's lists hold, as typed values. The names on the wire stand beside the fields and nowhere else.

`None` always means "the API does not say" (missing, null, blank, or no sensible number), except where a
field says otherwise. Every instant is aware and keeps the offset the API gave it.
"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

Text = Annotated[str, Meta(min_length=1)]
"""An empty text is told as `None`: XML cannot tell the two apart."""
Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Instant = Annotated[datetime, Meta(tz=True)]
"""An instant with an offset, of the years 2 to 2199; never made from a number, never from a local time."""


class Code(Struct, frozen=True, gc=False, rename={"name": "codeName"}):
    """The API's CommonCode: `CREAT` (Created)."""

    code: Text | None = None
    name: Text | None = None


class Backup(
    Struct,
    frozen=True,
    gc=False,
    rename={
        "instance_no": "cloudPostgresqlInstanceNo",
        "service_name": "cloudPostgresqlServiceName",
        "backup_type": "backupType",
        "retention_days": "backupRetention",
        "size_bytes": "backupSize",
        "backup_time": "backupTime",
        "last_backup_at": "lastBackupDate",
        "file_storage_count": "backupFileStorageCount",
    },
):
    """A row of getCloudPostgresqlBackupList; an instance may have several."""

    instance_no: Text
    service_name: Text | None = None
    backup_type: Text | None = None
    retention_days: Count | None = None
    size_bytes: Count | None = None
    backup_time: Text | None = None
    """`HH:mm` as the API says it; its zone is not stated."""
    last_backup_at: Instant | None = None
    """None: never backed up, unless *unreadable_date* is set."""
    unreadable_date: str | None = None
    """The start of a lastBackupDate that is no such instant. Not from the wire: ours."""
    file_storage_count: Count | None = None


class Instance(
    Struct,
    frozen=True,
    gc=False,
    rename={
        "instance_no": "cloudPostgresqlInstanceNo",
        "service_name": "cloudPostgresqlServiceName",
        "status_name": "cloudPostgresqlInstanceStatusName",
        "status": "cloudPostgresqlInstanceStatus",
        "operation": "cloudPostgresqlInstanceOperation",
        "is_backup": "isBackup",
        "backup_time": "backupTime",
        "created_at": "createDate",
        "retention_days": "backupFileRetentionPeriod",
        "is_ha": "isHa",
        "engine_version": "engineVersion",
    },
):
    """A row of getCloudPostgresqlInstanceList."""

    instance_no: Text
    service_name: Text | None = None
    status_name: Text | None = None
    """`creating`, `running`, `deleted` ...; the API's own spelling."""
    status: Code | None = None
    operation: Code | None = None
    is_backup: bool | None = None
    backup_time: Text | None = None
    created_at: Instant | None = None
    unreadable_created: str | None = None
    """The start of a createDate that is no such instant. Not from the wire: ours."""
    retention_days: Count | None = None
    is_ha: bool | None = None
    engine_version: Text | None = None

    @property
    def status_code(self) -> str | None:
        """`INIT`, `CREAT` or `DEL`."""
        return self.status.code if self.status else None

    @property
    def operation_code(self) -> str | None:
        """`CREAT`, `SETUP`, or the text `NULL` where nothing is under way."""
        return self.operation.code if self.operation else None


class BackupDetail(
    Struct,
    frozen=True,
    gc=False,
    rename={
        "file_name": "fileName",
        "started_at": "startTime",
        "ended_at": "endTime",
        "size_bytes": "backupSize",
        "data_storage_bytes": "dataStorageSize",
        "archived_wal_bytes": "archivedWalFileSize",
    },
):
    """A row of getCloudPostgresqlBackupDetailList: one backup that is kept."""

    file_name: Text | None = None
    started_at: Instant | None = None
    ended_at: Instant | None = None
    unreadable_date: str | None = None
    """The first of the two dates that is no such instant. Not from the wire: ours."""
    size_bytes: Count | None = None
    data_storage_bytes: Count | None = None
    archived_wal_bytes: Count | None = None


class Region(Struct, frozen=True, gc=False, rename={"code": "regionCode", "name": "regionName"}):
    """A row of getRegionList."""

    code: Text
    name: Text | None = None
