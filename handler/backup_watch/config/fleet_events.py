"""The events of a fleet's state machine: plan a run, check a batch, note a failure, tell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from backup_watch.config.fleet_step import FleetStep
from backup_watch.model.accounts import Account

RUN_FORM = r"^[A-Za-z0-9_-]{1,80}\Z"
"""What Step Functions allows as the name of an execution, without what no address should hold."""
RunName = Annotated[str, Meta(pattern=RUN_FORM)]
Instant = Annotated[datetime, Meta(tz=True)]


class PlanFleet(FleetStep, frozen=True, forbid_unknown_fields=True):
    """Read the accounts file, and deal it into batches."""

    fleet: Literal["plan"]
    event: dict[str, Any]
    """What the schedule or a person asked for: an event of a check."""
    execution: RunName


class CheckBatch(FleetStep, frozen=True, forbid_unknown_fields=True):
    """Check some accounts."""

    fleet: Literal["check"]
    run: RunName
    at: Instant
    until: Instant
    past: bool
    batch: Annotated[int, Meta(ge=1)]
    accounts: Annotated[tuple[Account, ...], Meta(min_length=1)]


class LambdaFailure(Struct, frozen=True, rename="pascal"):
    """What Step Functions says of an invocation that failed."""

    error: str = ""
    cause: str = ""


class NoteFailure(FleetStep, frozen=True, forbid_unknown_fields=True):
    """Keep why an account could not be checked."""

    fleet: Literal["note"]
    run: RunName
    batch: int
    accounts: tuple[Account, ...]
    error: LambdaFailure


class TellFleet(FleetStep, frozen=True, forbid_unknown_fields=True):
    """Put the results together, and tell."""

    fleet: Literal["tell"]
    run: RunName
    at: Instant
    notify: bool | Literal["all"]


_KINDS: dict[str, type[FleetStep]] = {
    "plan": PlanFleet, "check": CheckBatch, "note": NoteFailure, "tell": TellFleet,
}  # fmt: skip


def read_fleet_event(event: Mapping[str, Any]) -> FleetStep:
    """What *event*, which has the key ``fleet``, asks for. Raises ``ValueError``, which says what is wrong."""
    kind = _KINDS.get(str(event["fleet"]))
    if kind is None:
        raise ValueError(f"fleet={event['fleet']!r}")
    try:
        return msgspec.convert(dict(event), kind)
    except msgspec.ValidationError as error:
        raise ValueError(f"fleet={event['fleet']!r}: {error}") from None
