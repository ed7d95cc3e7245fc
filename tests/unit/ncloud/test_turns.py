"""Lists take turns at the workers, and what no longer matters is not fetched."""

from ncloud.errors import DeadlineExceeded, EndpointError
from ncloud.model import ListRequest, Page
from ncloud.paging.pager import Pager, PageRequest
from ncloud.scheduler import Scheduler
from tests.unit.ncloud.page_server import BACKUPS, one_row_each

SMALL, LARGE = ListRequest.backups("JPN"), ListRequest.backups("KR")


def scheduler_with_first_pages_read():
    pagers = {LARGE: Pager(BACKUPS, page_size=10), SMALL: Pager(BACKUPS, page_size=10)}
    scheduler = Scheduler(pagers, workers=99)
    for pages in (8, 3):
        request, ask = scheduler.next_job()
        scheduler.complete((request, ask), Page(pages * 10 - 1, one_row_each(10)))
    return scheduler, pagers


def test_first_pages_of_all_lists_go_first():
    requests = [ListRequest.backups(region) for region in ("KR", "JPN", "SGN")]
    scheduler = Scheduler({request: Pager(BACKUPS, page_size=10) for request in requests}, workers=99)
    assert [scheduler.next_job()[0] for _ in requests] == requests


def test_a_long_list_does_not_keep_a_short_one_waiting():
    scheduler, _ = scheduler_with_first_pages_read()
    taken = [scheduler.next_job()[0] for _ in range(9)]
    assert taken[:4] in ([LARGE, SMALL] * 2, [SMALL, LARGE] * 2)
    assert taken[4:] == [LARGE] * 5


def test_the_rest_of_a_failed_list_is_not_fetched():
    scheduler, pagers = scheduler_with_first_pages_read()
    job = scheduler.next_job()
    assert job[0] == LARGE
    scheduler.complete(job, EndpointError("down"))
    assert not scheduler.wants(job)
    assert [scheduler.next_job()[0] for _ in range(2)] == [SMALL, SMALL]
    assert pagers[LARGE].request_count == 2


def test_what_is_not_settled_at_the_end_fails_and_what_is_settled_stays():
    scheduler, pagers = scheduler_with_first_pages_read()
    done = EndpointError("down")
    scheduler.complete(scheduler.next_job(), done)
    scheduler.close(lambda pager: DeadlineExceeded(f"{pager.request_count} pages"))
    assert scheduler.next_job() is None
    assert pagers[LARGE].outcome is done
    assert isinstance(pagers[SMALL].outcome, DeadlineExceeded)


def test_a_region_that_hangs_leaves_a_worker_to_each_of_the_others():
    requests = [*(ListRequest.backups(region) for region in ("KR", "JPN")), *map(ListRequest.instances, ("KR", "JPN"))]
    scheduler = Scheduler({request: Pager(BACKUPS, page_size=10) for request in requests}, workers=2)
    assert [scheduler.next_job()[0].region for _ in range(2)] == ["KR", "JPN"]
    first = (requests[1], PageRequest(0, 0))
    for request in (requests[1], requests[3]):
        scheduler.complete(first, Page(1, one_row_each(1)))
        job = scheduler.next_job()
        assert job is not None
        if request is requests[1]:
            assert job[0] == requests[3], "KR has a worker already, and JPN still has a list to read"
            first = job
    assert job[0] == requests[2], "nobody else is waiting any more"


def test_a_product_that_hangs_leaves_a_worker_to_each_of_the_others():
    """Two lists of one that hangs would otherwise hold both workers."""
    mine = [ListRequest.backups("KR", product="mssql"), ListRequest.instances("KR", product="mssql")]
    others = [ListRequest.backups("KR"), ListRequest.instances("KR")]
    scheduler = Scheduler({request: Pager(BACKUPS, page_size=10) for request in (*mine, *others)}, workers=2)
    assert scheduler.next_job()[0] == mine[0]
    job = scheduler.next_job()
    assert job[0] == others[0]
    scheduler.complete(job, Page(1, one_row_each(1)))
    assert scheduler.next_job()[0] == others[1]
