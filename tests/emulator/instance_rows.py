"""The rows of the instance lists: what each product tells of an instance and of its servers."""

from __future__ import annotations

from typing import Final
from zlib import crc32

from tests.emulator.account import Database
from tests.emulator.dialect import Dialect
from tests.emulator.products import POSTGRESQL, Product
from tests.emulator.rows import Row, code, date, shown_number, slot_fields

OPERATION_CODES: Final = {"creating": "CREAT", "settingup": "SETUP", "deleting": "DEL"}
"""The operation's code by status name; every other status has the literal code "NULL", or BKP during a backup."""

FURTHER_CODES: Final = {"upgrading": "UPGD", "downgrading": "DWGD"}
"""Those of MSSQL, whose page lists them."""

CAMEL: Final = {"settingup": "settingUp", "shuttingdown": "shuttingDown"}

UNTOLD: Final = {
    "postgresql": (),
    "mysql": (),
    "mongodb": ("isHa", "isMultiZone", "Port", "ConfigList"),
    "mssql": ("ConfigList", "generationCode"),
    "redis": ("isMultiZone", "ConfigList", "generationCode"),
    "cache": ("isMultiZone", "ConfigList"),
}
"""What a product's instances do not tell of what the others do; isBackup is the dialect's affair."""

WITHOUT_FLAG: Final = frozenset({"mongodb", "mssql"})


def _state(status: str) -> Row:
    if status in ("creating", "settingup"):
        return code("INIT", "Initiated") if status == "creating" else code("CREAT", "Created")
    return code("DEL", "Deleted") if status == "deleted" else code("CREAT", "Created")


def _operation(database: Database) -> Row:
    usual = "NULL" if database.under_way_since is None else "BKP"
    known = OPERATION_CODES | (FURTHER_CODES if database.product == "mssql" else {})
    found = known.get(database.status, usual)
    return code(found, "NULL OP" if found == "NULL" else f"{found} OP")


def _status(database: Database, dialect: Dialect) -> str:
    return CAMEL.get(database.status, database.status) if dialect.status_case == "status-camel" else database.status


def instance_row(database: Database, api: Product, dialect: Dialect) -> Row:
    """An instance with its servers: about 1.5 kB of JSON."""
    key = api.prefix
    row: Row = {
        f"{key}InstanceNo": shown_number(database, api, dialect),
        f"{key}ServiceName": database.service_name,
        f"{key}InstanceStatusName": _status(database, dialect),
        f"{key}InstanceStatus": _state(database.status),
        f"{key}InstanceOperation": _operation(database),
        f"{key}ImageProductCode": f"SW.V{_short(api)}.OS.LNX64.ROCKY.0810.{_short(api)}.B050",
        "engineVersion": "Valkey 7.2.5" if _is_valkey(database, api) else api.engine,
        **_license(api, dialect),
        f"{key}Port": api.port,
        "isHa": database.is_ha,
        "isMultiZone": False,
        "isBackup": database.is_backup,
        "backupFileRetentionPeriod": database.retention_days,
        **slot_fields(database, dialect),
        "generationCode": database.generation,
        "createDate": date(database.created_at, database),
        "accessControlGroupNoList": ["50160"],
        f"{key}ConfigList": ["archive_timeout 60", "max_connections 1200", "wal_level replica"],
        **_own_fields(database, api),
        _server_list_key(api, dialect): _server_rows(database, api, dialect),
    }
    for name in (*UNTOLD[api.name], *_untold_flag(api, dialect)):
        row.pop(name, None)
        row.pop(f"{key}{name}", None)
    if dialect.fields == "sdk-fields" and api.name == "mssql":
        del row["isMultiZone"]
    return row | database.extra


def _short(api: Product) -> str:
    return {"postgresql": "PGSL", "mongodb": "MGDB", "cache": "RED"}.get(api.name, api.name.upper()[:5])


def _is_valkey(database: Database, api: Product) -> bool:
    return api.name == "cache" and database.dbms == "Valkey"


def _license(api: Product, dialect: Dialect) -> Row:
    """A string in PostgreSQL and a code object elsewhere; its name differs, too, between pages and SDK."""
    if api is POSTGRESQL:
        return {"license": "postgresql license"}
    is_by_sdk = dialect.fields == "sdk-fields"
    name = {"mongodb": "license" if is_by_sdk else "licence", "mssql": "licenseCode" if is_by_sdk else "license"}
    return {name.get(api.name, "license"): code("GPL" if api.name == "mysql" else "LIC", f"{api.engine} license")}


def _own_fields(database: Database, api: Product) -> Row:
    if api.name == "mongodb":
        is_sharded = len(database.parts) > 1
        return {
            "memberPort": 17017,
            "mongosPort": 17017,
            "configPort": 17017,
            "arbiterPort": 17017,
            "shardCount": len(database.parts) if is_sharded else 0,
            "compress": code("SNPP", "snappy"),
            "clusterType": code("SHARD", "Sharded Cluster") if is_sharded else code("SINGL", "Single Replica Set"),
        }
    if api.name == "mssql":
        return {"configGroupNo": "1203", "configGroupName": "default", "dbCollation": "Korean_Wansung_CI_AS"}
    if api.databases_of == "cache":
        own: Row = {
            "backupSchedule": "Automatic" if database.is_automatic else "User-defined",
            f"{api.prefix}ServerPrefix": f"rd-{database.instance_no}",
            "role": code("M", "Master"),
            "shardCount": 3 if database.is_ha else 1,
            "shardCopyCount": int(database.is_ha),
            "configGroupNo": "1204",
            "configGroupName": "default",
        }
        return own | ({"cloudCacheDbmsCode": database.dbms} if api.name == "cache" else {})
    return {}


def _untold_flag(api: Product, dialect: Dialect) -> tuple[str, ...]:
    is_untold = {
        "flag-as-documented": api.name in WITHOUT_FLAG,
        "flag-everywhere": False,
        "flag-nowhere": True,
    }
    return ("isBackup",) if is_untold[dialect.backup_flag] else ()


def _server_list_key(api: Product, dialect: Dialect) -> str:
    is_capital = dialect.key_case == "keys-capital-servers" and api.name in ("mongodb", "redis")
    key = f"{api.prefix}ServerInstanceList"
    return f"C{key[1:]}" if is_capital else key


def _server_rows(database: Database, api: Product, dialect: Dialect) -> list[Row]:
    roles = [("M", "Primary"), ("H", "Secondary")] if database.is_ha else [("A", "Stand Alone")]
    return [_server_row(database, api, dialect, ordinal=n, role=code(*role)) for n, role in enumerate(roles, start=1)]


def _server_row(database: Database, api: Product, dialect: Dialect, *, ordinal: int, role: Row) -> Row:
    key = api.prefix
    name = f"{api.server_prefix}-{database.instance_no}-{ordinal:03d}"
    address = crc32(name.encode())
    return {
        f"{key}ServerInstanceNo": str(int(database.instance_no) * 10 + ordinal),
        f"{key}ServerName": name,
        f"{key}ServerRole": role,
        f"{key}ServerInstanceStatusName": _status(database, dialect),
        f"{key}ServerInstanceStatus": _state(database.status),
        f"{key}ServerInstanceOperation": _operation(database),
        f"{key}ProductCode": f"SVR.V{_short(api)}.STAND.C002.M008.NET.HDD.B050.G002",
        "regionCode": database.region,
        "zoneCode": f"{database.region}-1",
        "vpcNo": "1665",
        "subnetNo": "3244",
        "isPublicSubnet": True,
        "publicDomain": "",
        "privateDomain": f"{api.server_prefix}-{address:08x}.vpc-cdb.ntruss.com",
        "privateIp": f"10.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}",
        "dataStorageType": code("SSD", "SSD"),
        "isStorageEncryption": False,
        "dataStorageSize": 10_737_418_240,
        "usedDataStorageSize": 786_432_000,
        "cpuCount": 2,
        "memorySize": 8_589_934_592,
        "uptime": date(database.created_at, database),
        "createDate": date(database.created_at, database),
    }
