"""The database products of the API: their paths, operations, names on the wire, and which of their lists are paged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

BACKUPS: Final = "backups"
INSTANCES: Final = "instances"
DETAILS: Final = "details"
INSTANCE: Final = "instance"
MANUAL: Final = "manual"
MANUAL_DETAILS: Final = "manual details"
LOGS: Final = "logs"
FILES: Final = "files"
REGIONS: Final = "regions"

DOCUMENTED_LISTS: Final = frozenset({BACKUPS, INSTANCES, DETAILS})


@dataclass(frozen=True)
class Product:
    """One API: everything under one base path."""

    name: str
    """As in `denied`, `not_offered` and the targets of faults. "redis" is the older API of "cache"."""
    base: str
    stem: str
    """Between `getCloud` and the rest of an operation's name."""
    paged: frozenset[str]
    """The lists that document pageNo and pageSize."""
    engine: str
    """What engineVersion begins with."""
    port: int
    server_prefix: str
    shows: str = ""
    """The product of the databases that it shows, where that is not its own name."""
    dbms: str = ""
    """Only databases of this DBMS; empty: any."""

    @property
    def prefix(self) -> str:
        return f"cloud{self.stem}"

    @property
    def databases_of(self) -> str:
        return self.shows or self.name


POSTGRESQL: Final = Product(
    "postgresql", "/vpostgresql/v2/", "Postgresql", DOCUMENTED_LISTS, "PostgreSQL 14.13", 5432, "pg"
)
MYSQL: Final = Product("mysql", "/vmysql/v2/", "Mysql", frozenset({DETAILS, INSTANCES}), "MYSQL8.0.36", 3306, "my")
MONGODB: Final = Product("mongodb", "/vmongodb/v2/", "MongoDb", DOCUMENTED_LISTS, "MongoDB 6.0.14", 17017, "mg")
MSSQL: Final = Product("mssql", "/vmssql/v2/", "Mssql", DOCUMENTED_LISTS, "Microsoft SQL Server 2019", 1433, "ms")
REDIS: Final = Product(
    "redis", "/vredis/v2/", "Redis", frozenset({INSTANCES}), "Redis 7.0.13", 6379, "rd", shows="cache", dbms="Redis"
)
CACHE: Final = Product("cache", "/vcache/v2/", "Cache", frozenset({INSTANCES}), "Redis 7.0.13", 6379, "rd")

PRODUCTS: Final[Mapping[str, Product]] = {
    product.name: product for product in (POSTGRESQL, MYSQL, MONGODB, MSSQL, REDIS, CACHE)
}
DATABASE_PRODUCTS: Final = tuple(name for name, product in PRODUCTS.items() if not product.shows)
"""What `Database.product` may be."""


@dataclass(frozen=True)
class Operation:
    name: str
    role: str
    product: Product | None
    """None: getRegionList."""
    list_key: str
    type_list_key: str = ""
    """The list's key by the type page, where the vendor's own sample has another one."""
    required: tuple[str, ...] = ()

    @property
    def is_paged(self) -> bool:
        return self.product is not None and self.role in self.product.paged


def _of_every_product(product: Product) -> list[Operation]:
    get, key, number = f"getCloud{product.stem}", product.prefix, (f"{product.prefix}InstanceNo",)
    return [
        Operation(f"{get}BackupList", BACKUPS, product, f"{key}BackupList"),
        Operation(f"{get}InstanceList", INSTANCES, product, f"{key}InstanceList"),
        Operation(f"{get}BackupDetailList", DETAILS, product, f"{key}BackupDetailList", required=number),
        Operation(f"{get}InstanceDetail", INSTANCE, product, f"{key}InstanceList", required=number),
    ]


def _manual(product: Product) -> list[Operation]:
    """Their list keys are those of the scheduled backups in the vendor's samples."""
    get, key, number = f"getCloud{product.stem}Manual", product.prefix, (f"{product.prefix}InstanceNo",)
    own = f"{key}ManualBackup"
    details = f"{get}BackupDetailList"
    return [
        Operation(f"{get}BackupList", MANUAL, product, f"{key}BackupList", f"{own}List"),
        Operation(details, MANUAL_DETAILS, product, f"{key}BackupDetailList", f"{own}DetailList", number),
    ]


_OPERATIONS: Final = [
    *(operation for product in PRODUCTS.values() for operation in _of_every_product(product)),
    *_manual(REDIS),
    *_manual(CACHE),
    Operation(
        "getCloudMssqlLogBackupFileList",
        LOGS,
        MSSQL,
        "cloudMssqlBackupDetailList",
        "cloudMssqlLogBackupFileList",
        ("cloudMssqlInstanceNo", "databaseName", "backupSetId"),
    ),
    Operation("getDmsBackupList", FILES, MSSQL, "backupFileList", required=("cloudMssqlInstanceNo",)),
    Operation("getRegionList", REGIONS, None, "regionList"),
]

OPERATIONS: Final[Mapping[str, Operation]] = {operation.name: operation for operation in _OPERATIONS}

PATHS: Final[Mapping[str, str]] = {
    (operation.product.base if operation.product else "/vserver/v2/") + name: name
    for name, operation in OPERATIONS.items()
}
"""The operation's name by the request's path."""


def operation_of(product: Product, role: str) -> Operation | None:
    return next((found for found in _OPERATIONS if found.product is product and found.role == role), None)


def product_name(operation: str) -> str:
    """Empty for getRegionList and for what is no operation."""
    found = OPERATIONS.get(operation)
    return found.product.name if found is not None and found.product is not None else ""
