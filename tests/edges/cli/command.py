"""The command as a user runs it: a process of its own, in a pipe or in a terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tests.emulator import ACCESS_KEY, SECRET_KEY, Emulator

COMMAND = (sys.executable, "-m", "backup_watch.cli")
KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "PYTHONPATH", "COVERAGE_PROCESS_START")


def environment(home: Path, emulator: Emulator | None = None, **variables: str) -> dict[str, str]:
    """Nothing of this machine's settings; the key and the address of *emulator*, and its certificate as trusted."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    made = kept | {"HOME": str(home), "XDG_STATE_HOME": str(home / "state"), "PYTHONUTF8": "1"}
    if emulator is not None:
        made |= {
            "NCLOUD_ACCESS_KEY_ID": ACCESS_KEY, "NCLOUD_SECRET_ACCESS_KEY": SECRET_KEY, "NCLOUD_API_GW": emulator.url,
        }  # fmt: skip
        if emulator.certificate is not None:
            made["SSL_CERT_FILE"] = str(emulator.certificate)
    return made | variables


def run(*arguments: str, env: Mapping[str, str], timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """In a pipe, to its end."""
    return subprocess.run(
        [*COMMAND, *arguments], env=dict(env), capture_output=True, text=True, encoding="utf-8", timeout=timeout
    )


def run_in_terminal(
    *arguments: str, env: Mapping[str, str], until: str | None = None, columns: int = 120, timeout: float = 60
) -> tuple[int | None, str]:
    """In a pseudo-terminal: the exit status (None: it was ended once *until* had come) and all that it was sent."""
    master, terminal = pty.openpty()
    size = {"COLUMNS": str(columns), "LINES": "60", "TERM": "xterm-256color"}
    process = subprocess.Popen(
        [*COMMAND, *arguments], env=dict(env) | size, stdin=terminal, stdout=terminal, stderr=terminal,
        start_new_session=True,
    )  # fmt: skip
    os.close(terminal)
    came, end = b"", time.monotonic() + timeout
    try:
        while time.monotonic() < end:
            ready, _, _ = select.select([master], [], [], 0.2)
            if ready:
                try:
                    came += os.read(master, 65536)
                except OSError:  # Linux's end of a terminal
                    break
            if until is not None and until in came.decode(errors="replace"):
                return None, came.decode(errors="replace")
            if not ready and process.poll() is not None:
                break
        return process.wait(timeout=10), came.decode(errors="replace")
    finally:
        process.kill()
        process.wait()
        os.close(master)
