"""The first pages of a list may come to several workers at the same moment: of two regions, or asked for ahead."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_threads_that_decode_the_same_rows_for_the_first_time_do_not_end_the_process():
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "layers/ncloud/python")}
    script = Path(__file__).with_name("decoding_at_once.py")
    done = subprocess.run([sys.executable, script], env=environment, text=True, capture_output=True, timeout=60)
    assert (done.returncode, done.stdout.strip()) == (0, "decoded"), done.stderr
