"""Steering a running emulator over HTTP, for whoever cannot reach its objects: everything under /_emulator."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from tests.emulator.account import Account
from tests.emulator.accounts import Description, described, many
from tests.emulator.dialect import Dialect
from tests.emulator.exchange import JSON, Answer, Request
from tests.emulator.fault_kinds import parse_fault
from tests.emulator.gateway import Gateway
from tests.emulator.page_format import PageFormat
from tests.emulator.paging import Paging
from tests.emulator.seeding import seeded_account
from tests.emulator.vanish import Scope, bring_back, remember, vanish

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
    fields = _object(asked)
    now = fields.get("now")
    gateway.clock.set(
        stopped_at=None if now is None else datetime.fromisoformat(str(now)),
        offset=timedelta(seconds=float(str(fields.get("offsetSeconds", 0)))),
    )
    return {"now": gateway.clock().isoformat()}


def _set_modes(gateway: Gateway, asked: object) -> object:
    """Any of `{"paging": mode, "pageFormat": mode, "dialect": mode, "latencyMs": number}`."""
    fields = _object(asked)
    if "paging" in fields:
        gateway.paging = Paging.parse(str(fields["paging"]))
    if "pageFormat" in fields:
        gateway.page_format = PageFormat.parse(str(fields["pageFormat"]))
    if "dialect" in fields:
        gateway.dialect = Dialect.parse(str(fields["dialect"]))
    if "latencyMs" in fields:
        gateway.latency_seconds = float(str(fields["latencyMs"])) / 1000
    _forget_answers(gateway)
    return _state(gateway, asked)


def _add_backup(gateway: Gateway, asked: object) -> object:
    """`{"database": name or number, "endedAt": instant}`; endedAt defaults to the gateway's now."""
    fields = _object(asked)
    ended_at = fields.get("endedAt")
    database = _account(gateway, fields).database(str(fields["database"]), product=_text(fields, "product"))
    backup = database.add_backup(datetime.fromisoformat(str(ended_at)) if ended_at else gateway.clock())
    _forget_answers(gateway)
    return {"instanceNo": database.instance_no, "endedAt": backup.ended_at.isoformat()}


def _reseed(gateway: Gateway, asked: object) -> object:
    """`{"seed": 1, "instances": 24, "regions": ["KR"], "profiles": {...}, "products": [...], "now": instant}`:
    another account."""
    fields = {name: value for name, value in _object(asked).items() if name in RESEED_FIELDS}
    now = _object(asked).get("now")
    instant = datetime.fromisoformat(str(now)) if now else gateway.clock()
    old = gateway.account
    gateway.account = seeded_account(now=instant, access_key=old.access_key, secret_key=old.secret_key, **fields)
    _forget_answers(gateway)
    return _state(gateway, asked)


def _change_database(gateway: Gateway, asked: object) -> object:
    """`{"database": name or number, "set": {field of Database: value}}`; fields that end in _at, _since or _until are
    instants, or null."""
    fields = _object(asked)
    database = _account(gateway, fields).database(str(fields["database"]), product=_text(fields, "product"))
    changes = _object(fields["set"])
    if unknown := set(changes) - set(vars(database)):
        raise ValueError(f"a database has no {', '.join(sorted(unknown))}; it has {', '.join(vars(database))}")
    for name, value in changes.items():
        is_instant = name.endswith(INSTANTS) and value is not None
        setattr(database, name, datetime.fromisoformat(str(value)) if is_instant else value)
    _forget_answers(gateway)
    return {"instanceNo": database.instance_no, "set": sorted(changes)}


def _set_access(gateway: Gateway, asked: object) -> object:
    """Any of `{"denied": [...], "notOffered": [...], "notSubscribed": [...]}`, each instead of what was there."""
    fields = _object(asked)
    account = _account(gateway, fields)
    for name, attribute in ACCESS.items():
        if name in fields:
            setattr(account, attribute, set(_list(fields[name])))
    return {name: sorted(getattr(account, attribute)) for name, attribute in ACCESS.items()}


def _vanish(gateway: Gateway, asked: object) -> object:
    """`{"what": way, "database", "product", "region", "list", "account"}`."""
    fields = _object(asked)
    account = _account(gateway, fields)
    named = {"database": "database", "product": "product", "region": "region", "list": "which"}
    chosen = {attribute: str(fields[name]) for name, attribute in named.items() if name in fields}
    kept = remember(account)
    vanish(account, str(fields["what"]), Scope(**chosen))
    gateway.kept_accounts.setdefault(account.id, (account, kept))
    _forget_answers(gateway)
    return {"databases": len(account.databases)}


def _bring_back(gateway: Gateway, asked: object) -> object:
    """Everything that vanished, in every account."""
    for account, kept in gateway.kept_accounts.values():
        bring_back(account, kept)
    gateway.kept_accounts.clear()
    _forget_answers(gateway)
    return {"databases": len(gateway.account.databases)}


def _add_accounts(gateway: Gateway, asked: object) -> object:
    """`{"count": 5000, ...}`, or `{"accounts": [{"id": ...}, ...]}`: further accounts; the answer has their keys."""
    told = dict(_object(asked))
    now = datetime.fromisoformat(str(told.pop("now"))) if told.get("now") else gateway.clock()
    if "accounts" in told:
        added = [described(_object(one), now=now) for one in _list(told["accounts"])]
    else:
        alike: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in told.items() if name != "count"
        }
        added = list(many(int(str(told["count"])), now=now, **alike))
    gateway.others.add(*added)
    return [description.as_json() for description in added]


def _accounts(gateway: Gateway, asked: object) -> object:
    """Those beside the default one: ids, sites, and whether they have been asked for and so been made."""
    return [
        {"id": entry.id, "site": entry.site, "isMade": not isinstance(entry, Description)}
        for entry in gateway.others.entries()
    ]


def _no_accounts(gateway: Gateway, asked: object) -> object:
    gateway.others.clear()
    return []


def _account(gateway: Gateway, fields: Mapping[str, object]) -> Account:
    """The account that a request names by its id; the default one where it names none. KeyError: there is none."""
    return gateway.account_named(_text(fields, "account"))


def _text(fields: Mapping[str, object], name: str) -> str | None:
    return str(fields[name]) if fields.get(name) is not None else None


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("expected a JSON list")
    return value


def _forget_answers(gateway: Gateway) -> None:
    """What was kept no longer holds."""
    if gateway.kept_answers is not None:
        gateway.kept_answers.clear()


def _object(asked: object) -> Mapping[str, object]:
    if not isinstance(asked, dict):
        raise TypeError("expected a JSON object")
    return asked


RESEED_FIELDS: Final = frozenset({"seed", "instances", "regions", "profiles", "products"})
INSTANTS: Final = ("_at", "_since", "_until")
ACCESS: Final = {"denied": "denied", "notOffered": "not_offered", "notSubscribed": "not_subscribed"}

ACTIONS: Final[Mapping[tuple[str, str], Callable[[Gateway, object], object]]] = {
    ("GET", ""): _state,
    ("GET", "/requests"): _requests,
    ("DELETE", "/requests"): _forget_requests,
    ("GET", "/faults"): _faults,
    ("POST", "/faults"): _set_faults,
    ("DELETE", "/faults"): _no_faults,
    ("POST", "/now"): _set_now,
    ("POST", "/modes"): _set_modes,
    ("POST", "/backups"): _add_backup,
    ("POST", "/account"): _reseed,
    ("POST", "/database"): _change_database,
    ("POST", "/access"): _set_access,
    ("POST", "/vanish"): _vanish,
    ("DELETE", "/vanish"): _bring_back,
    ("GET", "/accounts"): _accounts,
    ("POST", "/accounts"): _add_accounts,
    ("DELETE", "/accounts"): _no_accounts,
}
