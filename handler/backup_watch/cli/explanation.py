"""The answer to ``explain``: what was read of each database, what is allowed, and each step of its judgement."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from backup_watch.cli.findings_table import COLOURS, MARKS
from backup_watch.cli.terminal import hanging
from backup_watch.i18n import Words
from backup_watch.model.accounts import DEFAULT_ACCOUNT
from backup_watch.model.plain_text import shown

Document = dict[str, Any]
MAX_READ_CHARS = 1000


def explanation(document: Document, words: Words) -> RenderableType:
    """*document* as the function answers it."""
    parts: list[RenderableType] = [Text(document["summary"], style="bold")]
    for instance in document["instances"]:
        parts += [Text(), *_instance(instance, words)]
    if document["nearNames"]:
        names = ", ".join(map(shown, document["nearNames"]))
        parts += [Text(), Text(words.text("names that are near: {names}", names=names))]
    notes = [*document["warnings"], *map(_error, document["errors"])]
    return Group(*parts, *([Text()] if notes else []), *(hanging("! ", note, style="yellow") for note in notes))


def _error(error: Document) -> str:
    where = ", ".join(shown(part) for part in (_account(error), error["region"]) if part)
    message = shown(error["message"], limit=300)
    return f"{where}: {message}" if where else message


def _account(document: Document) -> str | None:
    """Its account's id, unless it is the only one and has no name."""
    return None if document["account"] == DEFAULT_ACCOUNT else document["account"]


def _instance(instance: Document, words: Words) -> Iterator[RenderableType]:
    colour = COLOURS[instance["severity"]]
    where = ", ".join(shown(part) for part in (_account(instance), instance["region"], instance["instanceNo"]) if part)
    title = Text(shown(instance["serviceName"]), style="bold")
    title.append(f"  {where}", style="not bold dim").append(
        f"  {MARKS[instance['severity']]} {instance['verdict']}", style=f"bold {colour}"
    )
    yield title
    yield Text(instance["reason"])
    yield Text()
    steps = Table.grid(padding=(0, 2, 0, 0))
    steps.add_column(no_wrap=True)
    steps.add_column(no_wrap=True)
    steps.add_column(overflow="fold")
    for label, met, text, style in _lines(instance, colour, words):
        steps.add_row(Text(label, style=style), Text(met, style=style), Text(text, style=style))
    yield steps


def _lines(instance: Document, colour: str, words: Words) -> Iterator[tuple[str, str, str, str]]:
    """Label, whether it holds, text and style of each line."""
    yield words.term("label", "read"), "", _read(instance["read"], words), "dim"
    yield words.term("label", "allowed"), "", _allowed(instance["allowed"], words), "dim"
    for step in instance["steps"]:
        met = {None: "", True: words.text("yes"), False: words.text("no")}[step["met"]]
        style = {None: "dim", True: f"bold {colour}", False: ""}[step["met"]]
        yield step["step"], met, step["because"], style
    if (mute := instance["mute"]) is not None:
        until, owner, reason = mute["until"], shown(mute["owner"]), shown(mute["reason"])
        text = words.text("until {until} by {owner}: {reason}", until=until, owner=owner, reason=reason)
        yield words.term("label", "muted"), "", text, ""
    alert = instance["alert"]
    told = words.text("none")
    if alert["event"]:
        published = words.text("published") if alert["told"] else words.text("not published")
        told = f"{alert['event']}, {published}"
    yield words.term("label", "alert"), "", f"{told}: {alert['because']}", ""


def _read(read: Document | None, words: Words) -> str:
    if read is None:
        return words.text("nothing: no instance matches")
    backups = ", ".join(read["backupsAt"] + read["unreadableDates"]) or words.text("none")
    facts = [f"{name} {json.dumps(read[name])}" for name in ("status", "isBackup", "backupTime", "createdAt")]
    said = ", ".join([*facts, words.text("backups {dates}", dates=backups)])
    return shown(said.replace('"', ""), limit=MAX_READ_CHARS)


def _allowed(allowed: Document, words: Words) -> str:
    by = words.text(" (rule {number})", number=allowed["maxAgeRule"]) if allowed["maxAgeRule"] else ""
    new = allowed["newInstanceGrace"]
    text = f"max_age {allowed['maxAge']}{by}, grace {allowed['grace']}, new_instance_grace {new}"
    if not allowed["severity"]:
        return text
    return text + f", severity {allowed['severity']}" + words.text(" (rule {number})", number=allowed["severityRule"])
