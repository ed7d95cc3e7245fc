"""Prometheus's own tool, installed where it is missing."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

INSTALL = Path(__file__).parents[3] / "tools" / "install-promtool.sh"


@cache
def _found() -> str | None:
    if shutil.which("promtool") is None:
        subprocess.run([INSTALL], timeout=600, check=False)
    return shutil.which("promtool")


def promtool() -> str:
    """Its path. Without it the test fails in CI; elsewhere it is skipped, and says what to install."""
    found = _found()
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("promtool is not installed: install Prometheus")
    return found
