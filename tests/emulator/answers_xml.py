"""Answers in XML, laid out as the vendor's samples are: no namespace, no attribute."""

from __future__ import annotations

from xml.sax.saxutils import escape

from tests.emulator.listing import Listing, item_key
from tests.emulator.refusals import Refusal

PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>\n'


def listing_body(listing: Listing) -> bytes:
    """requestId, returnCode, returnMessage and totalRows come before the list."""
    fields = [_element(key, value) for key, value in (listing.common_fields() | listing.total_field()).items()]
    fields += _list_element(listing)
    if listing.page_format.key_order == "reversed-order":
        fields.reverse()
    return _document(listing.wrapper, fields)


def refusal_body(refusal: Refusal) -> bytes:
    """The vendor's exact XML for errors is not known: the JSON's names, as elements."""
    return _document(refusal.wrapper, [_element(key, value) for key, value in refusal.fields.items()])


def _document(root: str, elements: list[str]) -> bytes:
    return f"{PROLOGUE}<{root}>{''.join(elements)}</{root}>\n".encode()


def _list_element(listing: Listing) -> list[str]:
    shape = listing.page_format.list_shape
    if shape == "missing":
        return []
    if shape in ("null", "empty-string"):
        return [f"<{listing.list_key}/>"]
    is_one = shape == "object" and len(listing.rows) == 1
    rows = listing.all_rows()[0] if is_one else listing.all_rows()
    if listing.wrappings:
        opening, end = (f"<{slash}{listing.item_key}>" * listing.wrappings for slash in ("", "/"))
        return [f"<{listing.list_key}>{opening}{_content(listing.list_key, rows)}{end}</{listing.list_key}>"]
    return [_element(listing.list_key, rows)]


def _element(name: str, value: object) -> str:
    if value is None or value == "":
        return f"<{name}/>"
    return f"<{name}>{_content(name, value)}</{name}>"


def _content(name: str, value: object) -> str:
    if isinstance(value, dict):
        return "".join(_element(key, inner) for key, inner in value.items())
    if isinstance(value, list):
        return "".join(_element(item_key(name) if name.endswith("List") else "item", inner) for inner in value)
    if isinstance(value, bool):
        return str(value).lower()
    return escape(str(value))
