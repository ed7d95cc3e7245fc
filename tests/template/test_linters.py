"""cfn-lint finds nothing, in the template and, where it sees more, in its translation."""

from pathlib import Path

from cfnlint import decode
from cfnlint.api import lint_file
from cfnlint.config import ManualArgs

from tools.translate import TEMPLATE

REGIONS = ["ap-northeast-2", "us-east-1"]


def _findings(file: Path) -> list[str]:
    return [str(match) for match in lint_file(file, config=ManualArgs(regions=REGIONS))]


def test_cfn_lint_finds_nothing_in_the_template():
    assert decode.decode(str(TEMPLATE))[1] == []
    assert _findings(TEMPLATE) == []


def test_cfn_lint_finds_nothing_in_the_translation(translated_file):
    assert _findings(translated_file) == []


def test_cfn_lint_would_see_a_fault_in_the_translation(translated_file):
    broken = translated_file.with_name("broken.json")
    broken.write_text(translated_file.read_text(encoding="utf-8").replace("FunctionRole", "FunctionRoll", 1))
    assert any("FunctionRole" in finding for finding in _findings(broken))
