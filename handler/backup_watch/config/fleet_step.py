"""What the events of a fleet's state machine have in common."""

from __future__ import annotations

from msgspec import Struct


class FleetStep(Struct, frozen=True):
    """What the state machine of a fleet asks for; its kinds are in :mod:`backup_watch.config.fleet_events`."""
