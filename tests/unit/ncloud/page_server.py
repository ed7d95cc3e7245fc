"""A server's way of paging as a value, and a pager read through it: no HTTP, no threads."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from hypothesis import strategies as st

from ncloud.errors import EndpointError, NcloudError, ServiceError
from ncloud.model import Listing, Page
from ncloud.operations import Operation
from ncloud.paging.pager import FirstPages, Pager
from tests.unit.ncloud.wire import OPERATIONS, Backup

BACKUPS = OPERATIONS["getCloudPostgresqlBackupList"]


def one_row_each(count: int) -> list[Backup]:
    return [Backup(str(number)) for number in range(count)]


@dataclass
class PageServer:
    """Answers pages of *rows*; every field is one thing that the API's documents leave open."""

    rows: list[Backup]
    page_size: int
    first: str = "zero"
    """zero; one-empty, one-refused: 1 is the first, and 0 is empty or refused; alias: 0 is the same as 1."""
    past_end: str = "empty"
    """empty, empty-zero, last, refused."""
    refuses_once_at: int | None = None
    """The number of the one answer, from 0, that is a refusal for no reason of paging, if it is page 0's."""
    counts_the_page: bool = False
    """totalRows says how many rows the page has, not the list."""
    ignores_paging: bool = False
    cap: int = 1000
    """The largest page that it gives, whatever is asked."""
    total: Callable[[int], int] | None = None
    """What totalRows says at the n-th answer; None: the truth."""
    before_answer: Callable[["PageServer", int], None] | None = None
    """What happens to the rows before the n-th answer."""
    asked: list[int] = field(default_factory=list)

    def answer(self, page_no: int) -> Page | NcloudError:
        if self.before_answer:
            self.before_answer(self, len(self.asked))
        self.asked.append(page_no)
        if page_no == 0 and self.refuses_once_at == len(self.asked) - 1:
            return ServiceError("Unknown error.", code="1300", http_status=500)
        total = self.total(len(self.asked)) if self.total else len(self.rows)
        if self.ignores_paging:
            return Page(total, list(self.rows))
        if page_no == 0 and self.first == "one-refused":
            return ServiceError("pageNo must be 1 or more", code="800", http_status=400)
        if page_no == 0 and self.first == "one-empty":
            return Page(total, [])
        index = max(0, page_no - 1) if self.first != "zero" else page_no
        return self._slice(index, total)

    def _slice(self, index: int, total: int) -> Page | NcloudError:
        size = min(self.page_size, self.cap)
        rows = self.rows[index * size : (index + 1) * size]
        total = len(rows) if self.counts_the_page else total
        if rows or index == 0 or self.past_end == "empty":
            return Page(total, rows)
        if self.past_end == "refused":
            return ServiceError("no such page", code="800", http_status=400)
        last = (len(self.rows) - 1) // size
        return Page(0, []) if self.past_end == "empty-zero" else Page(total, self.rows[last * size : (last + 1) * size])


def read(
    server: PageServer,
    *,
    arrival: Random | None = None,
    is_down_at: int | None = None,
    operation: Operation = BACKUPS,
    first_pages: FirstPages | None = None,
    place: tuple[str, str | None] = ("", None),
) -> Listing | NcloudError:
    """What a pager makes of *server*. *arrival*: answers come in a random order; *is_down_at*: an outage."""
    server.asked.clear()
    pager = Pager(operation, page_size=server.page_size, first_pages=first_pages, place=place)
    asks = pager.pending_requests()
    while pager.outcome is None:
        assert asks, "the pager neither asks nor ends"
        ask = asks.pop(arrival.randrange(len(asks)) if arrival else 0)
        if not pager.wants(ask):
            continue
        pager.request_count += 1
        is_down = is_down_at is not None and len(server.asked) == is_down_at
        pager.receive(ask, EndpointError("down") if is_down else server.answer(ask.page_no))
        asks += pager.pending_requests()
    return pager.outcome


FIRSTS = ("zero", "one-empty", "one-refused", "alias")
ENDS = ("empty", "empty-zero", "last", "refused")
servers = st.builds(
    PageServer,
    rows=st.integers(0, 40).map(one_row_each),
    page_size=st.integers(1, 12),
    first=st.sampled_from(FIRSTS),
    past_end=st.sampled_from(ENDS),
    ignores_paging=st.booleans(),
    cap=st.sampled_from([2, 5, 1000]),
)
