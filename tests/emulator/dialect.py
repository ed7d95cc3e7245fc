"""Where the vendor's pages, samples and SDK disagree or say nothing: each way to write names and rows, as a word."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

from tests.emulator.paging import words_by_group

WORDS: Final = {
    "cache_dates": {
        "midnight-dates": "lastBackupDate of Redis and Cache is a day, at 00:00:00 (default)",
        "instant-dates": "it is an instant, as in the other products",
    },
    "mssql_date": {
        "mssql-undated": "MSSQL's backup list has no lastBackupDate (default)",
        "mssql-dated": "it has one: the newest full backup of any database",
    },
    "backup_flag": {
        "flag-as-documented": "isBackup is absent in MongoDB and MSSQL (default)",
        "flag-everywhere": "every product's instances have isBackup",
        "flag-nowhere": "no product's instances have it",
    },
    "fields": {
        "page-fields": "the fields of the documentation pages (default)",
        "sdk-fields": "those of the vendor's older SDK: details of MSSQL and Redis without file names, licenseCode",
    },
    "key_case": {
        "keys-lower": "list keys begin in lower case (default)",
        "keys-capital-servers": "MongoDB's and Redis's list of servers begins with a capital, as in the SDK",
        "keys-capital": "every database list's key begins with a capital",
    },
    "status_case": {
        "status-lower": "settingup, shuttingdown, as the pages have it (default)",
        "status-camel": "settingUp, shuttingDown, as the Terraform provider compares it",
    },
    "second_lists": {
        "sample-list-keys": "manual and log lists stand under the samples' keys, those of other lists (default)",
        "type-list-keys": "they stand under keys of their own",
    },
    "unpaged": {
        "unpaged-ignores": "lists without documented paging ignore pageNo and pageSize (default)",
        "unpaged-pages": "they page as the others do",
        "unpaged-refuses": "they refuse pageNo and pageSize (800)",
    },
    "under_way": {
        "under-way-without-end": "a backup under way has a detail row without endTime (default)",
        "under-way-null-end": "its endTime is null",
        "under-way-empty-end": "its endTime is an empty string",
        "under-way-equal-end": "its endTime is its startTime",
        "under-way-unlisted": "it has no detail row; only the operation code tells of it",
    },
    "backup_type": {
        "type-by-product": "backupType is a string in PostgreSQL, a code object in Redis and Cache (default)",
        "type-as-string": "it is a string in all that have it",
        "type-as-object": "it is a code object in all that have it",
    },
    "slot": {
        "slot-colon": "backupTime as 02:00 (default)",
        "slot-plain": "as 0200",
        "slot-short": "as 2:00",
        "slot-seconds": "as 02:00:00",
    },
    "automatic_slot": {
        "automatic-shows-slot": "backupTime of an automatic schedule is the time that was assigned (default)",
        "automatic-shows-midnight": "it is 00:00, whatever time was assigned",
        "automatic-shows-nothing": "the field is left out",
    },
    "detail_order": {
        "newest-first": "details come newest first (default)",
        "oldest-first": "oldest first",
    },
    "parts": {
        "tells-last-part": "lastBackupDate of a backup in parts (shards) is its last part's (default)",
        "tells-first-part": "it is that of the part that was done first",
    },
    "cache_numbers": {
        "numbers-agree": "a Redis has the same instance number in vredis and vcache (default)",
        "numbers-differ": "vredis has numbers of its own",
    },
    "unsubscribed": {
        "unsubscribed-300": "a product that is not subscribed is answered 404, errorCode 300 (default)",
        "unsubscribed-210": "it is answered 401, errorCode 210",
        "unsubscribed-service": "the service refuses: 400, returnCode 10712",
    },
}
"""Word by word what may be asked for; the first of each group is the default."""


@dataclass(frozen=True)
class Dialect:
    """One word of each group."""

    cache_dates: str = "midnight-dates"
    mssql_date: str = "mssql-undated"
    backup_flag: str = "flag-as-documented"
    fields: str = "page-fields"
    key_case: str = "keys-lower"
    status_case: str = "status-lower"
    second_lists: str = "sample-list-keys"
    unpaged: str = "unpaged-ignores"
    under_way: str = "under-way-without-end"
    backup_type: str = "type-by-product"
    slot: str = "slot-colon"
    automatic_slot: str = "automatic-shows-slot"
    detail_order: str = "newest-first"
    parts: str = "tells-last-part"
    cache_numbers: str = "numbers-agree"
    unsubscribed: str = "unsubscribed-300"

    @classmethod
    def parse(cls, spec: str | Dialect) -> Dialect:
        """From words with commas or plus signs between: `mssql-dated,status-camel`. ValueError: an unknown word."""
        return spec if isinstance(spec, Dialect) else cls(**words_by_group(spec, WORDS))

    def __str__(self) -> str:
        return ",".join(getattr(self, field.name) for field in fields(self))
