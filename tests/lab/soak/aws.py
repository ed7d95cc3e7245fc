"""AWS's stand-in in a process of its own: ``python -m tests.lab.soak.aws`` serves until its standard input ends."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from tests.emulator import ACCESS_KEY, SECRET_KEY

ROOT = Path(__file__).resolve().parents[3]


class AwsAddress(Struct, frozen=True):
    url: str
    topic_arn: str


@contextmanager
def aws_process() -> Iterator[AwsAddress]:
    """Within, AWS is there, with the secret, the topic and its subscribers. Raises RuntimeError if it fails."""
    command = [sys.executable, "-m", "tests.lab.soak.aws"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"AWS's stand-in ended with {process.wait()} before it served")
        try:
            yield AwsAddress(**json.loads(line))
        finally:
            process.stdin.close()
            process.wait(timeout=30)


def main() -> None:
    """Serve, say where in one line of JSON, and end when nobody listens any more."""
    from tests.stack.cloud import running_cloud
    from tests.stack.environment import bare_environment, in_environment

    with in_environment(bare_environment()), running_cloud(access_key=ACCESS_KEY, secret_key=SECRET_KEY) as cloud:
        print(json.dumps({"url": cloud.url, "topic_arn": cloud.topic_arn}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
