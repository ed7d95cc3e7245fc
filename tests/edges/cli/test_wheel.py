"""The wheel, installed with its pinned libraries and nothing else into an environment of its own, as a user gets it."""

import json
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.edges.cli.command import environment
from tests.emulator import Emulator, seeded_account

ROOT = Path(__file__).resolve().parents[3]
UV = Path(sys.executable).with_name("uv")
PINNED = ROOT / "requirements" / "command.txt"


def uv(*arguments: str | Path) -> None:
    done = subprocess.run([UV, *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The folder of the programs of an environment in which there is the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    uv("build", "--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable, "--out-dir", folder, ".")
    [wheel] = folder.glob("*.whl")
    uv("venv", "--quiet", "--python", sys.executable, folder / "env")
    python = folder / "env" / "bin" / "python"
    install = ("pip", "install", "--quiet", "--offline", "--no-deps", "--python", python)
    uv(*install, "--require-hashes", "-r", PINNED)
    uv(*install, wheel)
    return python.parent


def test_the_wheel_checks_an_account_with_nothing_of_aws_installed(installed, tmp_path):
    def run(*command: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run([installed / command[0], *command[1:]], env=env, capture_output=True, text=True)

    account = seeded_account(now=datetime.now(UTC), seed=1, profiles={"healthy": 2, "stale": 1})
    with Emulator(account, tls="self-signed") as emulator:
        env = environment(tmp_path, emulator)
        del env["PATH"]
        env.pop("PYTHONPATH", None)
        absent = run("python", "-c", "import boto3", env=env)
        checked = run("backup-watch", "check", "--format", "json", env=env)
        page = run("backup-watch", "check", "--format", "html", "--language", "ko", env=env)
        told = run("backup-watch", "check", "--notify", "json://127.0.0.1", env=env)
        version = run("backup-watch", "--version", env=env)
    assert "No module named 'boto3'" in absent.stderr
    assert (checked.returncode, checked.stderr) == (2, "")
    assert json.loads(checked.stdout)["counts"]["STALE"] == 1
    assert "<html lang=ko" in page.stdout
    assert "pip install 'ncloud-backup-watch[notify]'" in told.stderr
    assert version.stdout.startswith("backup-watch ")


def test_what_is_pinned_for_the_command_is_what_it_depends_on():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    listed = (ROOT / "requirements" / "command.in").read_text("utf-8").splitlines()
    assert [line for line in listed if not line.startswith("#")] == project["dependencies"]
    assert "://" not in PINNED.read_text("utf-8")
