"""A client at the emulator, and a clock that a retry does not have to wait for."""

import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from ncloud import Client, Credentials, Listing, ListRequest, NcloudError
from ncloud.clock import Clock
from tests.emulator import ACCESS_KEY, SECRET_KEY, Emulator

KEY = Credentials(ACCESS_KEY, SECRET_KEY)
BACKUPS, INSTANCES = ListRequest.backups("KR"), ListRequest.instances("KR")


class QuickClock(Clock):
    """Sleeps by moving itself on; chance always takes the longest pause."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=sum(self.slept))

    def monotonic(self) -> float:
        return super().monotonic() + sum(self.slept)

    def sleep(self, seconds: float, interrupted: threading.Event) -> None:
        self.slept.append(seconds)

    def chance(self) -> float:
        return 1.0


def client_of(emulator: Emulator, **settings) -> Client:
    return Client(KEY, **{"base_url": emulator.url, "clock": QuickClock()} | settings)


def outcome_of(client: Client, request: ListRequest = BACKUPS, *, seconds: float = 20) -> Listing | NcloudError:
    return client.read([request], deadline=time.monotonic() + seconds)[request]


def failure_of(client: Client, request: ListRequest = BACKUPS, *, seconds: float = 20) -> NcloudError:
    """The error that *request* ends with; it and its traceback show nothing of the key or of a signature."""
    error = outcome_of(client, request, seconds=seconds)
    assert isinstance(error, NcloudError), "a failure was expected"
    told = "".join(traceback.format_exception(error)) + repr(error)
    assert SECRET_KEY not in told
    assert ACCESS_KEY not in told
    return error


def readers() -> set[threading.Thread]:
    """The threads that clients of this process read with; a server's own are none of them."""
    return {thread for thread in threading.enumerate() if thread.name.startswith("ncloud-")}


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < seconds
