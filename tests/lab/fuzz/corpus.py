"""Where the fuzzer begins: answers as the API gives them, and the words that it knows."""

from __future__ import annotations

import json
from pathlib import Path

from tests.lab.fuzz.promise import KINDS, STATUSES

SAMPLES = Path(__file__).parents[2] / "samples"

DATES = ("2024-06-04T02:00:19+0900", "2024-06-04T02:00:19Z", "2024-06-04T02:00:19", "", None, 1717434019, "9999-12-31")
FAILURES = (
    {
        "error": {
            "errorCode": "200",
            "message": "Authentication Failed",
            "details": "Invalid authentication information.",
        }
    },
    {"responseError": {"returnCode": "5001017", "returnMessage": "no authority"}},
    {"returnCode": 1000, "returnMessage": "Please try your call again later."},
)
WORDS = (
    "Response", "totalRows", "returnCode", "returnMessage", "requestId", "error", "errorCode", "message", "details",
    "responseError", "responseCode", "codeName", "code", "NULL", "true", "+0900", "T02:00:00", "9223372036854775808",
    "<!DOCTYPE", "<!ENTITY", "<![CDATA[", "<?xml version='1.0' encoding='UTF-16'?>", "&#0;", "\\ud800", "1e999",
)  # fmt: skip


def _with_header(kind: int, status: int, body: bytes) -> bytes:
    return bytes((kind, STATUSES.index(status))) + body


def _field_names(kind: int) -> list[str]:
    return [str(name) for name in KINDS[kind].row.__struct_encode_fields__ if not str(name).startswith("unreadable")]


def _in_xml(kind: int) -> bytes:
    operation = KINDS[kind]
    fields = "".join(f"<{name}>2024-06-04T02:00:19+0900</{name}>" for name in _field_names(kind))
    row = f"<{operation.item_key}>{fields}</{operation.item_key}>"
    listed = f"<totalRows>1</totalRows><returnCode>0</returnCode><{operation.list_key}>{row}</{operation.list_key}>"
    return f'<?xml version="1.0"?><{operation.wrapper_key}>{listed}</{operation.wrapper_key}>'.encode()


def seeds() -> list[bytes]:
    """Inputs in the form that :func:`tests.lab.fuzz.promise.examine` reads, of every operation, in JSON and XML."""
    found = []
    for kind, operation in enumerate(KINDS):
        for number, date in enumerate(DATES):
            row = {name: date if "Date" in name or "Time" in name else str(number + 1) for name in _field_names(kind)}
            wrapper = {"totalRows": 1, "returnCode": "0", operation.list_key: [row]}
            found.append(_with_header(kind, 200, json.dumps({operation.wrapper_key: wrapper}).encode()))
        found.append(_with_header(kind, 200, _in_xml(kind)))
        for number, failure in enumerate(FAILURES):
            found.append(_with_header(kind, (200, 400, 503)[number], json.dumps(failure).encode()))
    for sample in sorted([*(SAMPLES / "vendor").iterdir(), *(SAMPLES / "products").glob("get*")]):
        kind = next(n for n, operation in enumerate(KINDS) if sample.stem.startswith(operation.name))
        found.append(_with_header(kind, 200, sample.read_bytes()))
    found.append(_with_header(0, 503, b"<html><body><h1>503 Service Unavailable</h1></body></html>"))
    return found


def words() -> list[str]:
    """Every name on the wire, and the words above: what chance alone would hardly spell."""
    names = [name for kind in range(len(KINDS)) for name in _field_names(kind)]
    keys = [key for operation in KINDS for key in (operation.wrapper_key, operation.list_key, operation.item_key)]
    return sorted({*names, *keys, *WORDS})
