"""Steering a running emulator over HTTP, for whoever cannot reach its objects: everything under /_emulator."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from tests.emulator.control_accounts import (
    add_accounts,
    add_backup,
    bring_all_back,
    change_database,
    forget_accounts,
    forget_answers,
    json_object,
    list_accounts,
    set_access,
    vanish_in,
)
from tests.emulator.dialect import Dialect
from tests.emulator.exchange import JSON, Answer, Request
from tests.emulator.fault_kinds import parse_fault
from tests.emulator.gateway import Gateway
from tests.emulator.page_format import PageFormat
from tests.emulator.paging import Paging
from tests.emulator.seeding import seeded_account

CONTROL_PATH: Final = "/_emulator"


def control(gateway: Gateway, request: Request) -> Answer:
    """Carry out a control request: 200 with JSON, 400 where its body is wrong, 404 where nothing is there."""
    action = ACTIONS.get((request.method, request.path.removeprefix(CONTROL_PATH)))
    if action is None:
        return _answer(404, {"there is": [f"{method} {CONTROL_PATH}{path}" for method, path in ACTIONS]})
    try:
        return _answer(200, action(gateway, json.loads(request.body or b"{}")))
    except (ValueError, TypeError, KeyError) as error:
        return _answer(400, {"error": str(error)})


def _answer(status: int, value: object) -> Answer:
    return Answer(status, json.dumps(value, ensure_ascii=False).encode(), JSON)


def _state(gateway: Gateway, asked: object) -> object:
    account = gateway.account
    return {
        "now": gateway.clock().isoformat(),
        "regions": list(account.regions),
        "databases": len(account.databases),
        "profiles": Counter(database.profile for database in account.databases),
        "products": Counter(database.product for database in account.databases),
        "otherAccounts": len(gateway.others),
        "sites": gateway.sites,
        "paging": str(gateway.paging),
        "dialect": str(gateway.dialect),
        "latencyMs": gateway.latency_seconds * 1000,
        "faults": [fault.as_json() for fault in gateway.faults.faults()],
        "requests": len(gateway.recorded),
    }


def _requests(gateway: Gateway, asked: object) -> object:
    return [asdict(recorded) for recorded in list(gateway.recorded)]


def _forget_requests(gateway: Gateway, asked: object) -> object:
    gateway.recorded.clear()
    return []


def _faults(gateway: Gateway, asked: object) -> object:
    return [fault.as_json() for fault in gateway.faults.faults()]


def _set_faults(gateway: Gateway, asked: object) -> object:
    """A list of specs: strings as on the command line, or objects with `kind`. It replaces those in force."""
    specs: list[Any] = asked if isinstance(asked, list) else [asked]
    gateway.faults.replace([parse_fault(spec) for spec in specs])
    return _faults(gateway, asked)


def _no_faults(gateway: Gateway, asked: object) -> object:
    gateway.faults.replace([])
    return []


def _set_now(gateway: Gateway, asked: object) -> object:
    """`{"now": instant or null, "offsetSeconds": 0}`: the gateway's clock, not the account's backups."""
    fields = json_object(asked)
    now = fields.get("now")
    gateway.clock.set(
        stopped_at=None if now is None else datetime.fromisoformat(str(now)),
        offset=timedelta(seconds=float(str(fields.get("offsetSeconds", 0)))),
    )
    return {"now": gateway.clock().isoformat()}


def _set_modes(gateway: Gateway, asked: object) -> object:
    """Any of `{"paging": mode, "pageFormat": mode, "dialect": mode, "latencyMs": number}`."""
    fields = json_object(asked)
    if "paging" in fields:
        gateway.paging = Paging.parse(str(fields["paging"]))
    if "pageFormat" in fields:
        gateway.page_format = PageFormat.parse(str(fields["pageFormat"]))
    if "dialect" in fields:
        gateway.dialect = Dialect.parse(str(fields["dialect"]))
    if "latencyMs" in fields:
        gateway.latency_seconds = float(str(fields["latencyMs"])) / 1000
    forget_answers(gateway)
    return _state(gateway, asked)


def _reseed(gateway: Gateway, asked: object) -> object:
    """`{"seed": 1, "instances": 24, "regions": ["KR"], "profiles": {...}, "products": [...], "now": instant}`:
    another account."""
    fields = {name: value for name, value in json_object(asked).items() if name in RESEED_FIELDS}
    now = json_object(asked).get("now")
    instant = datetime.fromisoformat(str(now)) if now else gateway.clock()
    old = gateway.account
    gateway.account = seeded_account(now=instant, access_key=old.access_key, secret_key=old.secret_key, **fields)
    forget_answers(gateway)
    return _state(gateway, asked)


RESEED_FIELDS: Final = frozenset({"seed", "instances", "regions", "profiles", "products"})

ACTIONS: Final[Mapping[tuple[str, str], Callable[[Gateway, object], object]]] = {
    ("GET", ""): _state,
    ("GET", "/requests"): _requests,
    ("DELETE", "/requests"): _forget_requests,
    ("GET", "/faults"): _faults,
    ("POST", "/faults"): _set_faults,
    ("DELETE", "/faults"): _no_faults,
    ("POST", "/now"): _set_now,
    ("POST", "/modes"): _set_modes,
    ("POST", "/backups"): add_backup,
    ("POST", "/account"): _reseed,
    ("POST", "/database"): change_database,
    ("POST", "/access"): set_access,
    ("POST", "/vanish"): vanish_in,
    ("DELETE", "/vanish"): bring_all_back,
    ("GET", "/accounts"): list_accounts,
    ("POST", "/accounts"): add_accounts,
    ("DELETE", "/accounts"): forget_accounts,
}
