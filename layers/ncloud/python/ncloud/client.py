"""Reads whole lists: many at once, over one bound of requests under way, each complete or a precise error."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self
from urllib.parse import urlencode

from ncloud import options
from ncloud.auth import Credentials, sign
from ncloud.clock import Clock
from ncloud.decoding.response import read_page
from ncloud.errors import NcloudError
from ncloud.model import HttpRequest, Listing, ListRequest, Page
from ncloud.operations import Operation, operations_of, parameters
from ncloud.paging.pager import FirstPages, Pager, PageRequest
from ncloud.scheduler import Job, Scheduler
from ncloud.stats import Stats
from ncloud.transport.byte_budget import BUDGET
from ncloud.transport.retry import RetryPlan, http_date
from ncloud.transport.time_limits import TimeLimits
from ncloud.workers import Attempts, ReadAll
from ncloud.workers import read_all as read_alone

if TYPE_CHECKING:
    from ncloud.transport.connections import PoolKey
    from ncloud.transport.http import Transport


class Client:
    """Reads Ncloud with one API key. May be used from several threads.

    Connections are kept in a pool that the process's clients of one base URL share; `close` (or the end of a `with`)
    of the last one that uses the pool closes the idle ones.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        base_url: str = options.PUBLIC_BASE_URL,
        page_size: int = options.MAX_PAGE_SIZE,
        max_concurrency: int = 4,
        method: str = "GET",
        response_format: str = "json",
        attempts: int = 4,
        connect_timeout: float = 5.0,
        read_timeout: float = 10.0,
        request_timeout: float = 30.0,
        ca_file: str | None = None,
        clock: Clock | None = None,
        on_page: Callable[[ListRequest, int, int], None] | None = None,
        read_all: ReadAll = read_alone,
        first_pages: FirstPages | None = None,
    ) -> None:
        """All time-outs are in seconds: *read_timeout* between two pieces of a response, *request_timeout* for
        the whole of one attempt. *ca_file*: PEM authorities to trust instead of the system's. *on_page* is called
        for each page read, from several threads, with its list, how many of the list's pages are read, and how many
        there are to be. *read_all*: `SharedWorkers.read_all`, where many clients share their threads. *first_pages*:
        one set for all clients of a run, which then learn from one another that page 0 is the first.

        Raises SettingsProblem.
        """
        seconds = {"connect_timeout": connect_timeout, "read_timeout": read_timeout, "request_timeout": request_timeout}
        options.check(
            page_size=page_size,
            max_concurrency=max_concurrency,
            attempts=attempts,
            method=method,
            response_format=response_format,
            seconds=seconds,
        )
        self.base_url = options.checked_base_url(base_url)
        self.stats = Stats()
        self._credentials = credentials
        self._page_size = page_size
        self._max_concurrency = max_concurrency
        self._method = method
        self._response_format = response_format
        self._seconds = seconds
        self._plan = RetryPlan(attempts=attempts)
        self._ca_file = ca_file
        self._clock = clock or Clock()
        self._read_all = read_all
        self._first_pages = first_pages
        self._on_page = on_page
        self._pages_read: Counter[ListRequest] = Counter()
        self._last_date: tuple[str, datetime] | None = None
        self._read_from_older: set[tuple[str | None, str | None]] = set()
        """Products and regions whose service is not offered, and whose lists came from the older one."""

    def read(
        self, requests: Iterable[ListRequest], *, deadline: float | None = None
    ) -> dict[ListRequest, Listing | NcloudError]:
        """Read all of *requests* at once; each one's list, or the error that it failed with, in their order.

        *deadline*: monotonic seconds (`time.monotonic`); what is not complete by then is DeadlineExceeded.
        The first pages go first, and then every list gets its turn; one that fails costs the others nothing.
        Raises SettingsProblem for an unknown product.
        """
        pagers = {request: self._pager(request) for request in requests}
        if pagers:
            transport = self._transport()
            self._read_all(
                pagers,
                lambda job, scheduler: self._fetch(transport, job, pagers[job[0]].operation, scheduler, deadline),
                workers=self._max_concurrency,
                deadline=deadline,
                longest=transport.timeouts.whole,
                clock=self._clock,
                time_limits=transport.time_limits,
            )
            self._keep_services_apart(pagers)
        return {request: _outcome(request, pager) for request, pager in pagers.items()}

    def _pager(self, request: ListRequest) -> Pager:
        newest, older = operations_of(request)
        if older and (request.product, request.region) in self._read_from_older:
            newest, older = older, None
        place = self.base_url, request.region
        return Pager(newest, page_size=self._page_size, older=older, first_pages=self._first_pages, place=place)

    def _keep_services_apart(self, pagers: dict[ListRequest, Pager]) -> None:
        """Where one list of a product came from its service and another from the older one, the latter is refused.

        The two may number the same instances differently, and every instance would be counted twice.
        """
        read = [(request, pager) for request, pager in pagers.items() if isinstance(pager.outcome, Listing)]
        from_newest = {(each.product, each.region) for each, pager in read if pager.not_offered is None}
        for request, pager in read:
            if pager.not_offered is None:
                continue
            if (request.product, request.region) in from_newest - self._read_from_older:
                pager.outcome = pager.not_offered
            else:
                self._read_from_older.add((request.product, request.region))

    def read_one(self, request: ListRequest, *, deadline: float | None = None) -> Listing:
        """The one list of *request*, complete. Raises NcloudError."""
        outcome = self.read([request], deadline=deadline)[request]
        if isinstance(outcome, NcloudError):
            raise outcome
        return outcome

    @property
    def skew(self) -> timedelta | None:
        """How far the server's clock was ahead of this machine's at its last response; None without a readable Date.

        To the second. The gateway refuses what is signed more than five minutes off its clock.
        """
        if self._last_date is None:
            return None
        value, received_at = self._last_date
        at = http_date(value)
        return at - received_at if at else None

    def close(self) -> None:
        """Close the idle connections unless other clients share them; the client can still be used."""
        from ncloud.transport import connections

        connections.leave(self._pool_key(), self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client({self.base_url}, {self._credentials!r})"

    # --- one page -----------------------------------------------------------------------------------------

    def _fetch(
        self, transport: "Transport", job: Job, operation: Operation, scheduler: Scheduler, deadline: float | None
    ) -> Attempts:
        """The page of *job*, in as many attempts as its errors deserve. Raises NcloudError."""
        sent = 0
        while True:
            sent += 1
            try:
                page = self._attempt(transport, job, operation, deadline)
            except NcloudError as error:
                if not scheduler.is_read(job[0]):  # else the page was not needed any more, and was cut off
                    self.stats.count(errors=1)
                error.attempts = sent
                remaining = None if deadline is None else deadline - self._clock.monotonic()
                pause = self._plan.pause(error, sent=sent, remaining=remaining, chance=self._clock.chance())
                if pause is None:
                    raise
                failed = error
            else:
                if self._on_page is not None:
                    self._pages_read[job[0]] += 1
                    self._on_page(job[0], self._pages_read[job[0]], -(-page.total_rows // self._page_size))
                return page
            yield pause
            if not scheduler.wants(job):
                raise failed
            self.stats.count(retries=1)

    def _attempt(self, transport: "Transport", job: Job, operation: Operation, deadline: float | None) -> Page:
        """Sign afresh, send, decode."""
        request = self._http_request(operation, *job)
        self.stats.count(requests=1)
        key = self._credentials
        secrets = (key.secret_access_key, key.access_key_id, request.headers["x-ncp-apigw-signature-v2"])
        with BUDGET.lease() as lease:
            response = transport.send(request, lease, deadline=deadline)
            if date := response.headers.get("Date"):
                self._last_date = date, response.received_at
            return read_page(operation, response, secrets=secrets)

    def _http_request(self, operation: Operation, request: ListRequest, page: PageRequest) -> HttpRequest:
        asked = parameters(
            operation,
            request,
            page_no=page.page_no,
            page_size=self._page_size,
            response_format=self._response_format,
        )
        query = urlencode(asked)
        is_get = self._method == "GET"
        target = f"{operation.path}?{query}" if is_get else operation.path
        headers = sign(self._method, target, self._credentials, at=self._clock.now())
        headers["Accept"] = f"application/{self._response_format}"
        headers["User-Agent"] = "ncloud-python"
        if not is_get:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return HttpRequest(self._method, target, headers, None if is_get else query)

    def _transport(self) -> "Transport":
        from ncloud.transport import connections  # urllib3: only once something is read
        from ncloud.transport.http import Timeouts, Transport

        timeouts = Timeouts(
            connect=self._seconds["connect_timeout"],
            read=self._seconds["read_timeout"],
            whole=self._seconds["request_timeout"],
        )
        connections.join(self._pool_key(), self)
        return Transport(self._pool_key(), timeouts, self._clock, TimeLimits())

    def _pool_key(self) -> "PoolKey":
        from ncloud.transport.connections import PoolKey

        return PoolKey(self.base_url, self._ca_file)


def _outcome(request: ListRequest, pager: Pager) -> Listing | NcloudError:
    outcome = pager.outcome
    if outcome is None:
        raise RuntimeError(f"no outcome of {request}")  # read_all gives each one
    if isinstance(outcome, NcloudError):
        is_of_newest = outcome is pager.not_offered
        outcome.operation = request.operation if is_of_newest else pager.operation.name
        outcome.product, outcome.region = request.product, request.region
    return outcome
