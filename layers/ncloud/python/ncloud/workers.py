"""Has several lists read at once by a bounded number of threads, and is back by the deadline whatever they do."""

import threading
import time
from collections.abc import Callable, Mapping

from ncloud.clock import Clock
from ncloud.errors import ClientDefect, DeadlineExceeded, NcloudError
from ncloud.listings import ListRequest
from ncloud.pages import Page
from ncloud.paging.pager import Pager
from ncloud.scheduler import Desk, Job
from ncloud.transport.time_limits import Watch

Fetch = Callable[[Job, Desk], Page]
"""Fetches one page, with all its attempts. Raises NcloudError."""
JOIN_SECONDS = 0.2
"""How long to wait for threads that have been told to end; one that resolves a name cannot be."""


def read_all(
    pagers: Mapping[ListRequest, Pager],
    fetch: Fetch,
    *,
    workers: int,
    deadline: float | None,
    longest: float,
    clock: Clock,
    watch: Watch,
) -> None:
    """Return when every pager has its outcome, at *deadline* (monotonic seconds) at the latest.

    *longest*: seconds that no exchange takes. This thread is the one that *watch* relies on to end them.
    """
    desk = Desk(pagers, workers=workers)
    threads = [
        threading.Thread(target=_work, args=(desk, fetch), name=f"ncloud-{number}", daemon=True)
        for number in range(workers)
    ]
    try:
        for thread in threads:
            thread.start()
        _wait(desk, deadline=deadline, longest=longest, clock=clock, watch=watch)
    finally:
        desk.close(_overdue)
        watch.abort_all()
        give_up_at = time.monotonic() + JOIN_SECONDS
        for thread in threads:
            if thread.ident is not None:
                thread.join(max(0.0, give_up_at - time.monotonic()))


def _wait(desk: Desk, *, deadline: float | None, longest: float, clock: Clock, watch: Watch) -> None:
    is_settled = False
    while not is_settled:
        now = clock.monotonic()
        if deadline is not None and now >= deadline:
            return
        # An exchange that begins while this waits ends *longest* from then: never before this wakes.
        ends = [deadline, watch.abort_due(now), now + longest]
        is_settled = desk.wait(min(end for end in ends if end is not None) - now)


def _work(desk: Desk, fetch: Fetch) -> None:
    try:
        while (job := desk.take()) is not None:
            desk.give(job, _answer(job, desk, fetch))
    except BaseException as error:  # noqa: BLE001 - not swallowed: raised again in the caller's thread
        desk.report_defect(error)


def _answer(job: Job, desk: Desk, fetch: Fetch) -> Page | NcloudError:
    try:
        return fetch(job, desk)
    except NcloudError as error:
        return error
    except Exception as error:  # noqa: BLE001 - not swallowed: what nobody thought of fails this list, not all of them
        return ClientDefect.of(error)


def _overdue(pager: Pager) -> NcloudError:
    return DeadlineExceeded(f"not complete when the time was up ({pager.request_count} pages were asked for)")
