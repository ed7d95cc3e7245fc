"""`invoke`, `explain`, `doctor`, `test-alert`: one event for the function each, and its answer in a readable form."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Any, Final

from backup_watch.i18n import Words
from tests.stack.cells import padded
from tests.stack.findings_table import COLOURS, MARKS
from tests.stack.mail_print import show_mail
from tests.stack.opened import opened_stack
from tests.stack.screen import Screen

Document = dict[str, Any]
DOCTORS_MARKS: Final = {
    "ok": ("✓", "green"), "warning": ("▲", "yellow"), "failed": ("✗", "red"), "skipped": ("·", "dim"),
}  # fmt: skip
LABEL_CELLS: Final = 13


def invoke(screen: Screen, event: Document) -> int:
    """Print the answer to *event* as JSON on standard output, which carries nothing else."""
    answers = sys.stdout
    with opened_stack(screen) as stack:
        from tests.stack.stack import as_due

        answer = stack.invoke(as_due(event, now=datetime.now(UTC)))
    json.dump(answer, answers, ensure_ascii=False, indent=2)
    answers.write("\n")
    return 0


def explain(screen: Screen, match: str) -> int:
    """Show what was read of each instance that *match* selects, what is allowed, and each step of its judgement."""
    with opened_stack(screen) as stack:
        document = stack.invoke({"action": "explain", "match": match})
    screen.line()
    screen.line(screen.paint(document["summary"], "bold"))
    for instance in document["instances"]:
        _show_instance(screen, instance)
    if document["nearNames"]:
        near = ", ".join(document["nearNames"])
        screen.line(screen.words.text("names that are near: {names}", names=near))
    for told in (*document["warnings"], *(error["message"] for error in document["errors"])):
        screen.paragraph(f"▲ {told}", "yellow", hanging=2)
    screen.line()
    return 0


def _show_instance(screen: Screen, instance: Document) -> None:
    colour = COLOURS[instance["severity"]]
    where = ", ".join(part for part in (instance["region"], instance["instanceNo"]) if part)
    screen.line()
    verdict = screen.paint(f"{MARKS[instance['severity']]} {instance['verdict']}", "bold", colour)
    screen.line(f"{screen.paint(instance['serviceName'], 'bold')}  {screen.paint(where, 'dim')}  {verdict}")
    screen.paragraph(instance["reason"])
    screen.line()
    words = screen.words
    _labelled(screen, words.term("label", "read"), _read(words, instance["read"]), "dim")
    _labelled(screen, words.term("label", "allowed"), _allowed(words, instance["allowed"]), "dim")
    for step in instance["steps"]:
        met, styles = _of_step(words, step["met"], colour)
        _labelled(screen, f"{padded(step['step'], 8)} {met}", step["because"], *styles)
    if instance["mute"] is not None:
        muted = words.text("until {until} by {owner}: {reason}", **instance["mute"])
        _labelled(screen, words.term("label", "muted"), muted)
    alert = instance["alert"]
    published = words.text("published") if alert["told"] else words.text("not published")
    event = f"{alert['event']}, {published}" if alert["event"] else words.text("none")
    _labelled(screen, words.term("label", "alert"), f"{event}: {alert['because']}")


def _of_step(words: Words, met: bool | None, colour: str) -> tuple[str, tuple[str, ...]]:
    if met is None:
        return " ", ("dim",)
    return (words.text("yes"), ("bold", colour)) if met else (words.text("no"), ())


def _read(words: Words, read: Document | None) -> str:
    if read is None:
        return words.text("nothing: no instance matches")
    backups = ", ".join(read["backupsAt"] + read["unreadableDates"]) or words.text("none")
    facts = [f"{name} {json.dumps(read[name])}" for name in ("status", "isBackup", "backupTime", "createdAt")]
    return ", ".join([*facts, words.text("backups {dates}", dates=backups)]).replace('"', "")


def _allowed(words: Words, allowed: Document) -> str:
    by = words.text(" (rule {number})", number=allowed["maxAgeRule"]) if allowed["maxAgeRule"] else ""
    new = allowed["newInstanceGrace"]
    text = f"max_age {allowed['maxAge']}{by}, grace {allowed['grace']}, new_instance_grace {new}"
    if not allowed["severity"]:
        return text
    return text + f", severity {allowed['severity']}" + words.text(" (rule {number})", number=allowed["severityRule"])


def _labelled(screen: Screen, label: str, text: str, *styles: str, width: int = LABEL_CELLS) -> None:
    """A label, and a text whose further lines stand below its first."""
    lead = f"  {padded(label, width)}  "
    for piece in screen.wrapped(text, less=len(lead)):
        screen.line(screen.paint(lead + piece, *styles))
        lead = " " * len(lead)


def doctor(screen: Screen) -> int:
    """Show every check-up; 1 where something is wrong."""
    with opened_stack(screen) as stack:
        document = stack.invoke({"action": "doctor"})
    screen.line()
    show_diagnosis(screen, document)
    return 0 if document["healthy"] else 1


def show_diagnosis(screen: Screen, document: Document) -> None:
    """Every check-up of a doctor's answer, with what to do below each that is not well."""
    names = [check["name"].removeprefix("permission ") for check in document["checks"]]
    width = max(map(len, names))
    for name, check in zip(names, document["checks"], strict=True):
        mark, colour = DOCTORS_MARKS[check["status"]]
        lead = f"{screen.paint(mark, colour)} {padded(name, width)}  "
        for piece in screen.wrapped(check["detail"], less=width + 4):
            screen.line(lead + screen.paint(piece, *(["dim"] if check["status"] == "skipped" else [])))
            lead = " " * (width + 4)
        if check["advice"] and check["status"] != "ok":
            screen.paragraph(f"→ {check['advice']}", "cyan", lead=" " * (width + 4), hanging=2)
    screen.line()
    if document["healthy"]:
        screen.line(screen.paint(screen.words.text("healthy"), "bold", "green"))
    else:
        screen.line(screen.paint(screen.words.text("not healthy"), "bold", "red"))
    screen.line()


def test_alert(screen: Screen) -> int:
    """Show the samples as the e-mail subscriber got them."""
    with opened_stack(screen) as stack:
        stack.invoke({"action": "test-alert"})
        mails = list(stack.cloud.inbox)
    screen.line()
    sent = screen.words.text(
        "{count} samples were sent; as {receiver} got them:", count=len(mails), receiver=mails[0].to
    )
    screen.line(screen.paint(sent, "bold"))
    for mail in mails:
        screen.line()
        show_mail(screen, mail)
    screen.line()
    return 0
