"""Mutation testing: break the pure modules in every small way, and see whether a test fails.

`make mutants`, or `.venv/bin/python -m tests.lab.mutants [name ...]`, works in build/mutation/ and leaves the tree
alone; with names (they are listed at the end) it tries only those.
Exit 1 under 90 % killed. What survives, and why: docs/mutation.md.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STAGE = ROOT / "build" / "mutation"
MUTMUT = ROOT / ".venv" / "bin" / "mutmut"
SOURCES = {"backup_watch": ROOT / "handler/backup_watch", "ncloud": ROOT / "layers/ncloud/python/ncloud"}
"""Laid out side by side: mutmut takes a module's name from its path."""
MUTATED = {
    "backup_watch": ("model/*", "config/*", "checking/*", "outputs/report_json.py"),
    "ncloud": ("operations.py", "decoding/*", "paging/*", "transport/byte_budget.py"),
}
TESTS = (
    *(f"tests/unit/{room}" for room in ("model", "config", "checking", "ncloud")),
    "tests/unit/outputs/test_report_json.py",
    "tests/unit/outputs/test_answers_that_fit.py",
)
LEFT_OUT = (
    "tests/unit/checking/test_lifecycle_of_random_worlds.py",  # would take an hour, and only adds to what is killed
    "tests/unit/ncloud/test_cost_of_import.py",  # a mutated module imports more
)
GOAL = 0.9
KILLED = ("killed", "timeout", "suspicious", "segfault")

PYPROJECT = """
[tool.pytest.ini_options]
pythonpath = ["."]
addopts = "--strict-markers --import-mode=importlib -p no:schemathesis -p no:cacheprovider"
filterwarnings = ["error"]
markers = ["runtime: not here", "browser: not here"]

[tool.mutmut]
source_paths = {sources}
only_mutate = {modules}
track_dependencies = false
timeout_multiplier = 4.0
timeout_constant = 3.0
also_copy = {copied}
pytest_add_cli_args = {options}
pytest_add_cli_args_test_selection = {tests}
"""
CONFTEST = """
from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "mutants", max_examples=25, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
"""


def main(names: list[str]) -> int:
    """Lay everything out, run, and tell; the exit code."""
    lay_out()
    subprocess.run([MUTMUT, "run", *names], cwd=STAGE, check=False)
    subprocess.run([MUTMUT, "export-cicd-stats"], cwd=STAGE, check=True, capture_output=True)
    stats = json.loads((STAGE / "mutants" / "mutmut-cicd-stats.json").read_text())
    killed, total = sum(stats[how] for how in KILLED), stats["total"]
    print(f"\n{killed} of {total} mutants killed: {killed / total:.1%} (goal: {GOAL:.0%})")
    survivors = subprocess.run([MUTMUT, "results"], cwd=STAGE, check=True, capture_output=True, text=True).stdout
    print(survivors)
    return 0 if names or killed >= GOAL * total else 1


def lay_out() -> None:
    """Copy sources and tests afresh. What mutmut found stays; which test covers what, it must learn anew."""
    (STAGE / "mutants" / "mutmut-stats.json").unlink(missing_ok=True)
    ignored = shutil.ignore_patterns("__pycache__", "node_modules")
    for name, source in {**SOURCES, "tests": ROOT / "tests"}.items():
        shutil.rmtree(STAGE / name, ignore_errors=True)
        shutil.copytree(source, STAGE / name, ignore=ignored)
    options = ["-x", "--hypothesis-profile=mutants", *(f"--ignore={path}" for path in LEFT_OUT)]
    mutated = [f"{package}/{module}" for package, modules in MUTATED.items() for module in modules]
    (STAGE / "conftest.py").write_text(CONFTEST)
    (STAGE / "pyproject.toml").write_text(
        PYPROJECT.format(
            sources=json.dumps(list(SOURCES)),
            copied=json.dumps([*SOURCES, "conftest.py"]),
            modules=json.dumps(mutated),
            options=json.dumps(options),
            tests=json.dumps(list(TESTS)),
        )
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
