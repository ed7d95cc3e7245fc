"""What the rows of several lists have in common: dictionaries of JSON values, dates, codes, numbers, slots."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from tests.emulator.account import Database
from tests.emulator.dialect import Dialect
from tests.emulator.products import Product

Row = dict[str, object]

REGION_NAMES: Final = {"KR": "Korea", "SGN": "Singapore", "JPN": "Japan", "FKR": "Korea (financial)"}


def date(instant: datetime, database: Database) -> str:
    """`2024-06-04T02:00:19+0900`: no fraction, no colon in the offset."""
    return instant.astimezone(database.zone).strftime("%Y-%m-%dT%H:%M:%S%z")


def code(value: str, name: str) -> Row:
    """A CommonCode."""
    return {"code": value, "codeName": name}


def region_row(region: str) -> Row:
    return {"regionCode": region, "regionName": REGION_NAMES.get(region, region)}


def shown_number(database: Database, api: Product, dialect: Dialect) -> str:
    """The instance's number in this API: vredis may have another one than vcache."""
    is_other = api.name == "redis" and dialect.cache_numbers == "numbers-differ"
    return f"8{database.instance_no}" if is_other else database.instance_no


def slot_fields(database: Database, dialect: Dialect) -> Row:
    """backupTime, as the dialect spells it, or nothing."""
    text = database.backup_time
    if database.is_automatic and dialect.automatic_slot != "automatic-shows-slot":
        if dialect.automatic_slot == "automatic-shows-nothing":
            return {}
        text = "00:00"
    hour, _, minute = text.partition(":")
    spelt = {
        "slot-colon": text,
        "slot-plain": hour + minute,
        "slot-short": f"{hour.removeprefix('0') or '0'}:{minute}",
        "slot-seconds": f"{text}:00",
    }
    return {"backupTime": spelt[dialect.slot]}
