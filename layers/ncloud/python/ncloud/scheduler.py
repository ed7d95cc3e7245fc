"""Hands pages to workers, one listing after the other in turn, and takes back what came of them. No I/O."""

import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping

from ncloud.errors import ClientDefect, NcloudError
from ncloud.listings import Listing, ListRequest
from ncloud.pages import Page
from ncloud.paging.pager import Ask, Pager

Job = tuple[ListRequest, Ask]


class Desk:
    """Shared by the workers and the caller that waits for them; everything under one lock.

    A region with unfinished lists always has a worker, if there are as many as regions: a region that hangs may
    hold all of the rest, and never the last one of another.
    """

    def __init__(self, pagers: Mapping[ListRequest, Pager], *, workers: int) -> None:
        self.closed = threading.Event()
        self._free = workers
        self._under_way: Counter[str | None] = Counter()
        self._unfinished = Counter(request.region for request in pagers)
        self._pagers = pagers
        self._asks: dict[ListRequest, deque[Ask]] = {request: deque() for request in pagers}
        self._turns: deque[ListRequest] = deque()
        self._unsettled = set(pagers)
        self._defect: BaseException | None = None
        self._lock = threading.Lock()
        self._has_work = threading.Condition(self._lock)
        self._is_settled = threading.Condition(self._lock)
        with self._lock:
            for request in pagers:
                self._lay_out(request)

    def take(self) -> Job | None:
        """The next page to fetch, as soon as there is one; None when there is nothing more to do."""
        with self._lock:
            while not self.closed.is_set():
                if job := self._next():
                    return job
                self._has_work.wait()
        return None

    def give(self, job: Job, answer: Page | NcloudError) -> None:
        request, ask = job
        with self._lock:
            self._free += 1
            self._under_way[request.region] -= 1
            try:
                self._pagers[request].give(ask, answer)
            except Exception as error:  # noqa: BLE001 - not swallowed: this list fails with it, and no other
                self._pagers[request].fail(ClientDefect.of(error))
            self._lay_out(request)
            if self._turns:
                self._has_work.notify()

    def wants(self, job: Job) -> bool:
        """Whether it is still worth trying again."""
        request, ask = job
        with self._lock:
            return not self.closed.is_set() and self._pagers[request].wants(ask)

    def is_read(self, request: ListRequest) -> bool:
        """Whether its list is complete, so that nothing more of it matters."""
        with self._lock:
            return isinstance(self._pagers[request].outcome, Listing)

    def report_defect(self, error: BaseException) -> None:
        """A worker failed by a fault of its own: the caller shall see it."""
        with self._lock:
            self._defect = error
            self._is_settled.notify_all()

    def wait(self, seconds: float | None) -> bool:
        """Wait up to *seconds* until every listing has its outcome; raises a worker's own fault."""
        with self._lock:
            self._is_settled.wait_for(lambda: self._defect or not self._unsettled, seconds)
            if self._defect is not None:
                raise self._defect
            return not self._unsettled

    def close(self, overdue: Callable[[Pager], NcloudError]) -> None:
        """Send the workers home; what is not settled fails with the error that *overdue* makes of it."""
        with self._lock:
            self.closed.set()
            for pager in self._pagers.values():
                pager.fail(overdue(pager))
            self._has_work.notify_all()

    def _next(self) -> Job | None:
        passed_over = 0
        while passed_over < len(self._turns):
            request = self._turns.popleft()
            if not self._may_start(request.region):
                self._turns.append(request)
                passed_over += 1
                continue
            asks = self._asks[request]
            ask = asks.popleft()
            if asks:
                self._turns.append(request)
            if self._pagers[request].wants(ask):
                self._start(request)
                return request, ask
        return None

    def _start(self, request: ListRequest) -> None:
        self._pagers[request].request_count += 1
        self._free -= 1
        self._under_way[request.region] += 1
        if self._turns:
            self._has_work.notify()  # what was passed over may be started now

    def _may_start(self, region: str | None) -> bool:
        """Whether a worker stays free for each other region that has lists to read and none under way."""
        if not self._under_way[region]:
            return True
        idle = sum(1 for other in self._unfinished if not self._under_way[other])
        return self._free > idle

    def _lay_out(self, request: ListRequest) -> None:
        pager = self._pagers[request]
        if pager.outcome is not None:
            if request in self._unsettled:
                self._unsettled.discard(request)
                self._finish_one_of(request.region)
            if not self._unsettled:
                self._is_settled.notify_all()
        elif fresh := pager.take_asks():
            if not self._asks[request]:
                self._turns.append(request)
            self._asks[request].extend(fresh)
            self._has_work.notify(len(fresh))

    def _finish_one_of(self, region: str | None) -> None:
        self._unfinished[region] -= 1
        if not self._unfinished[region]:
            del self._unfinished[region]
            self._has_work.notify_all()  # what was kept free for it no longer is
