"""The machine and the versions that figures were measured with."""

from __future__ import annotations

import os
import platform
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from tests.runtime.lambda_runtime import PYTHON
from tools import package

LIBRARIES = ("urllib3", "msgspec", "botocore", "boto3", "moto")


def described(*, rounds: int, on: datetime) -> str:
    """One paragraph."""
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{on:%Y-%m-%d}, {rounds} round{'s' * (rounds != 1)}; "
        f"{os.cpu_count()} x {_processor()}, {platform.system()} {platform.release()}; "
        f"CPython {platform.python_version()}, cold starts with CPython {package.runtime_of(str(PYTHON)).version}; "
        f"{versions}. Load average at the end: {os.getloadavg()[0]:.1f}."
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
