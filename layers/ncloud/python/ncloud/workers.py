"""Reads several lists at once with a bounded number of threads, and returns by the deadline whatever they do."""

import threading
import time
from collections.abc import Callable, Generator, Mapping
from typing import Protocol

from ncloud.clock import Clock
from ncloud.errors import ClientDefect, DeadlineExceeded, NcloudError
from ncloud.model import ListRequest, Page
from ncloud.paging.pager import Pager
from ncloud.scheduler import Job, Scheduler
from ncloud.transport.time_limits import TimeLimits

Attempts = Generator[float, None, Page]
"""Attempts to fetch one page, one a step; yields the seconds to pause before the next. Raises NcloudError."""
Fetch = Callable[[Job, Scheduler], Attempts]
JOIN_SECONDS = 0.2
"""How long to wait for threads that have been told to end; one that resolves a name cannot be."""


class ReadAll(Protocol):
    """Reads several lists at once: `read_all`, or what shares its threads with other readings."""

    def __call__(
        self,
        pagers: Mapping[ListRequest, Pager],
        fetch: Fetch,
        *,
        workers: int,
        deadline: float | None,
        longest: float,
        clock: Clock,
        time_limits: TimeLimits,
    ) -> None: ...


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
        threading.Thread(target=_work, args=(scheduler, fetch, clock), name=f"ncloud-{number}", daemon=True)
        for number in range(workers)
    ]
    try:
        for thread in threads:
            thread.start()
        wait(scheduler, deadline=deadline, longest=longest, clock=clock, time_limits=time_limits)
    finally:
        scheduler.close(overdue)
        time_limits.abort_all()
        give_up_at = time.monotonic() + JOIN_SECONDS
        for thread in threads:
            if thread.ident is not None:
                thread.join(max(0.0, give_up_at - time.monotonic()))


def wait(
    scheduler: Scheduler, *, deadline: float | None, longest: float, clock: Clock, time_limits: TimeLimits
) -> None:
    """Return when every list has its outcome, at *deadline* at the latest; end the exchanges that are overdue."""
    is_settled = False
    while not is_settled:
        now = clock.monotonic()
        if deadline is not None and now >= deadline:
            return
        # An exchange that begins while this waits ends *longest* from then: never before this wakes.
        ends = [deadline, time_limits.abort_due(now), now + longest]
        is_settled = scheduler.wait(min(end for end in ends if end is not None) - now)


def _work(scheduler: Scheduler, fetch: Fetch, clock: Clock) -> None:
    try:
        while (job := scheduler.next_job()) is not None:
            attempts = fetch(job, scheduler)
            while isinstance(step := advance(attempts), float):
                clock.sleep(step, scheduler.closed)
            scheduler.complete(job, step)
    except BaseException as error:  # noqa: BLE001 - not swallowed: raised again in the caller's thread
        scheduler.report_defect(error)


def advance(attempts: Attempts) -> float | Page | NcloudError:
    """Make the next attempt: the page, the error that it failed with, or the seconds to pause before another one."""
    try:
        return float(next(attempts))
    except StopIteration as done:
        page: Page = done.value
        return page
    except NcloudError as error:
        return error
    except Exception as error:  # noqa: BLE001 - not swallowed: an unforeseen error fails this list, not all of them
        return ClientDefect.of(error)


def overdue(pager: Pager) -> NcloudError:
    """The error of a list that was not complete in time."""
    return DeadlineExceeded(f"not complete when the time was up ({pager.request_count} pages were requested)")
