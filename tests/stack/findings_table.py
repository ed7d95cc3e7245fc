"""The findings of a report as a table: what is wrong row by row, worst first; what is fresh as one list of names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from tests.stack.cells import cells, clipped, padded, wrapped
from tests.stack.screen import Screen

Document = dict[str, Any]
COLOURS: Final = {"critical": "red", "unknown": "magenta", "warning": "yellow", "ok": "green"}
MARKS: Final = {"critical": "●", "unknown": "?", "warning": "▲", "ok": "·"}
ALERTS: Final = {
    "NEW": "new", "ESCALATED": "worse", "REPEAT": "reminder", "ONGOING": "ongoing", "UNREADABLE": "each run",
}  # fmt: skip
HEADINGS: Final = ("VERDICT", "DATABASE", "REGION", "ALERT")
MAX_NAME_CELLS: Final = 28
QUIET: Final = (("dim",),) * 5


def show_findings(screen: Screen, findings: Sequence[Document], violations: Iterable[Document]) -> None:
    """*findings* are all of a report, worst first; *violations* tell which event each is."""
    events = {_key(violation): violation["event"] for violation in violations}
    shown = sorted((one for one in findings if one["verdict"] != "FRESH"), key=_is_quiet)
    rows = [_cells_of(finding, events.get(_key(finding))) for finding in shown]
    widths = [max(map(cells, column)) for column in zip(HEADINGS, *rows, strict=True)]
    _row(screen, HEADINGS, widths, "WHY", styles=QUIET)
    for finding, row in zip(shown, rows, strict=True):
        styles = QUIET if _is_quiet(finding) else ((COLOURS[finding["severity"]],), ("bold",), (), (), ())
        _row(screen, row, widths, finding["reason"], styles=styles)
    _fresh(screen, [finding["serviceName"] for finding in findings if finding["verdict"] == "FRESH"])


def _is_quiet(finding: Document) -> bool:
    """Whether it alerts nobody."""
    return finding["muted"] or finding["severity"] == "ok"


def _key(finding: Document) -> tuple[str | None, str | None, str]:
    return finding["region"], finding["instanceNo"], finding["serviceName"]


def _cells_of(finding: Document, event: str | None) -> tuple[str, ...]:
    severity = "ok" if finding["muted"] else finding["severity"]
    alert = "muted" if finding["muted"] else ALERTS.get(event or "", "")
    name = clipped(finding["serviceName"], MAX_NAME_CELLS)
    return f"{MARKS[severity]} {finding['verdict']}", name, finding["region"] or "", alert


def _row(
    screen: Screen, row: Sequence[str], widths: Sequence[int], why: str, *, styles: Sequence[tuple[str, ...]]
) -> None:
    """One row; a reason too long for the rest of the line goes on below itself."""
    left = sum(widths) + 2 * len(widths)
    first, *rest = wrapped(why, max(screen.width - left, 24))
    texts = [*map(padded, row, widths), first]
    screen.line("  ".join(screen.paint(text, *style) for text, style in zip(texts, styles, strict=True)))
    for line in rest:
        screen.line(" " * left + screen.paint(line, *styles[-1]))


def _fresh(screen: Screen, names: Sequence[str]) -> None:
    if names:
        screen.line()
        mark = f"{screen.paint('✓', 'green')} "
        first, *rest = wrapped(f"{len(names)} FRESH {', '.join(names)}", screen.width - 2)
        screen.line(mark + screen.paint(first, "dim"))
        for line in rest:
            screen.line("  " + screen.paint(line, "dim"))
