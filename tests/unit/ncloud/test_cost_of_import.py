"""What `import ncloud` brings along: a cold start pays for each of these."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import ncloud

LATER = (
    "urllib3",
    "http.client",
    "ssl",
    "defusedxml",
    "xml.etree",
    "email.utils",
    "random",
    "asyncio",
    "concurrent.futures",
    "json",
)
SHOW = "import sys; before = set(sys.modules); import ncloud; print(*sorted(set(sys.modules) - before))"


@pytest.fixture(scope="module")
def imported() -> set[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(ncloud.__file__).parents[1])}
    run = subprocess.run([sys.executable, "-c", SHOW], capture_output=True, text=True, check=True, env=environment)
    return set(run.stdout.split())


@pytest.mark.parametrize("module", LATER)
def test_what_is_only_needed_later_is_imported_later(imported, module):
    assert module not in imported


def test_the_client_itself_is_there(imported):
    assert "ncloud.client" in imported
