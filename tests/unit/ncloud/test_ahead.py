"""Pages asked for before their turn: a round trip less where the guess is right, and never another list.

That a list stays complete or an error under every way of paging is held in `test_paging.py`, with and without.
"""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncloud.ahead import ReadAhead, pages_ahead
from ncloud.errors import EndpointError, NcloudError
from ncloud.listings import Listing
from ncloud.pages import Page
from ncloud.paging.pager import Ask
from tests.unit.ncloud.page_server import BACKUPS, PageServer, one_row_each, read, servers

TEN = one_row_each(10)


def pager(pages: int, *, page_size: int = 10) -> ReadAhead:
    return ReadAhead(BACKUPS, page_size=page_size, pages=pages)


def page(number: int, *, total: int = 25) -> Page:
    return Page(total, one_row_each(total)[number * 10 : (number + 1) * 10])


@pytest.mark.parametrize(("expected", "lists", "workers", "pages"), [
    (50_000, 1, 8, 7), (50_000, 2, 8, 3), (50_000, 2, 4, 1), (50_000, 2, 3, 0), (50_000, 500, 8, 0),
    (1000, 1, 8, 0), (1001, 1, 8, 1), (2500, 1, 8, 2), (0, 1, 8, 0), (5, 1, 1, 0), (50_000, 0, 8, 7),
])  # fmt: skip
def test_as_many_as_are_expected_and_no_more_than_would_idle(expected, lists, workers, pages):
    assert pages_ahead(expected, 1000, lists=lists, workers=workers) == pages


def test_the_first_round_trip_asks_for_the_pages_ahead_too():
    asked = pager(2)
    assert asked.take_asks() == [Ask(0, 0), Ask(0, 1), Ask(0, 2)]
    assert asked.take_asks() == []


@pytest.mark.parametrize("arrival", [[0, 1, 2], [2, 1, 0], [1, 0, 2], [1, 2, 0]])
def test_what_came_ahead_is_not_asked_for_again_whenever_it_came(arrival):
    asked = pager(2)
    for number in arrival:
        assert asked.outcome is None
        asked.give(Ask(0, number), page(number))
    assert isinstance(asked.outcome, Listing)
    assert [row.instance_no for row in asked.outcome.rows] == [str(number) for number in range(25)]
    assert asked.take_asks() == [Ask(0, 0), Ask(0, 1), Ask(0, 2)], "of which each was sent once"


def test_the_pages_beyond_are_asked_for_once_the_first_tells_of_them():
    asked = pager(1)
    asked.take_asks()
    asked.give(Ask(0, 0), page(0, total=35))
    assert asked.take_asks() == [Ask(0, 2), Ask(0, 3)]


@pytest.mark.parametrize("answer", [Page(5, []), EndpointError("down"), Page(5, one_row_each(5)), Page(99, TEN)])
def test_a_page_that_nobody_came_to_need_is_forgotten_whatever_it_says(answer):
    asked = pager(1)
    asked.give(Ask(0, 1), answer)
    assert asked.outcome is None
    asked.give(Ask(0, 0), Page(5, one_row_each(5)))
    assert asked.outcome == Listing(one_row_each(5), 5, 0)


def test_an_error_of_a_page_that_is_needed_fails_the_list():
    asked, down = pager(2), EndpointError("down")
    asked.give(Ask(0, 1), down)
    asked.give(Ask(0, 0), page(0))
    assert asked.outcome is down


def test_a_second_reading_believes_nothing_of_the_first():
    asked = pager(2)
    asked.take_asks()
    asked.give(Ask(0, 1), page(1, total=26))  # the promise has changed meanwhile
    asked.give(Ask(0, 0), page(0))
    assert asked.take_asks() == [Ask(1, 0)]
    asked.give(Ask(0, 2), page(2))
    asked.give(Ask(1, 0), page(0))
    assert asked.take_asks() == [Ask(1, 1), Ask(1, 2)]


@given(servers, st.integers(1, 9))
def test_the_list_is_the_same_as_without(server, ahead):
    told, untold = (read(replace(server, ahead=pages, asked=[])) for pages in (ahead, 0))
    assert type(told) is type(untold)
    if isinstance(told, NcloudError):
        assert str(told) == str(untold)
    else:
        assert told.rows == untold.rows


def test_a_guess_that_is_right_costs_no_request():
    for ahead in (0, 2):
        server = PageServer(one_row_each(25), 10, ahead=ahead)
        read(server)
        assert server.asked == [0, 1, 2]
