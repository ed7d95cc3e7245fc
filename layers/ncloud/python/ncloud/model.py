"""What is requested and what comes back, as typed values: requests, lists, their rows, and HTTP messages.

In rows `None` always means "the API does not tell" (missing, null, blank, or no sensible number), except where a
field says otherwise. Every instant is aware and keeps the offset that the API gave.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from ncloud.products import ListKind, product_named

Text = Annotated[str, Meta(min_length=1)]
"""An empty text is told as `None`: XML cannot tell the two apart."""
Label = Annotated[str, Meta(min_length=1, title="a text, or a CommonCode of which the code is taken")]
Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Instant = Annotated[datetime, Meta(tz=True)]
"""An instant with an offset, of the years 2 to 2199; never made from a number, never from a local time."""


class ListRequest(Struct, frozen=True, gc=False):
    """One list to be read to its end. Hashable: `Client.read` returns its outcomes by request.

    The constructors below are the way to make one; *product* is a name of `products.PRODUCTS`.
    """

    product: str | None
    """None: the list belongs to no product (regions)."""
    kind: ListKind
    region: str | None = None
    instance_no: str | None = None

    @classmethod
    def backups(cls, region: str, *, product: str = "postgresql") -> "ListRequest":
        """The newest backups of all instances of *product* in *region*: rows are `Backup`."""
        return cls(product, ListKind.BACKUPS, region)

    @classmethod
    def instances(cls, region: str, *, product: str = "postgresql") -> "ListRequest":
        """All instances of *product* in *region*: rows are `Instance`."""
        return cls(product, ListKind.INSTANCES, region)

    @classmethod
    def backup_details(cls, region: str, instance_no: str, *, product: str = "postgresql") -> "ListRequest":
        """Every backup kept of one instance: rows are `BackupDetail`."""
        return cls(product, ListKind.DETAILS, region, instance_no)

    @classmethod
    def regions(cls) -> "ListRequest":
        """The account's regions: rows are `Region`."""
        return cls(None, ListKind.REGIONS)

    @property
    def operation(self) -> str:
        """The name of the operation that is asked first. Raises SettingsProblem for an unknown product.

        Where it gives way to an older service, an error's or a listing's own *operation* differs.
        """
        return "getRegionList" if self.product is None else product_named(self.product).operation(self.kind)


class Listing(Struct, frozen=True):
    """A list read to its end; there is no partial one."""

    rows: list[Any]
    """Of one type, which is the request's: see the constructors of `ListRequest`."""
    total_rows: int
    """What the API said the list holds."""
    request_count: int
    """Pages requested, retries not counted."""
    unattributed_rows: int = 0
    """Rows that name no instance (no region, no backup): not in *rows*, and not to be ignored either."""
    operation: str = ""
    """The operation that brought the list."""


class Page(Struct, frozen=True):
    """The rows of one response, before it is known whether they fit the list's other pages.

    A row that names nothing has an empty identity and still counts as a row.
    """

    total_rows: int
    """What this response says the whole list holds; 0 or more."""
    rows: list[Any]


# --- rows -------------------------------------------------------------------------------------------------
# The names on the wire stand beside the fields. `{stem}` is the product's (`Product.stem`); a product's own rows are
# subclasses with the names filled in (`operations.row_type`).


class Code(Struct, frozen=True, gc=False):
    """The API's CommonCode: `CREAT`."""

    code: Text | None = None


class Backup(
    Struct,
    frozen=True,
    gc=False,
    rename={
        "instance_no": "{stem}InstanceNo",
        "service_name": "{stem}ServiceName",
        "backup_type": "backupType",
        "retention_days": "backupFileRetentionPeriod",
        "size_bytes": "backupSize",
        "backup_time": "backupTime",
        "last_backup_at": "lastBackupDate",
    },
):
    """A row of a backup list; an instance may have several."""

    instance_no: Text
    service_name: Text | None = None
    backup_type: Label | None = None
    """PostgreSQL: `USER`, the kind of schedule. Cache: `SIMPLE` or `CLUSTER`, the shape of the cache."""
    retention_days: Count | None = None
    size_bytes: Count | None = None
    backup_time: Text | None = None
    """`HH:mm` as the API says it; its zone is not stated."""
    last_backup_at: Instant | None = None
    """None: never backed up, unless *unreadable_date* is set, or the product's dates are in its details alone
    (`Product.date`). A midnight of a cache stands for some time of that day."""
    unreadable_date: str | None = None
    """The start of a lastBackupDate that is no such instant. Not from the wire."""


class Instance(
    Struct,
    frozen=True,
    gc=False,
    rename={
        "instance_no": "{stem}InstanceNo",
        "service_name": "{stem}ServiceName",
        "status_name": "{stem}InstanceStatusName",
        "operation": "{stem}InstanceOperation",
        "is_backup": "isBackup",
        "backup_time": "backupTime",
        "created_at": "createDate",
        "retention_days": "backupFileRetentionPeriod",
        "engine": "{stem}DbmsCode",
    },
):
    """A row of an instance list."""

    instance_no: Text
    service_name: Text | None = None
    status_name: Text | None = None
    """`creating`, `running`, `settingUp`, `deleted` ...; the API's own spelling: compare without regard to case."""
    operation: Code | None = None
    """What is under way: `BKP` is a backup; the text `NULL` is nothing."""
    is_backup: bool | None = None
    """Whether backups are switched on. None: not told, which says nothing (`Product.tells_is_backup`)."""
    backup_time: Text | None = None
    created_at: Instant | None = None
    """None: of unknown age, also where the date is unreadable."""
    retention_days: Count | None = None
    engine: Label | None = None
    """Cache: `Redis` or `Valkey`. The other products do not tell."""


class BackupDetail(
    Struct,
    frozen=True,
    gc=False,
    rename={
        "file_name": "fileName",
        "started_at": "startTime",
        "ended_at": "endTime",
        "shard": "shard",
        "database_name": "databaseName",
        "size_bytes": "backupSize",
    },
):
    """A row of a backup detail list: one kept backup, or a part of one (`Product.detail_part`).

    No row tells which instance it is of: only the request does.
    """

    file_name: Text | None = None
    started_at: Instant | None = None
    ended_at: Instant | None = None
    """None: not told, presumably of a backup that is still running."""
    unreadable_date: str | None = None
    """The first of the two dates that is no such instant. Not from the wire."""
    shard: Text | None = None
    """MongoDB: the replica set of which this row is."""
    database_name: Text | None = None
    """MSSQL: the database of which this row is."""
    size_bytes: Count | None = None


class Region(Struct, frozen=True, gc=False, rename={"code": "regionCode"}):
    """A row of getRegionList."""

    code: Text


# --- HTTP -------------------------------------------------------------------------------------------------


class HttpRequest(Struct, frozen=True):
    """A request as it goes on the wire."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: str | None


class HttpResponse(Struct, frozen=True):
    """One HTTP response, whole."""

    status: int
    headers: Mapping[str, str]
    """Looked up without regard to case."""
    body: bytes | memoryview
    """A large one is a view of memory of its own, which is given back to the system as soon as it is decoded."""
    received_at: datetime
    """Aware, by this machine's clock."""
    has_length: bool = True
    """False: the body ends with the connection, so that a body that was cut off looks like any other."""
