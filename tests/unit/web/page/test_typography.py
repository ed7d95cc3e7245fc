"""No line of the page breaks between a number and what it counts."""

import pytest

from backup_watch.web.page.typography import unbroken


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("5,000 databases", "5,000~databases"),
        ("2 d 3 h old", "2~d 3~h old"),
        ("{shown} of {total} databases", "{shown}~of {total}~databases"),
        ("2026-11-21 09:00 KST", "2026-11-21 09:00~KST"),
        ("rule 3 (match)", "rule 3 (match)"),
        ("데이터베이스 49개 중 4개", "데이터베이스 49개 중 4개"),
    ],
)
def test_a_number_stays_beside_its_noun(text, shown):
    assert unbroken(text) == shown.replace("~", "\N{NO-BREAK SPACE}")
