"""What a memory holds, as a JSON document for people: the memory action, explain and the doctor."""

from __future__ import annotations

from typing import Any

from backup_watch.model.memory import ListSize, OpenIncident, Recalled
from backup_watch.outputs.report_json import instant

Document = dict[str, Any]
MAX_INCIDENTS = 2_000
"""Shown of one account: an answer of the Lambda service holds 6 MB."""
MAX_OF_ALL = 10_000
"""Shown of all accounts together, but some of each."""
SOME = 20
MAX_WITH_LISTS = 200
"""Of more accounts the lists are not shown."""


def memory_document(recalled: Recalled, *, of: int = 1) -> Document:
    """One account's memory, *of* so many that are shown; what is not known is null."""
    memory = recalled.memory
    document: Document = {"account": recalled.account, "state": str(recalled.state), "why": recalled.why}
    if memory is None:
        return document
    shown = memory.incidents[: min(MAX_INCIDENTS, max(MAX_OF_ALL // of, SOME))]
    return document | {
        "judgedAt": instant(memory.judged_at),
        "incidents": [incident_document(incident) for incident in shown],
        "truncated": len(memory.incidents) - len(shown),
        "lists": [_list_document(size) for size in memory.lists] if of <= MAX_WITH_LISTS else [],
    }


def incident_document(incident: OpenIncident) -> Document:
    """One open incident: what it is about, since when, and how and when it was last told."""
    kept, facts = incident.about, incident.facts
    return {
        "incident": incident.id,
        "name": kept.name,
        "product": kept.product,
        "region": kept.region,
        "instanceNo": kept.number,
        "verdict": None if facts is None else str(facts.verdict),
        "severity": None if facts is None else facts.severity.word,
        "beganAt": instant(incident.began_at),
        "toldAt": instant(incident.told_at),
        "lastBackupAt": instant(incident.seen_backup_at),
        "pending": None if incident.pending is None else str(incident.pending.event),
    }


def _list_document(size: ListSize) -> Document:
    return {
        "product": size.product,
        "region": size.region,
        "instances": size.instances,
        "backupsReadAt": instant(size.backups_read_at),
        "instancesReadAt": instant(size.instances_read_at),
    }
