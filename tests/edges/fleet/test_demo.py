"""`make fleet`: what a person sees of a run on this machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_a_person_sees_the_batches_and_the_digest():
    command = [sys.executable, "-m", "tests.stack.fleet_demo", "5"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    assert "SUCCEEDED after" in done.stdout
    assert "in batches of 20: 1; 10 requests to Ncloud" in done.stdout
    assert "5 of 15 databases have no fresh backup." in done.stdout
    assert "Accounts that could not be read: none" in done.stdout
