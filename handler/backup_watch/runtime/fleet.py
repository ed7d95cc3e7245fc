"""What the state machine of a fleet asks for, each in an invocation of its own."""

from __future__ import annotations

from typing import Any

from backup_watch.config.fleet_events import CheckBatch, NoteFailure, PlanFleet, TellFleet
from backup_watch.config.fleet_step import FleetStep
from backup_watch.runtime.fleet_checking import check, note
from backup_watch.runtime.fleet_planning import plan
from backup_watch.runtime.fleet_telling import tell
from backup_watch.runtime.invocation import Invocation


def answer(asked: FleetStep, invocation: Invocation) -> dict[str, Any]:
    """Take one step of a run.

    Raises ``SettingsError``, ``UnknownEvent`` and ``AlertNotDelivered``, and what the machine's retries are for:
    ``RunUnreadable``, ``RunUnwritable``, ``PolicyUnreadable``.
    """
    match asked:
        case PlanFleet():
            return plan(asked, invocation)
        case CheckBatch():
            return check(asked, invocation)
        case NoteFailure():
            return note(asked, invocation)
        case TellFleet():
            return tell(asked, invocation)
    raise TypeError(f"no step of a run: {type(asked).__name__}")
