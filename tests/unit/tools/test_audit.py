"""An audit without data is not an audit that found nothing."""

import json

from tools.audit import read_answer

CLEAN = {"name": "urllib3", "version": "2.8.0", "vulns": []}
FLAWED = {"name": "jinja2", "version": "3.0.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.1.6"]}]}
UNKNOWN = {"name": "boto3", "skip_reason": "Dependency not found on PyPI and could not be audited"}


def _answer(*packages: dict) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_what_was_looked_up_is_counted():
    assert read_answer(_answer(CLEAN, CLEAN)) == ("2 packages looked up", [])


def test_a_known_vulnerability_is_named_with_its_mend():
    assert read_answer(_answer(CLEAN, FLAWED))[1] == ["jinja2 3.0.0: PYSEC-1, mended in 3.1.6"]


def test_packages_that_the_data_does_not_know_are_not_called_clean():
    assert read_answer(_answer(CLEAN, UNKNOWN)) == ("NOT AUDITED, there is no data for 1 of 2 packages", [])


def test_no_answer_is_said():
    assert read_answer("") == ("NOT AUDITED, the data cannot be reached", [])
