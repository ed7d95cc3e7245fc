"""Findings as a table: columns that stand straight, a row a line in a pipe, and nothing obeyed that a name says."""

from unicodedata import east_asian_width

import pytest
from rich.cells import cell_len
from rich.text import Text

from backup_watch.cli.findings_table import MARKS, findings_table
from backup_watch.cli.terminal import console_for, show
from backup_watch.i18n import Words
from tests.unit.cli.drawing import Terminal, drawn


def finding(name: str, verdict: str, severity: str, **facts) -> dict:
    usual = {"account": "default", "product": "postgresql", "region": "KR", "instanceNo": name, "muted": False}
    return {"serviceName": name, "verdict": verdict, "severity": severity, "reason": f"why {name}"} | usual | facts


def table(*findings: dict, events: dict[str, str] | None = None, width: int = 100, language: str = "en") -> list[str]:
    told = [one | {"event": events[one["serviceName"]]} for one in findings if one["serviceName"] in (events or {})]
    return drawn(findings_table(findings, told, Words(language)), width=width)


def test_columns_stand_straight_under_english_and_korean_names():
    rows = table(
        finding("주문-디비", "STALE", "critical"), finding("orders", "LATE", "warning"), events={"orders": "NEW"}
    )  # fmt: skip
    assert [cell_len(row.partition("why ")[0]) for row in rows[1:3]] == [cell_len(rows[0].partition("WHY")[0])] * 2
    assert rows[2] == "! LATE   orders     KR      new    why orders"


def test_korean_headings_stand_straight_too():
    rows = table(finding("주문", "STALE", "critical"), events={"주문": "ESCALATED"}, language="ko")
    assert rows[:2] == ["판정     데이터베이스  리전  알림  사유", "✗ STALE  주문          KR    악화  why 주문"]


@pytest.mark.parametrize("severity", MARKS)
def test_no_sign_is_wider_in_a_korean_terminal(severity):
    assert [east_asian_width(char) for char in f"{MARKS[severity]}✓"] in (["N", "N"], ["Na", "N"])


def test_the_fresh_are_a_list_of_names():
    rows = table(finding("late", "LATE", "warning"), finding("fresh-1", "FRESH", "ok"), finding("f-2", "FRESH", "ok"))
    assert rows[2:] == ["", "✓ 2 FRESH fresh-1, f-2"]


def test_a_long_name_is_cut_and_a_long_reason_goes_on_below_itself():
    rows = table(finding("주" * 40, "STALE", "critical", reason="word " * 20), width=80)
    assert max(map(cell_len, rows)) <= 80
    assert "…" in rows[1]
    assert rows[2].startswith(" " * 20)
    assert rows[2].strip().startswith("word")


def test_in_a_pipe_without_columns_a_row_is_a_line():
    one = finding("a", "STALE", "critical", reason="word " * 100)
    assert len(drawn(findings_table([one], [], Words()))) == 3


def test_several_products_and_accounts_have_a_column_each():
    rows = table(finding("a", "STALE", "critical"), finding("b", "LATE", "warning", product="mysql", account="acme"))
    assert rows[0].split() == ["VERDICT", "DATABASE", "ACCOUNT", "PRODUCT", "REGION", "ALERT", "WHY"]
    assert rows[2].split() == ["!", "LATE", "b", "acme", "mysql", "KR", "why", "b"]


@pytest.mark.parametrize("name", ["\x1b[31mred", "[red]x[/red]", "a\nb", ":smile:", "\u202egnp"])
def test_a_name_is_shown_and_not_obeyed(name):
    rows = table(finding(name, "STALE", "critical", reason="r"))
    assert len(rows) == 3
    assert "\x1b" not in rows[1]
    assert "\u202e" not in rows[1]
    assert "[red]x[/red]" in rows[1] or "[red]" not in name


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False), ({"TERM": "xterm", "NO_COLOR": "1"}, False)],
)
def test_colour_is_for_terminals_whose_user_wants_it(environment, coloured, monkeypatch):
    for name in ("TERM", "NO_COLOR", "FORCE_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    paper = Terminal()
    show(console_for(paper), Text("x", style="red"))
    assert ("\x1b[31m" in paper.getvalue()) is coloured
