"""What one run tells, and what is remembered of it: its memories from the first read to the last write."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from backup_watch.adapters.aws import Aws
from backup_watch.adapters.memory import MemoryStore, audience_of
from backup_watch.checking.check import ONLY_SHOWN, Observation, Recall, conclude, nothing_is_remembered
from backup_watch.config.events import Check
from backup_watch.config.parsers import MemoryPlace
from backup_watch.config.problems import AlertNotDelivered
from backup_watch.config.settings import Settings
from backup_watch.model.report import Report

if TYPE_CHECKING:
    from backup_watch.alerts import Message
    from backup_watch.checking.said import Told
    from backup_watch.runtime.remembering import Remembering


def open_store(place: MemoryPlace, aws: Aws) -> MemoryStore:
    """The store at *place*."""
    if place.kind == "file":
        from backup_watch.adapters.memory_file import FileMemory

        return FileMemory(Path(place.name))
    from backup_watch.adapters.memory_dynamodb import DynamoDbMemory

    return DynamoDbMemory(place.name, aws)


def audience(settings: Settings) -> str | None:
    """Whom a memory must have been told to. None: there is no topic, so nothing is told; any memory may be read."""
    return None if settings.topic_arn is None else audience_of(settings.topic_arn)


class Channel(Struct, frozen=True):
    """Where a run is told, and where that is remembered."""

    store: MemoryStore | None
    """None: nowhere."""
    audience: str | None
    """Whom a memory must have been told to. None: nothing is told; any memory may be read."""
    may_be_heard: Callable[[], bool] = lambda: True
    """Whether a message is heard; asked only where nothing is remembered."""


def topic_channel(settings: Settings, aws: Aws) -> Channel:
    """The topic of the settings, with the memory of the settings."""

    def heard() -> bool:
        from backup_watch.adapters.topic import may_be_heard

        return may_be_heard(settings.topic_arn, aws)

    store = None if settings.memory is None else open_store(settings.memory, aws)
    return Channel(store, audience(settings), heard)


class Telling:
    """What one run reads of its memories and writes into them. Without a place for memories, nothing."""

    def __init__(
        self,
        channel: Channel,
        asked: Check,
        *,
        clock: datetime,
        accounts: Sequence[str],
        are_all: bool,
        prepared_by: float = float("inf"),
        remembered_by: float = float("inf"),
    ) -> None:
        """Begin to read. An instant in the past needs no memory: its events are worked out from the history.

        *are_all*: whether *accounts* are all that there are. *prepared_by*, *remembered_by*: in monotonic seconds, when
        the last memory may be written before and after telling.
        """
        self._prepared_by, self._remembered_by = prepared_by, remembered_by
        self._channel, self._asked, self._clock = channel, asked, clock
        self._store: MemoryStore | None = None
        self._remembering: Remembering | None = None
        if channel.store is not None and asked.at is None:
            from backup_watch.adapters.recollection import Recollection  # only where there is a memory

            self._store = channel.store
            self._recollection = Recollection(
                self._store, accounts, audience=channel.audience, clock=clock, are_all=are_all
            )

    @property
    def recall(self) -> Recall:
        """Gives what was said; to be called once the lists were read."""
        return nothing_is_remembered if self._store is None else self._recollection.result

    def report(self, observation: Observation) -> Report:
        """The report of *observation*. What a run that notifies is about to tell is in the memory from here on."""
        if self._store is None or not self._asked.notify:
            return conclude(observation, observation.recalled, ONLY_SHOWN).report
        from backup_watch.checking.remembered import Run
        from backup_watch.runtime.remembering import Remembering

        run = Run(secrets.token_hex(8), self._channel.audience or "", tell_all=self._asked.notify == "all")
        self._remembering = Remembering(
            self._store, observation, run, clock=self._clock, is_confirmed=self._channel.may_be_heard
        )
        self._remembering.prepare(until=self._prepared_by)
        return self._remembering.report

    def told(self, report: Report, message: Message | None) -> Report:
        """Remember what *message* told (None: there was nothing); the report, with a warning where that failed."""
        if self._remembering is None:
            return report
        return self._remember(report, told_by(report, message, self._remembering.unread_ids))

    def untold(self, report: Report, failure: AlertNotDelivered) -> Report:
        """Remember that nothing was told. What may have been told all the same stays as it is: about to be."""
        from backup_watch.checking.said import NOTHING

        return report if failure.may_have_arrived else self._remember(report, NOTHING)

    def _remember(self, report: Report, told: Told) -> Report:
        if self._remembering is None:
            return report
        self._remembering.remember(told, until=self._remembered_by)
        return replace(report, notices=self._remembering.report.notices)

    def failed(self, report: Report) -> bool | None:
        """``report.has_memory_failed``. None: there is no memory."""
        return None if self._store is None else report.has_memory_failed


def told_by(report: Report, message: Message | None, unread_ids: dict[tuple[str, str], str]) -> Told:
    """What *message* told of *report*, by the ids of incidents."""
    from backup_watch.alerts.contents import contents_of
    from backup_watch.checking.keys import NOTHING_FOUND, key_of, unread_subject
    from backup_watch.checking.said import Told

    if message is None:
        return Told(announced=True)
    contents = contents_of(message, report)
    named = {(error.account, key_of(unread_subject(error))) for error in contents.errors}
    named |= {(account, NOTHING_FOUND) for account in report.empty_accounts if account not in report.empty_said}
    if report.is_empty and not report.is_empty_said:
        named.add((None, NOTHING_FOUND))
    # What is no matter of one account stands in the memory of the first.
    ids = {one for (account, key), one in unread_ids.items() if {(account, key), (None, key)} & named}
    return Told(contents.incidents | ids, contents.has_every_warning)
