"""The doctor's probe of the memory: is it there, may it be read and written, how old and how large is it?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backup_watch.diagnostics.probes_aws import Probe, Status
from backup_watch.i18n import Words
from backup_watch.model.memory import Recalled
from backup_watch.model.messages import N_, NN_
from backup_watch.model.vocabulary import MemoryState

NAME = "memory"
OPEN = NN_(
    "the memory at {place} has {bytes} bytes, was written {age} and holds {count} open incident",
    "the memory at {place} has {bytes} bytes, was written {age} and holds {count} open incidents",
)


def no_memory_probe(words: Words) -> Probe:
    """Nothing is remembered."""
    return Probe(
        NAME,
        Status.SKIPPED,
        words.text("MEMORY is not set: what is told is worked out from the backups' history"),
        words.text("Deletions, policy edits and skipped runs are told at once only with a memory: set RememberAlerts."),
    )


def memory_probes(
    words: Words, place: str, recalled: Sequence[Recalled], *, sizes: int, unwritable: str | None, now: datetime
) -> list[Probe]:
    """One for each account. *sizes*: bytes of all; *unwritable*: why it may not be written. None: it may."""
    if unwritable is not None:
        message = words.text("the memory at {place} may not be written: {why}", place=place, why=unwritable)
        return [Probe(NAME, Status.FAILED, message, _advice(words))]
    return [_probe(words, place, one, sizes, now) for one in recalled]


def _probe(words: Words, place: str, one: Recalled, size: int, now: datetime) -> Probe:
    if one.state is MemoryState.UNREAD:
        message = words.text("the memory at {place} could not be read: {why}", place=place, why=one.why or "")
        return Probe(NAME, Status.FAILED, message, _advice(words))
    if one.memory is None:
        message = words.text("the memory at {place} holds nothing that counts ({state})", place=place, state=one.state)
        return Probe(NAME, Status.WARNING, message, words.text("The next run that notifies writes it."))
    age = words.ago(now - one.memory.judged_at)
    count = len(one.memory.incidents)
    return Probe(NAME, Status.OK, words.counted(*OPEN, count, place=place, bytes=size, age=age))


def _advice(words: Words) -> str:
    return words.text(
        N_("Check MEMORY, that the table or directory is there, and the function's right to {rights}."),
        rights="dynamodb:BatchGetItem, dynamodb:PutItem",
    )
