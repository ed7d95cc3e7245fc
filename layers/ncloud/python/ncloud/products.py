"""The operations that the client knows: where they are, what they are asked with, what their lists hold."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from msgspec import Struct

from ncloud.listings import ListRequest
from ncloud.model import Backup, BackupDetail, Instance, Region


class Operation(Struct, frozen=True):
    """One list operation of the API."""

    name: str
    service: str
    """The first segment of its path."""
    list_key: str
    item_key: str
    """A row's element in XML, and in answers that were XML once."""
    row: type[Any]
    identity: Callable[[Any], str]
    """What a row is about: an instance's number, a region's code, a file. Empty: the row does not say."""
    is_paged: bool = True

    @property
    def path(self) -> str:
        return f"/{self.service}/v2/{self.name}"

    @property
    def wrapper_key(self) -> str:
        return f"{self.name}Response"


def _detail_identity(row: BackupDetail) -> str:
    """Some backups may have no file name; the end of one tells it from the others as well."""
    return row.file_name or str(row.ended_at or row.started_at or row.unreadable_date or "")


_instance_no = attrgetter("instance_no")
OPERATIONS = {
    operation.name: operation
    for operation in (
        Operation(
            "getCloudPostgresqlBackupList",
            "vpostgresql",
            "cloudPostgresqlBackupList",
            "cloudPostgresqlBackup",
            Backup,
            _instance_no,
        ),
        Operation(
            "getCloudPostgresqlInstanceList",
            "vpostgresql",
            "cloudPostgresqlInstanceList",
            "cloudPostgresqlInstance",
            Instance,
            _instance_no,
        ),
        Operation(
            "getCloudPostgresqlBackupDetailList",
            "vpostgresql",
            "cloudPostgresqlBackupDetailList",
            "cloudPostgresqlBackupDetail",
            BackupDetail,
            _detail_identity,
        ),
        Operation(
            "getRegionList",
            "vserver",
            "regionList",
            "region",
            Region,
            attrgetter("code"),
            is_paged=False,
        ),
    )
}


def parameters(
    request: ListRequest, *, page_no: int | None, page_size: int, response_format: str
) -> list[tuple[str, str]]:
    """What to ask *request*'s operation with, in the order it is sent; no paging where *page_no* is None."""
    pairs = [("regionCode", request.region), ("cloudPostgresqlInstanceNo", request.instance_no)]
    asked = [(name, value) for name, value in pairs if value is not None]
    if page_no is not None:
        asked += [("pageNo", str(page_no)), ("pageSize", str(page_size))]
    return [*asked, ("responseFormatType", response_format)]
