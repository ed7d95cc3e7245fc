"""The heartbeat over real sockets: what is sent where, and that whoever receives it cannot hold up the run."""

import time

import pytest

from backup_watch.edges.heartbeat import TIMEOUT_SECONDS, ping
from tests.emulator import Account, Emulator, fault

SECRET_PATH = "/ping/0f3c"


@pytest.fixture
def receiver():
    with Emulator(Account([])) as emulator:
        yield emulator


@pytest.mark.parametrize(("healthy", "path"), [(True, SECRET_PATH), (False, f"{SECRET_PATH}/fail")])
def test_a_healthy_run_pings_the_url_itself_and_another_one_its_failure(receiver, healthy, path):
    receiver.faults(fault("status", status=200))
    assert ping(receiver.url + SECRET_PATH, healthy=healthy) is True
    assert [recorded.target for recorded in receiver.requests] == [path]


@pytest.mark.parametrize("retry_after", ["3600", "date:3600"])
def test_a_receiver_that_asks_for_an_hour_is_not_waited_for(receiver, retry_after, capsys):
    receiver.faults(fault("throttled", retry_after=retry_after))
    began = time.monotonic()
    assert ping(receiver.url + SECRET_PATH, healthy=True) is False
    assert time.monotonic() - began < TIMEOUT_SECONDS
    assert "the heartbeat was refused" in capsys.readouterr().out


def test_a_redirect_is_not_followed(receiver):
    receiver.faults(fault("redirect", location=receiver.url))
    assert ping(receiver.url + SECRET_PATH, healthy=True) is False
    assert len(receiver.requests) == 1


def test_a_lost_connection_is_tried_again_once(receiver):
    receiver.faults(fault("close", first=1), fault("status", status=200))
    assert ping(receiver.url + SECRET_PATH, healthy=True) is True


def test_a_receiver_that_is_not_there_is_told_without_its_url(receiver, capsys):
    receiver.stop()
    assert ping(receiver.url + SECRET_PATH, healthy=True) is False
    told = capsys.readouterr().out
    assert "the heartbeat could not be sent" in told
    assert SECRET_PATH not in told
