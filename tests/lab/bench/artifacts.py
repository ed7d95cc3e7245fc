"""What is started cold: our function as `make build` makes it, and the plain handler as `sam build` does."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.lab.bench.contest import ROOT
from tests.runtime.lambda_runtime import PYTHON, Artifact
from tools import package

PLAIN = ROOT / "tests" / "lab" / "bench" / "plain"
PLAIN_LIBRARIES = ("boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3")


def build_ours(folder: Path) -> Artifact:
    """The function and its layers, byte-compiled."""
    runtime = package.runtime_of(str(PYTHON))
    parts = {name: folder / name for name in package.PARTS}
    for name, make in package.PARTS.items():
        make(parts[name], runtime)
    return Artifact(parts["function"], (parts["ncloud"], parts["dependencies"]))


def build_plain(folder: Path, *, byte_code: bool) -> Artifact:
    """The plain handler with boto3 and urllib3 in the versions of our layer.

    `sam build` unpacks wheels into the folder, and nothing compiles them; so does this. With *byte_code* all of it is
    compiled as ours is, and nothing is left out.
    """
    requirements = folder.with_suffix(".txt")
    wanted = _blocks((ROOT / "requirements" / "run.txt").read_text(), PLAIN_LIBRARIES)
    requirements.write_text(wanted)
    command = [
        *(package.uv(), "pip", "install", "--quiet", "--link-mode", "copy", "--python", str(PYTHON)),
        *("--require-hashes", "--no-deps", "--target", str(folder), "--requirement", str(requirements)),
    ]
    subprocess.run(command, check=True)
    shutil.copy2(PLAIN / "app.py", folder)
    if byte_code:
        options = ["-q", "-f", "--invalidation-mode", "unchecked-hash"]
        subprocess.run([str(PYTHON), "-m", "compileall", *options, str(folder)], check=True)
    return Artifact(folder, ())


def _blocks(requirements: str, names: tuple[str, ...]) -> str:
    """The pins of *names*, with their hashes."""
    blocks, kept = requirements.splitlines(keepends=True), []
    is_wanted = False
    for line in blocks:
        if line[:1].isalpha():
            is_wanted = line.split("==")[0] in names
        if is_wanted:
            kept.append(line)
    return "".join(kept)
