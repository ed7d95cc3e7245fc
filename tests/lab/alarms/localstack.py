"""LocalStack's core as a process: the one stand-in here that evaluates CloudWatch alarms and acts on them."""

import os
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from urllib.error import URLError
from urllib.request import urlopen

from tests.runtime.lambda_runtime import free_ports

PYTHON = Path(__file__).resolve().parents[3] / ".venv-localstack" / "bin" / "python"
START_SECONDS = 60


class LocalStack:
    """`with LocalStack(folder) as cloud:` serves SNS, SQS, CloudWatch and CloudFormation at `cloud.url`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder / "log"
        (port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "FILESYSTEM_ROOT": str(folder),
            "GATEWAY_LISTEN": f"127.0.0.1:{port}",
            "SERVICES": "sns,sqs,cloudwatch,cloudformation",
            "DISABLE_EVENTS": "1",  # it reports its use to its maker otherwise
            "SKIP_SSL_CERT_DOWNLOAD": "1",
        }

    def __enter__(self) -> "LocalStack":
        if not PYTHON.exists():
            raise RuntimeError("there is no .venv-localstack: run `make alarms`")
        with self._log.open("wb") as log:
            command = [str(PYTHON), "-m", "localstack.runtime.main"]
            self._process = subprocess.Popen(
                command, cwd=self._folder, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.__exit__(None, None, None)
                raise RuntimeError(f"LocalStack did not start:\n{self._log.read_text(encoding='utf-8')}")
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

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/_localstack/health", timeout=2) as response:
                return response.status == 200
        except (URLError, OSError):
            return False
