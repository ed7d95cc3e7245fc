"""The built function in AWS's own Runtime Interface Emulator: real init, real time-out, real payloads, no Docker."""

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

ENVIRONMENT = Path(__file__).resolve().parents[2] / ".venv-runtime"
PYTHON = ENVIRONMENT / "bin" / "python"
EMULATOR = ENVIRONMENT / "bin" / "aws-lambda-rie"
START_SECONDS = 10
FUNCTION_NAME = "watch"
"""As the template names the function: after the stack."""


@dataclass(frozen=True)
class Artifact:
    """A built function and its layers, each as Lambda unpacks it."""

    function: Path
    layers: tuple[Path, ...]


@dataclass(frozen=True)
class Answer:
    """What the invocation's caller gets. The emulator answers 200 to a function's error too: look at the body."""

    status: int
    text: str

    def json(self) -> Any:
        """The body read as JSON."""
        return json.loads(self.text)


class LambdaRuntime:
    """`with LambdaRuntime(artifact, environment) as runtime: runtime.invoke({...})`, one invocation at a time.

    *environment* is the function's own. A cold start happens at the first invocation and counts against the time-out,
    which is how the emulator differs from Lambda. It crashes when two invocations overlap.
    """

    def __init__(
        self, artifact: Artifact, environment: Mapping[str, str], *, timeout_seconds: int = 30, memory_mb: int = 256
    ) -> None:
        self._artifact = artifact
        self._patience = timeout_seconds + 30
        self._environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(str(layer / "python") for layer in artifact.layers),
            "PYTHONDONTWRITEBYTECODE": "1",  # Lambda's folders are read-only
            "LAMBDA_TASK_ROOT": str(artifact.function),
            "AWS_LAMBDA_FUNCTION_NAME": FUNCTION_NAME,
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(timeout_seconds),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory_mb),
            **environment,
        }
        self._port, self._api_port = free_ports(2)
        self.url = f"http://127.0.0.1:{self._port}"
        """Also Lambda's endpoint for boto3; the function's name is `function`."""

    def __enter__(self) -> "LambdaRuntime":
        descriptor, name = tempfile.mkstemp(prefix="lambda-", suffix=".log")
        self._log = Path(name)
        command = [
            *(str(EMULATOR), "--log-level", "info"),
            *("--runtime-interface-emulator-address", f"127.0.0.1:{self._port}"),
            *("--runtime-api-address", f"127.0.0.1:{self._api_port}"),
            *(str(PYTHON), "-m", "awslambdaric", "app.lambda_handler"),
        ]
        self._process = subprocess.Popen(
            command, cwd=self._artifact.function, env=self._environment, stdout=descriptor, stderr=descriptor
        )
        os.close(descriptor)
        self._wait_until_it_listens()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.unlink()

    @property
    def pid(self) -> int:
        """The emulator's process. The function's own is its child, from the first invocation on."""
        return self._process.pid

    def invoke(self, event: object) -> Answer:
        """Invoke the function synchronously with *event*."""
        path = "/2015-03-31/functions/function/invocations"
        request = Request(self.url + path, data=json.dumps(event).encode(), method="POST")
        try:
            with urlopen(request, timeout=self._patience) as response:
                return Answer(response.status, response.read().decode())
        except HTTPError as error:  # 502: the function could not be imported
            with error:
                return Answer(error.status, error.read().decode())

    def log(self) -> str:
        """Everything that the emulator and the function have written so far."""
        return self._log.read_text(encoding="utf-8")

    def _wait_until_it_listens(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
            except OSError:
                time.sleep(0.01)
            else:
                return
        raise RuntimeError(f"the emulator did not start:\n{self.log()}")


def free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago, all different."""
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports
