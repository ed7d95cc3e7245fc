"""Tells the addresses of --notify what a run has to tell, each with a memory of its own: once, and not at each run."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from backup_watch.adapters.heartbeat import ping
from backup_watch.adapters.memory import audience_of
from backup_watch.adapters.memory_file import FileMemory
from backup_watch.alerts import compose
from backup_watch.checking.check import observe
from backup_watch.cli.addresses import Address, addresses
from backup_watch.cli.delivery import deliver, opened
from backup_watch.cli.keys import Origin
from backup_watch.cli.memory_place import file_scope, memory_directory
from backup_watch.cli.read_once import ReadOnce
from backup_watch.cli.run import Run
from backup_watch.config.problems import AlertNotDelivered
from backup_watch.config.settings import Settings
from backup_watch.model.readings import Source
from backup_watch.model.report import Notification, Report
from backup_watch.runtime.telling import Channel, Telling


class Recipient(Struct, frozen=True):
    """Somewhere to tell, open."""

    address: Address
    plugin: Any
    """Apprise's."""
    channel: Channel


def recipients_of(
    asked: argparse.Namespace,
    settings: Settings,
    environment: Mapping[str, str],
    *,
    origin: Origin,
    home: Path | None,
) -> list[Recipient]:
    """Whom ``--notify`` names. Raises :class:`backup_watch.cli.failures.CommandFailed` before anything is read."""
    named = addresses(asked.notify, environment)
    plugins = [opened(address) for address in named]
    directory = memory_directory(asked.memory, settings, environment, home=home)
    stores = [FileMemory(directory, scope=file_scope(asked, settings, origin, address)) for address in named]
    channels = [Channel(store, audience_of(address.url)) for store, address in zip(stores, named, strict=True)]
    return [Recipient(*one) for one in zip(named, plugins, channels, strict=True)]


def check_and_tell(run: Run, source: Source, recipients: Sequence[Recipient]) -> tuple[Report, tuple[str, ...]]:
    """Read once, and tell each of *recipients* what is news there; the report, and what could not be delivered."""
    once = ReadOnce(source)
    outcomes = [_tell(recipient, run, once) for recipient in recipients]
    report = next((report for report, _ in outcomes if report.notification is not None), outcomes[0][0])
    failures = tuple(failure for _, failure in outcomes if failure is not None)
    if run.settings.heartbeat_url is not None:
        ping(run.settings.heartbeat_url, healthy=report.complete and not failures)
    return report, failures


def _tell(recipient: Recipient, run: Run, source: Source) -> tuple[Report, str | None]:
    telling = Telling(
        recipient.channel,
        run.asked,
        clock=run.clock,
        accounts=run.plan.accounts,
        are_all=run.plan.account_ids is not None,
    )
    report = telling.report(observe(run.plan, source, telling.recall))
    message = None
    if not report.has_nothing_to_publish:
        message = compose(report, run.words, notify=run.asked.notify, runbook_url=run.settings.runbook_url)
    if message is None:
        return telling.told(report, None), None
    try:
        deliver(message, recipient.plugin, recipient.address)
    except AlertNotDelivered as failure:
        return telling.untold(report, failure), f"the alert could not be delivered: {failure}"
    sent = Notification((recipient.address.name,), message.events)
    return telling.told(replace(report, notification=sent), message), None
