"""The one reader of settings, policies and account files: typed values out of a mapping, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar, overload

from msgspec import Struct

from backup_watch.config.problems import Problem
from backup_watch.model.plain_text import may_be_key

T = TypeVar("T")
SECRETIVE = ("secret", "key", "token", "pass", "credential", "url")
MAX_HARMLESS_CHARS = 32


class Parser(Struct, Generic[T], frozen=True):
    """How the value of one field is read."""

    read: Callable[[Any], T]
    """Raises ``ValueError`` or ``TypeError`` for a value that is not allowed."""
    allowed: str
    """What is allowed, in words."""
    shown: Callable[[str], str | None] = lambda value: value
    """What may be shown of a wrong value. None: nothing, since it may be a credential."""


class Fields:
    """The fields of one mapping: the environment, or a table of a TOML document."""

    def __init__(
        self, values: Mapping[str, Any], problems: list[Problem], *, source: str = "", where: str = ""
    ) -> None:
        """*source* and *where* stand before a field's name in a problem, as in ``POLICY rule 2 max_age``."""
        self.values, self.problems, self._source, self._where = values, problems, source, where

    @classmethod
    def of_environment(cls, environment: Mapping[str, str]) -> Fields:
        """The variables of *environment* without blanks around them; a blank one counts as absent."""
        texts = {name: value.strip().removeprefix("\ufeff").strip() for name, value in environment.items()}
        return cls({name: text for name, text in texts.items() if text}, [])

    def __contains__(self, name: str) -> bool:
        return name in self.values

    @overload
    def get(self, name: str, parser: Parser[T]) -> T | None: ...
    @overload
    def get(self, name: str, parser: Parser[T], default: T) -> T: ...
    def get(self, name: str, parser: Parser[T], default: T | None = None) -> T | None:
        """The value of *name*; *default* where it is absent, or wrong (a problem then)."""
        if name not in self.values:
            return default
        value = self.values[name]
        try:
            return parser.read(value)
        except (ValueError, TypeError):
            text = _text_of(value)
            self.refuse(name, None if text is None else parser.shown(text), parser.allowed)
            return default

    def refuse(self, name: str, value: str | None, allowed: str) -> None:
        """Note that *name* is wrong; *value* is shown to people: never a credential, wherever one was put by slip."""
        shown = value and value.encode(errors="backslashreplace").decode()  # bytes of a variable that are no UTF-8
        if shown and may_be_key(shown):
            shown = None
        if may_be_key(name):
            name, shown = "(a key whose name is not shown)", None
        field = " ".join(part for part in (self._source, self._where, name) if part)
        self.problems.append(Problem(field, shown, allowed))

    def require(self, *names: str) -> None:
        """Refuse each of *names* that is absent."""
        for name in names:
            if name not in self.values:
                self.refuse(name, None, "required")

    def refuse_unknown(self, known: Sequence[str]) -> None:
        """Refuse every key that is not among *known*. A value that may be a credential is not shown."""
        for key, value in self.values.items():
            if key not in known:
                shown = None if _may_be_secret(key, value) else _text_of(value)
                self.refuse(key, shown, f"no such key; allowed are {', '.join(known)}")

    def named(self, where: str) -> Fields:
        """The same fields, of which problems are told with *where* before their names."""
        return Fields(self.values, self.problems, source=self._source, where=where)

    def table(self, name: str) -> Fields:
        """The table *name*, empty where there is none."""
        value = self.values.get(name, {})
        if not isinstance(value, Mapping):
            self.refuse(name, _text_of(value), f"a table, written as [{name}]")
            value = {}
        return Fields(value, self.problems, source=self._source, where=name)

    def tables(self, name: str, *, or_one: bool = False) -> list[Fields]:
        """The tables written as ``[[name]]``, named with their numbers; with *or_one* a single ``[name]`` is taken."""
        value = self.values.get(name, [])
        if or_one and isinstance(value, Mapping):
            return [self.table(name)]
        if not isinstance(value, list) or not all(isinstance(table, Mapping) for table in value):
            form = (
                f"a table, written as [{name}], or tables, written as [[{name}]]"
                if or_one
                else (f"tables, written as [[{name}]]")
            )
            self.refuse(name, _text_of(value), form)
            return []
        return [
            Fields(table, self.problems, source=self._source, where=f"{name} {number}")
            for number, table in enumerate(value, 1)
        ]


def _may_be_secret(key: str, value: object) -> bool:
    """Whether a credential may stand at the unknown *key*: it must not be shown then."""
    if isinstance(value, dict | list) or any(word in key.casefold() for word in SECRETIVE):
        return True
    return isinstance(value, str) and (len(value) > MAX_HARMLESS_CHARS or "://" in value)


def _text_of(value: object) -> str | None:
    """*value* as text; None where it is a number or a depth that Python refuses to write."""
    try:
        return None if value is None else str(value)
    except (ValueError, RecursionError):
        return None
