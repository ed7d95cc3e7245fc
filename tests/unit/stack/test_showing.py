"""How the local stack shows things: columns that stand straight, and colour only where it is wanted."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stack.cells import cells, clipped, padded, wrapped
from tests.stack.findings_table import show_findings
from tests.stack.screen import Screen, wants_colour

ANY_TEXT = st.text(alphabet="ab 주문-é\u0301", max_size=60)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_korean_syllable_takes_two_cells_and_a_combining_accent_none():
    assert (cells("db-1"), cells("주문-디비"), cells("e\u0301")) == (4, 9, 1)


@given(text=ANY_TEXT, width=st.integers(2, 30))
def test_what_is_clipped_and_padded_takes_exactly_its_column(text, width):
    assert cells(padded(clipped(text, width), width)) == width


@given(text=ANY_TEXT, width=st.integers(8, 40), hanging=st.integers(0, 4))
def test_wrapping_loses_no_word_and_keeps_to_the_width(text, width, hanging):
    lines = wrapped(text, width, hanging=hanging)
    assert " ".join(lines).split() == text.split()
    assert all(cells(line) <= width or len(line.split()) <= 1 for line in lines)


def test_further_lines_hang_below_the_first():
    assert wrapped("  Next: look at the console", 18, hanging=2) == ["  Next: look at", "    the console"]


@pytest.mark.parametrize(
    ("stream", "environment", "coloured"),
    [
        (Terminal(), {"TERM": "xterm"}, True),
        (Terminal(), {"TERM": "dumb"}, False),
        (Terminal(), {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (Terminal(), {"TERM": "xterm", "NO_COLOR": ""}, True),
        (io.StringIO(), {"TERM": "xterm"}, False),
    ],
)
def test_colour_is_for_terminals_whose_person_wants_it(stream, environment, coloured):
    assert wants_colour(stream, environment) is coloured


def test_a_step_is_told_twice_on_a_terminal_and_once_elsewhere(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    on_terminal, elsewhere = "  \x1b[2m…\x1b[0m making tea\r\x1b[K  ", "  ✓ making tea"
    for stream, beginning in ((Terminal(), on_terminal), (io.StringIO(), elsewhere)):
        with Screen(stream).step("making tea") as done:
            done("two cups")
        assert stream.getvalue().startswith(beginning)
        assert "two cups" in stream.getvalue()


def finding(name: str, verdict: str, severity: str, **facts) -> dict:
    usual = {"region": "KR", "instanceNo": name, "muted": False, "reason": f"why {name}"}
    return {"serviceName": name, "verdict": verdict, "severity": severity} | usual | facts


def table(*findings: dict, events: dict[str, str] | None = None, width: int = 100) -> list[str]:
    paper = io.StringIO()
    told = [one | {"event": events[one["serviceName"]]} for one in findings if one["serviceName"] in (events or {})]
    show_findings(Screen(paper, width=width), findings, told)
    return paper.getvalue().split("\n")[:-1]


def test_columns_stand_straight_under_english_and_korean_names():
    rows = table(
        finding("주문-디비", "STALE", "critical"), finding("orders", "LATE", "warning"), events={"orders": "NEW"}
    )  # fmt: skip
    assert [cells(row.partition("why ")[0]) for row in rows[1:]] == [cells(rows[0].partition("WHY")[0])] * 2
    assert rows[2] == "  ▲ LATE   orders     KR      new    why orders"


def test_the_muted_and_the_well_come_after_what_alerts_and_the_fresh_by_name_alone():
    rows = table(
        finding("muted", "STALE", "critical", muted=True),
        finding("late", "LATE", "warning"),
        finding("fresh-1", "FRESH", "ok"),
        finding("fresh-2", "FRESH", "ok"),
    )
    assert [row.split()[-1] for row in rows[1:3]] == ["late", "muted"]
    assert rows[3:] == ["", "  ✓ 2 FRESH fresh-1, fresh-2"]


def test_a_long_name_is_cut_and_a_long_reason_goes_on_below_itself():
    rows = table(finding("주" * 40, "STALE", "critical", reason="word " * 20), width=80)
    assert max(map(cells, rows)) <= 80
    assert "…" in rows[1]
    assert rows[2].startswith(" " * 20)
    assert rows[2].strip().startswith("word")
