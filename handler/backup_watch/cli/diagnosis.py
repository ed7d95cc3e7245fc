"""The answer of the doctor: every probe, with what to do below each that is not well."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from backup_watch.cli.terminal import hanging
from backup_watch.i18n import Words

Document = dict[str, Any]
MARKS = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "failed": ("✗", "red"), "skipped": ("-", "dim")}


def diagnosis(document: Document, words: Words) -> RenderableType:
    """*document* as the function answers it."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in document["checks"]:
        mark, colour = MARKS[check["status"]]
        quiet = "dim" if check["status"] == "skipped" else ""
        told: RenderableType = Text(check["detail"], style=quiet)
        if check["advice"] and check["status"] != "ok":
            told = Group(told, hanging("> ", check["advice"], mark_style="cyan", style="cyan"))
        name = check["name"].removeprefix("permission ")
        table.add_row(Text(mark, style=colour), Text(name, style=quiet), told)
    if document["healthy"]:
        return Group(table, Text(), Text(words.text("healthy"), style="bold green"))
    return Group(table, Text(), Text(words.text("not healthy"), style="bold red"))
