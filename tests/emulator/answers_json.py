"""Answers in JSON, laid out as the vendor's samples are."""

from __future__ import annotations

import json

from tests.emulator.listing import Listing
from tests.emulator.refusals import Refusal, ServiceRefusal
from tests.emulator.rows import Row


def listing_body(listing: Listing) -> bytes:
    """`{"<operation>Response": {"totalRows": ..., "<list>": [...], "requestId": ..., "returnCode": ...}}`."""
    inside = listing.total_field() | _list_field(listing) | listing.common_fields()
    if listing.page_format.key_order == "reversed-order":
        inside = dict(reversed(inside.items()))
    if listing.page_format.numbers == "strings":
        inside = _with_string_numbers(inside)
    return _wrapped(_compact({listing.wrapper: inside}), inside, listing)


def _wrapped(body: bytes, inside: Row, listing: Listing) -> bytes:
    """*body* with its rows in `{"<item>":` so often. Put in as text, for no writer goes thousands of objects deep."""
    if not listing.wrappings or listing.list_key not in inside:
        return body
    key, rows = f'"{listing.list_key}":'.encode(), _compact(inside[listing.list_key])
    opening = f'{{"{listing.item_key}":'.encode() * listing.wrappings
    return body.replace(key + rows, key + opening + rows + b"}" * listing.wrappings, 1)


def refusal_body(refusal: Refusal) -> bytes:
    """Gateway errors stand on one line and service errors on several, as captures of both show."""
    if isinstance(refusal, ServiceRefusal):
        return json.dumps({refusal.wrapper: refusal.fields}, ensure_ascii=False, indent=2).encode()
    return _compact({refusal.wrapper: refusal.fields})


def _compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _list_field(listing: Listing) -> Row:
    rows: object = listing.all_rows()
    shape = listing.page_format.list_shape
    if shape == "missing":
        return {}
    if shape in ("null", "empty-string"):
        return {listing.list_key: None if shape == "null" else ""}
    if shape in ("object", "nested") and len(listing.rows) == 1:
        rows = listing.all_rows()[0]
    return {listing.list_key: {listing.item_key: rows} if shape == "nested" else rows}


def _with_string_numbers(fields: Row) -> Row:
    return {key: _stringed(value) for key, value in fields.items()}


def _stringed(value: object) -> object:
    if isinstance(value, dict):
        return _with_string_numbers(value)
    if isinstance(value, list):
        return [_stringed(item) for item in value]
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
