"""Decides which page is fetched next: lists take turns, and no region or product waits for another. No I/O."""

import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping

from ncloud.errors import ClientDefect, NcloudError
from ncloud.model import Listing, ListRequest, Page
from ncloud.paging.pager import Pager, PageRequest

Job = tuple[ListRequest, PageRequest]
Lane = tuple[str | None, str | None]
"""A region and a product: what may hang as a whole."""


class Scheduler:
    """Shared by the workers and the caller that waits for them; everything under one lock.

    A lane with unfinished lists always has a worker, if there are as many workers as lanes: a lane that hangs may
    hold all of the rest, and never the last worker of another lane.
    """

    def __init__(self, pagers: Mapping[ListRequest, Pager], *, workers: int) -> None:
        self.closed = threading.Event()
        self._free = workers
        self._under_way: Counter[Lane] = Counter()
        self._unfinished = Counter(_lane(request) for request in pagers)
        self._pagers = pagers
        self._waiting: dict[ListRequest, deque[PageRequest]] = {request: deque() for request in pagers}
        self._turns: deque[ListRequest] = deque()
        self._unsettled = set(pagers)
        self._defect: BaseException | None = None
        self._lock = threading.Lock()
        self._has_work = threading.Condition(self._lock)
        self._is_settled = threading.Condition(self._lock)
        with self._lock:
            for request in pagers:
                self._enqueue(request)

    def next_job(self) -> Job | None:
        """The next page to fetch, as soon as there is one; None when there is nothing more to do."""
        with self._lock:
            while not self.closed.is_set():
                if job := self._next():
                    return job
                self._has_work.wait()
        return None

    def try_next_job(self) -> Job | None:
        """The next page to fetch; None where there is none now."""
        with self._lock:
            return None if self.closed.is_set() else self._next()

    def complete(self, job: Job, outcome: Page | NcloudError) -> None:
        """Pass the *outcome* of *job* to its list's pager, and enqueue the pages that this makes necessary."""
        request, page_request = job
        with self._lock:
            self._free += 1
            self._under_way[_lane(request)] -= 1
            try:
                self._pagers[request].receive(page_request, outcome)
            except Exception as error:  # noqa: BLE001 - not swallowed: this list fails with it, and no other
                self._pagers[request].fail(ClientDefect.of(error))
            self._enqueue(request)
            if self._turns:
                self._has_work.notify()

    def wants(self, job: Job) -> bool:
        """Whether it is still worth trying again."""
        request, page_request = job
        with self._lock:
            return not self.closed.is_set() and self._pagers[request].wants(page_request)

    def is_read(self, request: ListRequest) -> bool:
        """Whether its list is complete, so that nothing more of it matters."""
        with self._lock:
            return isinstance(self._pagers[request].outcome, Listing)

    def report_defect(self, error: BaseException) -> None:
        """Have `wait` raise *error*, which is a fault of a worker itself."""
        with self._lock:
            self._defect = error
            self._is_settled.notify_all()

    def wait(self, seconds: float | None) -> bool:
        """Wait up to *seconds* until every listing has its outcome; raises what `report_defect` was given."""
        with self._lock:
            self._is_settled.wait_for(lambda: self._defect or not self._unsettled, seconds)
            if self._defect is not None:
                raise self._defect
            return not self._unsettled

    def close(self, overdue: Callable[[Pager], NcloudError]) -> None:
        """End the workers' loops; what is not settled fails with the error that *overdue* makes of it."""
        with self._lock:
            self.closed.set()
            for request in self._unsettled:
                self._pagers[request].fail(overdue(self._pagers[request]))
            self._has_work.notify_all()

    def _next(self) -> Job | None:
        passed_over = 0
        while passed_over < len(self._turns):
            request = self._turns.popleft()
            if not self._may_start(_lane(request)):
                self._turns.append(request)
                passed_over += 1
                continue
            waiting = self._waiting[request]
            page_request = waiting.popleft()
            if waiting:
                self._turns.append(request)
            if self._pagers[request].wants(page_request):
                self._start(request)
                return request, page_request
        return None

    def _start(self, request: ListRequest) -> None:
        self._pagers[request].request_count += 1
        self._free -= 1
        self._under_way[_lane(request)] += 1
        if self._turns:
            self._has_work.notify()  # what was passed over may be started now

    def _may_start(self, lane: Lane) -> bool:
        """Whether a worker stays free for each other lane that has lists to read and none under way."""
        if not self._under_way[lane]:
            return True
        idle = sum(1 for other in self._unfinished if not self._under_way[other])
        return self._free > idle

    def _enqueue(self, request: ListRequest) -> None:
        pager = self._pagers[request]
        if pager.outcome is not None:
            if request in self._unsettled:
                self._unsettled.discard(request)
                self._finish_one_of(_lane(request))
            if not self._unsettled:
                self._is_settled.notify_all()
        elif fresh := pager.pending_requests():
            if not self._waiting[request]:
                self._turns.append(request)
            self._waiting[request].extend(fresh)
            self._has_work.notify(len(fresh))

    def _finish_one_of(self, lane: Lane) -> None:
        self._unfinished[lane] -= 1
        if not self._unfinished[lane]:
            del self._unfinished[lane]
            self._has_work.notify_all()  # what was kept free for it no longer is


def _lane(request: ListRequest) -> Lane:
    return request.region, request.product
