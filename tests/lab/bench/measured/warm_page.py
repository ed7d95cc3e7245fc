"""One page of one list by bare urllib3, over a connection in use: the latency that a warm run cannot avoid.

`python -m tests.lab.bench.measured.warm_page URL RUNS`
"""

from __future__ import annotations

import json
import sys
import time
from statistics import median

import urllib3

from tests.lab.bench.measured.signed import LISTS, headers_of, target_of
from tests.lab.bench.measured.told import tell


def main(url: str, runs: int) -> None:
    pool = urllib3.connection_from_url(url)
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        target = target_of(LISTS[1], 0)
        json.loads(pool.request("GET", target, headers=headers_of(target)).data)
        seconds.append(time.perf_counter() - started)
    tell(seconds=median(seconds[1:]))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
