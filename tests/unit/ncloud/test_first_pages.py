"""What lists learn from one another about the first page spares requests, and hides no row, however the API pages."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncloud.errors import ServiceError
from ncloud.model import Listing, Page
from ncloud.paging.pager import FirstPages
from tests.unit.ncloud.page_server import BACKUPS, FIRSTS, PageServer, one_row_each, read, servers
from tests.unit.ncloud.wire import OPERATIONS

KOREA, SINGAPORE = ("https://public", "KR"), ("https://public", "SGN")
ELSEWHERE = ("https://fin", "KR")
INSTANCES = OPERATIONS["getCloudPostgresqlInstanceList"]
LISTS = [(place, operation) for place in (KOREA, SINGAPORE, ELSEWHERE) for operation in (BACKUPS, INSTANCES)]
sizes = st.lists(st.sampled_from((0, 0, 1, 5, 12, 40)), min_size=1, max_size=6)


def one_based(count: int, **more) -> PageServer:
    return PageServer(one_row_each(count), 10, first="one-empty", **more)


def zero_based(count: int, **more) -> PageServer:
    return PageServer(one_row_each(count), 10, **more)


@given(st.lists(servers, min_size=len(LISTS), max_size=len(LISTS)), sizes, st.booleans(), st.randoms())
def test_each_list_is_read_as_it_is_alone(ways, accounts, tells_no_total, arrival):
    """Every region, host and operation may page in its own way; the accounts take turns in any order."""
    known: FirstPages = set()
    turns = [(way, *a_list, size) for way, a_list in zip(ways, LISTS, strict=True) for size in accounts]
    arrival.shuffle(turns)
    for way, place, operation, size in turns:
        total = (lambda _: 0) if tells_no_total and size <= min(way.page_size, way.cap) else None
        server = replace(way, rows=one_row_each(size), total=total, asked=[])
        learnt = read(server, operation=operation, first_pages=known, place=place)
        if isinstance(alone := read(server, operation=operation), Listing):
            assert isinstance(learnt, Listing)
            assert learnt.rows == alone.rows
        else:
            assert type(learnt) is type(alone)


def test_an_empty_list_takes_one_request_once_another_account_has_shown_that_page_0_is_the_first():
    known: FirstPages = set()
    asked = []
    for size in (0, 3, 0, 0):
        server = zero_based(size)
        assert isinstance(read(server, first_pages=known, place=KOREA), Listing)
        asked.append(list(server.asked))
    assert asked == [[0, 1], [0], [0], [0]]


@pytest.mark.parametrize(("place", "operation"), [(SINGAPORE, BACKUPS), (ELSEWHERE, BACKUPS), (KOREA, INSTANCES)])
def test_nothing_is_concluded_for_another_region_host_or_operation(place, operation):
    """One-based there, and its page 0 even denies that there is anything."""
    known: FirstPages = set()
    read(zero_based(3), first_pages=known, place=KOREA)
    server = one_based(3, total=lambda answer: 0 if answer == 1 else 3)
    listing = read(server, operation=operation, first_pages=known, place=place)
    assert isinstance(listing, Listing)
    assert len(listing.rows) == 3


@pytest.mark.parametrize("first", FIRSTS)
def test_an_empty_page_0_that_promises_rows_is_not_believed(first):
    """Even of a server whose accounts differ in how they are paged."""
    known: FirstPages = set()
    read(zero_based(3), first_pages=known, place=KOREA)
    learnt, alone = (replace(one_based(3), first=first, asked=[]) for _ in range(2))
    listing = read(learnt, first_pages=known, place=KOREA)
    assert isinstance(listing, Listing)
    assert len(listing.rows) == 3
    read(alone)
    assert learnt.asked == alone.asked


def test_a_one_based_api_teaches_nothing():
    known: FirstPages = set()
    for size in (3, 0, 25, 3):
        server = one_based(size, total=(lambda answer: 0 if answer == 1 else 3) if size == 3 else None)
        listing = read(server, first_pages=known, place=KOREA)
        assert isinstance(listing, Listing)
        assert len(listing.rows) == size
    assert known == set()


def test_a_refused_page_0_says_nothing_about_emptiness():
    known: FirstPages = set()
    read(zero_based(3), first_pages=known, place=KOREA)
    server = zero_based(0, refuses_once_at=0)
    assert isinstance(read(server, first_pages=known, place=KOREA), ServiceError)
    assert server.asked == [0, 1]


def test_a_list_that_had_rows_a_moment_ago_is_not_taken_for_empty_at_once():
    """Its own rows are what shows that page 0 is the first; then the service loses them."""
    known: FirstPages = set()

    def lose(it: PageServer, answer: int) -> None:
        if answer == 1:
            it.rows = []

    server = zero_based(25, before_answer=lose)
    read(server, first_pages=known, place=KOREA)
    assert server.asked[-2:] == [0, 1]


def test_without_a_common_set_each_list_is_a_case_of_its_own():
    read(zero_based(3))
    server = zero_based(0)
    assert read(server).rows == Page(0, []).rows
    assert server.asked == [0, 1]
