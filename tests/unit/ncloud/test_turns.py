"""Lists take turns at the workers, and what no longer matters is not fetched."""

from ncloud.errors import DeadlineExceeded, EndpointError
from ncloud.listings import ListRequest
from ncloud.pages import Page
from ncloud.paging.pager import Ask, Pager
from ncloud.scheduler import Desk
from tests.unit.ncloud.page_server import BACKUPS, one_row_each

SMALL, LARGE = ListRequest.backups("JPN"), ListRequest.backups("KR")


def desk_with_first_pages_read():
    pagers = {LARGE: Pager(BACKUPS, page_size=10), SMALL: Pager(BACKUPS, page_size=10)}
    desk = Desk(pagers, workers=99)
    for pages in (8, 3):
        request, ask = desk.take()
        desk.give((request, ask), Page(pages * 10 - 1, one_row_each(10)))
    return desk, pagers


def test_first_pages_of_all_lists_go_first():
    requests = [ListRequest.backups(region) for region in ("KR", "JPN", "SGN")]
    desk = Desk({request: Pager(BACKUPS, page_size=10) for request in requests}, workers=99)
    assert [desk.take()[0] for _ in requests] == requests


def test_a_long_list_does_not_keep_a_short_one_waiting():
    desk, _ = desk_with_first_pages_read()
    taken = [desk.take()[0] for _ in range(9)]
    assert taken[:4] in ([LARGE, SMALL] * 2, [SMALL, LARGE] * 2)
    assert taken[4:] == [LARGE] * 5


def test_the_rest_of_a_failed_list_is_not_fetched():
    desk, pagers = desk_with_first_pages_read()
    job = desk.take()
    assert job[0] == LARGE
    desk.give(job, EndpointError("down"))
    assert not desk.wants(job)
    assert [desk.take()[0] for _ in range(2)] == [SMALL, SMALL]
    assert pagers[LARGE].request_count == 2


def test_what_is_not_settled_at_the_end_fails_and_what_is_settled_stays():
    desk, pagers = desk_with_first_pages_read()
    done = EndpointError("down")
    desk.give(desk.take(), done)
    desk.close(lambda pager: DeadlineExceeded(f"{pager.request_count} pages"))
    assert desk.take() is None
    assert pagers[LARGE].outcome is done
    assert isinstance(pagers[SMALL].outcome, DeadlineExceeded)


def test_a_region_that_hangs_leaves_a_worker_to_each_of_the_others():
    requests = [*(ListRequest.backups(region) for region in ("KR", "JPN")), *map(ListRequest.instances, ("KR", "JPN"))]
    desk = Desk({request: Pager(BACKUPS, page_size=10) for request in requests}, workers=2)
    assert [desk.take()[0].region for _ in range(2)] == ["KR", "JPN"]
    first = (requests[1], Ask(0, 0))
    for request in (requests[1], requests[3]):
        desk.give(first, Page(1, one_row_each(1)))
        job = desk.take()
        assert job is not None
        if request is requests[1]:
            assert job[0] == requests[3], "KR has a worker already, and JPN still has a list to read"
            first = job
    assert job[0] == requests[2], "nobody else is waiting any more"
