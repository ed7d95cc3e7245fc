"""The bytes that the process holds of responses at once: bounded, and no body waits for ever."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncloud.transport.byte_budget import ByteBudget


def never() -> bool:
    return False


def at_once() -> bool:
    """Waits for nothing: the request has been ended already."""
    return True


def test_a_body_that_finds_no_room_waits_and_its_request_may_end_meanwhile():
    budget = ByteBudget(total=100, lane=50)
    with budget.lease() as shared, budget.lease() as in_lane, budget.lease() as third:
        shared.grow(50, never)
        in_lane.grow(50, never)
        with pytest.raises(TimeoutError):
            third.grow(1, at_once)


def test_a_body_that_ends_makes_room():
    budget = ByteBudget(total=100, lane=50)
    taken, waiting = threading.Event(), threading.Event()

    def read_another() -> None:
        with budget.lease() as lease:
            waiting.set()
            lease.grow(50, never)
            taken.set()

    with budget.lease() as in_lane:
        with budget.lease() as shared:
            shared.grow(50, never)
            in_lane.grow(50, never)
            thread = threading.Thread(target=read_another)
            thread.start()
            waiting.wait()
            assert not taken.wait(0.05)
        assert taken.wait(10), "the shared part is free again"
    thread.join()


def test_bodies_that_grow_together_do_not_wait_for_one_another_for_ever():
    budget = ByteBudget(total=100, lane=50)
    done = []

    def read(size: int) -> None:
        with budget.lease() as lease:
            for held in range(10, size + 1, 10):
                lease.grow(held, never)
        done.append(size)

    threads = [threading.Thread(target=read, args=(50,), daemon=True) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert done == [50] * 12


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 50)), max_size=40))
def test_never_more_than_the_budget_is_held(steps):
    """A lease in the lane counts with the lane's whole width."""
    budget = ByteBudget(total=100, lane=50)
    leases = [budget.lease() for _ in range(5)]
    held = [0] * 5
    for number, size in steps:
        if size <= held[number]:
            leases[number].__exit__()
            held[number] = 0
            continue
        try:
            leases[number].grow(size, at_once)
        except TimeoutError:
            continue
        held[number] = size
        assert sum(held) <= 100
    for lease in leases:
        lease.__exit__()
    with budget.lease() as one, budget.lease() as other:
        one.grow(50, at_once)
        other.grow(50, at_once)
