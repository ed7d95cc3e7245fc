"""Twelve lists of one page of 20 MB, all at once; prints how many were read and the most memory that this process had.

`python tests/edges/ncloud/reading_large_pages.py URL` with `ncloud` on the path. In a process of its own, whose memory
nothing else has used before.
"""

import resource
import sys
import time
from pathlib import Path

from ncloud import Client, Credentials, Listing, ListRequest


def peak_mib() -> int:
    """Of this program alone: what getrusage tells on Linux includes what its parent held when it started this one."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024**2  # bytes on macOS
    [line] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) // 1024


with Client(Credentials("KEYID", "secret"), base_url=sys.argv[1], max_concurrency=12) as client:
    outcomes = client.read([ListRequest.backups(f"R{n}") for n in range(12)], deadline=time.monotonic() + 60)
whole = [outcome for outcome in outcomes.values() if isinstance(outcome, Listing)]
print(len(whole), peak_mib())
