"""Since when something is wrong, where a memory says until when it was not; and the name of what begins."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Sequence
from datetime import UTC, datetime

from msgspec.structs import replace

from backup_watch.checking.lifecycle import began_at, incident_of
from backup_watch.model.findings import Finding
from backup_watch.model.instances import Expectation, Instance, Subject
from backup_watch.model.memory import ListSize, Memory, OpenIncident
from backup_watch.model.policy import Policy
from backup_watch.model.vocabulary import Cause, ListKind, Verdict


def beginning_of(finding: Finding, before: Memory, sizes: Sequence[ListSize], policy: Policy) -> datetime | None:
    """The later of what the history shows and the last run that read the list whole and did not find it.

    *before* is the memory of its account, *sizes* are the lists that all memories hold. None: neither is known. What
    was muted at that run was found, and not told: there the history alone counts.
    """
    is_common = isinstance(finding.subject, Expectation)
    history, read_at = began_at(finding), _whole_at(sizes) if is_common else _last_read(finding, before)
    if read_at is None or policy.mute_for(finding.subject, now=read_at) is not None:
        return history
    return read_at if history is None else max(history, read_at)


def _last_read(finding: Finding, before: Memory) -> datetime | None:
    subject = finding.subject
    if isinstance(subject, Instance):
        kind = ListKind.INSTANCES if finding.verdict is Verdict.DISABLED else ListKind.BACKUPS
        place = subject.product, subject.region
        return next((read_at(size, kind) for size in before.lists if (size.product, size.region) == place), None)
    return None


def _whole_at(lists: Iterable[ListSize]) -> datetime | None:
    """When all *lists* had been read; None where one never was."""
    instants = [read_at(size, kind) for size in lists for kind in _kinds(size)]
    known = [instant for instant in instants if instant is not None]
    return min(known) if known and len(known) == len(instants) else None


def _kinds(size: ListSize) -> tuple[ListKind, ...]:
    return (ListKind.BACKUPS, ListKind.INSTANCES) if size.with_instances else (ListKind.BACKUPS,)


def read_at(size: ListSize, kind: ListKind) -> datetime | None:
    """The last notifying run that read the list *kind* whole. None: none did."""
    return size.instances_read_at if kind is ListKind.INSTANCES else size.backups_read_at


def never_said_of_what_was_seen(finding: Finding, incident: OpenIncident | None, before: Memory) -> Finding:
    """*finding*, unless it says "never backed up" of an instance that was seen with a backup."""
    if finding.cause is not Cause.NEVER_BACKED_UP or not isinstance(finding.subject, Instance):
        return finding
    if incident is not None:
        facts = incident.facts
        was_seen = incident.seen_backup_at is not None or (facts is not None and facts.cause is Cause.BACKUPS_GONE)
    else:
        history, last_read = began_at(finding), _last_read(finding, before)
        was_seen = history is not None and last_read is not None and history < last_read
    return replace(finding, cause=Cause.BACKUPS_GONE) if was_seen else finding


def new_id(subject: Subject, last_backup_at: datetime | None, began: datetime, used: Container[str]) -> str:
    """The id of an incident that begins: as without a memory, with its beginning added where that was *used* before."""
    name = incident_of(subject, last_backup_at)
    while name in used:  # again and again, where it ended and began within one second
        name = hashlib.sha256(f"{name}\n{began.astimezone(UTC).isoformat()}".encode()).hexdigest()[:12]
    return name
