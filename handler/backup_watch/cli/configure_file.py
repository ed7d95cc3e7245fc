"""Reads ``~/.ncloud/configure``, where the vendor's own tools keep keys. Text in, values out: no I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

DEFAULT = "DEFAULT"
ACCESS_KEY, SECRET_KEY, API_URL = "ncloud_access_key_id", "ncloud_secret_access_key", "ncloud_api_url"


class Profile(Struct, frozen=True):
    """What a section holds; empty text counts as absent."""

    access_key_id: str | None = None
    secret_access_key: str | None = None
    api_url: str | None = None

    def __repr__(self) -> str:
        return "Profile(...)"


def profiles_in(text: str) -> Mapping[str, Profile]:
    """The sections of *text* by name; ``DEFAULT`` holds the keys above the first section, too.

    The first ``=`` of a line splits it. A ``#`` (or ``;``) begins a comment where a line begins, a ``#`` after a blank
    as well. Of two lines for one key in one section the last counts.
    """
    sections: dict[str, dict[str, str]] = {DEFAULT: {}}
    section = sections[DEFAULT]
    for line in text.removeprefix("\ufeff").splitlines():
        said = re.sub(r"(^|\s)#.*", "", line).strip()
        if not said or said.startswith(";"):
            continue
        if said.startswith("[") and said.endswith("]"):
            name = said[1:-1].strip()
            section = sections.setdefault(DEFAULT if name.upper() == DEFAULT else name, {})
        elif "=" in said:
            name, _, value = said.partition("=")
            section[name.strip().lower()] = _unquoted(value.strip())
    return {name: _profile(values) for name, values in sections.items()}


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _profile(values: Mapping[str, str]) -> Profile:
    return Profile(values.get(ACCESS_KEY) or None, values.get(SECRET_KEY) or None, values.get(API_URL) or None)
