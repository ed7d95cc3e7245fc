"""The bytes of all pages of an emulated account, kept in a file for what is measured without a network."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from pathlib import Path

import urllib3

from tests.lab.bench.measured.signed import headers_of, target_of


def save_pages(url: str, operations: tuple[str, ...], pages: int, file: Path) -> None:
    """Fetch the first *pages* of each list at *url* and write them to *file*."""
    with urllib3.PoolManager() as pool:
        bodies = {
            operation: [_fetch(pool, url, target_of(operation, page_no)) for page_no in range(pages)]
            for operation in operations
        }
    file.write_text(json.dumps({name: [b64encode(body).decode() for body in kept] for name, kept in bodies.items()}))


def load_pages(file: Path) -> dict[str, list[bytes]]:
    """The bodies in *file*, by operation."""
    return {name: [b64decode(body) for body in kept] for name, kept in json.loads(file.read_text()).items()}


def _fetch(pool: urllib3.PoolManager, url: str, target: str) -> bytes:
    response = pool.request("GET", url + target, headers=headers_of(target))
    if response.status != 200:
        raise RuntimeError(f"{target}: {response.status}")
    return response.data
