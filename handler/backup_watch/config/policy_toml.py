"""Read a policy (TOML) into values, or say everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from backup_watch.config.problems import Problem
from backup_watch.model.durations import ALLOWED as DURATION_ALLOWED
from backup_watch.model.durations import parse_duration
from backup_watch.model.policy import MAX_MUTE, Mute, Policy, RollCall, Rule, Selector, Thresholds
from backup_watch.model.vocabulary import Severity

THRESHOLD_KEYS = ("max_age", "grace", "new_instance_grace")
RULE_SEVERITIES = {"warning": Severity.WARNING, "critical": Severity.CRITICAL}
"""What a rule may set. Not ``ok``: that would be a mute without end, owner or reason."""
MAX_INSTANCES = 1_000_000
"""The most that a roll call may expect; more is a slip of the hand."""
TOP_KEYS = (*THRESHOLD_KEYS, "rule", "mute", "expect")
RULE_KEYS = ("match", "region", *THRESHOLD_KEYS, "severity")
MUTE_KEYS = ("match", "region", "until", "reason", "owner")
EXPECT_KEYS = ("instances", "names")

T = TypeVar("T")
Table = Mapping[str, Any]


def parse_policy(
    text: str, thresholds: Thresholds, *, now: datetime, source: str = "POLICY"
) -> tuple[Policy, list[Problem]]:
    """Read *text*; *thresholds* give what it leaves out, *source* names it in problems.

    With any problem the policy returned is not to be used.
    """
    import tomllib  # a tenth of what `import app` takes, and most installations have no policy

    try:
        text.encode()  # bytes of a variable that are no UTF-8 could not be shown later
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a TOMLDecodeError, or a number or a depth beyond Python's limits
        return Policy(), [Problem(source, None, f"valid TOML; {error}")]
    reader = _Reader(source, now)
    reader.refuse_unknown(document, TOP_KEYS, "")
    policy = Policy(
        thresholds=_thresholds(reader, document, thresholds),
        rules=tuple(_rule(reader, table, f"rule {n}") for n, table in reader.tables(document, "rule")),
        mutes=tuple(
            mute for n, table in reader.tables(document, "mute") if (mute := _mute(reader, table, f"mute {n}"))
        ),
        roll_call=_roll_call(reader, document),
    )
    return policy, reader.problems


class _Reader:
    """Takes typed values out of TOML tables and collects what is wrong."""

    def __init__(self, source: str, now: datetime) -> None:
        self.source, self.now = source, now
        self.problems: list[Problem] = []

    def refuse(self, where: str, key: str, value: object, allowed: str) -> None:
        field = " ".join(part for part in (self.source, where, key) if part)
        self.problems.append(Problem(field, _shown(value), allowed))

    def refuse_unknown(self, table: Table, known: tuple[str, ...], where: str) -> None:
        for key, value in table.items():
            if key not in known:
                shown = None if _may_be_secret(key, value) else value
                self.refuse(where, key, shown, f"no such key; allowed are {', '.join(known)}")

    def tables(self, document: Table, key: str) -> list[tuple[int, Table]]:
        value = document.get(key, [])
        if isinstance(value, list) and all(isinstance(table, dict) for table in value):
            return list(enumerate(value, 1))
        self.refuse("", key, value, f"tables, written as [[{key}]]")
        return []

    def take(self, table: Table, where: str, key: str, read: Callable[[Any], T], allowed: str) -> T | None:
        """The value at *key* as *read* gives it; None where it is absent, or wrong (a problem then)."""
        if key not in table:
            return None
        try:
            return read(table[key])
        except (ValueError, TypeError):
            self.refuse(where, key, table[key], allowed)
            return None


SECRETIVE = ("secret", "key", "token", "pass", "credential", "url")
MAX_HARMLESS_CHARS = 32


def _may_be_secret(key: str, value: object) -> bool:
    """Whether somebody may have put a credential at *key*, where nobody asks for one: it must not be shown."""
    if isinstance(value, dict | list) or any(word in key.casefold() for word in SECRETIVE):
        return True
    return isinstance(value, str) and (len(value) > MAX_HARMLESS_CHARS or "://" in value)


def _shown(value: object) -> str | None:
    """*value* as text; None where there is none, or where it is a number or a depth that Python refuses to write."""
    try:
        return None if value is None else str(value)
    except (ValueError, RecursionError):
        return None


def _duration(value: object) -> timedelta:
    if not isinstance(value, str):
        raise TypeError
    return parse_duration(value)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError
    return value


def _severity(value: object) -> Severity:
    if not isinstance(value, str) or value not in RULE_SEVERITIES:
        raise ValueError
    return RULE_SEVERITIES[value]


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_INSTANCES:
        raise ValueError
    return value


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(_text(name) for name in value)


def _thresholds(reader: _Reader, table: Table, given: Thresholds) -> Thresholds:
    values = {key: reader.take(table, "", key, _duration, DURATION_ALLOWED) for key in THRESHOLD_KEYS}
    return Thresholds(
        max_age=values["max_age"] or given.max_age,
        grace=values["grace"] or given.grace,
        new_instance_grace=values["new_instance_grace"] or given.new_instance_grace,
    )


def _selector(reader: _Reader, table: Table, where: str) -> Selector:
    if "match" not in table and "region" not in table:
        reader.refuse(where, "match", None, "required: a glob on the service name, or an instance number")
    match = reader.take(table, where, "match", _text, "a glob on the service name, or an instance number")
    region = reader.take(table, where, "region", _text, "a region code such as KR")
    return Selector("*" if match is None else match, region)


def _rule(reader: _Reader, table: Table, where: str) -> Rule:
    reader.refuse_unknown(table, RULE_KEYS, where)
    if not any(key in table for key in (*THRESHOLD_KEYS, "severity")):
        reader.refuse(where, "", None, f"sets nothing; give one of {', '.join((*THRESHOLD_KEYS, 'severity'))}")
    values = {key: reader.take(table, where, key, _duration, DURATION_ALLOWED) for key in THRESHOLD_KEYS}
    severity = reader.take(table, where, "severity", _severity, "warning or critical (to silence, use [[mute]])")
    return Rule(_selector(reader, table, where), **values, severity=severity)


def _mute(reader: _Reader, table: Table, where: str) -> Mute | None:
    reader.refuse_unknown(table, MUTE_KEYS, where)
    for key in ("match", "until", "reason", "owner"):
        if key not in table:
            reader.refuse(where, key, None, "required")
    until = reader.take(
        table, where, "until", lambda value: _until(value, reader.now),
        "an instant with an offset, at most 90 days ahead, such as 2026-12-31T00:00:00+09:00",
    )  # fmt: skip
    reason = reader.take(table, where, "reason", _text, "some text: why this is muted")
    owner = reader.take(table, where, "owner", _text, "some text: who to ask")
    match = reader.take(table, where, "match", _text, "a glob on the service name, or an instance number")
    region = reader.take(table, where, "region", _text, "a region code such as KR")
    if until is None or reason is None or owner is None or match is None:
        return None
    return Mute(Selector(match, region), until, reason, owner)


def _until(value: object, now: datetime) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None or value - now > MAX_MUTE:
        raise ValueError
    return value


def _roll_call(reader: _Reader, document: Table) -> RollCall:
    table = document.get("expect", {})
    if not isinstance(table, dict):
        reader.refuse("", "expect", table, "a table, written as [expect]")
        return RollCall()
    reader.refuse_unknown(table, EXPECT_KEYS, "expect")
    instances = reader.take(table, "expect", "instances", _count, f"a whole number from 1 to {MAX_INSTANCES}")
    names = reader.take(table, "expect", "names", _names, 'a list of globs, such as ["orders-*"]')
    return RollCall(instances, names or ())
