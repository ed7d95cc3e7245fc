"""Control requests that change accounts: their databases, what they may read, what vanishes, and further accounts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from tests.emulator.account import Account
from tests.emulator.accounts import Description, described, many
from tests.emulator.gateway import Gateway
from tests.emulator.vanish import Scope, bring_back, remember, vanish

INSTANTS: Final = ("_at", "_since", "_until")
ACCESS: Final = {"denied": "denied", "notOffered": "not_offered", "notSubscribed": "not_subscribed"}


def add_backup(gateway: Gateway, asked: object) -> object:
    """`{"database": name or number, "endedAt": instant}`; endedAt defaults to the gateway's now."""
    fields = json_object(asked)
    ended_at = fields.get("endedAt")
    database = _account(gateway, fields).database(str(fields["database"]), product=_text(fields, "product"))
    backup = database.add_backup(datetime.fromisoformat(str(ended_at)) if ended_at else gateway.clock())
    forget_answers(gateway)
    return {"instanceNo": database.instance_no, "endedAt": backup.ended_at.isoformat()}


def change_database(gateway: Gateway, asked: object) -> object:
    """`{"database": name or number, "set": {field of Database: value}}`; fields that end in _at, _since or _until are
    instants, or null."""
    fields = json_object(asked)
    database = _account(gateway, fields).database(str(fields["database"]), product=_text(fields, "product"))
    changes = json_object(fields["set"])
    if unknown := set(changes) - set(vars(database)):
        raise ValueError(f"a database has no {', '.join(sorted(unknown))}; it has {', '.join(vars(database))}")
    for name, value in changes.items():
        is_instant = name.endswith(INSTANTS) and value is not None
        setattr(database, name, datetime.fromisoformat(str(value)) if is_instant else value)
    forget_answers(gateway)
    return {"instanceNo": database.instance_no, "set": sorted(changes)}


def set_access(gateway: Gateway, asked: object) -> object:
    """Any of `{"denied": [...], "notOffered": [...], "notSubscribed": [...]}`, each instead of what was there."""
    fields = json_object(asked)
    account = _account(gateway, fields)
    for name, attribute in ACCESS.items():
        if name in fields:
            setattr(account, attribute, set(_list(fields[name])))
    return {name: sorted(getattr(account, attribute)) for name, attribute in ACCESS.items()}


def vanish_in(gateway: Gateway, asked: object) -> object:
    """`{"what": way, "database", "product", "region", "list", "account"}`."""
    fields = json_object(asked)
    account = _account(gateway, fields)
    named = {"database": "database", "product": "product", "region": "region", "list": "which"}
    chosen = {attribute: str(fields[name]) for name, attribute in named.items() if name in fields}
    kept = remember(account)
    vanish(account, str(fields["what"]), Scope(**chosen))
    gateway.kept_accounts.setdefault(account.id, (account, kept))
    forget_answers(gateway)
    return {"databases": len(account.databases)}


def bring_all_back(gateway: Gateway, asked: object) -> object:
    """Everything that vanished, in every account."""
    for account, kept in gateway.kept_accounts.values():
        bring_back(account, kept)
    gateway.kept_accounts.clear()
    forget_answers(gateway)
    return {"databases": len(gateway.account.databases)}


def add_accounts(gateway: Gateway, asked: object) -> object:
    """`{"count": 5000, ...}`, or `{"accounts": [{"id": ...}, ...]}`: further accounts; the answer has their keys."""
    told = dict(json_object(asked))
    now = datetime.fromisoformat(str(told.pop("now"))) if told.get("now") else gateway.clock()
    if "accounts" in told:
        added = [described(json_object(one), now=now) for one in _list(told["accounts"])]
    else:
        alike: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in told.items() if name != "count"
        }
        added = list(many(int(str(told["count"])), now=now, **alike))
    gateway.others.add(*added)
    return [description.as_json() for description in added]


def list_accounts(gateway: Gateway, asked: object) -> object:
    """Those beside the default one: ids, sites, and whether they have been asked for and so been made."""
    return [
        {"id": entry.id, "site": entry.site, "isMade": not isinstance(entry, Description)}
        for entry in gateway.others.entries()
    ]


def forget_accounts(gateway: Gateway, asked: object) -> object:
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


def forget_answers(gateway: Gateway) -> None:
    """What was kept no longer holds."""
    if gateway.kept_answers is not None:
        gateway.kept_answers.clear()


def json_object(asked: object) -> Mapping[str, object]:
    if not isinstance(asked, dict):
        raise TypeError("expected a JSON object")
    return asked
