"""The runtime tests' built function, and LocalStack to evaluate the template's alarms."""

from collections.abc import Iterator

import pytest

from tests.lab.alarms.localstack import LocalStack
from tests.runtime.conftest import artifact, aws, emulator, function, moto_url, runtime

__all__ = ["artifact", "aws", "emulator", "function", "localstack", "moto_url", "runtime"]


@pytest.fixture
def localstack(tmp_path) -> Iterator[LocalStack]:
    with LocalStack(tmp_path) as cloud:
        yield cloud
