"""When a failed request is sent again, and how long after."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncloud import errors
from ncloud.transport.retry import MAX_HONOURED_WAIT, RetryPlan

PLAN = RetryPlan(attempts=4, base=0.2, cap=5.0)
DOWN = errors.EndpointError("down")


def limited(seconds):
    return errors.RateLimited("slower", retry_after=seconds)


@pytest.mark.parametrize(("sent", "longest"), [(1, 0.2), (2, 0.4), (3, 0.8)])
def test_pauses_double_and_are_fully_jittered(sent, longest):
    assert PLAN.pause(DOWN, sent=sent, remaining=None, chance=1.0) == pytest.approx(longest)
    assert PLAN.pause(DOWN, sent=sent, remaining=None, chance=0.5) == pytest.approx(longest / 2)
    assert PLAN.pause(DOWN, sent=sent, remaining=None, chance=0.0) == 0


def test_no_pause_is_longer_than_the_cap():
    assert RetryPlan(attempts=10).pause(DOWN, sent=9, remaining=None, chance=1.0) == 5.0


def test_after_the_last_attempt_it_gives_up():
    assert PLAN.pause(DOWN, sent=4, remaining=None, chance=0.0) is None


@pytest.mark.parametrize(
    "error",
    [
        errors.BadRequest("x"), errors.AuthenticationFailed("x"), errors.PermissionDenied("x"), errors.Forbidden("x"),
        errors.NotFound("x"), errors.QuotaExceeded("x"), errors.RequestTooLarge("x"), errors.ServiceError("x"),
        errors.MalformedAnswer("x"), errors.AnswerTooLarge("x"), errors.Redirected("x"), errors.DeadlineExceeded("x"),
        errors.ListingIncomplete("x"), errors.TlsFailed("x", is_retryable=False),
    ],
    ids=lambda error: error.kind,
)  # fmt: skip
def test_what_will_not_pass_is_not_sent_again(error):
    assert PLAN.pause(error, sent=1, remaining=None, chance=0.0) is None


def test_the_wait_asked_for_is_kept():
    assert PLAN.pause(limited(3.0), sent=1, remaining=None, chance=1.0) == 3.0
    assert PLAN.pause(limited(MAX_HONOURED_WAIT), sent=1, remaining=None, chance=0.0) == 10.0


def test_a_wait_shorter_than_our_own_pause_does_not_shorten_it():
    assert PLAN.pause(limited(0.0), sent=3, remaining=None, chance=1.0) == pytest.approx(0.8)


def test_a_wait_that_is_too_long_is_not_waited_for():
    assert PLAN.pause(limited(10.5), sent=1, remaining=None, chance=0.0) is None


def test_a_wait_to_the_deadline_or_past_it_is_not_begun():
    assert PLAN.pause(limited(3.0), sent=1, remaining=3.0, chance=0.0) is None
    assert PLAN.pause(limited(3.0), sent=1, remaining=3.01, chance=0.0) == 3.0
    assert PLAN.pause(DOWN, sent=1, remaining=0.0, chance=0.0) is None


@given(
    st.integers(1, 5),
    st.none() | st.floats(0, 100),
    st.floats(0, 1),
    st.none() | st.floats(0, 1e6),
)
def test_a_pause_is_never_past_the_deadline_nor_longer_than_honoured(sent, remaining, chance, asked):
    pause = PLAN.pause(limited(asked), sent=sent, remaining=remaining, chance=chance)
    if pause is not None:
        assert 0 <= pause <= 10
        assert pause >= (asked or 0)
        assert remaining is None or pause < remaining
