"""What an event asks for: one value per known shape, or one error that names the shapes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal
from unicodedata import normalize

from msgspec import Struct

from backup_watch.config.fleet_step import FleetStep
from backup_watch.config.problems import UnknownEvent
from backup_watch.model.instances import FUTURE_TOLERANCE
from backup_watch.model.plain_text import cut

Notify = bool | Literal["all"]
ASKABLE_YEARS = range(1971, 2200)
"""Of an instant that may be asked about; another is a slip of the pen."""

SHAPES = (
    '{"trigger": "schedule", "scheduledTime": "2026-11-23T03:00:00Z"} (EventBridge Scheduler); '
    '{"source": "aws.events", "time": "2026-11-23T03:00:00Z"} (EventBridge rule); '
    '{"action": "check", "notify": true | false | "all", "all": true | false, "at": "2026-11-23T12:00:00+09:00"}; '
    '{"action": "explain", "match": "orders-*"}; {"action": "doctor"}; both with "account": "acme-*"; '
    '{"action": "test-alert"}; '
    '{"action": "memory"}; {"action": "memory", "forget": "orders-*"}; {}; '
    '{"fleet": "plan" | "check" | "note" | "tell", ...} (the state machine of a fleet); '
    'HTTP (Function URL or API Gateway HTTP API, payload "version": "2.0")'
)


class Check(Struct, frozen=True):
    """Check, and notify as asked."""

    scheduled_at: datetime | None = None
    """The instant of the schedule, aware. None: not scheduled, or unreadable."""
    at: datetime | None = None
    """Judge at this instant, aware, in place of now."""
    notify: Notify = True
    all: bool = False
    """Whether the report lists every finding."""

    def instant(self, *, clock: datetime, interval: timedelta) -> datetime:
        """The instant of the judgement.

        A schedule's own time counts where it is less than one interval ago, so that a retry judges the same, and up to
        five minutes ahead: a schedule may fire a second early, and clocks differ.
        """
        if self.at is not None:
            return self.at
        if self.scheduled_at is not None and -FUTURE_TOLERANCE <= clock - self.scheduled_at < interval:
            return self.scheduled_at
        return clock


class Explain(Struct, frozen=True):
    """Show each step of the judgement of the instances that *match* (as in a policy) selects."""

    match: str
    account: str | None = None
    """A glob of the ids of accounts. None: all."""


class Doctor(Struct, frozen=True):
    """Find out what is wrong with the installation."""

    account: str | None = None
    """The same."""


class TestAlert(Struct, frozen=True):
    """Send one marked sample of every kind of message."""

    __test__ = False  # not a test, whatever its name says to pytest


class Memory(Struct, frozen=True):
    """Show what the memory of what was said holds, or forget a part of it."""

    forget: str | None = None
    """A service name, a glob or an instance number, as in a policy. None: nothing, only show."""


class Http(Struct, frozen=True):
    """An HTTP request, payload 2.0, as it came."""

    event: Mapping[str, Any]


Trigger = Check | Explain | Doctor | TestAlert | Memory | Http | FleetStep


def read_event(event: object) -> Trigger:
    """Tell what *event* asks for. Raises :class:`UnknownEvent`, which names the wrong part and the known shapes."""
    if not isinstance(event, Mapping):
        raise _unknown(f"an event is a JSON object, not {type(event).__name__}")
    if "trigger" in event:
        _only(event, {"trigger", "scheduledTime"})
        if event["trigger"] != "schedule":
            raise _unknown(f"trigger={event['trigger']!r}")
        return Check(scheduled_at=_instant(event.get("scheduledTime")))
    if event.get("source") == "aws.events":
        return Check(scheduled_at=_instant(event.get("time")))
    if event.get("version") == "2.0" and _is_http(event.get("requestContext")):
        return Http(event)
    if "fleet" in event:
        return _of_fleet(event)
    if "action" in event or not event:
        return _direct(event)
    raise _unknown(f"keys {', '.join(sorted(map(str, event))[:8])}")


def _of_fleet(event: Mapping[str, Any]) -> FleetStep:
    from backup_watch.config.fleet_events import read_fleet_event  # most installations have no fleet

    try:
        return read_fleet_event(event)
    except ValueError as error:
        raise _unknown(str(error)) from None


def _is_http(context: object) -> bool:
    return isinstance(context, Mapping) and isinstance(context.get("http"), Mapping)


def _direct(event: Mapping[str, Any]) -> Trigger:
    action = event.get("action", "check")
    if action == "check":
        _only(event, {"action", "notify", "all", "at"})
        return _check(event)
    if action == "explain":
        _only(event, {"action", "match", "account"})
        return Explain(_glob(event, "match", needed_by="explain"), _account(event))
    if action == "memory":
        _only(event, {"action", "forget"})
        return Memory(None if event.get("forget") is None else _glob(event, "forget", needed_by="forget"))
    if action in ("doctor", "test-alert"):
        _only(event, {"action", "account"} if action == "doctor" else {"action"})
        return Doctor(_account(event)) if action == "doctor" else TestAlert()
    raise _unknown(f"action={action!r}")


def _glob(event: Mapping[str, Any], key: str, *, needed_by: str) -> str:
    value = event.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _unknown(f"{key}={value!r}; {needed_by} needs a service name, a glob or an instance number")
    return normalize("NFC", value)


def _account(event: Mapping[str, Any]) -> str | None:
    value = event.get("account")
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise _unknown(f"account={value!r}; an id of the accounts file, or a glob on the ids")
    return None if value is None else normalize("NFC", value.strip())


def _check(event: Mapping[str, Any]) -> Check:
    at = None
    if event.get("at") is not None:
        at = _instant(event["at"])
        if at is None:
            raise _unknown(f"at={event['at']!r} is no instant with an offset, such as 2026-11-20T09:00:00+09:00")
    notify = event.get("notify", at is None)
    if notify not in (True, False, "all") or (isinstance(notify, int | float) and not isinstance(notify, bool)):
        raise _unknown(f'notify={notify!r}; allowed are true, false and "all"')
    every = event.get("all", False)
    if not isinstance(every, bool):
        raise _unknown(f"all={every!r}; allowed are true and false")
    return Check(at=at, notify=notify, all=every)


def _only(event: Mapping[str, Any], known: set[str]) -> None:
    if unknown := sorted(str(key) for key in event if key not in known):
        raise _unknown(f"unknown key {', '.join(unknown[:8])}")


def _instant(value: object) -> datetime | None:
    """An aware instant, or None where *value* is none."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo is not None and moment.year in ASKABLE_YEARS else None


def _unknown(what: str) -> UnknownEvent:
    return UnknownEvent(f"this event has no known shape: {cut(what, 200)}. Known shapes: {SHAPES}")
