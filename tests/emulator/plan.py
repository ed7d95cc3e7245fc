"""How a list is to be answered, and the faults that change it: paging, shapes, rows and their dates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from functools import partial
from typing import Final

from tests.emulator.dialect import Dialect
from tests.emulator.page_format import PageFormat
from tests.emulator.paging import Paging
from tests.emulator.products import PRODUCTS
from tests.emulator.refusals import GatewayRefusal, ServiceRefusal
from tests.emulator.rows import Row

RowChange = Callable[[int, Row], object]


@dataclass
class Plan:
    """What the answer to one list request will be made with; faults change it before it is carried out."""

    paging: Paging
    page_format: PageFormat
    answer_format: str
    now: datetime
    return_code: str = "0"
    """Empty: it and the message are left out."""
    return_message: str = "success"
    is_of_another_operation: bool = False
    wrappings: int = 0
    """How many objects the rows stand in, one in the other, each under the item's name."""
    error: Row = field(default_factory=dict)
    """What stands beside the list of an error, under the error's own name."""
    row_changes: list[RowChange] = field(default_factory=list)
    """Each is given a row's place in the whole list and the row, and gives what stands there instead."""
    dialect: Dialect = field(default_factory=Dialect)
    other_product: str = ""
    """Whose rows are told instead; empty: those of the product that was asked."""
    is_disguised: bool = False
    """The other product's rows stand under the names of what was asked."""
    most_rows: int | None = None
    """At most so many rows are written; None: all of the page."""
    is_total_cut: bool = False
    """totalRows then tells only of what is written."""

    def written(self, place: int, row: Row) -> object:
        """What stands in the list for the row at *place* of the whole list, counted from 0."""
        changed: object = row
        for change in self.row_changes:
            changed = change(place, row) if isinstance(changed, dict) else changed
            row = changed if isinstance(changed, dict) else row
        return changed


def use_paging(plan: Plan, *, mode: str) -> None:
    plan.paging = Paging.parse(mode)


def use_page_format(plan: Plan, *, mode: str) -> None:
    plan.page_format = PageFormat.parse(mode)


def use_dialect(plan: Plan, *, mode: str) -> None:
    plan.dialect = Dialect.parse(mode)


def use_other_product(plan: Plan, *, name: str, disguised: bool) -> None:
    plan.other_product, plan.is_disguised = PRODUCTS[name].name, disguised


def cut_list(plan: Plan, *, rows: int, honest: bool) -> None:
    plan.most_rows, plan.is_total_cut = rows, not honest


def use_other_format(plan: Plan) -> None:
    plan.answer_format = "xml" if plan.answer_format == "json" else "json"


def use_return_code(plan: Plan, *, code: str, message: str) -> None:
    plan.return_code, plan.return_message = code, message


def use_other_operation(plan: Plan) -> None:
    plan.is_of_another_operation = True


def wrap_rows(plan: Plan, *, depth: int) -> None:
    plan.wrappings = depth


def put_error_inside(plan: Plan, *, layer: str, code: str) -> None:
    refusal = GatewayRefusal(code) if layer == "gateway" else ServiceRefusal(code)
    plan.error = {refusal.wrapper: refusal.fields}


def change_rows(plan: Plan, *, change: Callable[..., object], only: str, every: int, **settings: object) -> None:
    """Let *change* act on each *every*th row whose service name or instance number matches the glob *only*."""

    def changed(place: int, row: Row) -> object:
        names = (str(row.get(_key(row, "ServiceName"), "")), str(row.get(_key(row, "InstanceNo"), "")))
        chosen = place % every == 0 and (not only or any(fnmatchcase(name, only) for name in names))
        return change(dict(row), plan.now, **settings) if chosen else row

    plan.row_changes.append(changed)


def _key(row: Row, ending: str) -> str:
    """The row's own cloud<X>InstanceNo or cloud<X>ServiceName; PostgreSQL's where a row has none."""
    return next((key for key in row if key.startswith("cloud") and key.endswith(ending)), f"cloudPostgresql{ending}")


def _set(row: Row, now: datetime, *, field: str, value: object) -> Row:
    return row | {field: value}


def _without(row: Row, now: datetime, *, field: str) -> Row:
    row.pop(field, None)
    return row


def _naive(row: Row, now: datetime, *, field: str) -> Row:
    """The same local time, its offset cut off."""
    return row | {field: str(row.get(field) or f"{now:%Y-%m-%dT%H:%M:%S+0000}")[:19]}


def _future(row: Row, now: datetime, *, field: str, minutes: int) -> Row:
    return row | {field: f"{now + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S%z}"}


def _numeric(row: Row, now: datetime, *, field: str) -> Row:
    """Milliseconds since 1970, as a number."""
    known = row.get(field)
    instant = datetime.strptime(known, "%Y-%m-%dT%H:%M:%S%z") if isinstance(known, str) and known else now
    return row | {field: int(instant.timestamp() * 1000)}


def _not_a_row(row: Row, now: datetime) -> None:
    return None


def _number_is(row: Row, now: datetime, *, value: object) -> Row:
    return row | {_key(row, "InstanceNo"): value}


def _integer_number(row: Row, now: datetime) -> Row:
    return row | {_key(row, "InstanceNo"): int(str(row[_key(row, "InstanceNo")]))}


def _without_key(row: Row, now: datetime, *, ending: str) -> Row:
    row.pop(_key(row, ending), None)
    return row


ROW_CHANGES: Final[dict[str, tuple[str, Callable[..., object], dict[str, object]]]] = {
    "row-without-number": ("no instance number", partial(_without_key, ending="InstanceNo"), {}),
    "row-with-null-number": ("the instance number is null", partial(_number_is, value=None), {}),
    "row-with-integer-number": ("the instance number is a JSON number", _integer_number, {}),
    "row-without-name": ("no service name", partial(_without_key, ending="ServiceName"), {}),
    "row-null": ("null where a row should be (JSON)", _not_a_row, {}),
    "row-unreadable-date": ("a date that is none", _set, {"field": "lastBackupDate", "value": "yesterday"}),
    "row-naive-date": ("a date without offset", _naive, {"field": "lastBackupDate"}),
    "row-future-date": ("a date ahead of the clock", _future, {"field": "lastBackupDate", "minutes": 1440}),
    "row-numeric-date": ("a date as milliseconds since 1970", _numeric, {"field": "lastBackupDate"}),
    "row-empty-date": ("an empty string as date", partial(_set, value=""), {"field": "lastBackupDate"}),
    "row-null-date": ("null as date", partial(_set, value=None), {"field": "lastBackupDate"}),
    "row-missing-date": ("no date", _without, {"field": "lastBackupDate"}),
}
"""Kind: (what it does, the change, its own settings)."""
