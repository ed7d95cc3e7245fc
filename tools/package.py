"""Lay out the function or a layer as Lambda unpacks it: runtime files only, byte-compiled, the same bytes every time.

`make build` runs it for all three, `sam build` through the Makefile beside each source. What it leaves out and why:
docs/adr/.
"""

import argparse
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LAMBDA_PYTHON = "3.13"
"""The version in template.yaml's Runtime."""
REQUIREMENTS = ROOT / "layers" / "dependencies" / "requirements.txt"
PLATFORMS = ("x86_64-manylinux_2_28", "aarch64-manylinux_2_28")
"""Both architectures' wheels: their compiled modules have different names and lie in one layer side by side."""
AWS_SERVICES = {"dynamodb", "s3", "secretsmanager", "sns", "ssm", "stepfunctions"}
"""The service models that the function has clients for; those of the other 400 are three quarters of botocore."""
ENDPOINTS = AWS_SERVICES - {"stepfunctions"} | {"states", "sts"}
"""The services whose endpoints are kept, by the names that they have there; sts is asked for a role's credentials."""
MODELS = {("botocore", "data"), ("boto3", "data")}
"""boto3's own describe resources, which the function does not use: those of the services above are a few kilobytes."""
UNUSED_PACKAGES = {
    "aws_lambda_powertools": {"event_handler"},
    "utilities": {
        "auth_alpha", "batch", "circuit_breaker", "data_classes", "data_masking", "feature_flags", "idempotency",
        "kafka", "metadata", "parameters", "parser", "streaming", "validation",
    },
}  # fmt: skip
"""By folder, the packages of Powertools that its Logger and Metrics do not import: two thirds of it."""
SHIPPED = {".py", ".html", ".css", ".js", ".mo"}
"""What the project's own code consists of at run time."""
NOT_FOR_RUNTIME = (
    "*.dist-info",
    "examples-1.json",
    "bin",
    "*.pyi",
    "py.typed",
    "*.c",
    "__pycache__",
    ".lock",
    "tests",
    "Makefile",
)


@dataclass(frozen=True)
class Runtime:
    """The Python that an artifact is made for."""

    version: str
    """As in "3.13"."""
    compiler: str | None
    """An interpreter of that version. None: there is none here, and the artifact goes without byte code."""


def package_function(into: Path, runtime: Runtime) -> None:
    """Copy handler/ and compile it for */var/task*, where Lambda unpacks a function."""
    copy_source(ROOT / "handler", into)
    shutil.rmtree(into / "backup_watch" / "cli")  # the command's, which needs more libraries than the layer has
    seal(into, runtime, unpacked_at="/var/task")


def package_ncloud(into: Path, runtime: Runtime) -> None:
    """Copy the Ncloud client and compile it for */opt*, where Lambda unpacks layers."""
    copy_source(ROOT / "layers" / "ncloud" / "python", into / "python")
    seal(into, runtime, unpacked_at="/opt")


def copy_source(source: Path, into: Path) -> None:
    """Copy what git tracks in *source* and the function reads. Exits where something there is a link.

    What lies about in a checkout (a ``.env``, an editor's copy, the target of a link) must not be shipped.
    """
    tracked = _tracked(source)
    for path in sorted(source.rglob("*")):
        if path.is_symlink():
            sys.exit(f"{path.relative_to(ROOT)} is a link: links are not shipped. Put the file itself there")
        if not path.is_file() or path.suffix not in SHIPPED or "__pycache__" in path.parts:
            continue
        if tracked is not None and path not in tracked:
            print(f"not shipped, since git does not track it: {path.relative_to(ROOT)}", file=sys.stderr)
            continue
        target = into / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def _tracked(source: Path) -> set[Path] | None:
    """The files of *source* that git tracks. None: this is no checkout, and nothing else tells."""
    found = subprocess.run(["git", "ls-files", "-z", "--", str(source)], cwd=ROOT, capture_output=True, text=True)
    if found.returncode != 0 or not found.stdout:
        return None
    return {ROOT / name for name in found.stdout.split("\0") if name}


def package_dependencies(into: Path, runtime: Runtime) -> None:
    """Install the pinned libraries for both architectures, leave out what never runs, and compile for */opt*."""
    target = into / "python"
    for platform in PLATFORMS:
        with tempfile.TemporaryDirectory() as scratch:
            install(Path(scratch), runtime, platform=platform)
            shutil.copytree(scratch, target, dirs_exist_ok=True, ignore=_never_read)
    slim_models(target / "botocore" / "data")
    seal(into, runtime, unpacked_at="/opt")


def slim_models(data: Path) -> None:
    """Take out of botocore's models what no call needs and every cold start pays: prose, other services' endpoints.

    Each client parses the endpoints of all 400 services (1.2 MB) and its own service's documentation.
    """
    for path in [*data.rglob("*.json"), *data.rglob("*.json.gz")]:
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        model = _without_prose(json.loads(text))
        for parameter in model.get("clientContextParams", {}).values():
            parameter["documentation"] = ""  # botocore wants the key there (of S3)
        if path.name == "endpoints.json":
            for partition in model["partitions"]:
                services = partition["services"]
                partition["services"] = {name: services[name] for name in services if name in ENDPOINTS}
        path.unlink()
        path.with_name(path.name.removesuffix(".gz")).write_text(json.dumps(model, separators=(",", ":")), "utf-8")


def _without_prose(model: Any) -> Any:
    """*model* without its texts named "documentation"; a member of that name is no text, and stays."""
    if isinstance(model, dict):
        return {
            name: _without_prose(value)
            for name, value in model.items()
            if not (name == "documentation" and isinstance(value, str))
        }
    return [_without_prose(value) for value in model] if isinstance(model, list) else model


def install(target: Path, runtime: Runtime, *, platform: str) -> None:
    """Install the layer's requirements, hash-checked, from wheels for *platform*."""
    command = [
        *(uv(), "pip", "install", "--quiet", "--python", sys.executable),
        *("--python-version", runtime.version, "--python-platform", platform, "--only-binary", ":all:"),
        *("--require-hashes", "--no-deps", "--target", str(target), "--requirement", str(REQUIREMENTS)),
    ]
    subprocess.run(command, check=True)


def _never_read(folder: str, names: list[str]) -> set[str]:
    """What no invocation reads: metadata, stubs, sources in C, and the models of services never called."""
    path = Path(folder)
    left_out = shutil.ignore_patterns(*NOT_FOR_RUNTIME)(folder, names)
    if "aws_lambda_powertools" in path.parts:
        left_out |= UNUSED_PACKAGES.get(path.name, set()) & set(names)
    if path.parts[-2:] in MODELS:
        left_out |= {name for name in names if (path / name).is_dir() and name not in AWS_SERVICES}
    return left_out


def seal(folder: Path, runtime: Runtime, *, unpacked_at: str) -> None:
    """Byte-compile *folder* for the runtime, which cannot write there, and give every file the same mode.

    Unchecked: the runtime trusts the byte code without looking at its source, whose date the zip file changes.
    """
    if runtime.compiler is not None:
        options = ["-q", "-f", "--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", unpacked_at]
        subprocess.run([runtime.compiler, "-I", "-m", "compileall", *options, str(folder)], check=True)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def uv() -> str:
    """Give the path of the installer that `make setup` puts beside this interpreter, or of the user's own."""
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found is None:
        sys.exit("uv is not there: run `make setup` first")
    return found


def lambda_runtime() -> Runtime:
    """Find an interpreter of Lambda's version on this machine, or have uv fetch one, or do without byte code."""
    local = ROOT / ".cache" / "python"
    environment = os.environ | {"UV_PYTHON_INSTALL_DIR": str(local)}
    find = [str(ROOT / "tools" / "find-python.sh"), LAMBDA_PYTHON]
    found = subprocess.run(find, env=environment, text=True, stdout=subprocess.PIPE)
    if found.returncode:
        print(f"fetching Python {LAMBDA_PYTHON} into {local}", file=sys.stderr)
        subprocess.run([uv(), "python", "install", "--no-bin", LAMBDA_PYTHON], env=environment)
        found = subprocess.run(find, env=environment, text=True, stdout=subprocess.PIPE)
    if found.returncode:
        print(
            f"WARNING: without Python {LAMBDA_PYTHON} there is no byte code for the runtime. The function works, but "
            f"each cold start compiles all its modules. Install Python {LAMBDA_PYTHON} and build again.",
            file=sys.stderr,
        )
        return Runtime(LAMBDA_PYTHON, None)
    return Runtime(LAMBDA_PYTHON, found.stdout.strip())


def runtime_of(python: str) -> Runtime:
    """Make artifacts for the version of the interpreter *python*."""
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    answer = subprocess.run([python, "-I", "-c", question], check=True, text=True, capture_output=True)
    return Runtime(answer.stdout.strip(), python)


PARTS = {"function": package_function, "ncloud": package_ncloud, "dependencies": package_dependencies}


def main() -> None:
    """Package one part from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--into", type=Path, required=True, help="the folder to fill; what is in it goes first")
    parser.add_argument("--python", help=f"make it for this interpreter's version instead of {LAMBDA_PYTHON}")
    options = parser.parse_args()
    into = options.into.resolve()
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    PARTS[options.part](into, runtime_of(options.python) if options.python else lambda_runtime())


if __name__ == "__main__":
    main()
