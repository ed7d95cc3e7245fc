"""How often something may be done: never more in any stretch of time, whatever the clock does."""

from hypothesis import given
from hypothesis import strategies as st

from backup_watch.adapters.rate_limit import RateLimit


@given(st.lists(st.integers(0, 50), max_size=40))
def test_never_more_than_six_in_any_minute_and_the_wait_it_tells_is_enough(pauses):
    now, taken = 0, []
    limit = RateLimit(6, seconds=60, clock=lambda: now)
    for pause in pauses:
        now += pause
        if (wait := limit.claim()) == 0:
            taken.append(now)
            assert sum(now - 60 < at for at in taken) <= 6
        else:
            assert 0 < wait <= 60
            now += wait
            assert limit.claim() == 0
            taken.append(now)


def test_a_clock_that_is_set_back_locks_no_one_out():
    times = iter([1000, 10])
    limit = RateLimit(1, seconds=60, clock=lambda: next(times))
    assert (limit.claim(), limit.claim()) == (0, 0)
