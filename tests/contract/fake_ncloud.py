"""A hand-written Ncloud: answers exactly what a test says, however little sense it makes. Checks nothing.

It shares nothing with the emulator, so that both can be wrong only about different things.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.contract.serving import Answering, Served, served

KST = timezone(timedelta(hours=9))
BACKUPS, INSTANCES, DETAILS = (
    "getCloudPostgresqlBackupList", "getCloudPostgresqlInstanceList", "getCloudPostgresqlBackupDetailList",
)  # fmt: skip
REGIONS = "getRegionList"
LIST_KEYS = {
    BACKUPS: "cloudPostgresqlBackupList", INSTANCES: "cloudPostgresqlInstanceList",
    DETAILS: "cloudPostgresqlBackupDetailList", REGIONS: "regionList",
}  # fmt: skip
Row = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One request, as it came."""

    operation: str
    query: dict[str, str]
    headers: dict[str, str] = field(hash=False)

    @property
    def region(self) -> str:
        return self.query.get("regionCode", "")

    @property
    def page(self) -> int:
        return int(self.query.get("pageNo", 0))


@dataclass
class Reply:
    """What is sent back."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Answer = Callable[[Asked], Reply]


def told(instant: datetime | None, zone: timezone = KST) -> str | None:
    """An instant as the API writes it: ``2026-11-23T02:00:19+0900``."""
    return None if instant is None else instant.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S%z")


def backup(number: object, name: str, at: object, *, slot: str | None = "02:00", **more: object) -> Row:
    """A row of the backup list; *at* is an instant, or the very value to send."""
    return {
        "cloudPostgresqlInstanceNo": number, "cloudPostgresqlServiceName": name, "backupType": "USER",
        "backupRetention": 10, "backupSize": 10422991, "backupTime": slot,
        "lastBackupDate": told(at) if isinstance(at, datetime) else at,
    } | more  # fmt: skip


def instance(number: object, name: str, *, created: object = None, slot: str | None = "02:00", **more: object) -> Row:
    """A row of the instance list: running, backed up, created long ago."""
    return {
        "cloudPostgresqlInstanceNo": number, "cloudPostgresqlServiceName": name,
        "cloudPostgresqlInstanceStatusName": "running", "isBackup": True, "backupFileRetentionPeriod": 10,
        "backupTime": slot, "createDate": told(created) if isinstance(created, datetime) else created or
        "2025-01-02T03:04:05+0900",
    } | more  # fmt: skip


def detail(ended_at: datetime, *, took: timedelta = timedelta(minutes=10), **more: object) -> Row:
    """A row of the detail list."""
    return {
        "fileName": f"{ended_at:%Y%m%d%H%M%S}", "startTime": told(ended_at - took), "endTime": told(ended_at),
        "backupSize": 1, "dataStorageSize": 3, "archivedWalFileSize": 1,
    } | more  # fmt: skip


def listed(operation: str, rows: object, total: object = None) -> Reply:
    """A success with these *rows*; *total* is how many it claims, where that is not how many there are."""
    total = len(rows) if total is None else total  # type: ignore[arg-type]
    inside = {
        "totalRows": total, LIST_KEYS[operation]: rows, "requestId": "r-1", "returnCode": "0",
        "returnMessage": "success",
    }  # fmt: skip
    return Reply(json.dumps({f"{operation}Response": inside}).encode())


class FakeNcloud:
    """Answers from lists of rows by region, unless an operation has an answer of its own."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """An account without a database, and no request yet."""
        self.backups: dict[str, list[Row]] = {}
        self.instances: dict[str, list[Row]] = {}
        self.details: dict[str, list[Row]] = {}
        """By instance number."""
        self.answers: dict[str, Answer] = {}
        """By operation, in place of what the lists say."""
        self.asked: list[Asked] = []
        self.url = ""

    def rows(self, *rows: tuple[Row | None, Row | None], region: str = "KR") -> None:
        """Databases of *region*: each its backup row and its instance row, or None where a list has it not."""
        self.backups.setdefault(region, []).extend(row for row, _ in rows if row is not None)
        self.instances.setdefault(region, []).extend(row for _, row in rows if row is not None)

    def database(
        self, name: str, at: object, *, number: str = "", region: str = "KR", slot: str = "02:00", **facts: object
    ) -> None:
        """A database in both lists, whose newest backup is *at*; *facts* are of its instance row."""
        number = number or str(1000 + len(self.instances.get(region, [])))
        self.rows((backup(number, name, at, slot=slot), instance(number, name, slot=slot, **facts)), region=region)

    def answer(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        if asked.operation in self.answers:
            return self.answers[asked.operation](asked)
        return self.honest(asked)

    def honest(self, asked: Asked) -> Reply:
        """What the lists say, in pages that start at 0."""
        if asked.operation == REGIONS:
            return listed(REGIONS, [{"regionCode": code, "regionName": code} for code in ("KR", "SGN", "JPN")])
        if asked.operation == DETAILS:
            rows = self.details.get(asked.query["cloudPostgresqlInstanceNo"], [])
        else:
            rows = (self.backups if asked.operation == BACKUPS else self.instances).get(asked.region, [])
        size = int(asked.query.get("pageSize", 1000))
        return listed(asked.operation, rows[asked.page * size : (asked.page + 1) * size], len(rows))

    def requests_of(self, operation: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.operation == operation]


def fake_ncloud() -> Served[FakeNcloud]:
    """Serve one on a free loopback port."""
    ncloud = FakeNcloud()

    class Handler(Answering):
        def do_GET(self) -> None:  # noqa: N802  http.server's own word
            url = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = dict(parse_qsl(url.query, keep_blank_values=True))
            reply = ncloud.answer(Asked(url.path.rpartition("/")[2], query, headers))
            self.reply(reply.status, reply.body, reply.headers)

    return served(ncloud, Handler)
