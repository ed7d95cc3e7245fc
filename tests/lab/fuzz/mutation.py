"""Changes an answer as a server would get it wrong: a value here, a key there, and the rest still well formed."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from tests.lab.fuzz.corpus import words
from tests.lab.fuzz.promise import HEADER_BYTES

VALUES = (None, True, -1, 0, 2**63, 1e300, 0.5, "", " ", "0", "\u0000", "\ud7ff", "2024-06-04T02:00:19+0900", [], {})


def mutate_tree(given: bytes, random: Random) -> bytes | None:
    """*given* with one change inside its JSON; None if its body is no JSON that has an inside."""
    try:
        tree = json.loads(given[HEADER_BYTES:])
    except (ValueError, RecursionError):
        return None
    places = list(_places(tree))
    if not places:
        return None
    _change(*random.choice(places), random)
    return given[:HEADER_BYTES] + json.dumps(tree, ensure_ascii=random.random() < 0.5).encode(errors="replace")


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """Every container with each of its keys or indices."""
    places, waiting = [], [tree]
    while waiting:
        part = waiting.pop()
        if isinstance(part, (dict, list)):
            keys = list(part) if isinstance(part, dict) else list(range(len(part)))
            places += [(part, key) for key in keys]
            waiting += [part[key] for key in keys]
    return places


def _change(part: Any, key: Any, random: Random) -> None:
    """Set, wrap, double, rename or remove what stands at *key*."""
    value = part[key]
    kind = random.randrange(6)
    if kind == 0:
        del part[key]
    elif kind == 1:
        part[key] = [value, value]
    elif kind == 2 and isinstance(part, dict):
        part[random.choice(words())] = part.pop(key)
    elif kind == 3:
        part[key] = {random.choice(words()): value}
    elif kind == 4 and isinstance(value, str):
        at = random.randrange(len(value) + 1)
        part[key] = value[:at] + random.choice(words()) + value[at + random.randrange(3) :]
    else:
        part[key] = random.choice((*VALUES, *words()))
