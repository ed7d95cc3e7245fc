"""One page of a list, as the wire gave it and before anyone judged whether it fits the others."""

from typing import Any

from msgspec import Struct


class Page(Struct, frozen=True):
    """The rows of one answer; one that names nothing has an empty identity and still counts as a row."""

    total_rows: int
    """What this answer says the whole list holds; 0 or more."""
    rows: list[Any]
