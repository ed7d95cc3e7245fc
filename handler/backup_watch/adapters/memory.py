"""Where memories are kept, behind one small interface; and a memory as bytes."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec
from msgspec import Struct

from backup_watch.model.instances import FUTURE_TOLERANCE
from backup_watch.model.memory import SCHEMA_VERSION, Memory
from backup_watch.model.vocabulary import MemoryState

MAX_DOCUMENT_BYTES = 64_000_000
"""Unpacked; many times what the largest fleet leaves. A document that claims more is not unpacked."""


class Stored(Struct, frozen=True):
    """What a store holds for one account."""

    body: bytes | None
    """None: nothing."""
    version: str | None = None
    """What a writer must have read, so as not to write over another's document. None: nothing is there."""
    age_seconds: float | None = None


class MemoryConflict(Exception):
    """Another run has written since the version that this one read."""


class MemoryFailure(Exception):
    """The store could not be read or written. The text is a short word for why, such as AWS's error code."""


class MemoryStore(Protocol):
    """Keeps one document an account."""

    def read(self, accounts: Sequence[str]) -> Mapping[str, Stored | MemoryFailure]:
        """What is held for each of *accounts*, as last written. What cannot be read is in the result."""

    def write(self, account: str, body: bytes, *, version: str | None, now: datetime) -> str:
        """Put *body* in place of what was read as *version* (None: of nothing); the new version.

        Raises :class:`MemoryConflict` where something else is there, and :class:`MemoryFailure`; after a failure it
        may have been written all the same.
        """

    def try_write(self, account: str) -> None:
        """Find out, without writing anything, whether it could be. Raises :class:`MemoryFailure`."""


class Unusable(Exception):
    """A document that counts as absent; ``state`` says why."""

    def __init__(self, state: MemoryState) -> None:
        super().__init__(state)
        self.state = state


def encode(memory: Memory) -> bytes:
    """*memory* as it is kept: JSON, under gzip."""
    return gzip.compress(msgspec.json.encode(memory), mtime=0)


def decode(body: bytes, *, audience: str | None, clock: datetime) -> Memory:
    """The memory that *body* holds. Raises :class:`Unusable` where *audience* was not told what is in it by *clock*.

    *audience* None: any.
    """
    document = _unpacked(body)
    try:
        version = msgspec.json.decode(document, type=_Versioned).schema_version
        if version != SCHEMA_VERSION:
            raise Unusable(MemoryState.OTHER_VERSION)
        memory = msgspec.json.decode(document, type=Memory)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Unusable(MemoryState.CORRUPT) from None
    if any(moment.tzinfo is None for moment in (memory.judged_at, memory.noticed_at)):
        raise Unusable(MemoryState.CORRUPT)
    if audience is not None and memory.audience != audience:
        raise Unusable(MemoryState.OTHER_AUDIENCE)
    if memory.judged_at - clock > FUTURE_TOLERANCE:
        raise Unusable(MemoryState.AHEAD)
    return memory


class _Versioned(Struct):
    schema_version: str = msgspec.field(name="schemaVersion")


def _unpacked(body: bytes) -> bytes:
    """The document, without ever unpacking more than one may take."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        document = unpacker.decompress(body, MAX_DOCUMENT_BYTES)
    except zlib.error:
        raise Unusable(MemoryState.CORRUPT) from None
    if not unpacker.eof or unpacker.unused_data:
        raise Unusable(MemoryState.CORRUPT)
    return document


def audience_of(whom: str) -> str:
    """A hash of *whom* something is told: a topic's ARN, or the address that a command notifies."""
    return hashlib.sha256(whom.encode(errors="surrogatepass")).hexdigest()[:16]
