"""Text from outside cannot act on what it is shown in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.i18n import Words, terms
from backup_watch.model.instances import Expectation
from backup_watch.model.plain_text import shown
from tests.builders import an_instance

ANY_TEXT = st.text(st.characters(categories=None), max_size=400)


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("orders-db", "orders-db"),
        ("결제 데이터베이스", "결제 데이터베이스"),
        ("two\r\nlines\tand  blanks ", "two lines and blanks"),
        ("\x1b[31mred\x07", "[31mred"),
        ("safe\u202etxt.exe\u2066", "safetxt.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("para\u2029graph\x85", "para graph"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("", ""),
        ("\x00\x01", ""),
    ],
)
def test_only_one_printable_line_is_left(raw, line):
    assert shown(raw) == line


def test_exactly_the_limit_is_kept_and_one_more_is_cut():
    assert shown("가" * 80) == "가" * 80
    assert shown("가" * 81) == "가" * 79 + "…"


def test_what_is_removed_makes_room_for_what_is_shown():
    assert shown("\u200b" * 300 + "orders-db") == "orders-db"


def test_what_was_cut_off_unseen_is_marked_too():
    assert shown(" " * 1000 + "late").endswith("…")


@given(ANY_TEXT, st.integers(2, 100))
def test_any_text_becomes_one_bounded_line_of_utf_8(raw, limit):
    line = shown(raw, limit=limit)
    assert len(line) <= limit
    assert line.isprintable()
    assert line == line.strip()
    line.encode()


@given(ANY_TEXT)
def test_a_name_is_never_empty(raw):
    assert terms.name(Words(), an_instance(raw))
    assert terms.name(Words(), Expectation(raw))


def test_a_name_of_nothing_visible_is_said_to_be_none():
    assert terms.name(Words(), an_instance("\u200b")) == "(unnamed)"
