"""The limit: all pages, whose number is known beforehand, by bare urllib3 in threads and `json.loads`. Judges nothing.

`python -m tests.lab.bench.measured.bare_threads URL LISTS PAGES THREADS`
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import urllib3

from tests.lab.bench.measured.signed import LISTS, headers_of, target_of
from tests.lab.bench.measured.told import tell


def main(url: str, lists: int, pages: int, threads: int) -> None:
    pool = urllib3.connection_from_url(url, maxsize=threads, block=True)

    def fetch(job: tuple[str, int]) -> object:
        target = target_of(*job)
        response = pool.request("GET", target, headers=headers_of(target))
        if response.status != 200:
            raise RuntimeError(f"{target}: {response.status}")
        return json.loads(response.data)

    jobs = [(operation, page_no) for operation in LISTS[:lists] for page_no in range(pages)]
    started = time.perf_counter()
    with ThreadPoolExecutor(threads) as executor:
        kept = list(executor.map(fetch, jobs))
    tell(seconds=time.perf_counter() - started, pages=len(kept))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
