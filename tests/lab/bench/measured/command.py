"""`backup-watch check` from the start of its process to its end, as a user waits for it.

`python -m tests.lab.bench.measured.command URL`
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

from tests.emulator import ACCESS_KEY, SECRET_KEY
from tests.lab.bench.measured.told import tell


def main(url: str) -> None:
    environment = os.environ | {
        "NCLOUD_ACCESS_KEY_ID": ACCESS_KEY, "NCLOUD_SECRET_ACCESS_KEY": SECRET_KEY, "NCLOUD_API_GW": url,
    }  # fmt: skip
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "backup_watch.cli", "check"], env=environment, capture_output=True)
    if done.returncode > 2:
        raise RuntimeError(done.stderr.decode())
    tell(seconds=time.perf_counter() - started)


if __name__ == "__main__":
    main(sys.argv[1])
