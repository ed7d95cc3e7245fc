"""The built artifact, Lambda's stand-in to run it in, and the AWS and Ncloud that it talks to."""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.runtime.accounts import broken_databases
from tests.runtime.aws_account import AwsAccount
from tests.runtime.lambda_runtime import EMULATOR, PYTHON, Artifact, LambdaRuntime
from tests.stack.cloud import running_moto
from tools import package


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly where these tests ran under another Python than Lambda's."""
    if PYTHON.exists() and (version := package.runtime_of(str(PYTHON)).version) != package.LAMBDA_PYTHON:
        terminalreporter.write_line(
            f"tests/runtime ran under Python {version}: there is no Python {package.LAMBDA_PYTHON}, Lambda's, here",
            yellow=True,
        )


@pytest.fixture(scope="session")
def runtime() -> package.Runtime:
    """The Python that the artifact is built for and runs under here."""
    if not PYTHON.exists():
        pytest.fail("there is no .venv-runtime: run `make setup`")
    if not EMULATOR.exists():
        said = f"AWS's Lambda Runtime Interface Emulator does not run on {sys.platform}"
        pytest.fail(said) if os.environ.get("CI") else pytest.skip(said)
    return package.runtime_of(str(PYTHON))


@pytest.fixture(scope="session")
def artifact(runtime: package.Runtime, tmp_path_factory: pytest.TempPathFactory) -> Artifact:
    """The function and its layers, built by the code that `make build` and `sam build` run."""
    return build(runtime, tmp_path_factory.mktemp("artifact"))


def build(runtime: package.Runtime, folder: Path) -> Artifact:
    parts = {name: folder / name for name in package.PARTS}
    for name, make in package.PARTS.items():
        make(parts[name], runtime)
    return Artifact(parts["function"], (parts["ncloud"], parts["dependencies"]))


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    with running_moto() as url:
        yield url


@pytest.fixture
def aws(moto_url: str) -> AwsAccount:
    """An account with a topic, a queue subscribed to it, and the secret; nobody else's leftovers."""
    return AwsAccount(moto_url)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """Ncloud, with one database of each kind of trouble."""
    with Emulator(broken_databases(now=datetime.now(UTC))) as emulator:
        yield emulator


@pytest.fixture
def function(artifact: Artifact, aws: AwsAccount, emulator: Emulator) -> Iterator[LambdaRuntime]:
    """The built function, deployed as the template does, with nothing run yet."""
    with LambdaRuntime(artifact, aws.function_environment(ncloud_url=emulator.url)) as runtime:
        yield runtime
