"""Twelve lists of one page of 20 MB, all at once; prints how many were read and the most memory that this process had.

`python tests/edges/ncloud/reading_large_pages.py URL` with `ncloud` on the path. In a process of its own, whose memory
nothing else has used before.
"""

import resource
import sys
import time

from ncloud import Client, Credentials, Listing, ListRequest

with Client(Credentials("KEYID", "secret"), base_url=sys.argv[1], max_concurrency=12) as client:
    outcomes = client.read([ListRequest.backups(f"R{n}") for n in range(12)], deadline=time.monotonic() + 60)
whole = [outcome for outcome in outcomes.values() if isinstance(outcome, Listing)]
print(len(whole), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
