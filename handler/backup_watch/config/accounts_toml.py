"""Read an accounts file (TOML) into values, or say everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from backup_watch.config import parsers
from backup_watch.config.fields import Fields, Parser
from backup_watch.config.policy_toml import until_within
from backup_watch.config.problems import Problem
from backup_watch.model.accounts import DEFAULT_ACCOUNT, Account, Accounts, KeyPlace, KeyStore, Pause
from backup_watch.model.policy import MAX_MUTE
from backup_watch.model.products import DEFAULT_PRODUCT, PRODUCTS
from ncloud.options import PUBLIC_BASE_URL, SITES

MAX_ACCOUNTS = 10_000
MAX_ID_CHARS = 48
ID_FORM = re.compile(rf"[a-z0-9-]{{1,{MAX_ID_CHARS}}}")
MAX_NAME_CHARS = 200
MAX_GROUP_CHARS = 64
"""What one value of a message's attribute ``group`` may have."""
MAX_FIELD_CHARS = 128

TOP_KEYS = ("defaults", "account", "shrink_ok")
PLACES = tuple(store.value for store in KeyStore)
DEFAULT_KEYS = ("site", "api", "regions", "products", *PLACES, "may_be_empty")
PAUSE_KEYS = ("paused_until", "reason", "owner")
ACCOUNT_KEYS = ("id", "name", *DEFAULT_KEYS, "group", *PAUSE_KEYS)


class _Given(Struct, frozen=True):
    """What one table says; None: nothing."""

    api_url: str | None
    regions: tuple[str, ...] | None
    products: tuple[str, ...] | None
    all_products: bool
    place: tuple[KeyStore, str] | None
    """The store, and the name with ``{id}`` and ``#field`` in it."""
    may_be_empty: bool | None
    is_place_wrong: bool
    """Whether a place is named and cannot be used: that it is missing is no second problem."""


def parse_accounts(
    text: str, *, now: datetime, source: str = "ACCOUNTS", profiles: bool = False
) -> tuple[Accounts, list[Problem]]:
    """Read *text*; *source* names it in problems. With any problem the accounts returned are not to be used.

    *profiles* says whether a key may be kept in a profile of the command's configuration file.
    """
    import tomllib  # most installations have one account

    text = text.removeprefix("\ufeff")
    try:
        text.encode()  # bytes of a variable that are no UTF-8 could not be shown later
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a TOMLDecodeError, or a number or a depth beyond Python's limits
        return Accounts(()), [Problem(source, None, f"valid TOML; {error}")]
    read = Fields(document, [], source=source)
    read.refuse_unknown(TOP_KEYS)
    shrink_ok = read.get("shrink_ok", parsers.FLAG, False)
    defaults = _defaults(read.table("defaults"), profiles=profiles)
    tables = read.tables("account")
    if not tables and not any(problem.field == f"{source} account" for problem in read.problems):
        read.refuse("account", None, "at least one account, written as [[account]]")
    if len(tables) > MAX_ACCOUNTS:
        read.refuse("account", str(len(tables)), f"at most {MAX_ACCOUNTS:,} accounts")
        return Accounts(()), read.problems
    seen: dict[str, int] = {}
    accounts = [
        _account(table, number, defaults, seen, now=now, profiles=profiles) for number, table in enumerate(tables, 1)
    ]
    return Accounts(tuple(filter(None, accounts)), from_file=True, shrink_ok=shrink_ok), read.problems


def _defaults(read: Fields, *, profiles: bool) -> _Given:
    read.refuse_unknown(DEFAULT_KEYS)
    given = _given(read, profiles=profiles)
    if given.place is not None:
        _key_place(read, *given.place, account_id="id")  # said once, not for each account
    return given


def _given(read: Fields, *, profiles: bool) -> _Given:
    places = [store for store in KeyStore if store.value in read]
    if len(places) > 1:
        read.refuse(", ".join(places), None, "two places for one key: give one of them")
    if KeyStore.PROFILE in places and not profiles:
        read.refuse(KeyStore.PROFILE, None, "only for the command backup-watch; here it is parameter or secret")
    place = None if len(places) != 1 else read.get(places[0].value, NAME)
    if "site" in read and "api" in read:
        read.refuse("api", None, "not together with site: give one of the two")
    site = read.get("site", parsers.SITE)
    return _Given(
        api_url=read.get("api", parsers.BASE_URL) or (None if site is None else SITES[site]),
        regions=read.get("regions", parsers.REGIONS),
        products=read.get("products", PRODUCTS_LIST),
        all_products=_is_all(read.values.get("products")),
        place=None if place is None else (places[0], place),
        may_be_empty=read.get("may_be_empty", parsers.FLAG),
        is_place_wrong=bool(places) and place is None,
    )


def _account(
    read: Fields, number: int, defaults: _Given, seen: dict[str, int], *, now: datetime, profiles: bool
) -> Account | None:
    """The account of one table, number *number* of the file; *seen* has the ids before it. None: it has no id."""
    read = read.named(_where(number, read.values))
    account_id = _id(read, number, seen)
    read.refuse_unknown(ACCOUNT_KEYS)
    own = _given(read, profiles=profiles)
    store_and_name, key = own.place or defaults.place, None
    if store_and_name is not None and account_id is not None and not own.is_place_wrong:
        key = _key_place(read, *store_and_name, account_id=account_id)
    elif store_and_name is None and not (own.is_place_wrong or defaults.is_place_wrong):
        read.refuse("", None, f"the place of its key is required: {' or '.join(PLACES[:2])}")
    products = own.products if own.products is not None else defaults.products
    all_products = own.all_products if own.products is not None else defaults.all_products
    name = read.get("name", _bounded(MAX_NAME_CHARS))
    group = read.get("group", _bounded(MAX_GROUP_CHARS))
    pause = _pause(read, now=now)
    if account_id is None:
        return None
    return Account(
        id=account_id,
        api_url=own.api_url or defaults.api_url or PUBLIC_BASE_URL,
        regions=own.regions or defaults.regions or ("KR",),
        products=products or (DEFAULT_PRODUCT,),
        all_products=all_products,
        key=key,
        name=name,
        may_be_empty=_either(own.may_be_empty, defaults.may_be_empty),
        group=group,
        pause=pause,
    )


def _where(number: int, values: Mapping[str, Any]) -> str:
    """How an account is named in a problem; its id only where it cannot be mistaken for something else."""
    account_id = values.get("id")
    named = isinstance(account_id, str) and ID_FORM.fullmatch(account_id)
    return f"account {number}" + (f" ({account_id})" if named else "")


def _id(read: Fields, number: int, seen: dict[str, int]) -> str | None:
    read.require("id")
    account_id = read.get("id", ID)
    if account_id is None:
        return None
    if account_id in seen:
        read.refuse("id", account_id, f"each id once; account {seen[account_id]} has it, too")
        return None
    seen[account_id] = number
    if account_id == DEFAULT_ACCOUNT:
        read.refuse("id", account_id, "another one: this is the id of the account of an installation without a file")
    return account_id


def _key_place(read: Fields, store: KeyStore, template: str, *, account_id: str) -> KeyPlace | None:
    """The place that *template* names for one account. What is wrong with it is not shown: it may be the key."""
    name, has_field, field = template.replace("{id}", account_id).partition("#")
    is_name = name.strip() if store is KeyStore.PROFILE else parsers.NAME_FORM.fullmatch(name)
    if not is_name or (has_field and not 0 < len(field) <= MAX_FIELD_CHARS):
        what = {"parameter": "the name of an SSM parameter", "secret": "the name or ARN of a secret"}
        read.refuse(store, None, f"{what.get(store, 'the name of a profile')}, with #FIELD for one of many in it")
        return None
    return KeyPlace(store, name, field if has_field else None)


def _pause(read: Fields, *, now: datetime) -> Pause | None:
    if "paused_until" not in read:
        for key in PAUSE_KEYS[1:]:
            if key in read:
                read.refuse(key, None, "only together with paused_until")
        return None
    read.require(*PAUSE_KEYS)
    until = read.get("paused_until", until_within(MAX_MUTE, now=now))
    reason = read.get("reason", parsers.text("some text: why it is not read"))
    owner = read.get("owner", parsers.text("some text: who to ask"))
    return None if until is None or reason is None or owner is None else Pause(until, reason, owner)


def _either(own: bool | None, default: bool | None) -> bool:
    return bool(default) if own is None else own


def _is_all(value: object) -> bool:
    listed = value.split(",") if isinstance(value, str) else value
    return isinstance(listed, list) and [str(part).strip().lower() for part in listed] == ["all"]


def _id_text(value: str) -> str:
    if not ID_FORM.fullmatch(value):
        raise ValueError
    return value


def _harmless_id(value: str) -> str | None:
    """*value*, unless a key may stand there by slip."""
    return None if len(value) > MAX_ID_CHARS or re.fullmatch("[A-Za-z0-9]{16,}", value) else value


ID = Parser(_id_text, f"a-z, 0-9 and -, 1 to {MAX_ID_CHARS} characters", _harmless_id)
PRODUCTS_LIST = parsers.several_of(PRODUCTS, everything="all")


def _any(value: str) -> str:
    return value


NAME = parsers.one_of(_any, "a name, with #FIELD for one of many in it", hidden=True)
"""Not shown where it is wrong: it may be the key itself."""


def _bounded(most: int) -> Parser[str]:
    plain = parsers.text("")

    def read(value: Any) -> str:
        text = plain.read(value)
        if len(text) > most or not text.isprintable():
            raise ValueError
        return text

    return Parser(read, f"text of 1 to {most} characters, without line breaks")
