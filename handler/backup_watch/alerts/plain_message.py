"""The message where a rendering failed: plain English facts, one line each, made without any catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TypeVar

from msgspec import Struct

from backup_watch.alerts.attributes import bounded_values
from backup_watch.alerts.byte_budget import SizedList
from backup_watch.alerts.json_body import entries, frame_of, json_body
from backup_watch.alerts.sns_message import MAX_SUBJECT_CHARS, Attributes, quoted_size
from backup_watch.config.events import Notify
from backup_watch.i18n.plain_facts import either, plain_error, plain_notice, plain_reason, plain_violation
from backup_watch.model.findings import Violation
from backup_watch.model.plain_text import cut_utf16, shown
from backup_watch.model.report import Report
from backup_watch.model.vocabulary import Event, Severity
from backup_watch.outputs.report_json import error_document, violation_facts

HEADING = "This is a plain message: the usual one could not be made, see the function's log."
UNWORDED = "UNKNOWN something that could not be worded, see the function's log"
"""Stands for what even the bare facts of could not be written."""

T = TypeVar("T")


class PlainMessage(Struct, frozen=True):
    """What a run has to tell, in facts."""

    report: Report
    notify: Notify = True
    is_test: bool = False

    @property
    def violations(self) -> tuple[Violation, ...]:
        """The violations that are told, worst first."""
        return self.report.violations if self.notify == "all" else self.report.published

    @property
    def events(self) -> int:
        """How many lines there are to tell; at least 1."""
        report = self.report
        return max(len(self.violations) + len(report.errors) + len(report.resolved) + len(report.announced), 1)

    def subject(self) -> str:
        """The worst thing; always a subject that SNS takes."""
        more = f" (+{self.events - 1} more)" if self.events > 1 else ""
        line = shown(f"TEST {next(self._lines())}" if self.is_test else next(self._lines()), limit=500)
        return cut_utf16(line, MAX_SUBJECT_CHARS - len(more)) + more

    def text(self, room: int) -> tuple[str, int]:
        """Everything there is to tell in at most *room* bytes inside JSON, and how many lines are left out."""
        head = [*(["TEST"] if self.is_test else []), HEADING, f"Checked at {self.report.checked_at.isoformat()}."]
        sized = SizedList(self._lines(), self.events, size=lambda line: quoted_size(line) + 2)
        sized.fill(room - quoted_size("\n".join(head)) - 40)
        more = [f"... and {sized.left_out} more"] if sized.left_out else []
        return "\n".join([*head, "", *sized.taken, *more]) + "\n", sized.left_out

    def document(self, room: int) -> tuple[str, int]:
        """The JSON of the report with plain reasons in at most *room* bytes inside JSON, and what it leaves out."""
        report = self.report
        text, _ = self.text(2_500)
        frame = frame_of(report, text=text, is_test=self.is_test)
        lists = {
            "violations": entries(self.violations, _violation_document),
            "resolved": entries(report.resolved, _violation_document),
            "errors": entries(report.errors, error_document),
            "warnings": entries(list(dict.fromkeys((*report.announced, *report.notices))), plain_notice),
        }
        return json_body(frame, lists, room=room)

    def attributes(self) -> Attributes:
        """What subscribers filter by, as far as it needs no choice of what is told."""
        events = {violation.event for violation in (*self.violations, *self.report.resolved)}
        worst = max((violation.finding.severity for violation in self.violations), default=Severity.OK)
        if self.report.announced and not events and not self.report.errors:
            events, worst = {Event.NOTICE}, Severity.WARNING
        elif self.report.errors or not events:
            events.add(Event.UNREADABLE)
            worst = max(worst, Severity.UNKNOWN)
        attributes: Attributes = {"severity": worst.word, "event": sorted(map(str, events))}
        report = self.report
        places = {"account": report.accounts, "product": report.products, "region": report.regions}
        return attributes | {name: bounded_values(sorted(every)) for name, every in places.items() if every}

    def _lines(self) -> Iterator[str]:
        yield from _each(self.violations, plain_violation)
        yield from _each(self.report.errors, plain_error)
        yield from _each(self.report.resolved, plain_violation)
        yield from (f"WARNING {line}" for line in _each(self.report.announced, plain_notice))
        yield "UNREADABLE every list was read, and there is no database at all"


def _each(things: Iterable[T], write: Callable[[T], str]) -> Iterator[str]:
    return (either(partial(write, thing), lambda: UNWORDED) for thing in things)


def _violation_document(violation: Violation) -> dict[str, object]:
    return violation_facts(violation, reason=plain_reason(violation.finding))
