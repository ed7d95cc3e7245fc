"""The Lambda function's entry: read the event, run its action, return the result."""

from __future__ import annotations

import os
from typing import Any

from backup_watch.adapters.aws import PolicyUnreadable
from backup_watch.adapters.logs import log, set_request_id
from backup_watch.config.events import Check, read_event
from backup_watch.config.fleet_step import FleetStep
from backup_watch.config.problems import AlertNotDelivered, RunFailure, SettingsError, UnknownEvent
from backup_watch.runtime.invocation import Invocation


def lambda_handler(event: Any, context: Any) -> dict[str, Any]:
    """Return the JSON document for *event* (its shapes: :data:`backup_watch.config.events.SHAPES`).

    Raises ``UnknownEvent`` and ``SettingsError`` before Ncloud is asked anything, and ``AlertNotDelivered``, so that
    the platform's retry, dead-letter queue and alarm act; in a fleet also ``RunFailure`` and ``PolicyUnreadable``.
    What could not be read is in the report.
    """
    set_request_id(getattr(context, "aws_request_id", None))
    try:
        asked = read_event(event)
        invocation = Invocation(os.environ, remaining_ms=getattr(context, "get_remaining_time_in_millis", None))
        if isinstance(asked, Check):
            return invocation.check(asked)
        if isinstance(asked, FleetStep):
            from backup_watch.runtime import fleet  # most installations have none

            return fleet.answer(asked, invocation)
        from backup_watch.runtime import actions as on_demand  # a scheduled run must not pay for what people ask

        return on_demand.answer(asked, invocation)
    except (SettingsError, UnknownEvent, AlertNotDelivered, RunFailure, PolicyUnreadable) as error:
        log("error", str(error), error=type(error).__name__)
        raise
    except Exception as error:
        log("error", "the invocation failed for a reason that is a defect", exception=error, error=type(error).__name__)
        raise
