"""Read a policy (TOML) into values, or say everything that is wrong with it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from backup_watch.config import parsers
from backup_watch.config.fields import Fields, Parser
from backup_watch.config.problems import Problem
from backup_watch.model.policy import (
    MAX_AGE,
    MAX_GRACE,
    MAX_MUTE,
    Expectations,
    Mute,
    Policy,
    Rule,
    Selector,
    Thresholds,
    glob_matches,
)
from backup_watch.model.products import PRODUCTS
from backup_watch.model.vocabulary import Severity

RULE_SEVERITIES = {"warning": Severity.WARNING, "critical": Severity.CRITICAL}
"""What a rule may set. Not ``ok``: that would be a mute without end, owner or reason."""
MAX_INSTANCES = 1_000_000
"""The most that a roll call may expect; more is a slip of the hand."""
THRESHOLD_KEYS = ("max_age", "grace", "new_instance_grace")
TOP_KEYS = (*THRESHOLD_KEYS, "rule", "mute", "expect")
PLACE_KEYS = ("region", "product", "account")
"""Globs that narrow an entry to some of the instances that it would be about."""
OTHER_RULE_KEYS = ("severity", "ignore_databases")
RULE_KEYS = ("match", *PLACE_KEYS, *THRESHOLD_KEYS, *OTHER_RULE_KEYS)
MUTE_KEYS = ("match", *PLACE_KEYS, "until", "reason", "owner")
EXPECT_KEYS = ("instances", "names", *PLACE_KEYS)

THRESHOLDS = {"max_age": MAX_AGE, "grace": MAX_GRACE, "new_instance_grace": MAX_GRACE}
MATCH = parsers.text("a glob on the service name, or an instance number")


def _product(value: str) -> str:
    if not any(glob_matches(value, product) for product in PRODUCTS):
        raise ValueError
    return value


PLACES = {
    "region": parsers.text("a region code such as KR"),
    "product": parsers.one_of(_product, f"one of {', '.join(PRODUCTS)}"),
    "account": parsers.text("a glob on the ids of accounts"),
}


def _severity(value: Any) -> Severity:
    return RULE_SEVERITIES[value] if isinstance(value, str) and value in RULE_SEVERITIES else _refuse()


def _refuse() -> Severity:
    raise ValueError


SEVERITY = Parser(_severity, "warning or critical (to silence, use [[mute]])")


def parse_policy(
    text: str, thresholds: Thresholds, *, now: datetime, source: str = "POLICY"
) -> tuple[Policy, list[Problem]]:
    """Read *text*; *thresholds* give what it leaves out, *source* names it in problems.

    A blank text is an absent policy; one of nothing but comments is refused. With any problem the policy returned is
    not to be used.
    """
    import tomllib  # a tenth of what `import app` takes, and most installations have no policy

    text = text.removeprefix("\ufeff")
    try:
        text.encode()  # bytes of a variable that are no UTF-8 could not be shown later
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a TOMLDecodeError, or a number or a depth beyond Python's limits
        return Policy(), [Problem(source, None, f"valid TOML; {error}")]
    read = Fields(document, [], source=source)
    if text.strip() and _is_one_comment(text, document):
        read.refuse("", None, JOINED)
    read.refuse_unknown(TOP_KEYS)
    policy = Policy(
        thresholds=_thresholds(read, thresholds),
        rules=tuple(_rule(table) for table in read.tables("rule")),
        mutes=tuple(mute for table in read.tables("mute") if (mute := _mute(table, now=now))),
        expectations=tuple(map(_expectations, read.tables("expect", or_one=True))),
    )
    return policy, read.problems


JOINED = (
    "a policy that holds something: this one is a comment. If it was pasted into a field of one line, its lines "
    "were joined: put it into an SSM parameter (POLICY_PARAMETER), or write each line for itself"
)


def _is_one_comment(text: str, document: dict[str, Any]) -> bool:
    """Whether *text* says nothing, or its one line ends in a comment that looks like the rest of a policy."""
    if not document:
        return True
    if "\n" in text.strip():  # the only line break of TOML: others are part of a comment
        return False
    return any(re.search(r"\[\s*\w+\s*\]|\w\s*=", text[at:]) for at in _comments(text, document))


def _comments(text: str, document: dict[str, Any]) -> list[int]:
    """Where a comment begins in the one line *text*: the places without whose rest it says the same."""
    import tomllib

    found = []
    for at in (match.start() for match in re.finditer("#", text[:2000])):
        try:
            same = tomllib.loads(text[:at]) == document
        except (ValueError, RecursionError):
            continue
        found += [at] if same else []
    return found


def _thresholds(read: Fields, given: Thresholds) -> Thresholds:
    return Thresholds(
        max_age=read.get("max_age", parsers.duration(most=MAX_AGE), given.max_age),
        grace=read.get("grace", parsers.duration(most=MAX_GRACE), given.grace),
        new_instance_grace=read.get("new_instance_grace", parsers.duration(most=MAX_GRACE), given.new_instance_grace),
        max_age_of={} if "max_age" in read else given.max_age_of,
    )


def _places(read: Fields) -> dict[str, str | None]:
    return {key: read.get(key, parser) for key, parser in PLACES.items()}


def _rule(read: Fields) -> Rule:
    read.refuse_unknown(RULE_KEYS)
    if not any(key in read for key in (*THRESHOLD_KEYS, *OTHER_RULE_KEYS)):
        read.refuse("", None, f"sets nothing; give one of {', '.join((*THRESHOLD_KEYS, *OTHER_RULE_KEYS))}")
    values = {key: read.get(key, parsers.duration(most=most)) for key, most in THRESHOLDS.items()}
    severity = read.get("severity", SEVERITY)
    ignored = read.get("ignore_databases", parsers.texts('a list of globs, such as ["archive_*"]'))
    if not any(key in read for key in ("match", *PLACE_KEYS)):
        read.refuse("match", None, f"required: {MATCH.allowed}")
    return Rule(
        Selector(read.get("match", MATCH, "*"), **_places(read)), **values, severity=severity, ignore_databases=ignored
    )


def _mute(read: Fields, *, now: datetime) -> Mute | None:
    read.refuse_unknown(MUTE_KEYS)
    read.require("match", "until", "reason", "owner")
    until = read.get("until", until_within(MAX_MUTE, now=now))
    reason = read.get("reason", parsers.text("some text: why this is muted"))
    owner = read.get("owner", parsers.text("some text: who to ask"))
    match, places = read.get("match", MATCH), _places(read)
    if until is None or reason is None or owner is None or match is None:
        return None
    return Mute(Selector(match, **places), until, reason, owner)


def until_within(ahead: timedelta, *, now: datetime) -> Parser[datetime]:
    """The end of a mute or of a pause."""
    allowed = f"an instant with an offset, at most {ahead.days} days ahead, such as 2026-12-31T00:00:00+09:00"
    return parsers.instant_within(ahead, now=now, allowed=allowed)


def _expectations(read: Fields) -> Expectations:
    read.refuse_unknown(EXPECT_KEYS)
    instances = read.get("instances", parsers.integer(least=0, most=MAX_INSTANCES))
    names = read.get("names", parsers.texts('a list of globs, such as ["orders-*"]'), ())
    if set(read.values) <= set(EXPECT_KEYS) and "instances" not in read and read.values.get("names", []) == []:
        read.refuse("", None, "expects nothing; give instances or names")
    return Expectations(instances, names, **_places(read))
