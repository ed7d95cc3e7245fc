"""An audit without data is not an audit that found nothing."""

import json
from pathlib import Path

import pytest

from tools.audit import NOT_AUDITED, exit_status, read_answer, requirements

ROOT = Path(__file__).parents[3]

CLEAN = {"name": "urllib3", "version": "2.8.0", "vulns": []}
FLAWED = {"name": "jinja2", "version": "3.0.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.1.6"]}]}
UNKNOWN = {"name": "boto3", "skip_reason": "Dependency not found on PyPI and could not be audited"}


def _answer(*packages: dict) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


@pytest.mark.parametrize(("text", "said", "status"), [
    (_answer(CLEAN, CLEAN), "2 packages looked up", 0),
    (_answer(CLEAN, FLAWED), "2 packages looked up\njinja2 3.0.0: PYSEC-1, mended in 3.1.6", 1),
    (_answer(CLEAN, UNKNOWN), "NOT AUDITED, there is no data for 1 of 2 packages", 0),
    (_answer(UNKNOWN, UNKNOWN), "NOT AUDITED, there is no data for 2 of 2 packages", NOT_AUDITED),
    ("", "NOT AUDITED, the data cannot be reached", NOT_AUDITED),
])  # fmt: skip
def test_what_could_not_be_looked_up_is_not_called_clean(text, said, status):
    audit = read_answer(text)
    assert (str(audit), exit_status([audit])) == (said, status)


def test_one_flaw_outweighs_whatever_else_came_of_it():
    assert exit_status([read_answer(""), read_answer(_answer(FLAWED)), read_answer(_answer(CLEAN))]) == 1


def test_every_requirements_file_is_audited():
    there = {str(path.relative_to(ROOT)) for path in ROOT.glob("*/**/requirements*.txt") if "venv" not in str(path)}
    there = {str(path.relative_to(ROOT)) for path in (ROOT / "requirements").glob("*.txt")} | there
    assert {name for name in there if not name.startswith(("build/", "."))} <= set(requirements())
