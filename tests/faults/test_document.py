"""docs/reliability.md says what the matrix says."""

from tests.faults.document import PATH, written


def test_the_tables_are_those_of_the_matrix():
    text = PATH.read_text()
    assert text == written(text), "run: .venv/bin/python -m tests.faults"
