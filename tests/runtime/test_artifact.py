"""What is deployed: byte-compiled, the same every time, for both processors, and nothing that never runs."""

import json
import os
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from tests.runtime.conftest import build
from tests.runtime.lambda_runtime import PYTHON, Artifact
from tools import package
from tools.translate import TEMPLATE, read_template

UNCHECKED_HASH = 0b01
LAMBDA_UNZIPPED_BYTES = 250 * 1024 * 1024
OURS_BYTES = 20 * 1024 * 1024


def _parts(artifact: Artifact) -> list[Path]:
    return [artifact.function, *artifact.layers]


def _files(folder: Path) -> list[Path]:
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def test_the_artifact_is_for_lambdas_python(runtime):
    if os.environ.get("CI") and not os.environ.get("RUNTIME_PYTHON"):
        assert runtime.version == package.LAMBDA_PYTHON, "install it, or name another with RUNTIME_PYTHON=..."
    assert runtime.version in ("3.11", "3.12", "3.13", "3.14")


def test_every_module_has_byte_code_that_the_runtime_takes_unchecked(artifact):
    magic, tag = _ask_runtime("importlib.util.MAGIC_NUMBER.hex()"), _ask_runtime("sys.implementation.cache_tag")
    for part in _parts(artifact):
        modules = list(part.rglob("*.py"))
        assert modules
        for module in modules:
            compiled = module.parent / "__pycache__" / f"{module.stem}.{tag}.pyc"
            header = compiled.read_bytes()[:8]
            assert header[:4].hex() == magic, compiled
            assert struct.unpack("<I", header[4:])[0] == UNCHECKED_HASH, compiled
        assert len(list(part.rglob("*.pyc"))) == len(modules), "no byte code without its source"


def _ask_runtime(expression: str) -> str:
    """Evaluate an expression in the interpreter that the artifact runs under."""
    program = f"import importlib.util, sys; print({expression})"
    return subprocess.run([PYTHON, "-c", program], check=True, text=True, capture_output=True).stdout.strip()


def test_byte_code_names_the_paths_that_lambda_has(artifact):
    for part in _parts(artifact):
        unpacked_at = b"/var/task/" if part == artifact.function else b"/opt/python/"
        for compiled in part.rglob("*.pyc"):
            assert unpacked_at in compiled.read_bytes(), compiled
            assert bytes(part) not in compiled.read_bytes(), compiled


def test_two_builds_are_the_same_to_the_byte(artifact, runtime, tmp_path):
    again = build(runtime, tmp_path)
    for one, two in zip(_parts(artifact), _parts(again), strict=True):
        files = _files(one)
        assert files == _files(two)
        for file in files:
            assert (one / file).read_bytes() == (two / file).read_bytes(), file
            assert (one / file).stat().st_mode == (two / file).stat().st_mode, file


@pytest.mark.parametrize("name", ["Function", "NcloudLayer", "DependenciesLayer"])
def test_sam_build_makes_the_same(artifact, tmp_path, name):
    resource = read_template()["Resources"][name]
    source = TEMPLATE.parent / (resource["Properties"].get("CodeUri") or resource["Properties"]["ContentUri"])
    assert resource["Metadata"]["BuildMethod"] == "makefile"
    # As SAM's builder calls it, from a copy of the source; without a network, for what is missing may not be fetched.
    subprocess.run(
        ["make", "--makefile", str(source / "Makefile"), f"build-{name}"],
        cwd=tmp_path,
        env=os.environ | {"ARTIFACTS_DIR": str(tmp_path / "out"), "UV_OFFLINE": "1"},
        check=True,
        capture_output=True,
    )
    ours = dict(zip(["Function", "NcloudLayer", "DependenciesLayer"], _parts(artifact), strict=True))[name]
    assert _sources(tmp_path / "out") == _sources(ours)
    assert _sources(ours)


def _sources(folder: Path) -> dict[Path, bytes]:
    """All but the byte code, which is for Lambda's Python even where these tests run under another."""
    return {file: (folder / file).read_bytes() for file in _files(folder) if file.suffix not in (".pyc", ".so")}


def test_compiled_modules_are_there_for_both_processors(artifact):
    modules: dict[str, set[str]] = {}
    for extension in artifact.layers[1].rglob("*.so"):
        name, tag, _ = extension.name.split(".")
        modules.setdefault(name, set()).add(tag.split("-", 2)[2])
    assert modules == {name: {"x86_64-linux-gnu", "aarch64-linux-gnu"} for name in ("_core", "_speedups")}


def test_nothing_is_packed_that_never_runs(artifact):
    for part in _parts(artifact):
        names = {name for file in _files(part) for name in file.parts}
        assert not {name for name in names if name.endswith((".dist-info", ".pyi", ".c", ".lock"))}
        assert not names & {"tests", "bin", "Makefile", "pip", "setuptools", "requirements.txt", "py.typed"}


def test_the_aws_models_that_the_function_asks_for_are_packed_and_none_of_the_400_others(artifact):
    asked = {
        service
        for module in artifact.function.rglob("*.py")
        for service in re.findall(r"""(?:client|call)\(\s*["'](\w+)["']""", module.read_text(encoding="utf-8"))
    }
    assert {"secretsmanager", "sns", "ssm"} <= asked <= package.AWS_SERVICES
    python = artifact.layers[1] / "python"
    for library in ("botocore", "boto3"):
        packed = {path.name for path in (python / library / "data").iterdir() if path.is_dir()}
        assert packed <= package.AWS_SERVICES
    assert {path.name for path in (python / "botocore" / "data").iterdir() if path.is_dir()} == package.AWS_SERVICES


CLIENTS = """
import json, sys
import boto3
def tree(shape, seen=()):
    if shape is None or shape.name in seen: return None
    inner = {k: getattr(shape, k) for k in ("member", "key", "value") if hasattr(shape, k)}
    inner |= getattr(shape, "members", {})
    facts = [shape.type_name, getattr(shape, "required_members", []), shape.serialization]
    return [*facts, {name: tree(one, (*seen, shape.name)) for name, one in inner.items()}]
found = {}
for service in sys.argv[1:]:
    for region in ("ap-northeast-2", "us-gov-west-1", "cn-north-1"):
        client = boto3.session.Session().client(service, region_name=region)
        found[f"{service} {region}"] = [client.meta.endpoint_url, client.meta.service_model.signature_version]
    model = client.meta.service_model
    for name in model.operation_names:
        operation = model.operation_model(name)
        found[f"{service} {name}"] = [operation.http, tree(operation.input_shape), tree(operation.output_shape)]
print(json.dumps(found, sort_keys=True, default=str))
"""


def test_the_slimmed_models_make_the_same_clients(artifact):
    """Same endpoints in each partition, same operations, same shapes."""
    services = sorted(package.AWS_SERVICES - {"s3"})  # whose shapes take their time
    found = [
        subprocess.run(
            [sys.executable, "-c", CLIENTS, *services], env={"PATH": os.environ["PATH"]} | path, text=True,
            capture_output=True, check=True,
        ).stdout
        for path in ({}, {"PYTHONPATH": str(artifact.layers[1] / "python")})
    ]  # fmt: skip
    assert found[0] == found[1]
    assert len(json.loads(found[0])) > 200


def test_it_is_far_below_lambdas_size_limit(artifact):
    size = sum(file.stat().st_size for part in _parts(artifact) for file in part.rglob("*") if file.is_file())
    assert size < OURS_BYTES < LAMBDA_UNZIPPED_BYTES
