"""What each operation finds in the account: one list's rows before any paging, each still to be written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from tests.emulator.account import Account, Database
from tests.emulator.asked import (
    BACKUP_DETAILS,
    BACKUP_LIST,
    INSTANCE_DETAIL,
    INSTANCE_LIST,
    REGION_LIST,
    Asked,
)
from tests.emulator.paging import Paging, with_doubles
from tests.emulator.refusals import ServiceRefusal
from tests.emulator.rows import Row, backup_row, detail_row, instance_row, region_row

LIST_KEYS: Final = {
    BACKUP_LIST: "cloudPostgresqlBackupList",
    INSTANCE_LIST: "cloudPostgresqlInstanceList",
    BACKUP_DETAILS: "cloudPostgresqlBackupDetailList",
    INSTANCE_DETAIL: "cloudPostgresqlInstanceList",
    REGION_LIST: "regionList",
}

PAGED: Final = frozenset({BACKUP_LIST, INSTANCE_LIST, BACKUP_DETAILS})
"""The operations that know pageNo and pageSize."""


def another_than(operation: str) -> str:
    """The instance list for the backup list, and the backup list for every other."""
    return INSTANCE_LIST if operation == BACKUP_LIST else BACKUP_LIST


RowMaker = Callable[[], Row]
"""Writes one row. Only the rows of the page that is asked for are written."""


def find_rows(account: Account, asked: Asked, paging: Paging) -> list[RowMaker]:
    """All rows that *asked* is about. ServiceRefusal 5001017: no such instance."""
    rows = FINDERS[asked.operation](account, asked, paging)
    return with_doubles(rows) if paging.rows == "rows-duplicated" and asked.operation in PAGED else rows


def _backups(account: Account, asked: Asked, paging: Paging) -> list[RowMaker]:
    rows: list[RowMaker] = []
    for database in account.in_region(asked.region):
        if database.in_backup_list:
            rows.append(partial(backup_row, database, account))
            if paging.rows == "rows-several" and len(database.backups) > 1:
                rows.append(partial(backup_row, database, account, nth_newest=1))
    return rows


def _instances(account: Account, asked: Asked, paging: Paging) -> list[RowMaker]:
    return [
        partial(instance_row, database)
        for database in account.in_region(asked.region)
        if database.in_instance_list and _is_wanted(database, asked)
    ]


def _is_wanted(database: Database, asked: Asked) -> bool:
    return (
        asked.service_name in (None, database.service_name)
        and (not asked.instance_nos or database.instance_no in asked.instance_nos)
        and (asked.server_name is None or asked.server_name.startswith(f"pg-{database.instance_no}-"))
    )


def _details(account: Account, asked: Asked, paging: Paging) -> list[RowMaker]:
    """Newest first, as the console shows them."""
    database = _the_instance(account, asked)
    return [partial(detail_row, backup, database) for backup in reversed(database.backups)]


def _instance(account: Account, asked: Asked, paging: Paging) -> list[RowMaker]:
    return [partial(instance_row, _the_instance(account, asked))]


def _the_instance(account: Account, asked: Asked) -> Database:
    for database in account.in_region(asked.region):
        if database.instance_no == asked.instance_no:
            return database
    raise ServiceRefusal("5001017")


def _regions(account: Account, asked: Asked, paging: Paging) -> list[RowMaker]:
    return [partial(region_row, region) for region in account.regions]


FINDERS: Final[Mapping[str, Callable[[Account, Asked, Paging], list[RowMaker]]]] = {
    BACKUP_LIST: _backups,
    INSTANCE_LIST: _instances,
    BACKUP_DETAILS: _details,
    INSTANCE_DETAIL: _instance,
    REGION_LIST: _regions,
}
