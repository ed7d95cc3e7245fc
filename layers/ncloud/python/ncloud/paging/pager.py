"""Decides which pages to request, and whether they add up: the complete list, or an error. No I/O.

The API's documents do not settle how it pages, so nothing here relies on one reading (`docs/ncloud-api.md`,
paging). Pages may start at 0 or at 1, 0 and 1 may be the same page, paging may be ignored or capped, the
order may change, a page past the end may be empty, repeat or be refused. What counts is the promise in
every response, `totalRows`: a list is complete when that many distinct rows are there, and is never short.

A round, which starts over once and then fails as ListingIncomplete:

1. Page 0. If the service refuses it, or it is empty: page 1 as the first, unless it is known that page 0 is the
   first (`FirstPages`). Where page 1 is empty, too, the refusal is the outcome, as no page was seen. Where page 1
   vouches for itself alone (it promises no more than it holds, and page 0 has not promised the same), page 0 is
   requested again: it may have failed for another reason, and page 1 be the second.
2. As many rows as promised: done. But a page that is exactly full might be promising only itself: one page
   more is requested (and another one if that was the same page again), which must bring nothing new.
3. Fewer: the pages that the first one's length calls for, all at once. If the first was not even full, one
   at a time until one brings something new, so that a wrong promise costs two requests and not a thousand.
4. Still short, or the last page is exactly full again: one page more. In the first case page 1 may have been
   page 0 again, in the second there may be rows that were not promised. An error here is no failure of the list
   where nothing is missing without that page.

A promise that changes between pages starts over. So does an instance whose rows on two pages differ: its
backup may have ended in between, and then it stands twice in a list in which another instance is missing. The
second round accepts that only where it reads the very same rows of that instance again.
"""

from collections.abc import Callable

from msgspec import Struct

from ncloud.errors import BadRequest, ListingIncomplete, NcloudError, NotFound, ServiceError
from ncloud.model import Listing, Page
from ncloud.operations import Operation
from ncloud.paging.tally import Tally

MAX_PAGES = 1000
"""Of one listing; what promises more is not believed."""
ROUNDS = 2
FirstPages = set[tuple[str, str | None, str]]
"""Base URL, region and operation of lists whose page 0 had rows, as the clients of one run have seen so far.

Page 0 is then no page before the first, however the API counts: where one account's list begins with page 0, another
account's empty page 0 that promises nothing is the whole list (`docs/ncloud-api.md`, paging). Nothing is concluded from
one region, operation or host about another.
"""


class PageRequest(Struct, frozen=True):
    """One page to be requested."""

    round_no: int
    page_no: int | None
    """None: the operation does not page."""


class Pager:
    """Reads one list: gives requests for pages, receives what came of them, and ends with an *outcome*.

    Where the first page is refused because the service is not offered, the list is read from *older*, if there is one.
    """

    def __init__(
        self,
        operation: Operation,
        *,
        page_size: int,
        older: Operation | None = None,
        first_pages: FirstPages | None = None,
        place: tuple[str, str | None] = ("", None),
    ) -> None:
        """*first_pages* is used, and added to, for *place*: a base URL and a region. None: each list is a case of its
        own.
        """
        self.outcome: Listing | NcloudError | None = None
        self.request_count = 0
        self.operation = operation
        """The one whose pages are requested."""
        self.not_offered: NcloudError | None = None
        """Why *older* took the place of the first operation; None: it did not."""
        self._older = older
        self._first_pages, self._place = first_pages, place
        self._page_size = page_size
        self._round_no = 0
        self._requests: list[PageRequest] = []
        self._earlier: Tally | None = None
        self._begin()

    def pending_requests(self) -> list[PageRequest]:
        """The requests that have come up since the last call."""
        pending, self._requests = self._requests, []
        return pending

    def wants(self, request: PageRequest) -> bool:
        """Whether the outcome of *request* still matters."""
        return self.outcome is None and request.round_no == self._round_no

    def fail(self, error: NcloudError) -> None:
        """End with *error*, unless there is an outcome already."""
        if self.outcome is None:
            is_neither = self.not_offered is not None and error.is_not_offered
            self.outcome = self.not_offered if is_neither else error

    def receive(self, request: PageRequest, outcome: Page | NcloudError) -> None:
        """Take in the *outcome* of *request*, unless it no longer matters."""
        if not self.wants(request):
            return
        self._waiting.discard(request.page_no)
        if isinstance(outcome, NcloudError):
            self._take_error(request.page_no, outcome)
        elif outcome.rows and self._tally.pages and outcome.total_rows != self._tally.total_rows:
            self._start_over(f"totalRows changed from {self._tally.total_rows} to {outcome.total_rows}")
        else:
            self._step(self, request.page_no or 0, outcome)

    # --- a round ------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._base = 0
        self._end = 0
        self._promised = 0
        self._refusal: NcloudError | None = None
        self._tally = Tally(self.operation.identity)
        self._waiting: set[int | None] = set()
        self._past_end: int | None = None
        self._past_end_error: NcloudError | None = None
        self._step: Callable[[Pager, int, Page], None] = Pager._take_first
        self._request([0] if self.operation.is_paged else [None])

    def _request(self, page_nos: list[int] | list[None]) -> None:
        self._waiting.update(page_nos)
        self._requests += [PageRequest(self._round_no, page_no) for page_no in page_nos]

    def _start_over(self, reason: str) -> None:
        self._round_no += 1
        self._requests.clear()
        if self._round_no == ROUNDS:
            self.outcome = ListingIncomplete(f"read twice, and not complete either time: {reason}")
            return
        self._earlier = self._tally
        self._begin()

    def _turn_to(self, older: Operation, reason: NcloudError) -> None:
        self.operation, self.not_offered, self._older = older, reason, None
        self._begin()

    def _finish(self) -> None:
        self.outcome = self._tally.listing(request_count=self.request_count, operation=self.operation.name)

    def _take_error(self, page_no: int | None, error: NcloudError) -> None:
        is_first, is_refusal = self._step is Pager._take_first, _is_refusal(error)
        if is_first and self._older is not None and (error.is_not_offered or error.is_not_subscribed):
            self._turn_to(self._older, error)
        elif is_first and page_no == 0 and is_refusal and isinstance(error, ServiceError):
            self._refusal = error  # the service was there and refused: the reason may be the page number
            self._request_page_one()
        elif page_no is not None and page_no == self._past_end and (is_refusal or self._tally.pages):
            self._past_end_error = None if is_refusal else error
            self._step(self, page_no, Page(self._tally.total_rows, []))
        elif page_no == 0 and is_refusal and self._step is Pager._take_page_zero_again:
            self._step(self, page_no, Page(self._tally.total_rows, []))
        else:
            self.fail(self._refusal if is_first and self._refusal else error)

    # --- what a page means, by what it was asked for ------------------------------------------------------

    def _take_first(self, page_no: int, page: Page) -> None:
        rows, total = len(page.rows), max(page.total_rows, self._promised)
        self._past_end = None
        if rows and page_no == 0 and self._first_pages is not None:
            self._first_pages.add((*self._place, self.operation.name))
        if not rows and page_no == 0 and self.operation.is_paged and not (total == 0 and self._is_page_zero_first()):
            self._promised, self._past_end = total, 1
            self._request_page_one()
            return
        if not rows and self._refusal:
            self.fail(self._refusal)
            return
        self._tally.add(page_no, page)
        if rows and page_no == 1 and total <= rows and (self._refusal or page.total_rows != self._promised):
            self._step = Pager._take_page_zero_again
            self._request([0])
        elif rows == self._page_size and total <= rows and self.operation.is_paged:
            self._probe(page_no + 1)
        elif rows >= total:
            self._finish()
        elif not rows or not self.operation.is_paged or -(-total // rows) > MAX_PAGES:
            self._start_over(f"{rows} of {total} rows on the first page")
        elif rows < self._page_size:
            self._step = Pager._take_doubted
            self._request([page_no + 1])
        else:
            self._request_rest(page_no + 1)

    def _is_page_zero_first(self) -> bool:
        """Whether that is known from another list, and nothing that was read of this one speaks against it."""
        return self._round_no == 0 and (*self._place, self.operation.name) in (self._first_pages or ())

    def _request_page_one(self) -> None:
        self._base = 1
        self._request([1])

    def _take_page_zero_again(self, page_no: int, page: Page) -> None:
        first = self._tally.pages[self._base]
        if self._tally.has_new_rows(page):
            self._start_over(f"page {page_no} has rows, and had none before page {self._base}")
        elif len(first.rows) == self._page_size:
            self._probe(self._base + 1)
        else:
            self._finish()

    def _probe(self, page_no: int) -> None:
        self._step, self._past_end = Pager._take_probe, page_no
        self._request([page_no])

    def _take_probe(self, page_no: int, page: Page) -> None:
        if self._tally.has_new_rows(page):
            self._start_over(f"page {page_no} has rows although {self._tally.total_rows} were there before it")
        elif page.rows and page_no == self._base + 1:
            self._probe(page_no + 1)  # page 1 was page 0 again, so what follows page 0 has not been seen
        else:
            self._finish()

    def _take_doubted(self, page_no: int, page: Page) -> None:
        has_new_rows = self._tally.has_new_rows(page)
        self._tally.add(page_no, page)
        if has_new_rows:
            self._request_rest(page_no + 1)
        elif page.rows and page_no == self._base + 1:
            self._request([page_no + 1])
        else:
            self._start_over(self._tally.shortfall())

    def _request_rest(self, start: int) -> None:
        total, size = self._tally.total_rows, len(self._tally.pages[self._base].rows)
        self._end = max(start, self._base + -(-total // size))
        self._step = Pager._take_rest
        self._request(list(range(start, self._end)))
        if total % size == 0:
            self._request_past_end()
        self._conclude_when_all_in()

    def _request_past_end(self) -> None:
        self._past_end = self._end
        self._request([self._end])

    def _take_rest(self, page_no: int, page: Page) -> None:
        first = self._tally.pages[self._base]
        is_promised = page_no != self._past_end
        if is_promised and (not page.rows or (page_no > self._base + 1 and page.rows == first.rows)):
            self._start_over(f"page {page_no} brought nothing, and {self._tally.shortfall()}")
            return
        self._tally.add(page_no, page)
        self._conclude_when_all_in()

    def _conclude_when_all_in(self) -> None:
        if self._waiting:
            return
        if self._past_end is None and self._tally.is_short():
            self._request_past_end()
        elif self._past_end is not None and self._tally.is_exact() and self._is_full_of_news(self._past_end):
            self._end += 1  # page 1 was page 0 again: that one was the last, and the end has not been seen
            self._request_past_end()
        else:
            self._conclude()

    def _is_full_of_news(self, page_no: int) -> bool:
        page, first = self._tally.pages[page_no], self._tally.pages[self._base]
        return len(page.rows) == len(first.rows) and self._tally.has_new_rows(page, apart_from=page_no)

    def _conclude(self) -> None:
        if self._past_end_error is not None and self._tally.is_short():
            self.fail(self._past_end_error)
        elif not self._tally.is_exact():
            self._start_over(self._tally.shortfall())
        elif self._tally.is_consistent(self._earlier):
            self._finish()
        else:
            self._start_over("rows of one instance differ from page to page")


def _is_refusal(error: NcloudError) -> bool:
    """Whether the service was there and refused: an outage, a limit or a bad key says nothing about pages."""
    return isinstance(error, (ServiceError, BadRequest, NotFound)) and not error.is_retryable
