"""Many clients with one bound of requests: each gets its turn, and one that hangs costs the others nothing."""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from ncloud import Client, Credentials, Listing, ListRequest
from ncloud.shared import SharedWorkers
from tests.edges.ncloud.reader import at_most
from tests.emulator import Emulator, access_key_of, many, secret_key_of

NOW = datetime.now(UTC)
REGIONS = ("KR", "SGN", "JPN")
LISTS = [make(region) for region in REGIONS for make in (ListRequest.backups, ListRequest.instances)]


def client_of(account_id: str, url: str, workers: SharedWorkers, **options) -> Client:
    key = Credentials(access_key_of(account_id), secret_key_of(account_id))
    return Client(key, base_url=url, read_all=workers.read_all, **options)


def read_at_once(clients, *, deadline: float | None = None) -> list[dict]:
    with ThreadPoolExecutor(len(clients)) as threads:
        return list(threads.map(lambda client: client.read(LISTS, deadline=deadline), clients))


def shared_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("ncloud-shared")]


def until(is_so, seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while not (found := is_so()) and time.monotonic() < end:
        time.sleep(0.01)
    return bool(found)


class Gauge:
    """Counts the attempts under way, of all clients and of each."""

    def __init__(self) -> None:
        self.most = 0
        self.most_of_one = 0
        self._now: Counter[Client] = Counter()
        self._lock = threading.Lock()

    def watch(self, client: Client) -> Client:
        attempt = client._attempt

        def counted(*arguments):
            with self._lock:
                self._now[client] += 1
                self.most = max(self.most, self._now.total())
                self.most_of_one = max(self.most_of_one, self._now[client])
            try:
                return attempt(*arguments)
            finally:
                with self._lock:
                    self._now[client] -= 1

        client._attempt = counted
        return client


def test_neither_all_clients_nor_one_send_more_at_once_than_they_may():
    gauge, descriptions = Gauge(), list(many(9, now=NOW, regions=REGIONS))
    workers = SharedWorkers(10)
    with Emulator(others=descriptions, latency_ms=30) as emulator, at_most(20):
        clients = [gauge.watch(client_of(one.id, emulator.url, workers, max_concurrency=2)) for one in descriptions]
        outcomes = read_at_once(clients)
    assert all(isinstance(one, Listing) for each in outcomes for one in each.values())
    assert (gauge.most, gauge.most_of_one) == (10, 2)


def test_what_is_shared_reads_what_a_client_reads_alone():
    descriptions = list(many(6, now=NOW, regions=REGIONS, states={"region-down": 1, "wrong-key": 1}))
    with Emulator(others=descriptions) as emulator, at_most(20):
        workers = SharedWorkers(4)
        shared = read_at_once([client_of(one.id, emulator.url, workers, attempts=1) for one in descriptions])
        for one, outcomes in zip(descriptions, shared, strict=True):
            key = Credentials(access_key_of(one.id), secret_key_of(one.id))
            alone = Client(key, base_url=emulator.url, attempts=1).read(LISTS)
            assert [told(outcome) for outcome in outcomes.values()] == [told(outcome) for outcome in alone.values()]


def told(outcome):
    return outcome.rows if isinstance(outcome, Listing) else (outcome.kind, outcome.code, outcome.region)


@pytest.mark.parametrize("state", ["hanging", "throttled", "slow"])
def test_more_accounts_in_trouble_than_threads_keep_no_other_from_being_read(state):
    descriptions = list(many(12, now=NOW, regions=REGIONS, states={state: 8}))
    workers = SharedWorkers(4)
    with Emulator(others=descriptions) as emulator, at_most(20):
        clients = [
            client_of(one.id, emulator.url, workers, max_concurrency=4, read_timeout=0.25) for one in descriptions
        ]
        outcomes = read_at_once(clients, deadline=time.monotonic() + 5)
    well = [each for one, each in zip(descriptions, outcomes, strict=True) if one.state == "well"]
    assert len(well) == 4
    assert all(isinstance(outcome, Listing) for each in well for outcome in each.values())


def test_an_account_whose_time_is_up_leaves_the_others_theirs():
    descriptions = list(many(4, now=NOW, regions=REGIONS, states={"hanging": 2}))
    workers = SharedWorkers(2)
    with Emulator(others=descriptions) as emulator, at_most(10), ThreadPoolExecutor(4) as threads:

        def read(one):
            deadline = time.monotonic() + (0.3 if one.state == "hanging" else 8)
            return client_of(one.id, emulator.url, workers).read(LISTS, deadline=deadline)

        outcomes = dict(zip(descriptions, threads.map(read, descriptions), strict=True))
    for one, each in outcomes.items():
        kinds = {"read" if isinstance(outcome, Listing) else outcome.kind for outcome in each.values()}
        assert kinds == ({"DeadlineExceeded"} if one.state == "hanging" else {"read"})


def test_the_threads_end_with_the_last_reading_and_begin_again_with_the_next():
    [one] = many(1, now=NOW, regions=REGIONS)
    workers = SharedWorkers(8)
    with Emulator(others=[one]) as emulator, at_most(20):
        client = client_of(one.id, emulator.url, workers)
        for _ in range(2):
            assert all(isinstance(outcome, Listing) for outcome in client.read(LISTS).values())
            assert until(lambda: not shared_threads())


def test_a_pause_of_one_ends_though_every_other_thread_waits():
    [one] = many(1, now=NOW, regions=("KR",), faults=["gateway-error,code=500,first=2"])
    workers = SharedWorkers(8)
    with Emulator(others=[one]) as emulator, at_most(10):
        outcome = client_of(one.id, emulator.url, workers).read([ListRequest.backups("KR")])
    assert all(isinstance(each, Listing) for each in outcome.values())


class Broken:
    """A clock that fails where a defect would: outside of what a request may fail with."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def __getattr__(self, name):
        raise self._error


def test_a_defect_in_one_clients_reading_is_raised_there_and_the_others_are_read():
    descriptions = list(many(3, now=NOW, regions=REGIONS))
    workers = SharedWorkers(3)
    with Emulator(others=descriptions) as emulator, at_most(10), ThreadPoolExecutor(3) as threads:
        broken, *well = [client_of(one.id, emulator.url, workers) for one in descriptions]
        broken._plan = Broken(ZeroDivisionError("a defect"))
        broken._credentials = Credentials("no", "key")
        results = [threads.submit(client.read, LISTS) for client in (broken, *well)]
        assert {outcome.kind for outcome in results[0].result().values()} == {"ClientDefect"}
        assert all(isinstance(one, Listing) for result in results[1:] for one in result.result().values())


@pytest.mark.parametrize("room", [0, 1])
def test_where_the_system_has_no_room_for_more_threads_those_that_there_are_read_it_all(room, monkeypatch):
    start, started = threading.Thread.start, []

    def start_some(thread: threading.Thread) -> None:
        if thread.name.startswith("ncloud-shared"):
            if len(started) == room:
                raise RuntimeError("can't start new thread")
            started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_some)
    descriptions, workers = list(many(3, now=NOW, regions=REGIONS)), SharedWorkers(10)
    with Emulator(others=descriptions) as emulator, at_most(20):
        clients = [client_of(one.id, emulator.url, workers) for one in descriptions]
        if room:
            assert all(isinstance(one, Listing) for each in read_at_once(clients) for one in each.values())
        else:
            with pytest.raises(RuntimeError, match="can't start"):
                read_at_once(clients)
    assert len(started) == room
