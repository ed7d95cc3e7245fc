"""A report in each format of the command."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any, TextIO

import msgspec
from rich.console import Group, RenderableType
from rich.text import Text

from backup_watch.cli.findings_table import COLOURS, findings_table
from backup_watch.cli.terminal import console_for, hanging, show
from backup_watch.i18n import Words, errors, headlines
from backup_watch.i18n.notices import notice_sentence
from backup_watch.outputs.report_json import report_document
from backup_watch.web.checks import CachedCheck


def write_report(checked: CachedCheck, words: Words, form: str) -> None:
    """Write *checked* to standard output in *form*, which is the answer and all of it."""
    WRITERS[form](checked, words)


def report_view(checked: CachedCheck, words: Words, *, names_of_fresh: bool = True) -> RenderableType:
    """The table, what could not be read, warnings, and the answer in one sentence."""
    report = checked.report
    document = report_document(report, words, every_finding=True)
    notes = [hanging("? ", line, mark_style="magenta") for line in errors.errors_of(words, report)]
    notes += [hanging("! ", notice_sentence(words, notice), mark_style="yellow") for notice in report.notices]
    table = findings_table(
        document["findings"],
        document["violations"],
        words,
        names_of_fresh=names_of_fresh,
        with_account=report.has_several_accounts,
    )
    parts: list[RenderableType] = [table, Text()] if document["findings"] else []
    parts += [*notes, Text()] if notes else []
    parts.append(Text(headlines.headline(words, report), style=f"bold {COLOURS[report.severity.word]}"))
    checked_at = words.text("checked {moment}", moment=words.instant(report.checked_at))
    parts.append(Text(f"{headlines.summary(words, report.counts)}; {checked_at}", style="dim"))
    return Group(*parts)


def write_json(document: Mapping[str, Any]) -> None:
    """*document* in UTF-8, whatever the locale, for programs and for eyes."""
    _bytes(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")


def write_view(view: RenderableType, *, stream: TextIO | None = None) -> None:
    """Draw *view* on standard output."""
    show(console_for(stream or sys.stdout), view)


def _table(checked: CachedCheck, words: Words) -> None:
    write_view(report_view(checked, words))


def _json(checked: CachedCheck, words: Words) -> None:
    write_json(report_document(checked.report, words, every_finding=True))


def _nagios(checked: CachedCheck, words: Words) -> None:
    from backup_watch.outputs.nagios import plugin_output

    sys.stdout.write(plugin_output(checked.report, words, failure=checked.undelivered))
    sys.stdout.flush()


def _openmetrics(checked: CachedCheck, _: Words) -> None:
    from backup_watch.outputs.openmetrics import exposition

    body, _content_type = exposition(checked.report, took=checked.took)
    _bytes(body)


def _html(checked: CachedCheck, words: Words) -> None:
    from backup_watch.web.page.choice import read_choice
    from backup_watch.web.page.document import render

    _bytes(render(checked.report, read_choice(()), words, prefix=None).encode())


def _bytes(content: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


WRITERS: dict[str, Callable[[CachedCheck, Words], None]] = {
    "table": _table,
    "json": _json,
    "nagios": _nagios,
    "openmetrics": _openmetrics,
    "html": _html,
}
