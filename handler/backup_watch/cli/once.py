"""``check``, ``explain`` and ``doctor``: one reading, one answer."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backup_watch.cli.answers import write_json, write_report, write_view
from backup_watch.cli.progress import progress
from backup_watch.cli.session import Session
from backup_watch.cli.time_limit import TimeLimit
from backup_watch.model.vocabulary import Severity
from backup_watch.outputs.nagios import STATES

FAILED = 3


def run(asked: argparse.Namespace, environment: Mapping[str, str], *, home: Path | None, limit: TimeLimit) -> int:
    """Answer *asked*; the exit status. Raises :class:`backup_watch.cli.failures.CommandFailed`."""
    session = Session(asked, environment, home=home)
    return {"check": _check, "explain": _explain, "doctor": _doctor}[asked.command](session, asked, limit)


def _check(session: Session, asked: argparse.Namespace, limit: TimeLimit) -> int:
    is_telling = bool(session.recipients)  # what is wrong with one of them is told before anything is read
    deadline = limit.deadline_before_telling if is_telling else limit.deadline
    with progress(session.words, wanted=asked.format != "nagios") as on_page:
        checked = session.check(deadline=deadline, on_page=on_page)
    limit.answer()
    write_report(checked, session.words, asked.format)
    if checked.undelivered is None:
        return STATES[checked.report.severity]
    if asked.format != "nagios":
        sys.stdout.flush()
        sys.stderr.write(f"backup-watch: {checked.undelivered}\n")
    return FAILED


def _explain(session: Session, asked: argparse.Namespace, limit: TimeLimit) -> int:
    with progress(session.words, wanted=True) as on_page:
        document = session.explain(asked.match, deadline=limit.deadline, on_page=on_page)
    limit.answer()
    if asked.format == "json":
        write_json(document)
    else:
        from backup_watch.cli.explanation import explanation

        write_view(explanation(document, session.words))
    return _worst(document)


def _worst(document: dict[str, Any]) -> int:
    """The exit status of what was explained: nothing, or something that was not read, is unknown."""
    found = [one for one in document["instances"] if not one["muted"]]
    severities = [Severity[one["severity"].upper()] for one in found]
    if document["errors"] or not document["instances"]:
        severities.append(Severity.UNKNOWN)
    return STATES[max(severities, default=Severity.OK)]


def _doctor(session: Session, asked: argparse.Namespace, limit: TimeLimit) -> int:
    document = session.diagnose(deadline=limit.deadline)
    limit.answer()
    if asked.format == "json":
        write_json(document)
    else:
        from backup_watch.cli.diagnosis import diagnosis

        write_view(diagnosis(document, session.told_in))
    if not document["healthy"]:
        return FAILED
    return STATES[Severity.WARNING] if any(one["status"] == "warning" for one in document["checks"]) else 0
