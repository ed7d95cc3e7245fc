from collections.abc import Iterator

import pytest

from backup_watch.adapters import aws
from backup_watch.adapters.aws import Aws, CallLimits
from tests.edges.memory.table import Table, a_table
from tests.stack.cloud import running_moto


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    with running_moto() as url:
        yield url


@pytest.fixture
def table(moto: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto)
    monkeypatch.setitem(aws.LIMITS, "dynamodb", CallLimits(read_seconds=30))  # moto's first answer takes a while
    with a_table(Aws()) as made:
        yield made
