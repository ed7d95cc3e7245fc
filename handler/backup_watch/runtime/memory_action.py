"""The memory action: show what is remembered, or forget a part of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from backup_watch.adapters.aws import Aws
from backup_watch.adapters.memory import MemoryConflict, MemoryFailure, MemoryStore, encode
from backup_watch.adapters.recollection import recall, recall_with_gone
from backup_watch.config.problems import Problem, SettingsError
from backup_watch.config.settings import Settings
from backup_watch.model.memory import OpenIncident, Recalled
from backup_watch.model.policy import glob_matches
from backup_watch.outputs.memory_json import incident_document, memory_document
from backup_watch.runtime.telling import audience, open_store

ATTEMPTS = 3
"""How often another run may be faster."""


def remembered(
    settings: Settings, aws: Aws, *, accounts: Sequence[str], forget: str | None, clock: datetime
) -> dict[str, Any]:
    """What the memories of *accounts*, all that there are, hold; and of those that are gone and not done with.

    Before that the incidents that *forget* selects are forgotten. Raises ``SettingsError``.

    What is forgotten and still wrong is NEW at the next run.
    """
    if settings.memory is None:
        raise SettingsError([Problem("MEMORY", None, "required to show or to forget what was told")])
    store, whom = open_store(settings.memory, aws), audience(settings)
    found = recall_with_gone(store, accounts, audience=whom, clock=clock)
    forgotten: list[OpenIncident] = []
    failures: list[str] = []
    if forget is not None:
        for account in found:
            try:
                forgotten += _forget(store, account, forget, whom=whom, clock=clock)
            except MemoryFailure as failure:
                failures.append(f"{account}: {failure}")
        found = recall(store, list(found), audience=whom, clock=clock)
    document = {
        "action": "memory",
        "place": f"{settings.memory.kind}://{settings.memory.name}",
        "accounts": [
            memory_document(one, of=len(found)) for one in found.values() if one.account in accounts or _holds(one)
        ],
    }
    if forget is not None:
        document |= {
            "forget": forget,
            "forgotten": [incident_document(incident) for incident in forgotten],
            "failures": failures,
        }
    return document


def _holds(recalled: Recalled) -> bool:
    """Whether there is anything to show of what is no account of the file."""
    return recalled.memory is not None and bool(recalled.memory.incidents)


def _forget(store: MemoryStore, account: str, pattern: str, *, whom: str | None, clock: datetime) -> list[OpenIncident]:
    """What was forgotten of one account. Raises ``MemoryFailure``."""
    for _ in range(ATTEMPTS):
        recalled = recall(store, [account], audience=whom, clock=clock)[account]
        chosen = _chosen(recalled, pattern)
        if recalled.memory is None or not chosen:
            return []
        memory = recalled.memory.without(frozenset(incident.key for incident in chosen))
        ended = memory.ended | {incident.id: clock for incident in chosen}  # what begins anew is another incident
        try:
            store.write(account, encode(replace(memory, ended=ended)), version=recalled.version, now=clock)
        except MemoryConflict:
            continue
        return chosen
    raise MemoryFailure("other runs were faster")


def _chosen(recalled: Recalled, pattern: str) -> list[OpenIncident]:
    if recalled.why is not None:
        raise MemoryFailure(recalled.why)
    incidents = () if recalled.memory is None else recalled.memory.incidents
    return [
        one
        for one in incidents
        if pattern in (one.about.number, one.about.name) or glob_matches(pattern, one.about.name)
    ]
