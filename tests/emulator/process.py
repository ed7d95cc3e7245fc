"""The emulator in a process of its own: what is measured then shares no interpreter with it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from tests.emulator.control import CONTROL_PATH

ROOT = Path(__file__).resolve().parents[2]


class EmulatorProcess:
    """`with EmulatorProcess("--instances", "50000", "--keep-answers", "1000") as emulator:`, arguments as on the
    command line. It is entered once the URL answers. RuntimeError: the process ended before."""

    def __init__(self, *arguments: str, python: str = sys.executable) -> None:
        self._command = [python, "-m", "tests.emulator", "--port", "0", *arguments]
        self.url = ""

    def __enter__(self) -> EmulatorProcess:
        self._process = subprocess.Popen(self._command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.communicate()
            raise RuntimeError(f"the emulator ended with {self._process.returncode} before it listened")
        self.url = line.split()[-1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.communicate()

    def interrupt(self) -> int:
        """Ctrl-C; the exit status."""
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(timeout=10)

    def control(self, method: str, path: str, body: object = None) -> Any:
        """`control("POST", "/faults", ["reset,first=1"])`: the JSON of its answer. ValueError: it was refused."""
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        try:
            connection.request(method, CONTROL_PATH + path, None if body is None else json.dumps(body))
            response = connection.getresponse()
            answer = json.loads(response.read())
        finally:
            connection.close()
        if response.status != 200:
            raise ValueError(f"{method} {path}: {response.status} {answer}")
        return answer
