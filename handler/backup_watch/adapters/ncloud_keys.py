"""An Ncloud key as it is kept in AWS: a JSON object, or one of many in a JSON object."""

from __future__ import annotations

import json
from typing import Any

from backup_watch.model.plain_text import may_be_key
from ncloud import Credentials, SettingsProblem

CREDENTIAL_KEYS = ("access_key_id", "secret_access_key")
EXPECTED = 'expected is {"access_key_id": "...", "secret_access_key": "..."}'


class KeyUnusable(Exception):
    """A text that holds no key. What it says shows nothing of the text."""


def key_in(text: str, *, where: str, field: str | None = None) -> Credentials:
    """The key in *text*, with *field* that one of many. *where* names the place. Raises :class:`KeyUnusable`."""
    document = _json(text, where)
    if field is not None:
        if not isinstance(document, dict) or field not in document:
            raise KeyUnusable(f"{where} has no field {'(name not shown)' if may_be_key(field) else field}")
        where, document = f"{where} (field {field})", document[field]
        if isinstance(document, str):
            document = _json(document, where)
    parts: list[Any] = [document.get(name) for name in CREDENTIAL_KEYS] if isinstance(document, dict) else []
    if not parts or not all(isinstance(part, str) and part.strip() for part in parts):
        raise KeyUnusable(f"{where} lacks a key; {EXPECTED}")
    try:
        return Credentials(*(part.strip() for part in parts))
    except SettingsProblem as problem:
        raise KeyUnusable(f"in {where}, {problem}") from None


def _json(text: str, where: str) -> Any:
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        # Not "from": the JSON error holds the whole text.
        raise KeyUnusable(f"{where} is no JSON; {EXPECTED}") from None
