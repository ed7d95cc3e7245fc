"""The doctor's probe of the memory: is it there, may it be read and written, how old and how large is it?"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from backup_watch.diagnostics.probes_aws import Probe, Status
from backup_watch.i18n import Words, errors
from backup_watch.model.memory import Recalled
from backup_watch.model.messages import N_, NN_
from backup_watch.model.vocabulary import MemoryState

NAME = "memory"
OPEN = NN_(
    "the memory at {place} has {bytes} bytes, was written {age} and holds {count} open incident",
    "the memory at {place} has {bytes} bytes, was written {age} and holds {count} open incidents",
)
OF_THE_FIRST = NN_(
    "{told}; looked at were the first {first} of {count} account",
    "{told}; looked at were the first {first} of {count} accounts",
)
NEXT = N_("The next run that notifies writes it.")


def no_memory_probe(words: Words) -> Probe:
    """Nothing is remembered."""
    return Probe(
        NAME,
        Status.SKIPPED,
        words.text("MEMORY is not set: what is told is worked out from the backups' history"),
        words.text("Deletions, policy edits and skipped runs are told at once only with a memory: set RememberAlerts."),
    )


class Found(Struct, frozen=True):
    """What is kept of some accounts."""

    recalled: tuple[Recalled, ...]
    """At least one."""
    bytes: int
    accounts: int
    """How many there are; of the first of them the memories were read."""


def memory_probe(words: Words, place: str, found: Found, *, unwritable: str | None, now: datetime) -> Probe:
    """The memory at *place*. *unwritable*: why it may not be written. None: it may."""
    if unwritable is not None:
        message = words.text("the memory at {place} may not be written: {why}", place=place, why=unwritable)
        return Probe(NAME, Status.FAILED, message, _advice(words))
    unread = [one for one in found.recalled if one.state is MemoryState.UNREAD]
    if unread:
        message = words.text("the memory at {place} could not be read: {why}", place=place, why=unread[0].why or "")
        return Probe(NAME, Status.FAILED, message, _advice(words))
    known = [one.memory for one in found.recalled if one.memory is not None]
    without = [one for one in found.recalled if one.memory is None]
    if not known:
        state = without[0].state
        message = words.text("the memory at {place} holds nothing that counts ({state})", place=place, state=state)
        return Probe(NAME, Status.WARNING, message, words.text(NEXT))
    age = words.ago(now - max(memory.judged_at for memory in known))
    count = sum(len(memory.incidents) for memory in known)
    message = words.counted(*OPEN, count, place=place, bytes=found.bytes, age=age)
    if found.accounts > len(found.recalled):
        message = words.counted(*OF_THE_FIRST, found.accounts, told=message, first=len(found.recalled))
    if not without:
        return Probe(NAME, Status.OK, message)
    accounts = errors.places([one.account for one in without])
    message = words.text(
        "{told}; of {accounts} it holds nothing that counts ({state})",
        told=message,
        accounts=accounts,
        state=without[0].state,
    )
    return Probe(NAME, Status.WARNING, message, words.text(NEXT))


def _advice(words: Words) -> str:
    return words.text(
        N_("Check MEMORY, that the table or directory is there, and the function's right to {rights}."),
        rights="dynamodb:BatchGetItem, dynamodb:PutItem",
    )
