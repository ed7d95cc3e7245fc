"""A share of one processor for a process and its children, as Lambda gives it by memory: cgroups, version 1 or 2."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FULL_CORE_MB = 1769
"""At this memory size a function has one whole virtual processor (AWS Lambda Developer Guide, "Memory")."""
PERIOD_US = 20_000
"""The kernel takes the processor away once the share of each such stretch is used. Lambda's own is not documented."""
ROOT = Path("/sys/fs/cgroup")


def share_of(memory_mb: int) -> float:
    """The part of one processor that a function of *memory_mb* has."""
    return memory_mb / FULL_CORE_MB


@contextmanager
def limited(pid: int, *, share: float) -> Iterator[None]:
    """Hold the process *pid* and what it starts from now on to *share* of one processor. PermissionError: not root."""
    group = (ROOT if (ROOT / "cgroup.controllers").exists() else ROOT / "cpu") / f"bench-{os.getpid()}-{pid}"
    group.mkdir()
    try:
        quota_us = round(share * PERIOD_US)
        if (group / "cpu.max").exists():
            (group / "cpu.max").write_text(f"{quota_us} {PERIOD_US}")
        else:
            (group / "cpu.cfs_period_us").write_text(str(PERIOD_US))
            (group / "cpu.cfs_quota_us").write_text(str(quota_us))
        (group / "cgroup.procs").write_text(str(pid))
        yield
        for process in (group / "cgroup.procs").read_text().split():
            (group.parent / "cgroup.procs").write_text(process)
    finally:
        _remove(group)


def _remove(group: Path) -> None:
    """A group can go once its last process is gone."""
    for _ in range(100):
        try:
            group.rmdir()
            return
        except OSError:
            time.sleep(0.05)
