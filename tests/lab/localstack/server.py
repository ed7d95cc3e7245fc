"""LocalStack's core as a process: it evaluates CloudWatch's alarms, deploys by CloudFormation and runs functions."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

from tests.runtime.lambda_runtime import free_ports

ROOT: Final = Path(__file__).resolve().parents[3]
PYTHON: Final = ROOT / ".venv-localstack" / "bin" / "python"
PLUGINS: Final = Path(__file__).with_name("plugins")
ENTRY_POINTS: Final = """\
[localstack.lambda.runtime_executor]
emulator = watch_functions:EmulatorExecutorPlugin
[localstack.aws.provider]
dynamodb:moto = watch_tables:dynamodb
"""
"""How LocalStack finds the plugins: those that an installed package declares."""
START_SECONDS: Final = 60


class LocalStack:
    """`with LocalStack(folder, services) as cloud:` serves *services* of AWS at `cloud.url`.

    A function runs in AWS's Runtime Interface Emulator, with its deployed code and layers, and trusts the certificate
    *trusted*. DynamoDB is moto's. What it writes and unpacks is in *folder*.
    """

    def __init__(self, folder: Path, services: Sequence[str], *, trusted: Path | None = None) -> None:
        self._folder = folder
        self._log = folder / "log"
        (self.port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "FILESYSTEM_ROOT": str(folder),
            "GATEWAY_LISTEN": f"127.0.0.1:{self.port}",
            "SERVICES": ",".join(services),
            "DISABLE_EVENTS": "1",  # it reports its use to its maker otherwise
            "SKIP_SSL_CERT_DOWNLOAD": "1",
            "DNS_ADDRESS": "0",  # no name server of its own
            "PYTHONPATH": os.pathsep.join(map(str, (PLUGINS, folder, ROOT))),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PROVIDER_OVERRIDE_DYNAMODB": "moto",
            "LAMBDA_RUNTIME_EXECUTOR": "emulator",
            "LAMBDA_LIMITS_MINIMUM_UNRESERVED_CONCURRENCY": "0",  # AWS keeps 100 of its usual 1,000 for all others
            "SQS_CLOUDWATCH_METRICS_REPORT_INTERVAL": "5",  # seconds; AWS's is 60
            "LAMBDA_RETRY_BASE_DELAY": "1",  # seconds; Lambda's is 60
            **({"WATCH_TRUSTED": str(trusted)} if trusted else {}),
        }

    def __enter__(self) -> LocalStack:
        if not PYTHON.exists():
            raise RuntimeError("there is no .venv-localstack: run `make e2e`, which makes it")
        self._declare_plugins()
        with self._log.open("wb") as log:
            command = [str(PYTHON), "-m", "localstack.runtime.main"]
            self._process = subprocess.Popen(
                command, cwd=self._folder, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.__exit__(None, None, None)
                raise RuntimeError(f"LocalStack did not start:\n{self.log()}")
            time.sleep(0.2)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()

    def log(self) -> str:
        """What LocalStack has written so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def _declare_plugins(self) -> None:
        declared = self._folder / "watch_plugins-1.dist-info"
        declared.mkdir()
        (declared / "METADATA").write_text("Metadata-Version: 2.1\nName: watch-plugins\nVersion: 1\n", "utf-8")
        (declared / "entry_points.txt").write_text(ENTRY_POINTS, "utf-8")

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/_localstack/health", timeout=2) as response:
                return response.status == 200
        except (URLError, OSError):
            return False
