"""One check for all who read at about the same time; with real threads."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import pytest
from msgspec.structs import replace

from backup_watch.adapters.shared_checks import SharedChecks
from backup_watch.config.problems import Problem, SettingsError
from backup_watch.model.instances import KeptBackup
from backup_watch.model.report import Notification
from backup_watch.web.checks import CachedCheck, Details
from tests.builders import NOW, a_report, an_instance, stale


class Watched:
    """A check that counts, and that can be held up."""

    def __init__(self) -> None:
        self.asked, self.may_go, self.begun = [], Event(), Event()
        self.may_go.set()

    def __call__(self, notify) -> CachedCheck:
        self.asked.append(notify)
        self.begun.set()
        assert self.may_go.wait(5)
        return CachedCheck(a_report(), timedelta(seconds=len(self.asked)))


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def shared(check, clock=None, *, seconds=30) -> SharedChecks:
    return SharedChecks(check, keep_for=timedelta(seconds=seconds), clock=clock or Clock())


@pytest.mark.parametrize(("later", "checks"), [(0, 1), (29.999, 1), (30, 2), (-1, 2)])
def test_reads_within_the_time_share_one_check(later, checks):
    check, clock = Watched(), Clock()
    reads = shared(check, clock)
    first = reads.current()
    clock.now += later
    assert (reads.current() is first) is (checks == 1)
    assert check.asked == [False] * checks


def test_reads_that_come_at_once_share_one_check():
    check = Watched()
    check.may_go.clear()
    reads, together = shared(check), Barrier(9)

    def read():
        together.wait(5)
        return reads.current()

    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(read) for _ in range(8)]
        together.wait(5)
        assert check.begun.wait(5)
        check.may_go.set()
        outcomes = [answer.result(5) for answer in answers]
    assert len(check.asked) == 1
    assert all(outcome is outcomes[0] for outcome in outcomes)


def test_a_check_asked_for_is_always_made_and_readers_then_share_it():
    check = Watched()
    reads = shared(check)
    reads.current()
    assert reads.check("all") is reads.current()
    reads.check(True)
    assert check.asked == [False, "all", True]


def test_who_reads_what_a_check_found_is_not_told_that_the_read_sent_anything():
    sent = replace(a_report(stale()), notification=Notification(("m-1",), 1))
    reads = shared(lambda _: CachedCheck(sent, timedelta(0), "not taken"))
    assert reads.check(True).report.notification == sent.notification
    assert reads.current() == CachedCheck(replace(sent, notification=None), timedelta(0), "not taken")


def test_a_check_asked_for_does_not_wait_for_a_reader():
    check = Watched()
    check.may_go.clear()
    reads = shared(check)
    with ThreadPoolExecutor(2) as pool:
        reader = pool.submit(reads.current)
        assert check.begun.wait(5)
        check.begun.clear()
        asked = pool.submit(reads.check, True)
        assert check.begun.wait(5)
        check.may_go.set()
        assert reader.result(5)
        assert asked.result(5)
    assert sorted(map(str, check.asked)) == ["False", "True"]


def test_an_error_goes_to_who_asked_and_is_not_kept():
    attempts = []

    def check(notify) -> CachedCheck:
        attempts.append(notify)
        if len(attempts) == 1:
            raise SettingsError([Problem("TOPIC_ARN", None, "required")])
        return CachedCheck(a_report(), timedelta(0))

    reads = shared(check)
    with pytest.raises(SettingsError):
        reads.current()
    assert reads.current() is reads.current()
    assert len(attempts) == 2


def test_nothing_is_shared_where_the_time_is_zero():
    check = Watched()
    reads = shared(check, seconds=0)
    reads.current()
    reads.current()
    assert len(check.asked) == 2


def test_details_of_one_instance_are_read_once_within_the_time():
    asked = []

    def details(instance, at):
        asked.append((instance.number, at))
        return Details((KeptBackup(at, at),))

    clock = Clock()
    checks = SharedChecks(Watched(), keep_for=timedelta(seconds=30), details=details, clock=clock)
    one, other = an_instance(number="1"), an_instance(number="2")
    first = checks.details(one, at=NOW)
    assert checks.details(one, at=NOW) is first
    assert checks.details(other, at=NOW) is not first
    assert checks.details(other, at=NOW + timedelta(hours=1)) != first
    clock.now += 30
    checks.details(other, at=NOW + timedelta(hours=1))
    assert [number for number, _ in asked] == ["1", "2", "2", "2"]


def test_where_nothing_reads_details_none_are_known():
    assert shared(Watched()).details(an_instance(), at=NOW) == Details()
