"""Reads several lists at once with a bounded number of threads, and returns by the deadline whatever they do."""

import threading
import time
from collections.abc import Callable, Mapping

from ncloud.clock import Clock
from ncloud.errors import ClientDefect, DeadlineExceeded, NcloudError
from ncloud.model import ListRequest, Page
from ncloud.paging.pager import Pager
from ncloud.scheduler import Job, Scheduler
from ncloud.transport.time_limits import TimeLimits

Fetch = Callable[[Job, Scheduler], Page]
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
    time_limits: TimeLimits,
) -> None:
    """Return when every pager has its outcome, at *deadline* (monotonic seconds) at the latest.

    *longest*: seconds that no exchange takes. The calling thread ends those that are overdue.
    """
    scheduler = Scheduler(pagers, workers=workers)
    threads = [
        threading.Thread(target=_work, args=(scheduler, fetch), name=f"ncloud-{number}", daemon=True)
        for number in range(workers)
    ]
    try:
        for thread in threads:
            thread.start()
        _wait(scheduler, deadline=deadline, longest=longest, clock=clock, time_limits=time_limits)
    finally:
        scheduler.close(_overdue)
        time_limits.abort_all()
        give_up_at = time.monotonic() + JOIN_SECONDS
        for thread in threads:
            if thread.ident is not None:
                thread.join(max(0.0, give_up_at - time.monotonic()))


def _wait(
    scheduler: Scheduler, *, deadline: float | None, longest: float, clock: Clock, time_limits: TimeLimits
) -> None:
    is_settled = False
    while not is_settled:
        now = clock.monotonic()
        if deadline is not None and now >= deadline:
            return
        # An exchange that begins while this waits ends *longest* from then: never before this wakes.
        ends = [deadline, time_limits.abort_due(now), now + longest]
        is_settled = scheduler.wait(min(end for end in ends if end is not None) - now)


def _work(scheduler: Scheduler, fetch: Fetch) -> None:
    try:
        while (job := scheduler.next_job()) is not None:
            scheduler.complete(job, _outcome(job, scheduler, fetch))
    except BaseException as error:  # noqa: BLE001 - not swallowed: raised again in the caller's thread
        scheduler.report_defect(error)


def _outcome(job: Job, scheduler: Scheduler, fetch: Fetch) -> Page | NcloudError:
    try:
        return fetch(job, scheduler)
    except NcloudError as error:
        return error
    except Exception as error:  # noqa: BLE001 - not swallowed: an unforeseen error fails this list, not all of them
        return ClientDefect.of(error)


def _overdue(pager: Pager) -> NcloudError:
    return DeadlineExceeded(f"not complete when the time was up ({pager.request_count} pages were requested)")
