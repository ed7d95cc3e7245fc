"""The bytes of the pages in FILE, parsed by `json.loads` and kept: what decoding and judging is compared with.

`python -m tests.lab.bench.measured.parse_only FILE`
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from tests.lab.bench.measured.told import tell
from tests.lab.bench.pages import load_pages


def main(file: str) -> None:
    pages = load_pages(Path(file))
    started = time.process_time()
    kept = [json.loads(body) for bodies in pages.values() for body in bodies]
    tell(seconds=time.process_time() - started, pages=len(kept))


if __name__ == "__main__":
    main(sys.argv[1])
