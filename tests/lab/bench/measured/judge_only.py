"""The bytes of the pages in FILE, decoded, joined and judged by our own code; no network.

`python -m tests.lab.bench.measured.judge_only FILE`
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from backup_watch.adapters.ncloud_rows import join
from backup_watch.checking.check import run_check
from backup_watch.checking.plan import Plan
from backup_watch.model.daily_slot import KOREA
from backup_watch.model.durations import parse_duration
from backup_watch.model.instances import Instance, Scope
from backup_watch.model.policy import Policy, Thresholds
from backup_watch.model.readings import FreshWindow, Histories, Reading
from ncloud.decoding.response import read_page
from ncloud.model import HttpResponse, Listing
from ncloud.paging.tally import Tally
from tests.lab.bench.measured.settled import GRACE
from tests.lab.bench.measured.told import tell
from tests.lab.bench.pages import load_pages
from tests.unit.ncloud.wire import OPERATIONS


class Pages:
    """A source that has its pages already."""

    def __init__(self, pages: dict[str, list[bytes]], now: datetime) -> None:
        self._pages, self._now = pages, now

    def read(self, scopes: Sequence[Scope], fresh_window: FreshWindow | None = None) -> Reading:
        backups, *instances = (self._listing(operation) for operation in self._pages)
        return join(scopes[0], backups, instances[0] if instances else None, fresh_window)

    def _listing(self, operation: str) -> Listing:
        tally = Tally(OPERATIONS[operation].identity)
        for page_no, body in enumerate(self._pages[operation]):
            tally.add(page_no, read_page(OPERATIONS[operation], HttpResponse(200, {}, body, self._now)))
        if not tally.is_exact():
            raise RuntimeError(tally.shortfall())
        return tally.listing(request_count=len(tally.pages))

    def histories(self, instances: Sequence[Instance]) -> Histories:
        raise RuntimeError("a backup inside the last interval: the pages are too young")


def main(file: str) -> None:
    pages, now = load_pages(Path(file)), datetime.now(UTC)
    hour, day = timedelta(hours=1), timedelta(days=1)
    plan = Plan(
        scopes=(Scope("default", "postgresql", "KR"),),
        policy=Policy(Thresholds(grace=parse_duration(GRACE))),
        now=now,
        clock=now,
        interval=hour,
        repeat=day,
        zone=KOREA,
        every_finding=False,
    )
    started = time.process_time()
    report = run_check(plan, Pages(pages, now))
    tell(
        seconds=time.process_time() - started,
        instances=report.counts.instances,
        violations=len(report.violations),
    )


if __name__ == "__main__":
    main(sys.argv[1])
