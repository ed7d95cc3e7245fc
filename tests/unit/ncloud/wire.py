"""Answers as the wire brings them, built by hand in JSON and in XML."""

import json
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from ncloud.decoding.response import read_page
from ncloud.model import HttpResponse, Page
from ncloud.operations import REGIONS, ROWS, operation
from ncloud.products import PRODUCTS, REDIS

RECEIVED_AT = datetime(2026, 11, 23, 3, tzinfo=UTC)
_LISTS = [operation(product, kind) for product in (*PRODUCTS.values(), REDIS) for kind in ROWS]
OPERATIONS = {each.name: each for each in (*_LISTS[:3], REGIONS, *_LISTS[3:])}
"""All that the client knows, by name."""
BACKUPS = "getCloudPostgresqlBackupList"
Backup, Instance, BackupDetail = (operation(PRODUCTS["postgresql"], kind).row for kind in ROWS)
"""PostgreSQL's rows."""


def answer(body: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    """*body*: bytes as they are, text as UTF-8, anything else as JSON."""
    if not isinstance(body, (bytes, memoryview, str)):
        body = json.dumps(body)
    return HttpResponse(status, headers or {}, body.encode() if isinstance(body, str) else body, RECEIVED_AT)


def page(body: Any, *, operation: str = BACKUPS, status: int = 200, **kwargs: Any) -> Page:
    return read_page(OPERATIONS[operation], answer(body, status=status), **kwargs)


def backup_list(*rows: Any, listed: Any = ..., **others: Any) -> dict[str, Any]:
    """The backup list of *rows*; *listed* stands in place of the list, *others* beside it (... leaves out)."""
    wrapper = {
        "totalRows": len(rows),
        "cloudPostgresqlBackupList": list(rows) if listed is ... else listed,
        "requestId": "d00059bd",
        "returnCode": "0",
        "returnMessage": "success",
    } | others
    return {"getCloudPostgresqlBackupListResponse": {k: v for k, v in wrapper.items() if v is not ...}}


def row(**fields: Any) -> dict[str, Any]:
    return {"cloudPostgresqlInstanceNo": "1234925"} | fields


def as_xml(tree: dict[str, Any], items: dict[str, str] | None = None) -> str:
    """*tree* in XML; the rows of a list stand in elements named as in *items*, else the list's name repeats."""
    items = items or {"cloudPostgresqlBackupList": "cloudPostgresqlBackup"}
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + _elements(tree, items)


def _elements(tree: dict[str, Any], items: dict[str, str]) -> str:
    return "".join(_element(name, value, items) for name, value in tree.items())


def _element(name: str, value: Any, items: dict[str, str]) -> str:
    if isinstance(value, list):
        if name in items:
            return f"<{name}>{''.join(_element(items[name], item, items) for item in value)}</{name}>"
        return "".join(_element(name, item, items) for item in value)
    if isinstance(value, dict):
        return f"<{name}>\n  {_elements(value, items)}\n</{name}>"
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f"<{name}>{escape(text)}</{name}>"
