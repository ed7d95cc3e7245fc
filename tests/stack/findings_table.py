"""The findings of a report as a table: what is wrong row by row, worst first; what is fresh as one list of names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from backup_watch.i18n import Words, terms
from backup_watch.model.messages import NP_
from backup_watch.model.vocabulary import Verdict
from tests.stack.cells import cells, clipped, padded, wrapped
from tests.stack.screen import Screen

Document = dict[str, Any]
COLOURS: Final = {"critical": "red", "unknown": "magenta", "warning": "yellow", "ok": "green"}
MARKS: Final = {"critical": "●", "unknown": "?", "warning": "▲", "ok": "·"}
ALERTS: Final = {
    "NEW": NP_("alert", "new"),
    "ESCALATED": NP_("alert", "worse"),
    "REPEAT": NP_("alert", "reminder"),
    "ONGOING": NP_("alert", "ongoing"),
    "UNREADABLE": NP_("alert", "each run"),
    "MUTED": NP_("alert", "muted"),
}
HEADINGS: Final = (
    NP_("heading", "VERDICT"),
    NP_("heading", "DATABASE"),
    NP_("heading", "REGION"),
    NP_("heading", "ALERT"),
    NP_("heading", "WHY"),
)
MAX_NAME_CELLS: Final = 28
QUIET: Final = (("dim",),) * 5


def show_findings(screen: Screen, findings: Sequence[Document], violations: Iterable[Document]) -> None:
    """*findings* are all of a report, worst first; *violations* tell which event each is."""
    events = {_key(violation): violation["event"] for violation in violations}
    shown = sorted((one for one in findings if one["verdict"] != "FRESH"), key=_is_quiet)
    *headings, why = (screen.words.term("heading", heading) for heading in HEADINGS)
    rows = [_cells_of(screen.words, finding, events.get(_key(finding))) for finding in shown]
    widths = [max(map(cells, column)) for column in zip(headings, *rows, strict=True)]
    _row(screen, headings, widths, why, styles=QUIET)
    for finding, row in zip(shown, rows, strict=True):
        styles = QUIET if _is_quiet(finding) else ((COLOURS[finding["severity"]],), ("bold",), (), (), ())
        _row(screen, row, widths, finding["reason"], styles=styles)
    _fresh(screen, [finding["serviceName"] for finding in findings if finding["verdict"] == "FRESH"])


def _is_quiet(finding: Document) -> bool:
    """Whether it alerts nobody."""
    return finding["muted"] or finding["severity"] == "ok"


def _key(finding: Document) -> tuple[str | None, str | None, str]:
    return finding["region"], finding["instanceNo"], finding["serviceName"]


def _cells_of(words: Words, finding: Document, event: str | None) -> tuple[str, ...]:
    severity = "ok" if finding["muted"] else finding["severity"]
    told = ALERTS.get("MUTED" if finding["muted"] else event or "")
    alert = "" if told is None else words.term("alert", told)
    name = clipped(finding["serviceName"], MAX_NAME_CELLS)
    verdict = terms.verdict_name(words, Verdict(finding["verdict"])) or finding["verdict"]
    return f"{MARKS[severity]} {verdict}", name, finding["region"] or "", alert


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
        fresh = terms.verdict_name(screen.words, Verdict.FRESH) or Verdict.FRESH
        mark = f"{screen.paint('✓', 'green')} "
        first, *rest = wrapped(f"{len(names)} {fresh} {', '.join(names)}", screen.width - 2)
        screen.line(mark + screen.paint(first, "dim"))
        for line in rest:
            screen.line("  " + screen.paint(line, "dim"))
