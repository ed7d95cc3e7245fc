"""Threads that the readings of many clients share, so that none of them costs the others more than its turn."""

import threading
import time
from collections import deque
from collections.abc import Mapping
from heapq import heappop, heappush
from itertools import count

from ncloud.clock import Clock
from ncloud.model import ListRequest
from ncloud.paging.pager import Pager
from ncloud.scheduler import Job, Scheduler
from ncloud.transport.time_limits import TimeLimits
from ncloud.workers import Attempts, Fetch, advance, overdue, wait

Task = tuple[Job, Attempts]
NEVER = float("inf")


class _Reading:
    """What one client reads at once."""

    def __init__(self, scheduler: Scheduler, fetch: Fetch, *, most: int) -> None:
        self.scheduler = scheduler
        self.active = 0
        """Attempts under way."""
        self.begun = 0
        """Pages that were begun and are not complete: those under way, and those that pause between two attempts."""
        self.due: deque[Task] = deque()
        """Pages whose pause is over."""
        self.level = 0
        """What ``active`` was when this was given its place among those that wait for a thread."""
        self._fetch, self._most = fetch, most

    def next_task(self) -> Task | None:
        """What to do next; None where there is nothing now."""
        if self.due:
            return self.due.popleft()
        if self.begun < self._most and (job := self.scheduler.try_next_job()):
            self.begun += 1
            return job, self._fetch(job, self.scheduler)
        return None


class SharedWorkers:
    """At most so many threads, for as long as there is something to read; may be used from several threads.

    The next free thread goes to the reading with the fewest requests under way, and of those to the one that has
    waited longest. A page that pauses between two attempts holds no thread: what hangs or is throttled gives its
    thread to the others after each attempt.
    """

    def __init__(self, most: int) -> None:
        """*most*: requests under way in all."""
        self._most = most
        self._readings: set[_Reading] = set()
        self._levels: list[dict[_Reading, None]] = []
        """Those that may have something to do, by the number of their requests under way."""
        self._resting: list[tuple[float, int, _Reading, Task]] = []
        """A heap of pages that pause, by the instant at which that ends (monotonic seconds)."""
        self._numbers = count()
        self._threads = self._idle = 0
        self._watched_until = NEVER
        """When one of the idle threads wakes, whatever happens meanwhile (monotonic seconds)."""
        self._changed = threading.Condition()

    def read_all(
        self,
        pagers: Mapping[ListRequest, Pager],
        fetch: Fetch,
        *,
        workers: int,
        deadline: float | None,
        longest: float,
        clock: Clock,
        time_limits: TimeLimits,
    ) -> None:
        """As `ncloud.workers.read_all`; *workers* is the most that is under way of this reading."""
        scheduler = Scheduler(pagers, workers=workers)
        reading = _Reading(scheduler, fetch, most=workers)
        try:
            with self._changed:
                self._readings.add(reading)
                self._place(reading)
                self._summon()
            wait(scheduler, deadline=deadline, longest=longest, clock=clock, time_limits=time_limits)
        finally:
            scheduler.close(overdue)
            time_limits.abort_all()
            with self._changed:
                self._readings.discard(reading)
                self._levels[reading.level].pop(reading, None)
                if not self._readings:
                    self._changed.notify_all()  # the threads end

    def _work(self) -> None:
        while (taken := self._take()) is not None:
            reading, (job, attempts) = taken
            pause = None
            try:
                step = advance(attempts)
                if isinstance(step, float):
                    pause = step
                else:
                    reading.scheduler.complete(job, step)
            except BaseException as error:  # noqa: BLE001 - not swallowed: raised again in the thread that reads
                reading.scheduler.report_defect(error)
            self._give_back(reading, (job, attempts), pause=pause)

    def _take(self) -> tuple[_Reading, Task] | None:
        """The next attempt to make, as soon as there is one; None where nothing is being read any more."""
        with self._changed:
            while self._readings:
                if taken := self._pick():
                    self._summon()
                    return taken
                self._idle += 1
                if self._needs_watch():
                    self._watched_until = self._resting[0][0]
                    self._changed.wait(max(0.0, self._watched_until - time.monotonic()))
                    self._watched_until = NEVER
                else:
                    self._changed.wait()
                self._idle -= 1
            self._resting.clear()
            self._threads -= 1
            return None

    def _pick(self) -> tuple[_Reading, Task] | None:
        now = time.monotonic()
        while self._resting and self._resting[0][0] <= now:
            _, _, reading, task = heappop(self._resting)
            reading.due.append(task)
            self._place(reading)
        for level in self._levels:
            while level:
                reading = next(iter(level))
                del level[reading]
                following = reading.next_task()
                if following is not None:
                    reading.active += 1
                    self._place(reading)
                    return reading, following
        return None

    def _give_back(self, reading: _Reading, task: Task, *, pause: float | None) -> None:
        with self._changed:
            reading.active -= 1
            if pause is None:
                reading.begun -= 1
            else:
                heappush(self._resting, (time.monotonic() + pause, next(self._numbers), reading, task))
            self._place(reading)

    def _place(self, reading: _Reading) -> None:
        """Put *reading* at the end of those with as many requests under way."""
        if reading not in self._readings:
            return
        while len(self._levels) <= reading.active:
            self._levels.append({})
        self._levels[reading.level].pop(reading, None)
        reading.level = reading.active
        self._levels[reading.level][reading] = None

    def _summon(self) -> None:
        """Have another thread look for something to do, if there may be something."""
        if not (any(self._levels) or self._needs_watch()):
            return
        if self._idle:
            self._changed.notify()
        elif self._threads < self._most:
            self._start_thread()

    def _start_thread(self) -> None:
        thread = threading.Thread(target=self._work, name=f"ncloud-shared-{self._threads + 1}", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the system has no room for another: those that there are do it all
            if not self._threads:
                raise
        else:
            self._threads += 1

    def _needs_watch(self) -> bool:
        return bool(self._resting) and self._resting[0][0] < self._watched_until
