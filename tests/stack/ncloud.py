"""Ncloud as far as the function meets it: the emulator, with the databases of the local stack."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from tests.emulator import Emulator
from tests.stack import databases


@contextmanager
def running_emulator(*, now: datetime) -> Iterator[Emulator]:
    """Serve, on a free loopback port, the databases as they look at *now*."""
    with Emulator(databases.account(now=now)) as emulator:
        yield emulator
