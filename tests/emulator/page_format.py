"""The shapes in which one and the same list has been seen or may come, each as a word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tests.emulator.paging import words_by_group

WORDS: Final = {
    "list_shape": {
        "array": "the list is an array (default)",
        "object": "a list of one row is that row itself",
        "nested": "the list is an object that holds the rows under the item's name, as in XML (JSON only)",
        "null": "the list is null; its element is empty (XML)",
        "missing": "the list is left out",
        "empty-string": "the list is an empty string; its element is empty (XML)",
    },
    "numbers": {
        "numbers": "numbers are numbers (default)",
        "strings": "every number is a string of digits (JSON only)",
    },
    "fields": {
        "known-fields": "only the documented fields (default)",
        "extra-fields": "fields that no document knows, in every row and beside the list",
    },
    "wrapper": {
        "own-wrapper": "<operation>Response (default)",
        "wrong-wrapper": "another operation's name, as in one of the vendor's samples",
    },
    "key_order": {
        "usual-order": "JSON: totalRows first and returnCode last; XML: the other way round (default)",
        "reversed-order": "the keys beside the list in reverse",
    },
}
"""Word by word what may be asked for; the first of each group is the default."""


@dataclass(frozen=True)
class PageFormat:
    """One word of each group."""

    list_shape: str = "array"
    numbers: str = "numbers"
    fields: str = "known-fields"
    wrapper: str = "own-wrapper"
    key_order: str = "usual-order"

    @classmethod
    def parse(cls, spec: str | PageFormat) -> PageFormat:
        """From words with commas or plus signs between: `nested,strings`. ValueError: an unknown word."""
        return spec if isinstance(spec, PageFormat) else cls(**words_by_group(spec, WORDS))
