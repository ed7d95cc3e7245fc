"""`python -m tests.faults`: write the tables of docs/reliability.md anew."""

from tests.faults.document import PATH, written

PATH.write_text(written(PATH.read_text()))
