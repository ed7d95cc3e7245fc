"""A list ready to be written, and the two ways to write it: JSON and XML."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from tests.emulator.page_format import PageFormat
from tests.emulator.paging import ABSENT
from tests.emulator.rows import Row

EXTRA_FIELDS: Row = {
    "serverlessCapacity": {"minimum": 0.5, "units": ["ACU", "한글"]},
    "isPreview": False,
    "previewNote": None,
}
"""What `extra-fields` adds: an object, a false and a null that no document mentions."""


@dataclass(frozen=True)
class Listing:
    """One answer of a list operation."""

    operation: str
    list_key: str
    rows: list[object]
    """Dictionaries, unless a fault put something else there."""
    total: object
    request_id: UUID
    page_format: PageFormat = field(default_factory=PageFormat)
    return_code: str = "0"
    """Empty: neither returnCode nor returnMessage is there."""
    return_message: str = "success"
    wrappings: int = 0
    """How many objects the rows stand in, one in the other, each under the item's name."""
    error: Row = field(default_factory=dict)
    """What stands beside the list of an error, under the error's own name."""

    @property
    def wrapper(self) -> str:
        other = "getCloudPostgresqlBucketListResponse"
        return other if self.page_format.wrapper == "wrong-wrapper" else f"{self.operation}Response"

    @property
    def item_key(self) -> str:
        return item_key(self.list_key)

    def all_rows(self) -> list[object]:
        """The rows, with unknown fields where they were asked for."""
        if self.page_format.fields == "extra-fields":
            return [row | EXTRA_FIELDS if isinstance(row, dict) else row for row in self.rows]
        return self.rows

    def total_field(self) -> Row:
        return {} if self.total is ABSENT else {"totalRows": self.total}

    def common_fields(self) -> Row:
        """requestId, returnCode, returnMessage, and what faults and `extra-fields` add."""
        common: Row = {"requestId": str(self.request_id)} | self.error
        if self.return_code:
            common |= {"returnCode": self.return_code, "returnMessage": self.return_message}
        return common | EXTRA_FIELDS if self.page_format.fields == "extra-fields" else common


def item_key(list_key: str) -> str:
    """cloudPostgresqlBackupList holds cloudPostgresqlBackup, accessControlGroupNoList accessControlGroupNo."""
    item = list_key.removesuffix("List")
    return item[:1].lower() + item[1:]
