"""AWS, for all faults the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.emulator import ACCESS_KEY, SECRET_KEY
from tests.stack.cloud import Cloud, running_cloud


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    with running_cloud(access_key=ACCESS_KEY, secret_key=SECRET_KEY) as running:
        yield running
