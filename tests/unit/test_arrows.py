"""Who may import whom: edges import the core; the core imports no edge, no SDK and nothing that looks at the world."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT, CLIENT = ROOT / "handler" / "backup_watch", ROOT / "layers" / "ncloud" / "python" / "ncloud"
SDKS = {"boto3", "botocore", "urllib3", "ncloud", "aws_lambda_powertools", "requests", "httpx"}
THE_WORLD = {"os", "time", "logging", "socket", "random", "secrets", "subprocess", "threading", "http"}
CORE = [path for path in sorted(PRODUCT.rglob("*.py")) if "edges" not in path.relative_to(PRODUCT).parts]


def imported_by(path: Path) -> set[str]:
    """The full names of all modules that *path* imports, inside functions too."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    froms = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    assert not any(node.level for node in froms), f"{path}: imports are absolute here, or this test is blind"
    return plain | {f"{node.module}.{alias.name}" for node in froms for alias in node.names}


def roots(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("path", CORE, ids=lambda path: str(path.relative_to(PRODUCT)))
def test_the_core_imports_no_edge_no_sdk_and_nothing_that_looks_at_the_world(path):
    imported = imported_by(path)
    assert not {name for name in imported if name.startswith("backup_watch.runtime") or name == "app"}
    assert not roots(imported) & (SDKS | THE_WORLD)


@pytest.mark.parametrize("path", sorted(CLIENT.rglob("*.py")), ids=lambda path: path.name)
def test_the_ncloud_client_knows_nothing_of_the_product(path):
    assert not roots(imported_by(path)) & {"backup_watch", "app", "boto3", "botocore"}


def test_the_test_itself_sees_what_it_is_to_see():
    assert len(CORE) > 40
    assert roots(imported_by(PRODUCT / "edges" / "ncloud_source.py")) & SDKS == {"ncloud"}
