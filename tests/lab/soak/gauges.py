"""What a process holds between two runs: memory, objects, threads, sockets, files."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

SETTLE_SECONDS = 5.0
"""What a run let go may take this long to end by itself."""
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Held(Struct, frozen=True, gc=False):
    resident_mb: float
    objects: int
    """That the garbage collector knows."""
    threads: int
    sockets: int
    files: int
    """Open ones that are no sockets."""
    temporary_files: int


def read_gauges(temporary: Path) -> Held:
    """Read all once the threads of the last run have ended, or SETTLE_SECONDS have passed.

    *temporary*: the folder for this process's temporary files.
    """
    until = time.monotonic() + SETTLE_SECONDS
    while threading.active_count() > 1 and time.monotonic() < until:
        time.sleep(0.002)
    gc.collect()
    open_ones = list(_descriptors())
    sockets = sum(target.startswith("socket:") for target in open_ones)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return Held(
        resident_mb=pages * PAGE_BYTES / 2**20,
        objects=len(gc.get_objects()),
        threads=threading.active_count(),
        sockets=sockets,
        files=len(open_ones) - sockets,
        temporary_files=sum(1 for _ in temporary.iterdir()),
    )


def _descriptors() -> Iterator[str]:
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            yield str(descriptor.readlink())
        except FileNotFoundError:  # the descriptor of this very listing
            continue
