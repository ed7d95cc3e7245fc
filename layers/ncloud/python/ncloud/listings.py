"""What can be read, and what a complete reading is."""

from typing import Any

from msgspec import Struct


class ListRequest(Struct, frozen=True, gc=False):
    """One list to be read to its end. Hashable, so that readings can be keyed by it."""

    operation: str
    region: str | None = None
    instance_no: str | None = None

    @classmethod
    def backups(cls, region: str) -> "ListRequest":
        """The newest backups of all instances in *region*: rows are `Backup`."""
        return cls("getCloudPostgresqlBackupList", region)

    @classmethod
    def instances(cls, region: str) -> "ListRequest":
        """All instances in *region*: rows are `Instance`."""
        return cls("getCloudPostgresqlInstanceList", region)

    @classmethod
    def backup_details(cls, region: str, instance_no: str) -> "ListRequest":
        """Every backup kept of one instance: rows are `BackupDetail`."""
        return cls("getCloudPostgresqlBackupDetailList", region, instance_no)

    @classmethod
    def regions(cls) -> "ListRequest":
        """The account's regions: rows are `Region`."""
        return cls("getRegionList")


class Listing(Struct, frozen=True):
    """A list read to its end; there is no partial one."""

    rows: list[Any]
    """Of one type, which is the request's: see the constructors of `ListRequest`."""
    total_rows: int
    """What the API said the list holds."""
    request_count: int
    """Pages asked for, attempts not counted."""
    unattributed_rows: int = 0
    """Rows that name no instance (no region, no file): not in *rows*, and not to be ignored either."""
