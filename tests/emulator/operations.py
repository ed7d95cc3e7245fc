"""What each operation finds in the account: one list's rows before any paging, each still to be written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from tests.emulator.account import Account, Backup, Database
from tests.emulator.asked import Asked
from tests.emulator.backup_rows import backup_row
from tests.emulator.detail_rows import detail_row, ended, under_way, unended
from tests.emulator.instance_rows import instance_row
from tests.emulator.log_rows import file_rows, log_rows
from tests.emulator.paging import with_doubles
from tests.emulator.plan import Plan
from tests.emulator.products import (
    BACKUPS,
    DETAILS,
    FILES,
    INSTANCE,
    INSTANCES,
    LOGS,
    MANUAL,
    MANUAL_DETAILS,
    OPERATIONS,
    POSTGRESQL,
    PRODUCTS,
    REGIONS,
    Operation,
    Product,
    operation_of,
)
from tests.emulator.refusals import ServiceRefusal
from tests.emulator.rows import Row, region_row, shown_number

RowMaker = Callable[[], Row]
"""Writes one row. Only the rows of the page that is asked for are written."""


def told_operation(asked: Operation, plan: Plan) -> Operation:
    """The operation whose rows are told: the one that was asked, unless a fault wants another's."""
    told = asked
    if plan.other_product and told.product is not None:
        other = PRODUCTS[plan.other_product]
        told = operation_of(other, told.role) or operation_of(other, BACKUPS) or told
    if plan.is_of_another_operation:
        role = INSTANCES if told.role == BACKUPS else BACKUPS
        told = operation_of(told.product or POSTGRESQL, role) or told
    return told


def list_key(operation: Operation, plan: Plan) -> str:
    own = plan.dialect.second_lists == "type-list-keys" and operation.type_list_key
    key = own or operation.list_key
    is_capital = plan.dialect.key_case == "keys-capital" and operation.product is not None
    return f"{key[0].upper()}{key[1:]}" if is_capital else key


def is_paged(operation: Operation, plan: Plan) -> bool:
    """Whether pageNo and pageSize mean anything to it."""
    if operation.role in (INSTANCE, REGIONS):
        return False
    return operation.is_paged or plan.dialect.unpaged == "unpaged-pages"


def find_rows(account: Account, asked: Asked, plan: Plan) -> list[RowMaker]:
    """All rows that *asked* is about. ServiceRefusal 5001017: no such instance; 5001269: MSSQL's has been deleted."""
    role = OPERATIONS[asked.operation].role
    rows = FINDERS[role](account, asked, plan)
    return with_doubles(rows) if plan.paging.rows == "rows-duplicated" and role not in (INSTANCE, REGIONS) else rows


def _product(asked: Asked) -> Product:
    return OPERATIONS[asked.operation].product or POSTGRESQL


def _databases(account: Account, asked: Asked) -> list[Database]:
    api = _product(asked)
    return [
        database
        for database in account.in_region(asked.region, product=api.databases_of)
        if api.dbms in ("", database.dbms)
    ]


def _backups(account: Account, asked: Asked, plan: Plan) -> list[RowMaker]:
    role = OPERATIONS[asked.operation].role
    rows: list[RowMaker] = []
    for database in _databases(account, asked):
        if role == MANUAL and not database.manual_backups:
            continue
        if database.in_backup_list or role == MANUAL:
            row = partial(backup_row, database, account, _product(asked), plan.dialect, role=role)
            rows.append(row)
            if plan.paging.rows == "rows-several" and len(database.backups) > 1 and role != MANUAL:
                rows.append(partial(row, nth_newest=1))
    return rows


def _instances(account: Account, asked: Asked, plan: Plan) -> list[RowMaker]:
    return [
        partial(instance_row, database, _product(asked), plan.dialect)
        for database in _databases(account, asked)
        if database.in_instance_list and _is_wanted(database, asked, plan)
    ]


def _is_wanted(database: Database, asked: Asked, plan: Plan) -> bool:
    number = shown_number(database, _product(asked), plan.dialect)
    server = f"{_product(asked).server_prefix}-{database.instance_no}-"
    return (
        asked.service_name in (None, database.service_name)
        and (not asked.instance_nos or number in asked.instance_nos)
        and (asked.server_name is None or asked.server_name.startswith(server))
        and asked.zone in (None, f"{database.region}-1")
        and _is_of_wanted_kind(database, asked)
    )


def _is_of_wanted_kind(database: Database, asked: Asked) -> bool:
    """generationCode and cloudCacheDbmsCode, for the products that know them; elsewhere they are ignored."""
    knows_generation = database.product in ("mysql", "mongodb", "cache")
    knows_dbms = _product(asked).name == "cache"
    return not (knows_generation and asked.generation not in (None, database.generation)) and not (
        knows_dbms and asked.dbms not in (None, database.dbms)
    )


def _details(account: Account, asked: Asked, plan: Plan) -> list[RowMaker]:
    """Newest first, as the console shows them, unless the dialect says otherwise."""
    database = _the_instance(account, asked, plan)
    api, dialect = _product(asked), plan.dialect
    kept, running = database.backups, under_way(database, dialect)
    if OPERATIONS[asked.operation].role == MANUAL_DETAILS:
        kept, running = database.manual_backups, []
    rows: list[RowMaker] = [_detail(backup, database, api, plan, index) for index, backup in enumerate(kept)]
    rows += [
        partial(detail_row, part, database, api, dialect, index=len(kept) - 1, ends=unended(part, database, dialect))
        for part in running
    ]
    return rows if dialect.detail_order == "oldest-first" else rows[::-1]


def _detail(backup: Backup, database: Database, api: Product, plan: Plan, index: int) -> RowMaker:
    return partial(detail_row, backup, database, api, plan.dialect, index=index, ends=ended(backup, database))


def _instance(account: Account, asked: Asked, plan: Plan) -> list[RowMaker]:
    return [partial(instance_row, _the_instance(account, asked, plan), _product(asked), plan.dialect)]


def _logs(account: Account, asked: Asked, plan: Plan) -> list[RowMaker]:
    database = _the_instance(account, asked, plan)
    index = int(asked.backup_set or 0) - 1 if (asked.backup_set or "").isdecimal() else -1
    if not 0 <= index < len(database.backups) or database.backups[index].part != asked.database_name:
        return []
    return [partial(dict, row) for row in log_rows(database, index=index)]


def _files(account: Account, asked: Asked, plan: Plan) -> list[RowMaker]:
    database = _the_instance(account, asked, plan)
    return [partial(dict, row) for row in file_rows(database, part=asked.database_name)]


def _the_instance(account: Account, asked: Asked, plan: Plan) -> Database:
    for database in _databases(account, asked):
        if shown_number(database, _product(asked), plan.dialect) == asked.instance_no:
            return database
    is_deleted_mssql = ("mssql", asked.instance_no) in account.deleted and _product(asked).name == "mssql"
    raise ServiceRefusal("5001269" if is_deleted_mssql else "5001017")


def _regions(account: Account, asked: Asked, plan: Plan) -> list[RowMaker]:
    return [partial(region_row, region) for region in account.regions]


FINDERS: Final[Mapping[str, Callable[[Account, Asked, Plan], list[RowMaker]]]] = {
    BACKUPS: _backups,
    MANUAL: _backups,
    INSTANCES: _instances,
    DETAILS: _details,
    MANUAL_DETAILS: _details,
    INSTANCE: _instance,
    LOGS: _logs,
    FILES: _files,
    REGIONS: _regions,
}
