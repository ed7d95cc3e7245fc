"""Reading a list to its end: complete, or an error, whatever the server's way of paging is."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ncloud.errors import (
    AuthenticationFailed,
    EndpointError,
    ListingIncomplete,
    NcloudError,
    RateLimited,
    ServiceError,
)
from ncloud.model import Listing, Page, Region
from ncloud.paging.pager import MAX_PAGES, Pager, PageRequest
from tests.unit.ncloud.page_server import BACKUPS, FIRSTS, PageServer, one_row_each, read, servers
from tests.unit.ncloud.wire import OPERATIONS, Backup

NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)


def numbers(outcome: Listing | NcloudError) -> list[str]:
    assert isinstance(outcome, Listing), outcome
    return [row.instance_no for row in outcome.rows]


@given(servers, st.randoms(use_true_random=False))
@settings(max_examples=400)
def test_every_honest_way_of_paging_gives_the_complete_list(server, arrival):
    outcome = read(server, arrival=arrival)
    if server.first == "one-refused" and not server.rows and not server.ignores_paging:
        assert isinstance(outcome, ServiceError), "no page has shown anything, and one was refused"
        return
    assert sorted(numbers(outcome), key=int) == [row.instance_no for row in server.rows]
    assert outcome.total_rows == len(server.rows)
    assert outcome.request_count == len(server.asked)
    assert outcome.unattributed_rows == 0


@given(servers, st.data())
@settings(max_examples=300)
def test_several_rows_of_an_instance_are_all_there(server, data):
    picks = data.draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), unique=True, max_size=12))
    server.rows = [Backup(str(number), size_bytes=size) for number, size in picks]
    assume(server.rows or server.first != "one-refused")
    outcome = read(server, arrival=data.draw(st.randoms(use_true_random=False)))
    assert isinstance(outcome, Listing), outcome
    assert set(outcome.rows) == set(server.rows)
    assert len(outcome.rows) == len(server.rows)


@given(servers, st.data())
@settings(max_examples=400)
def test_a_wrong_total_gives_an_error_or_the_complete_list(server, data):
    server.cap = 1000  # a server that gives less than asked and promises no more than that cannot be found out
    lies = data.draw(st.lists(st.integers(-3, 3), min_size=1, max_size=3))
    truth = len(server.rows)
    server.total = lambda answer: max(0, truth + lies[answer % len(lies)])
    outcome = read(server, arrival=data.draw(st.randoms(use_true_random=False)))
    if isinstance(outcome, Listing):
        assert {row.instance_no for row in outcome.rows} == {row.instance_no for row in server.rows}


@given(servers, st.randoms(use_true_random=False), st.booleans())
@settings(max_examples=120)
def test_another_order_at_every_request_gives_an_error_or_the_complete_list(server, random, has_several):
    if has_several:
        server.rows = [Backup(str(number // 2), size_bytes=number) for number in range(len(server.rows))]
    everything = set(server.rows)
    server.before_answer = lambda it, _: random.shuffle(it.rows)
    outcome = read(server, arrival=random)
    if isinstance(outcome, Listing):
        assert set(outcome.rows) == everything


@given(servers, st.lists(st.integers(0, 12), max_size=4), st.randoms(use_true_random=False))
@settings(max_examples=400)
def test_a_backup_that_ends_during_the_reading_hides_no_instance(server, moments, arrival):
    """The list is ordered by the newest backup, so that an instance whose backup ends moves to its top."""
    size = len(server.rows)
    server.rows = [Backup(str(number), last_backup_at=NOON - timedelta(hours=number)) for number in range(size)]

    def finish_a_backup(it: PageServer, answer: int) -> None:
        if answer in moments and it.rows:
            moved = it.rows.pop()
            it.rows.insert(0, Backup(moved.instance_no, last_backup_at=NOON + timedelta(minutes=answer)))

    server.before_answer = finish_a_backup
    outcome = read(server, arrival=arrival)
    if isinstance(outcome, Listing):
        assert {row.instance_no for row in outcome.rows} == {str(number) for number in range(size)}


@given(servers, st.integers(0, 8), st.randoms(use_true_random=False))
def test_an_instance_that_is_made_or_deleted_during_the_reading_hides_no_other(server, moment, arrival):
    everywhere = {row.instance_no for row in server.rows[1:]}

    def change(it: PageServer, answer: int) -> None:
        if answer == moment:
            it.rows = it.rows[1:] if arrival.random() < 0.5 else [Backup("new"), *it.rows]

    server.before_answer = change
    outcome = read(server, arrival=arrival)
    if isinstance(outcome, Listing):
        assert everywhere <= {row.instance_no for row in outcome.rows}


@given(servers, st.integers(0, 6))
def test_an_outage_gives_that_error_or_the_complete_list(server, moment):
    outcome = read(server, is_down_at=moment)
    if isinstance(outcome, Listing):
        assert len(outcome.rows) == len(server.rows)
    else:
        assert isinstance(outcome, (EndpointError, ServiceError))


@pytest.mark.parametrize(
    ("server", "asked"),
    [
        pytest.param(PageServer(one_row_each(0), 10), [0, 1], id="nothing there"),
        pytest.param(PageServer([], 10, first="one-empty"), [0, 1], id="nothing there, from 1"),
        pytest.param(PageServer([], 10, past_end="refused"), [0, 1], id="nothing there, and no page 1"),
        pytest.param(PageServer(one_row_each(9), 10), [0], id="one page, not full"),
        pytest.param(PageServer(one_row_each(9), 10, first="alias"), [0], id="the same, page 1 is page 0"),
        pytest.param(PageServer(one_row_each(9), 10, first="one-empty"), [0, 1], id="one page, from 1, 0 empty"),
        pytest.param(PageServer(one_row_each(9), 10, first="one-refused"), [0, 1, 0], id="one page, from 1, 0 refused"),
        pytest.param(PageServer(one_row_each(25), 10, ignores_paging=True), [0], id="paging ignored"),
        pytest.param(PageServer(one_row_each(25), 10), [0, 1, 2], id="three pages"),
        pytest.param(PageServer(one_row_each(25), 10, first="alias"), [0, 1, 2, 3], id="three, page 1 is page 0"),
        pytest.param(PageServer(one_row_each(25), 10, first="one-empty"), [0, 1, 2, 3], id="from 1, 0 empty"),
        pytest.param(PageServer(one_row_each(25), 10, first="one-refused"), [0, 1, 2, 3], id="from 1, 0 refused"),
        pytest.param(PageServer(one_row_each(10), 10), [0, 1], id="one page, exactly full"),
        pytest.param(PageServer(one_row_each(10), 10, past_end="refused"), [0, 1], id="full, no page after it"),
        pytest.param(PageServer(one_row_each(10), 10, first="alias"), [0, 1, 2], id="full, and page 1 is page 0"),
        pytest.param(PageServer(one_row_each(10), 10, first="one-refused"), [0, 1, 0, 2], id="full, from 1, 0 refused"),
        pytest.param(PageServer(one_row_each(20), 10), [0, 1, 2], id="two pages, exactly full"),
        pytest.param(PageServer(one_row_each(20), 10, past_end="refused"), [0, 1, 2], id="two, none after them"),
        pytest.param(PageServer(one_row_each(12), 10, cap=5), [0, 1, 2], id="pages of at most 5"),
    ],
)
def test_no_more_pages_are_asked_for_than_the_doubt_calls_for(server, asked):
    assert len(numbers(read(server))) == len(server.rows)
    assert server.asked == asked


def test_the_rest_of_the_pages_is_asked_for_at_once():
    pager = Pager(BACKUPS, page_size=10)
    [first] = pager.pending_requests()
    pager.receive(first, Page(45, one_row_each(10)))
    assert [ask.page_no for ask in pager.pending_requests()] == [1, 2, 3, 4]


def test_rows_keep_the_order_of_their_pages_whatever_the_order_of_arrival():
    outcome = read(PageServer(one_row_each(35), 10), arrival=Random(3))  # noqa: S311 - an order, not a secret
    assert numbers(outcome) == [str(number) for number in range(35)]


def test_an_impossible_total_costs_one_page_a_round():
    server = PageServer(one_row_each(10), 10, total=lambda _: 10**9)
    outcome = read(server)
    assert isinstance(outcome, ListingIncomplete)
    assert "10 of 1000000000 rows" in outcome.message
    assert server.asked == [0, 0]


def test_the_largest_list_that_is_believed_has_a_thousand_pages():
    pager = Pager(BACKUPS, page_size=10)
    [first] = pager.pending_requests()
    pager.receive(first, Page(10 * MAX_PAGES - 1, one_row_each(10)))
    assert len(pager.pending_requests()) == MAX_PAGES - 1


def test_a_short_first_page_with_a_great_promise_costs_two_requests_more():
    server = PageServer(one_row_each(3), 10, total=lambda _: 3000, past_end="last")
    assert isinstance(read(server), ListingIncomplete)
    assert server.asked == [0, 1, 2, 0, 1, 2]


def test_a_server_that_repeats_its_first_page_is_soon_found_out():
    server = PageServer(one_row_each(10), 10, ignores_paging=True, total=lambda _: 900)
    assert isinstance(read(server), ListingIncomplete)
    assert server.asked == [0, 1, 2, 0, 1, 2]


def test_a_listing_starts_over_once_and_is_then_complete():
    def grow_once(it: PageServer, answer: int) -> None:
        if answer == 1:
            it.rows.append(Backup("new"))

    server = PageServer(one_row_each(25), 10, before_answer=grow_once)
    outcome = read(server)
    assert len(numbers(outcome)) == 26
    assert server.asked == [0, 1, 0, 1, 2]


def test_a_page_that_is_refused_although_it_was_promised_fails_the_listing_with_that_error():
    pager = Pager(BACKUPS, page_size=10)
    [first] = pager.pending_requests()
    pager.receive(first, Page(25, one_row_each(10)))
    refusal = ServiceError("no", code="1300")
    pager.receive(pager.pending_requests()[0], refusal)
    assert pager.outcome is refusal


@pytest.mark.parametrize("error", [AuthenticationFailed("no"), RateLimited("slower"), EndpointError("down")])
def test_only_a_refusal_of_page_0_makes_page_1_the_first(error):
    pager = Pager(BACKUPS, page_size=10)
    [first] = pager.pending_requests()
    pager.receive(first, error)
    assert pager.outcome is error
    assert pager.pending_requests() == []


@given(servers, st.integers(0, 6), st.booleans(), st.randoms(use_true_random=False))
@settings(max_examples=400)
def test_a_refusal_of_page_0_for_another_reason_gives_an_error_or_the_complete_list(
    server, moment, counts_the_page, arrival
):
    server.cap = 1000  # as above
    server.refuses_once_at, server.counts_the_page = moment, counts_the_page
    outcome = read(server, arrival=arrival)
    if isinstance(outcome, Listing):
        assert {row.instance_no for row in outcome.rows} == {row.instance_no for row in server.rows}


@pytest.mark.parametrize("total", [0, 5])
def test_where_page_0_is_refused_and_page_1_is_empty_nothing_has_been_seen(total):
    """Pages may start at 0, and what they hold be behind the refusal."""
    pager = Pager(BACKUPS, page_size=10)
    refusal = ServiceError("Unknown error.", code="1300")
    pager.receive(pager.pending_requests()[0], refusal)
    pager.receive(pager.pending_requests()[0], Page(total, []))
    assert pager.outcome is refusal


@pytest.mark.parametrize("size", [3, 10])
@pytest.mark.parametrize("again", [Page(3, [Backup("x")]), EndpointError("down")], ids=["with rows", "failing"])
def test_where_page_0_is_refused_page_1_alone_does_not_vouch_for_itself(size, again):
    """It may be the second page, and count no rows but its own: only page 0, asked for again, can tell."""
    pager = Pager(BACKUPS, page_size=size)
    pager.receive(pager.pending_requests()[0], ServiceError("Unknown error.", code="1300"))
    pager.receive(pager.pending_requests()[0], Page(3, one_row_each(3)))
    [ask] = pager.pending_requests()
    assert ask.page_no == 0
    pager.receive(ask, again)
    if isinstance(again, NcloudError):
        assert pager.outcome is again
    else:
        assert pager.pending_requests() == [PageRequest(1, 0)], "and so it is read again from the start"


def test_where_page_0_has_no_rows_and_page_1_has_the_two_must_promise_the_same():
    """Else page 0 was empty for a moment only, and page 1 may be the second."""
    pager = Pager(BACKUPS, page_size=10)
    pager.receive(pager.pending_requests()[0], Page(0, []))
    pager.receive(pager.pending_requests()[0], Page(3, one_row_each(3)))
    [ask] = pager.pending_requests()
    assert ask.page_no == 0
    pager.receive(ask, Page(0, []))
    assert numbers(pager.outcome) == ["0", "1", "2"]


@pytest.mark.parametrize("error", [AuthenticationFailed("no"), RateLimited("slower"), EndpointError("down")])
@pytest.mark.parametrize("promised", [0, 3])
def test_where_page_0_is_empty_and_page_1_fails_nothing_has_been_seen(error, promised):
    pager = Pager(BACKUPS, page_size=10)
    pager.receive(pager.pending_requests()[0], Page(promised, []))
    pager.receive(pager.pending_requests()[0], error)
    assert pager.outcome is error


def test_where_page_0_is_empty_page_1_may_be_refused():
    """There is no such page: the list has none with rows."""
    pager = Pager(BACKUPS, page_size=10)
    pager.receive(pager.pending_requests()[0], Page(0, []))
    pager.receive(pager.pending_requests()[0], ServiceError("no such page", code="800"))
    assert numbers(pager.outcome) == []


def test_where_page_1_fails_too_the_error_is_that_of_page_0():
    pager = Pager(BACKUPS, page_size=10)
    original = ServiceError("no such instance", code="5001017")
    pager.receive(pager.pending_requests()[0], original)
    pager.receive(pager.pending_requests()[0], EndpointError("down"))
    assert pager.outcome is original


def test_an_error_past_the_end_is_no_failure_where_nothing_is_missing():
    pager = Pager(BACKUPS, page_size=10)
    pager.receive(pager.pending_requests()[0], Page(10, one_row_each(10)))
    pager.receive(pager.pending_requests()[0], EndpointError("down"))
    assert numbers(pager.outcome) == [str(number) for number in range(10)]


def test_an_error_past_the_end_is_the_failure_where_something_is_missing():
    pager = Pager(BACKUPS, page_size=10)
    pager.receive(pager.pending_requests()[0], Page(20, one_row_each(10)))
    second, past_end = pager.pending_requests()
    pager.receive(past_end, outage := EndpointError("down"))
    assert pager.outcome is None
    pager.receive(second, Page(20, one_row_each(10)))  # page 1 was page 0 again
    assert pager.outcome is outage


def test_rows_without_a_number_are_counted_and_kept_apart():
    rows = [Backup("1"), Backup(""), Backup("", service_name="orders"), Backup("2")]
    outcome = read(PageServer(rows, 10))
    assert numbers(outcome) == ["1", "2"]
    assert outcome.unattributed_rows == 2


@pytest.mark.parametrize("first", FIRSTS)
def test_rows_without_a_number_are_counted_once_over_several_pages(first):
    rows = [*one_row_each(11), Backup("", service_name="a"), Backup("", service_name="b")]
    outcome = read(PageServer(rows, 5, first=first))
    assert len(numbers(outcome)) == 11
    assert outcome.unattributed_rows == 2


def test_rows_without_a_number_do_not_stand_for_rows_that_are_missing():
    """Page 1 is page 0 again: counted twice, its nameless rows would make up for those of page 2."""
    rows = [Backup("", service_name=name) for name in "abc"] + one_row_each(3)
    outcome = read(PageServer(rows, 3, first="alias"))
    assert sorted(numbers(outcome)) == ["0", "1", "2"]
    assert outcome.unattributed_rows == 3


def test_equal_rows_of_one_page_all_count():
    rows = [Backup("1"), Backup("1"), Backup("2"), Backup("3"), Backup("4")]
    outcome = read(PageServer(rows, 4))
    assert sorted(numbers(outcome)) == ["1", "1", "2", "3", "4"]


def test_an_operation_without_pages_is_asked_once_without_a_page_number():
    pager = Pager(OPERATIONS["getRegionList"], page_size=10)
    [ask] = pager.pending_requests()
    assert ask == PageRequest(0, None)
    pager.receive(ask, Page(2, [Region("KR"), Region("JPN")]))
    assert isinstance(pager.outcome, Listing)


def test_an_operation_without_pages_that_is_short_is_asked_once_more_and_then_fails():
    pager = Pager(OPERATIONS["getRegionList"], page_size=10)
    for _ in range(2):
        [ask] = pager.pending_requests()
        pager.receive(ask, Page(3, [Region("KR")]))
    assert isinstance(pager.outcome, ListingIncomplete)


def test_an_operation_without_pages_has_no_other_first_page_to_try():
    pager = Pager(OPERATIONS["getRegionList"], page_size=10)
    refusal = ServiceError("no", code="800")
    pager.receive(pager.pending_requests()[0], refusal)
    assert pager.outcome is refusal


def test_answers_to_asks_of_an_earlier_round_are_ignored():
    pager = Pager(BACKUPS, page_size=10)
    [first] = pager.pending_requests()
    pager.receive(first, Page(25, one_row_each(10)))
    [second, third] = pager.pending_requests()
    pager.receive(second, Page(26, one_row_each(10)))
    pager.receive(third, EndpointError("down"))
    assert pager.outcome is None
    assert pager.pending_requests() == [PageRequest(1, 0)]


def old_and_new() -> tuple[Backup, Backup]:
    return Backup("x", last_backup_at=NOON), Backup("x", last_backup_at=NOON + timedelta(days=1))


def read_pages(*answers: Page) -> tuple[Listing | NcloudError | None, Pager]:
    """What a pager makes of *answers*, which are given to its asks in their order."""
    pager = Pager(BACKUPS, page_size=3)
    for answer in answers:
        [ask] = pager.pending_requests()
        pager.receive(ask, answer)
    return pager.outcome, pager


def test_an_instance_that_changes_between_pages_does_not_make_up_for_one_that_is_missing():
    """Four rows as promised, all different, and yet "y" is not among them."""
    old, new = old_and_new()
    torn = [Page(4, [old, Backup("a"), Backup("b")]), Page(4, [new])]
    assert read_pages(*torn)[0] is None
    whole = [Page(4, [new, Backup("a"), Backup("b")]), Page(4, [Backup("y")])]
    outcome, _ = read_pages(*torn, *whole)
    assert sorted(numbers(outcome)) == ["a", "b", "x", "y"]
    outcome, _ = read_pages(*torn, Page(4, [Backup("x"), Backup("a"), Backup("b")]), Page(4, [new]))
    assert isinstance(outcome, ListingIncomplete)


def test_an_instance_with_rows_on_two_pages_is_believed_when_they_come_twice():
    old, new = old_and_new()
    pages = [Page(4, [Backup("a"), Backup("b"), old]), Page(4, [new])]
    outcome, _ = read_pages(*pages, *pages)
    assert numbers(outcome) == ["a", "b", "x", "x"]


def test_an_empty_first_page_is_held_to_its_promise():
    outcome, pager = read_pages(Page(5, []), Page(0, []))
    assert outcome is None
    assert [ask.round_no for ask in pager.pending_requests()] == [1]
