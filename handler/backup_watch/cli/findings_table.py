"""The findings of a report as a table: what is wrong row by row, worst first; what is fresh as one list of names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from backup_watch.cli.terminal import hanging
from backup_watch.i18n import Words
from backup_watch.model.messages import NP_
from backup_watch.model.plain_text import shown

Document = dict[str, Any]
COLOURS = {"critical": "red", "unknown": "magenta", "warning": "yellow", "ok": "green"}
MARKS = {"critical": "✗", "unknown": "?", "warning": "!", "ok": "-"}
"""Signs that are one cell wide wherever text is Korean: the width of a filled circle, say, depends on the terminal."""
ALERTS = {
    "NEW": NP_("alert", "new"),
    "ESCALATED": NP_("alert", "worse"),
    "REPEAT": NP_("alert", "reminder"),
    "ONGOING": NP_("alert", "ongoing"),
    "UNREADABLE": NP_("alert", "each run"),
    "MUTED": NP_("alert", "muted"),
}
MAX_NAME_CELLS = 28


def findings_table(
    findings: Sequence[Document],
    violations: Iterable[Document],
    words: Words,
    *,
    names_of_fresh: bool = True,
    with_account: bool = False,
) -> RenderableType:
    """*findings* are all of a report's document, worst first; *violations* tell which event each is.

    The columns of account and product are there where there are several. *with_account*: that of the account is, be
    all *findings* of one: others could not be read.
    """
    events = {_key(violation): violation["event"] for violation in violations}
    rest = [one for one in findings if one["verdict"] != "FRESH"]
    fresh = [shown(one["serviceName"]) for one in findings if one["verdict"] == "FRESH"]
    places = _places(findings, with_account=with_account)
    parts: list[RenderableType] = []
    if rest:
        parts += [_table(rest, events, places, words), Text()]
    if fresh:
        names = f" {', '.join(fresh)}" if names_of_fresh else ""
        parts.append(hanging("✓ ", f"{len(fresh)} FRESH{names}", mark_style="green", style="dim"))
    return Group(*parts)


def _table(
    rows: Iterable[Document], events: Mapping[tuple[str | None, ...], str], places: Mapping[str, str], words: Words
) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(words.term("heading", "VERDICT"), no_wrap=True)
    table.add_column(words.term("heading", "DATABASE"), no_wrap=True, max_width=MAX_NAME_CELLS, overflow="ellipsis")
    for heading in places.values():
        table.add_column(words.term("heading", heading), no_wrap=True)
    table.add_column(words.term("heading", "ALERT"), no_wrap=True)
    table.add_column(words.term("heading", "WHY"), min_width=24, overflow="fold")
    for finding in rows:
        table.add_row(*_cells(finding, events.get(_key(finding)), places, words))
    return table


def _places(findings: Sequence[Document], *, with_account: bool) -> dict[str, str]:
    """The columns that say where a database is, with their headings."""
    columns = {
        "account": NP_("heading", "ACCOUNT"),
        "product": NP_("heading", "PRODUCT"),
        "region": NP_("heading", "REGION"),
    }
    wanted = {"region"} | ({"account"} if with_account else set())
    wanted |= {name for name in columns if len({one[name] for one in findings if one[name]}) > 1}
    return {name: heading for name, heading in columns.items() if name in wanted}


def _cells(finding: Document, event: str | None, places: Mapping[str, str], words: Words) -> Iterator[Text]:
    quiet = _is_quiet(finding)
    severity = "ok" if finding["muted"] else finding["severity"]
    alert = ALERTS.get("MUTED" if finding["muted"] else event or "")
    style = "dim" if quiet else ""
    yield Text(f"{MARKS[severity]} {finding['verdict']}", style="dim" if quiet else COLOURS[finding["severity"]])
    yield Text(shown(finding["serviceName"]), style="dim" if quiet else "bold")
    for place in places:
        yield Text(shown(finding[place] or ""), style=style)
    yield Text(words.term("alert", alert) if alert else "", style=style)
    yield Text(finding["reason"], style=style)


def _is_quiet(finding: Document) -> bool:
    """Whether no alert comes of it."""
    return bool(finding["muted"] or finding["severity"] == "ok")


def _key(finding: Document) -> tuple[str | None, ...]:
    return tuple(finding[part] for part in ("account", "product", "region", "instanceNo", "serviceName"))
