"""The database products whose backups Ncloud lists: one value each, from which the client's operations follow.

The facts, with how well each one is known, stand in `docs/ncloud-api.md#products`.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from msgspec import Struct

from ncloud.errors import SettingsProblem


class ListKind(StrEnum):
    """What a list holds. The value is the end of the operation's name."""

    BACKUPS = "BackupList"
    """One row an instance, with the date of its newest backup (see `Product.date`)."""
    INSTANCES = "InstanceList"
    DETAILS = "BackupDetailList"
    """The backups that are kept of one instance."""
    REGIONS = "RegionList"
    """The account's regions; the list belongs to no product."""


class BackupDate(StrEnum):
    """What the backup list tells of the newest backup's date."""

    INSTANT = "instant"
    DAY = "day"
    """A midnight that stands for some time of that day; the time is in the details."""
    DETAILS = "details"
    """Nothing: only the details have dates."""


class DetailPart(StrEnum):
    """What one detail row covers. The value is the field of `BackupDetail` that names the part."""

    BACKUP = ""
    """A whole backup."""
    SHARD = "shard"
    """One shard of a backup: the backup ends with its last shard."""
    DATABASE = "database_name"
    """One database of an instance: each database has a newest backup of its own."""


class Product(Struct, frozen=True, kw_only=True):
    """One database product of Ncloud."""

    name: str
    """`postgresql`: how requests, settings and reports name the product."""
    title: str
    """`PostgreSQL`: for people."""
    service: str
    """The first segment of the path: `/vpostgresql/v2/...`."""
    stem: str
    """`cloudPostgresql`: what names on the wire begin with."""
    date: BackupDate = BackupDate.INSTANT
    detail_part: DetailPart = DetailPart.BACKUP
    paged: frozenset[ListKind] = frozenset((ListKind.BACKUPS, ListKind.INSTANCES, ListKind.DETAILS))
    """The lists that take pageNo and pageSize; the others are sent neither."""
    backup_names: Mapping[str, str] = MappingProxyType({})
    """Fields of `Backup` that this product's backup list names otherwise than the other products' do."""
    tells_is_backup: bool = True
    """False: no instance row has `isBackup`, and `Instance.is_backup` is always None."""
    is_on_by_default: bool = True
    """Whether a new instance has backups without being asked."""
    may_skip_a_day: bool = False
    """Whether a healthy schedule may leave a day out: yesterday's backup is still running."""
    max_retention_days: int = 30
    console_menu: str
    """Where the console lists the backups."""
    manual_backup: str
    """How to make a backup by hand, in one line of English."""
    viewer_policy: str
    """The Sub Account policy that permits reading the lists and nothing else."""
    fallback: "Product | None" = None
    """The older service under which the same databases are read where this one is not offered."""

    def operation(self, kind: ListKind) -> str:
        """The name of the operation that lists *kind*."""
        return f"get{self.stem[0].upper()}{self.stem[1:]}{kind.value}"

    def list_key(self, kind: ListKind) -> str:
        """The key of the rows of *kind*, beside totalRows."""
        return f"{self.stem}{kind.value}"


POSTGRESQL = Product(
    name="postgresql",
    title="PostgreSQL",
    service="vpostgresql",
    stem="cloudPostgresql",
    backup_names=MappingProxyType({"retention_days": "backupRetention"}),
    console_menu="Cloud DB for PostgreSQL > Backup",
    manual_backup="pg_dump through the instance's private domain",
    viewer_policy="NCP_VPC_CLOUD_DB_FOR_POSTGRESQL_VIEWER",
)
MYSQL = Product(
    name="mysql",
    title="MySQL",
    service="vmysql",
    stem="cloudMysql",
    paged=frozenset((ListKind.INSTANCES, ListKind.DETAILS)),
    console_menu="Cloud DB for MySQL > Backup",
    manual_backup="mysqldump --single-transaction through the instance's private domain",
    viewer_policy="NCP_VPC_CLOUD_DB_FOR_MYSQL_VIEWER",
)
MONGODB = Product(
    name="mongodb",
    title="MongoDB",
    service="vmongodb",
    stem="cloudMongoDb",
    detail_part=DetailPart.SHARD,
    tells_is_backup=False,
    may_skip_a_day=True,
    console_menu="Cloud DB for MongoDB > Backup",
    manual_backup="mongodump through the instance's private domain",
    viewer_policy="NCP_VPC_CLOUD_DB_FOR_MONGODB_VIEWER",
)
MSSQL = Product(
    name="mssql",
    title="MSSQL",
    service="vmssql",
    stem="cloudMssql",
    date=BackupDate.DETAILS,
    detail_part=DetailPart.DATABASE,
    backup_names=MappingProxyType({"size_bytes": "totalBackupDataSize"}),
    tells_is_backup=False,
    console_menu="Cloud DB for MSSQL > Backup",
    manual_backup="an export of each database (a .bacpac, with SqlPackage) through the instance's private domain",
    viewer_policy="NCP_VPC_CLOUD_DB_FOR_MSSQL_VIEWER",
)
REDIS = Product(
    name="cache",
    title="Redis",
    service="vredis",
    stem="cloudRedis",
    date=BackupDate.DAY,
    paged=frozenset((ListKind.INSTANCES,)),
    is_on_by_default=False,
    max_retention_days=7,
    console_menu="Cloud DB for Cache > Backup",
    manual_backup="a manual backup in the console (Backup > Manual backup)",
    viewer_policy="NCP_VPC_CLOUD_DB_FOR_REDIS_VIEWER",
)
"""Never a product of its own: the older name of CACHE, without Valkey."""
CACHE = Product(
    name="cache",
    title="Cache",
    service="vcache",
    stem="cloudCache",
    date=BackupDate.DAY,
    paged=frozenset((ListKind.INSTANCES,)),
    is_on_by_default=False,
    max_retention_days=7,
    console_menu="Cloud DB for Cache > Backup",
    manual_backup="a manual backup in the console (Backup > Manual backup)",
    viewer_policy="NCP_VPC_CLOUD_DB_FOR_REDIS_VIEWER",
    fallback=REDIS,
)
PRODUCTS: Mapping[str, Product] = MappingProxyType(
    {product.name: product for product in (POSTGRESQL, MYSQL, MONGODB, MSSQL, CACHE)}
)
"""By name, in the order in which reports list them."""


def product_named(name: str) -> Product:
    """The product of that *name*. Raises SettingsProblem, which names the known ones."""
    try:
        return PRODUCTS[name]
    except KeyError:
        raise SettingsProblem(f"unknown product {name!r}; known are {', '.join(PRODUCTS)}") from None
