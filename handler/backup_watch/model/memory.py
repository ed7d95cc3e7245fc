"""What was said: the document that one run leaves to the next, one an account (docs/interface.md, section 11)."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct, field
from msgspec.structs import replace

from backup_watch.model.vocabulary import Cause, Event, ListKind, MemoryState, Severity, Verdict

SCHEMA_VERSION = "1.0"
"""Of the document. A document of another version counts as absent."""


class Facts(Struct, frozen=True, omit_defaults=True, rename="camel"):
    """What a message says of one violation, as far as a later run needs it."""

    verdict: Verdict
    severity: Severity
    cause: Cause
    judged_at: datetime
    """Aware."""
    last_backup_at: datetime | None = None
    found: int | None = None
    """Of an expectation of a number: how many instances there were."""
    max_age: timedelta = timedelta(0)
    grace: timedelta = timedelta(0)
    new_instance_grace: timedelta = timedelta(0)
    listed: bool = False
    """Whether the instance list named it."""
    created_at: datetime | None = None
    backup_time: str | None = None
    bad_date: str | None = None
    expected_at: datetime | None = None
    """Of LATE: when the backup should have been there."""
    failure: str | None = None
    """Of something unread: the class of the failure (:mod:`backup_watch.checking.failure_classes`)."""


class Pending(Struct, frozen=True, omit_defaults=True, rename="camel"):
    """What a run was about to say. Whether it was said is not known, unless that run wrote so afterwards."""

    run: str
    """The id of that run."""
    event: Event
    facts: Facts
    inherited: bool = False
    """True: a run before that one was about to say something of this, too, and nothing shows whether it did."""


class About(Struct, frozen=True, omit_defaults=True, rename="camel"):
    """What an incident is about: an instance, a line of ``[expect]``, or something that could not be read."""

    name: str
    """The service name, the words of the expectation, or the operation."""
    product: str | None = None
    region: str | None = None
    number: str | None = None
    """Of an instance."""
    account: str | None = None
    """Of an expectation: the glob of the accounts that it covers. Of something unread: whose it is; None: no matter of
    one account.
    """
    wanted: int | None = None
    """Of an expectation of a number."""
    list_kind: ListKind | None = None
    """Of a list that could not be read."""


class OpenIncident(Struct, frozen=True, omit_defaults=True, rename="camel"):
    """An incident that has begun and whose end was not said."""

    key: str
    """See :mod:`backup_watch.checking.keys`; at most one incident of a key is open."""
    id: str
    about: About
    found_at: datetime
    """The run that found it first; aware."""
    began_at: datetime | None = None
    """None: not known."""
    seen_backup_at: datetime | None = None
    """The newest backup when it was last judged. None: there was none."""
    found: Facts | None = None
    """As it was found, while no message had room for it. None: said, or about to be."""
    said: Facts | None = None
    """As it was last said. None: never yet, for certain."""
    told_at: datetime | None = None
    """When it was last said. None: never yet, for certain."""
    reviewed_at: datetime | None = None
    """When it was last decided whether it is to be repeated. None: never yet said."""
    pending: Pending | None = None
    """None: nothing is about to be said."""

    @property
    def facts(self) -> Facts | None:
        """The newest that was about to be said, was said, or was found."""
        return self.pending.facts if self.pending is not None else self.said or self.found

    @property
    def may_be_known(self) -> bool:
        """Whether a subscriber may know of it: only then has it an end to be told."""
        return self.said is not None or self.pending is not None


class ListSize(Struct, frozen=True, omit_defaults=True, rename="camel"):
    """How many instances the lists of one product in one region had."""

    product: str
    region: str
    instances: int
    """In either list, when both were last read whole; an instance that both name counts once."""
    most: int
    """The largest number since a shrinking was last said."""
    backups: int = 0
    """In the backup list alone, at the same time."""
    with_instances: bool = False
    """Whether the instance list was asked for: without it fewer are known, and the numbers cannot be compared."""
    backups_read_at: datetime | None = None
    """The last notifying run that read the backup list whole. None: none yet."""
    instances_read_at: datetime | None = None
    """The same of the instance list."""


class Memory(Struct, frozen=True, rename="camel"):
    """All of what is kept of one account."""

    audience: str
    """A hash of whom it was said to (the topic, for example)."""
    judged_at: datetime
    """The instant of the last notifying run, aware."""
    noticed_at: datetime
    """Up to here ended mutes and pauses were announced."""
    run: str = ""
    """The id of the run that wrote this document."""
    schema_version: str = SCHEMA_VERSION
    incidents: tuple[OpenIncident, ...] = ()
    lists: tuple[ListSize, ...] = ()
    accounts: tuple[str, ...] = ()
    """The ids of the accounts file; only in the documents of its first accounts, and of ``default``."""
    gone: tuple[str, ...] = ()
    """The ids that are in the accounts file no more, and were told to be, of which an end is yet to be told."""
    ended: dict[str, datetime] = field(default_factory=dict)
    """The ids of incidents that ended, and when: no later incident gets the same id."""

    @property
    def pending_runs(self) -> frozenset[str]:
        """The runs that were about to say something."""
        return frozenset(one.pending.run for one in self.incidents if one.pending is not None)

    def without(self, keys: frozenset[str]) -> Memory:
        """This memory with the incidents of *keys* forgotten: what is wrong with them will be NEW."""
        return replace(self, incidents=tuple(one for one in self.incidents if one.key not in keys))


class Recalled(Struct, frozen=True):
    """What could be read of one account's memory."""

    account: str
    state: MemoryState
    memory: Memory | None = None
    """None: there is none that counts."""
    version: str | None = None
    """What a writer must have read. None: nothing is there."""
    why: str | None = None
    """AWS's error code, for example. None: nothing failed."""

    @property
    def is_known(self) -> bool:
        """Whether it is known what was said, be it nothing."""
        return self.state is not MemoryState.UNREAD
