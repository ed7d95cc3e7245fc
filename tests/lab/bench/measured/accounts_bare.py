"""The limit: the same lists of the same accounts, by bare urllib3 in threads and `json.loads`. Judges nothing.

`python -m tests.lab.bench.measured.accounts_bare URL ACCOUNTS REGIONS THREADS`
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import urllib3

from tests.emulator.accounts import access_key_of, secret_key_of
from tests.lab.bench.measured.signed import LISTS, headers_of
from tests.lab.bench.measured.told import tell


def main(url: str, count: int, regions: int, threads: int) -> None:
    pool = urllib3.connection_from_url(url, maxsize=threads, block=True)

    def fetch(job: tuple[str, str, str, str]) -> object:
        key, secret, operation, region = job
        target = f"/vpostgresql/v2/{operation}?regionCode={region}&pageNo=0&pageSize=1000&responseFormatType=json"
        response = pool.request("GET", target, headers=headers_of(target, key=key, secret=secret))
        if response.status != 200:
            raise RuntimeError(f"{target}: {response.status}")
        return json.loads(response.data)

    started = time.perf_counter()
    names = [f"account-{number:05d}" for number in range(1, count + 1)]
    keys = [(access_key_of(name), secret_key_of(name)) for name in names]
    jobs = [
        (*key, operation, region) for key in keys for operation in LISTS for region in ("KR", "SGN", "JPN")[:regions]
    ]
    with ThreadPoolExecutor(threads) as executor:
        kept = list(executor.map(fetch, jobs))
    tell(seconds=time.perf_counter() - started, pages=len(kept))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
