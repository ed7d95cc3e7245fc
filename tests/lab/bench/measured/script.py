"""A sequential script as one would write it: urllib3, json, strptime, one page after the other, stale ones listed.

`python -m tests.lab.bench.measured.script URL LISTS`
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime, timedelta

import urllib3

from tests.lab.bench.measured.signed import LISTS, headers_of, target_of
from tests.lab.bench.measured.told import tell

MAX_AGE = timedelta(hours=26)


def rows_of(pool: urllib3.HTTPConnectionPool, operation: str) -> list[dict]:
    """All rows of one list."""
    rows: list[dict] = []
    page_no = 0
    while True:
        target = target_of(operation, page_no)
        response = pool.request("GET", target, headers=headers_of(target))
        if response.status != 200:
            raise RuntimeError(f"{target}: {response.status}")
        wrapper = json.loads(response.data)[f"{operation}Response"]
        rows += next(value for value in wrapper.values() if isinstance(value, list))
        if len(rows) >= wrapper["totalRows"]:
            return rows
        page_no += 1


def main(url: str, lists: int) -> None:
    started = time.perf_counter()
    pool = urllib3.connection_from_url(url)
    newest: dict[str, datetime] = {}
    for row in rows_of(pool, LISTS[0]):
        if row.get("lastBackupDate"):
            at = datetime.strptime(row["lastBackupDate"], "%Y-%m-%dT%H:%M:%S%z")
            number = row["cloudPostgresqlInstanceNo"]
            newest[number] = max(at, newest.get(number, at))
    names = [row["cloudPostgresqlInstanceNo"] for row in rows_of(pool, LISTS[1])] if lists == 2 else list(newest)
    now = datetime.now(UTC)
    stale = [number for number in names if number not in newest or now - newest[number] > MAX_AGE]
    tell(seconds=time.perf_counter() - started, violations=len(stale))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
