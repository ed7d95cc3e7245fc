"""What a message holds, read back from the message itself: only that was said."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from backup_watch.alerts.sns_message import Message
from backup_watch.model.report import ReadError, Report


class Contents(Struct, frozen=True):
    """What of a report is in a message."""

    incidents: frozenset[str]
    errors: frozenset[ReadError]
    has_every_warning: bool
    """Whether it has all of those that are news by themselves."""


def contents_of(message: Message, report: Report) -> Contents:
    """What of *report* is in *message*. A message that is no JSON is taken to hold nothing of it."""
    try:
        document = msgspec.json.decode(message.renderings["default"], type=_Document)
    except msgspec.MsgspecError:
        return Contents(frozenset(), frozenset(), has_every_warning=False)
    incidents = {one.incident for one in (*document.violations, *document.resolved)}
    errors = {_place(one) for one in document.errors}
    return Contents(
        incidents=frozenset(name for name in incidents if name is not None),
        errors=frozenset(error for error in report.errors if _place(error) in errors),
        has_every_warning=len(document.warnings) >= len(report.announced),  # these come first
    )


class _Told(Struct):
    incident: str | None = None


class _Error(Struct):
    operation: str
    kind: str
    region: str | None = None
    account: str | None = None
    product: str | None = None


class _Document(Struct):
    violations: list[_Told] = []
    resolved: list[_Told] = []
    errors: list[_Error] = []
    warnings: list[object] = []


def _place(error: _Error | ReadError) -> tuple[str | None, str | None, str | None, str, str]:
    return error.account, error.product, error.region, error.operation, error.kind
