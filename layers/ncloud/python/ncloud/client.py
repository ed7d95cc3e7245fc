"""Reads whole lists: many at once, over one bound of requests under way, each complete or a precise error."""

import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self
from urllib.parse import urlencode

from ncloud import options
from ncloud.ahead import ReadAhead, pages_ahead
from ncloud.auth import Credentials, sign
from ncloud.clock import Clock
from ncloud.decoding.response import read_page
from ncloud.errors import NcloudError, SettingsProblem
from ncloud.listings import Listing, ListRequest
from ncloud.pages import Page
from ncloud.paging.pager import Ask, Pager
from ncloud.products import OPERATIONS, Operation, parameters
from ncloud.scheduler import Desk, Job
from ncloud.transport.retry import RetryPlan, http_date
from ncloud.transport.time_limits import Watch
from ncloud.workers import read_all

if TYPE_CHECKING:
    from ncloud.transport.connections import PoolKey
    from ncloud.transport.http import Outgoing, Transport


class Stats:
    """What a client has done so far, for metrics; counted from several threads."""

    def __init__(self) -> None:
        self.requests = 0
        """Sent, every attempt counted."""
        self.errors = 0
        """Attempts that failed."""
        self.retries = 0
        self._lock = threading.Lock()

    def count(self, *, requests: int = 0, errors: int = 0, retries: int = 0) -> None:
        with self._lock:
            self.requests += requests
            self.errors += errors
            self.retries += retries


class Client:
    """Reads Ncloud with one API key. May be used from several threads.

    Connections are kept in a pool that the process's clients of one base URL share; `close` (or the end of a
    `with`) closes the idle ones.
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
    ) -> None:
        """All time-outs are in seconds: *read_timeout* between two pieces of an answer, *request_timeout* for
        the whole of one attempt. *ca_file*: PEM authorities to trust instead of the system's.

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
        self._last_date: tuple[str, datetime] | None = None

    def read(
        self, requests: Iterable[ListRequest], *, deadline: float | None = None, expected_rows: int | None = None
    ) -> dict[ListRequest, Listing | NcloudError]:
        """Read all of *requests* at once; each one's list, or the error that it failed with, in their order.

        *deadline*: monotonic seconds (`time.monotonic`); what is not complete by then is DeadlineExceeded.
        The first pages go first, and then every list gets its turn; one that fails costs the others nothing.
        *expected_rows*: how many each list will have, if somebody knows: workers that would be idle ask for pages along
        with the first ones. That may save a round trip, and costs them one request each where the number is wrong.
        """
        pagers = self._pagers(list(requests), expected_rows or 0)
        if pagers:
            transport = self._transport()
            read_all(
                pagers,
                lambda job, desk: self._fetch(transport, job, desk, deadline),
                workers=self._max_concurrency,
                deadline=deadline,
                longest=transport.limits.whole,
                clock=self._clock,
                watch=transport.watch,
            )
        return {request: _outcome(request, pager) for request, pager in pagers.items()}

    def _pagers(self, requests: list[ListRequest], expected_rows: int) -> dict[ListRequest, Pager]:
        ahead = pages_ahead(expected_rows, self._page_size, lists=len(requests), workers=self._max_concurrency)
        pagers: dict[ListRequest, Pager] = {}
        for request in requests:
            operation = _operation(request)
            pages = ahead if operation.is_paged else 0
            pagers[request] = ReadAhead(operation, page_size=self._page_size, pages=pages)
        return pagers

    def read_one(self, request: ListRequest, *, deadline: float | None = None) -> Listing:
        """The one list of *request*, complete. Raises NcloudError."""
        outcome = self.read([request], deadline=deadline)[request]
        if isinstance(outcome, NcloudError):
            raise outcome
        return outcome

    @property
    def skew(self) -> timedelta | None:
        """How far the server's clock was ahead of ours at its last answer; None without a readable Date header.

        To the second. The gateway refuses what is signed more than five minutes off its clock.
        """
        if self._last_date is None:
            return None
        value, received_at = self._last_date
        at = http_date(value)
        return at - received_at if at else None

    def close(self) -> None:
        """Close the idle connections; the client can still be used."""
        from ncloud.transport import connections

        connections.close(self._pool_key())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client({self.base_url}, {self._credentials!r})"

    # --- one page -----------------------------------------------------------------------------------------

    def _fetch(self, transport: "Transport", job: Job, desk: Desk, deadline: float | None) -> Page:
        """The page of *job*, in as many attempts as its errors deserve. Raises NcloudError."""
        sent = 0
        while True:
            sent += 1
            try:
                return self._attempt(transport, *job, deadline)
            except NcloudError as error:
                if not desk.is_read(job[0]):  # else it was of a page that nobody came to need, and was cut off
                    self.stats.count(errors=1)
                error.attempts = sent
                remaining = None if deadline is None else deadline - self._clock.monotonic()
                pause = self._plan.pause(error, sent=sent, remaining=remaining, chance=self._clock.chance())
                if pause is None:
                    raise
                self._clock.sleep(pause, desk.closed)
                if not desk.wants(job):
                    raise
                self.stats.count(retries=1)

    def _attempt(self, transport: "Transport", request: ListRequest, ask: Ask, deadline: float | None) -> Page:
        """Sign afresh, send, read."""
        outgoing = self._outgoing(request, ask)
        self.stats.count(requests=1)
        answer = transport.send(outgoing, deadline=deadline)
        if date := answer.headers.get("Date"):
            self._last_date = date, answer.received_at
        key = self._credentials
        secrets = (key.secret_access_key, key.access_key_id, outgoing.headers["x-ncp-apigw-signature-v2"])
        return read_page(_operation(request), answer, secrets=secrets)

    def _outgoing(self, request: ListRequest, ask: Ask) -> "Outgoing":
        from ncloud.transport.http import Outgoing

        operation = _operation(request)
        query = urlencode(
            parameters(request, page_no=ask.page_no, page_size=self._page_size, response_format=self._response_format)
        )
        is_get = self._method == "GET"
        target = f"{operation.path}?{query}" if is_get else operation.path
        headers = sign(self._method, target, self._credentials, at=self._clock.now())
        headers["Accept"] = f"application/{self._response_format}"
        headers["User-Agent"] = "ncloud-python"
        if not is_get:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return Outgoing(self._method, target, headers, None if is_get else query)

    def _transport(self) -> "Transport":
        from ncloud.transport.http import Limits, Transport  # urllib3: only once something is read

        limits = Limits(
            connect=self._seconds["connect_timeout"],
            read=self._seconds["read_timeout"],
            whole=self._seconds["request_timeout"],
        )
        return Transport(self._pool_key(), limits, self._clock, Watch())

    def _pool_key(self) -> "PoolKey":
        from ncloud.transport.connections import PoolKey

        return PoolKey(self.base_url, self._max_concurrency, self._ca_file)


def _operation(request: ListRequest) -> Operation:
    try:
        return OPERATIONS[request.operation]
    except KeyError:
        known = ", ".join(OPERATIONS)
        raise SettingsProblem(f"unknown operation {request.operation!r}; known are {known}") from None


def _outcome(request: ListRequest, pager: Pager) -> Listing | NcloudError:
    outcome = pager.outcome
    if outcome is None:
        raise RuntimeError(f"no outcome of {request}")  # read_all gives each one
    if isinstance(outcome, NcloudError):
        outcome.operation, outcome.region = request.operation, request.region
    return outcome
