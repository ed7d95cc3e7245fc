"""Reads a row field by field from a decoded JSON or XML tree, where the documents disagree on its form.

The strict decoder of `fast_json` gives the same rows wherever it gives any; this is the rest. A value that makes no
sense becomes None, except dates: a date that cannot be read is told apart from one that is not there.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import fields

from ncloud.model import Code, Count, Instant, Label, Text
from ncloud.redaction import MAX_UNREADABLE_CHARS, clean

MAX_NUMBER = 2**63 - 1
_TRUTHS = {"true": True, "1": True, "y": True, "false": False, "0": False, "n": False}


def text(value: object) -> str | None:
    """A text as it is, a whole number as its digits; None if empty or anything else."""
    if isinstance(value, str):
        return value or None
    is_whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_NUMBER
    return str(value) if is_whole else None


def identity(value: object) -> str:
    """An instance's number or a region's code without space around it; empty if there is none."""
    return (text(value) or "").strip()


def number(value: object) -> int | None:
    """A count of 0 to 2**63 - 1, also as digits in a text or as 10.0; None if anything else."""
    if isinstance(value, str):
        digits = value.strip()
        value = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 19 else None
    elif isinstance(value, float):
        value = int(value) if value.is_integer() else None
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_NUMBER
    return value if is_count else None  # type: ignore[return-value]  # is_count has narrowed it


def truth(value: object) -> bool | None:
    """A boolean, also as `true`, `Y` or `1` in any case; None if anything else."""
    return value if isinstance(value, bool) else _TRUTHS.get((text(value) or "").strip().lower())


SANE_YEARS = range(2, 2200)
"""What an instant may be of. However long ago, it is a date like any other; but in the calendar's first year, and near
its end, a change of offset, or a threshold, would overflow."""


def instant(value: object) -> tuple[datetime | None, str | None]:
    """The instant, and else the text that is none; (None, None) where there is no text at all.

    Never made from a number, which has no unit, nor from a local time, which has no place.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None, None
    parsed = _parsed(value.strip()) if isinstance(value, str) else None
    if parsed is not None:
        return parsed, None
    shown = str(value) if isinstance(value, str | int | float) else f"({type(value).__name__})"
    return None, clean(shown, limit=MAX_UNREADABLE_CHARS) or "(unprintable)"


def _parsed(value: str) -> datetime | None:
    """msgspec's reading first: the fast path uses it, and the two must agree on every fraction."""
    try:
        parsed: datetime = msgspec.convert(value, Instant)
    except msgspec.ValidationError:
        try:
            parsed = datetime.fromisoformat(value)
        except ValueError:
            return None
    return parsed if parsed.tzinfo is not None and parsed.year in SANE_YEARS else None


def code(value: object) -> Code | None:
    """A CommonCode; some are the bare text `NULL`."""
    if isinstance(value, dict):
        return Code(text(value.get("code")))
    return Code(text(value)) if text(value) else None


def label(value: object) -> str | None:
    """A text, or the code of a CommonCode."""
    return text(value.get("code") if isinstance(value, dict) else value)


READERS: dict[Any, Callable[[object], Any]] = {
    Text: identity,
    Text | None: text,
    Label | None: label,
    Count | None: number,
    bool | None: truth,
    Code | None: code,
}
"""By the type of a row's field. Instants are read by `instant`, which has two results."""
UNREADABLE = "unreadable_date"


class Field(Struct, frozen=True):
    """One field of a row as it stands on the wire."""

    name: str
    key: str
    read: Callable[[object], Any] | None
    """None: an instant."""


@cache
def wire_fields(kind: type) -> tuple[Field, ...]:
    """The fields of rows of type *kind* that come from the wire."""
    found = [each for each in fields(kind) if each.name != UNREADABLE]
    return tuple(Field(each.name, each.encode_name, READERS.get(each.type)) for each in found)


def row(kind: type, item: object) -> Any:
    """A row of type *kind*; an *item* that is no object has no field at all, and so names nothing.

    Keys are compared without regard to case where the documented spelling is absent: the vendor's SDK and documents
    disagree on the first letter of some.
    """
    values: dict[str, Any] = {}
    unreadable: list[str] = []
    tree = _respelt(kind, item) if isinstance(item, dict) else {}
    for field in wire_fields(kind):
        value = tree.get(field.key)
        if field.read is not None:
            values[field.name] = field.read(value)
            continue
        values[field.name], text_of_none = instant(value)
        unreadable += [text_of_none] if text_of_none else []
    if unreadable and UNREADABLE in kind.__struct_fields__:  # type: ignore[attr-defined]  # a row is a Struct
        values[UNREADABLE] = unreadable[0]
    return kind(**values)


def _respelt(kind: type, item: dict[str, Any]) -> dict[str, Any]:
    """*item*, or if one of the documented keys is absent, its values under the documented spelling."""
    if all(field.key in item for field in wire_fields(kind)):
        return item
    folded: dict[str, Any] = {}
    for name, value in item.items():
        folded.setdefault(name.lower(), value)
    keys = [field.key for field in wire_fields(kind)]
    return {key: item[key] if key in item else folded.get(key.lower()) for key in keys}


def look_up(tree: Mapping[str, Any], key: str) -> Any:
    """The value of *key*, else of the first key that differs from it in case alone; None if there is none."""
    if key in tree:
        return tree[key]
    folded = key.lower()
    return next((value for name, value in tree.items() if name.lower() == folded), None)
