"""Who may import whom: the contracts of import-linter in pyproject.toml, in the tests as in `make lint`."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_each_room_imports_only_rooms_below_it_and_there_is_no_circle():
    linter = Path(sys.executable).with_name("lint-imports")
    found = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout
