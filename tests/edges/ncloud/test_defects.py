"""A fault of the client's own: it costs the list that it hit, says where it is, and nothing of what was read."""

import traceback

import pytest

from ncloud import Listing, client
from ncloud.clock import Clock
from ncloud.decoding import fast_json
from ncloud.paging.pager import Pager
from ncloud.scheduler import Scheduler
from tests.edges.ncloud.reader import BACKUPS, INSTANCES, at_most, client_of, failure_of, outcome_of
from tests.emulator import SECRET_KEY, Emulator


@pytest.fixture
def emulator():
    with Emulator() as emulator:
        yield emulator


def stumbling_over(operation, honest):
    def stumble(it, *args, **kwargs):
        if it.name == operation:
            raise ZeroDivisionError(SECRET_KEY)
        return honest(it, *args, **kwargs)

    return stumble


def test_a_defect_while_one_list_is_read_costs_that_list_only(emulator, monkeypatch):
    stumble = stumbling_over(BACKUPS.operation, fast_json.decode_strict)
    monkeypatch.setattr(fast_json, "decode_strict", stumble)
    with client_of(emulator, max_concurrency=1) as reader:
        error = failure_of(reader)
        answers = reader.read([BACKUPS, INSTANCES])
    assert (error.kind, error.is_retryable, error.operation) == ("ClientDefect", False, BACKUPS.operation)
    assert error.message.startswith("ZeroDivisionError at response.py:"), "the last place that is ours"
    assert (error.__cause__, error.__context__) == (None, None), "their texts may hold what was read"
    assert answers[BACKUPS].kind == "ClientDefect"
    assert isinstance(answers[INSTANCES], Listing)


def test_a_defect_before_anything_is_sent_is_told_as_that(emulator):
    class Broken(Clock):
        def now(self):
            raise ZeroDivisionError("a defect")

    with client_of(emulator, clock=Broken()) as reader:
        answers = reader.read([BACKUPS, INSTANCES])
    assert {answer.kind for answer in answers.values()} == {"ClientDefect"}
    assert emulator.requests == []


def test_a_defect_while_pages_are_put_together_costs_that_list_only(emulator, monkeypatch):
    honest = Pager.receive

    def stumble(it, request, outcome):
        if it.operation.name == BACKUPS.operation:
            raise ZeroDivisionError(SECRET_KEY)
        honest(it, request, outcome)

    monkeypatch.setattr(Pager, "receive", stumble)
    with at_most(5), client_of(emulator, max_concurrency=1) as reader:
        for requests in ([BACKUPS, INSTANCES], [INSTANCES, BACKUPS]):
            answers = reader.read(requests)
            assert answers[BACKUPS].message.startswith("ZeroDivisionError at scheduler.py:")
            assert isinstance(answers[INSTANCES], Listing)


def test_a_defect_of_the_scheduler_itself_is_raised_where_it_is_seen(emulator, monkeypatch):
    def stumble(_):
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(Scheduler, "_next", stumble)
    with at_most(5), client_of(emulator) as reader, pytest.raises(ZeroDivisionError, match="a defect"):
        reader.read([BACKUPS, INSTANCES])


def test_running_out_of_memory_over_one_list_costs_that_list_only(emulator, monkeypatch):
    def stumble(*_, **__):
        raise MemoryError

    monkeypatch.setattr(client, "read_page", stumble)
    error = outcome_of(client_of(emulator))
    assert error.message.startswith("MemoryError at client.py:")
    assert "stumble" not in "".join(traceback.format_exception(error))
