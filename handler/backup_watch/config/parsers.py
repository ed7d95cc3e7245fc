"""What single fields may hold: one parser for each kind of value, used for variables and TOML alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from backup_watch.config.fields import Parser
from backup_watch.model.durations import ALLOWED as DURATION_ALLOWED
from backup_watch.model.durations import format_duration, parse_duration
from ncloud.options import SITES, checked_base_url, is_safe_url

T = TypeVar("T")
NAME_FORM = re.compile(r"[A-Za-z0-9/_+=.@:!-]{1,2048}")
"""Names and ARNs of secrets and of SSM parameters. With quotes or blanks it is the thing itself, put there by slip."""
TOPIC_FORM = re.compile(r"arn:[a-z0-9-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?")
REGION_FORM = re.compile(r"[A-Z][A-Z0-9-]{0,15}")
KEY_FORM = re.compile("[!-~]+")
"""What a request's header can carry."""


def _hidden(_: str) -> None:
    """Show nothing of a value that may be a credential."""


def one_of(read: Callable[[str], T], allowed: str, *, hidden: bool = False) -> Parser[T]:
    """A parser of text; whatever is no text is refused."""

    def checked(value: Any) -> T:
        if not isinstance(value, str):
            raise TypeError
        return read(value)

    return Parser(checked, allowed, _hidden) if hidden else Parser(checked, allowed)


def form(pattern: re.Pattern[str], allowed: str, *, hidden: bool = False) -> Parser[str]:
    """Text of a form that *pattern* matches from end to end."""

    def read(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError
        return value

    return one_of(read, allowed, hidden=hidden)


SECRET_NAME = form(NAME_FORM, "the name or ARN of a secret", hidden=True)
"""Not shown where it is wrong: it may be the secret itself."""
PARAMETER_NAME = form(NAME_FORM, "the name or ARN of an SSM parameter")
BUCKET = form(re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"), "the name of an S3 bucket")
OBJECT_KEY = form(re.compile(r"[!-~]{1,1024}"), "the key of an S3 object, such as accounts.toml")
TOPIC = form(TOPIC_FORM, "the ARN of an SNS topic, such as arn:aws:sns:REGION:ACCOUNT:NAME")
MACHINE = form(
    re.compile(r"arn:[a-z-]+:states:[a-z0-9-]+:[0-9]{12}:stateMachine:[A-Za-z0-9_-]{1,80}"),
    "the ARN of a state machine, such as arn:aws:states:REGION:ACCOUNT:stateMachine:NAME",
)
KEY_PART = form(KEY_FORM, "visible ASCII, without blanks or line breaks inside", hidden=True)


def duration(*, zero: bool = False, most: timedelta | None = None) -> Parser[timedelta]:
    """A duration above zero; with *zero* also ``0``, which means never; at most *most*."""

    def read(value: str) -> timedelta:
        length = parse_duration(value, zero=zero)
        if most is not None and length > most:
            raise ValueError
        return length

    allowed = DURATION_ALLOWED if most is None else DURATION_ALLOWED.replace("3650d", format_duration(most))
    return one_of(read, allowed + ("; 0 means never" if zero else ""))


def number(*, least: int, most: int) -> Parser[int]:
    """A whole number in the digits of a variable."""

    def read(value: str) -> int:
        if not (value.isascii() and value.isdigit() and len(value) < 10 and least <= int(value) <= most):
            raise ValueError
        return int(value)

    return one_of(read, f"a whole number from {least} to {most}")


def integer(*, least: int, most: int) -> Parser[int]:
    """A whole number of TOML."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError
        return value

    return Parser(read, f"a whole number from {least} to {most}")


def choice(*values: str, ignore_case: bool = True) -> Parser[str]:
    """One of *values*, as they are written here."""
    spelled = {value.lower(): value for value in values}

    def read(value: str) -> str:
        found = spelled.get(value.lower())
        if found is None or (not ignore_case and found != value):
            raise ValueError
        return found

    return one_of(read, f"one of {', '.join(values)}")


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value.lower() not in ("true", "false"):
        raise ValueError
    return value.lower() == "true"


FLAG = Parser(_flag, "true or false")


def _zone(value: str) -> str:
    if value != "Asia/Seoul":
        from zoneinfo import ZoneInfo  # only where a zone other than the default has to be proven

        try:
            ZoneInfo(value)
        except (OSError, KeyError) as error:
            raise ValueError from error
    return value


ZONE = one_of(_zone, "a time zone of the IANA database, such as Asia/Seoul or UTC")


def _listed(value: Any) -> list[str]:
    """The parts of a list: separated by commas in a variable, a list in TOML; each once, without blanks."""
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise TypeError
    found = list(dict.fromkeys(part.strip() for part in parts if part.strip()))
    if not found:
        raise ValueError
    return found


def _regions(value: Any) -> tuple[str, ...]:
    codes = _listed(value)
    if not all(REGION_FORM.fullmatch(code) for code in codes):
        raise ValueError
    return tuple(codes)


REGIONS = Parser(_regions, "region codes separated by commas, such as KR or KR,SGN")


def several_of(known: Iterable[str], *, everything: str) -> Parser[tuple[str, ...]]:
    """Some of *known*, each once and in their order; *everything* stands for all of them."""
    names = tuple(known)

    def read(value: Any) -> tuple[str, ...]:
        wanted = {part.lower() for part in _listed(value)}
        if everything in wanted and len(wanted) == 1:
            return names
        if not wanted <= set(names):
            raise ValueError
        return tuple(name for name in names if name in wanted)

    return Parser(read, f"{', '.join(names)}, separated by commas; or {everything}")


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError
    return normalize("NFC", value)


def text(allowed: str) -> Parser[str]:
    """Any text but a blank one, in Unicode's NFC form: a Mac hands out Korean in another form, which looks the same."""
    return one_of(_text, allowed)


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(_text(part) if isinstance(part, str) else _refused() for part in value)


def _refused() -> str:
    raise TypeError


def texts(allowed: str) -> Parser[tuple[str, ...]]:
    """A list of such texts."""
    return Parser(_texts, allowed)


def instant_within(ahead: timedelta, *, now: datetime, allowed: str) -> Parser[datetime]:
    """An instant of TOML with an offset, at most *ahead* of *now*."""

    def read(value: Any) -> datetime:
        if not isinstance(value, datetime) or value.tzinfo is None or value - now > ahead:
            raise ValueError
        return value

    return Parser(read, allowed)


# --- URLs ---------------------------------------------------------------------------------------------------------


def _url_that(is_allowed: Callable[[str], bool]) -> Callable[[str], str]:
    def read(value: str) -> str:
        if not is_allowed(value):
            raise ValueError
        return value

    return read


def _harmless_url(value: str) -> str | None:
    return None if set(value) & set("@?#") else value  # the parts that may hold a secret


BASE_URL = Parser(
    checked_base_url,
    "https://HOST or https://HOST:PORT and no more (http: only to a loopback address)",
    _harmless_url,
)
SECRET_URL = one_of(_url_that(is_safe_url), "an https: URL (http: only to a loopback address)", hidden=True)
"""The path of such a URL is a secret of its own."""
PUBLIC_URL = Parser(_url_that(is_safe_url), "an https: URL (http: only to a loopback address)", _harmless_url)


SITE = choice(*SITES)
"""The name of one of Ncloud's sites."""

# --- where the memory is ------------------------------------------------------------------------------------------


class MemoryPlace(Struct, frozen=True):
    """Where the memory of what was said is kept."""

    kind: Literal["dynamodb", "file"]
    name: str
    """The table's name, or the directory's absolute path."""


def _memory(value: str) -> MemoryPlace:
    if table := re.fullmatch(r"dynamodb://([A-Za-z0-9_.-]{3,255})", value):
        return MemoryPlace("dynamodb", table[1])
    parts = urlsplit(value)
    if parts.scheme != "file" or parts.netloc or not parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError
    return MemoryPlace("file", unquote(parts.path))


MEMORY = one_of(_memory, "dynamodb://TABLE or file:///DIRECTORY")
