"""What a fleet keeps of a run, as JSON and back: the report's own types, so that nothing is lost on the way."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

from backup_watch.checking.history import PastBackups
from backup_watch.checking.parts import Part
from backup_watch.model.findings import Finding
from backup_watch.model.fleet import VERSION, Batch, RollCall
from backup_watch.model.instances import Instance, InstanceId, KeptBackup
from backup_watch.model.readings import Histories, Reading
from backup_watch.model.report import ReadError, Report

Kept = TypeVar("Kept")


class Unusable(Exception):
    """A document that cannot be used: broken, or of another version."""


class Failure(Struct, frozen=True):
    """Why an account could not even be checked alone."""

    account: str
    error: str
    cause: str


class _Past(Struct, frozen=True, omit_defaults=True):
    """:class:`PastBackups`, with pairs where JSON has no such keys."""

    needed_by: tuple[Instance, ...] = ()
    left_out: int = 0
    backups_at: tuple[tuple[InstanceId, tuple[datetime, ...]], ...] = ()
    errors: tuple[ReadError, ...] = ()
    kept: tuple[tuple[InstanceId, tuple[KeptBackup, ...]], ...] = ()


class _Part(Struct, frozen=True, omit_defaults=True):
    account: str
    clock: datetime
    reading: Reading
    existing: tuple[Instance, ...] | None = None
    """None: those of the reading."""
    findings: tuple[Finding, ...] = ()
    past: _Past = _Past()
    created_later: int = 0
    api_requests: int = 0
    api_errors: int = 0


class _Result(Struct, frozen=True):
    run: str
    batch: int
    parts: tuple[_Part, ...]
    version: str


class _Report(Struct, frozen=True):
    run: str
    finished_at: datetime
    report: Report
    version: str


class _Instant(Struct, frozen=True):
    checked_at: Annotated[datetime, Meta(tz=True)]


class _Judged(Struct, frozen=True):
    report: _Instant


class FinishedRun(Struct, frozen=True):
    """A run that has told, with its report."""

    run: str
    finished_at: datetime
    """Aware."""
    report: Report


def encode_roll_call(roll_call: RollCall) -> bytes:
    """*roll_call* as it is kept."""
    return msgspec.json.encode(roll_call)


def decode_roll_call(body: bytes) -> RollCall:
    """The roll call in *body*. Raises :class:`Unusable`."""
    return _decoded(body, RollCall)


def encode_batches(batches: list[Batch]) -> bytes:
    """*batches* as the state machine reads them."""
    return msgspec.json.encode(batches)


def encode_result(run: str, batch: int, parts: list[Part]) -> bytes:
    """The result of a batch."""
    return msgspec.json.encode(_Result(run, batch, tuple(map(_packed, parts)), VERSION))


def size_of(part: Part) -> int:
    """The bytes that *part* takes in a result."""
    return len(msgspec.json.encode(_packed(part)))


def decode_result(body: bytes, run: str) -> list[Part]:
    """The parts in *body*, a result of *run*. Raises :class:`Unusable`."""
    result = _decoded(body, _Result)
    if result.run != run:
        raise Unusable("a result of another run")
    return [_unpacked(part) for part in result.parts]


def encode_failure(failure: Failure) -> bytes:
    """*failure* as it is kept."""
    return msgspec.json.encode(failure)


def decode_failure(body: bytes) -> Failure:
    """The failure in *body*. Raises :class:`Unusable`."""
    return _decoded(body, Failure, versioned=False)


def encode_finished(finished: FinishedRun) -> bytes:
    """*finished* as it is kept."""
    return msgspec.json.encode(_Report(finished.run, finished.finished_at, finished.report, VERSION))


def decode_finished(body: bytes) -> FinishedRun:
    """The finished run in *body*. Raises :class:`Unusable`."""
    kept = _decoded(body, _Report)
    if kept.finished_at.tzinfo is None or kept.report.checked_at.tzinfo is None:
        raise Unusable("an instant without an offset")
    return FinishedRun(kept.run, kept.finished_at, kept.report)


def judged_at(body: bytes) -> datetime | None:
    """The instant at which the finished run in *body* was judged, and nothing else of it. None: it is of no use."""
    try:
        return _decoded(body, _Judged).report.checked_at
    except Unusable:
        return None


def _packed(part: Part) -> _Part:
    histories = part.past.histories
    return _Part(
        account=part.account,
        clock=part.clock,
        reading=part.reading,
        existing=None if part.existing == part.reading.instances else part.existing,
        findings=part.findings,
        past=_Past(
            part.past.needed_by,
            part.past.left_out,
            tuple(histories.backups_at.items()),
            histories.errors,
            tuple(histories.kept.items()),
        ),
        created_later=part.created_later,
        api_requests=part.api_requests,
        api_errors=part.api_errors,
    )


def _unpacked(kept: _Part) -> Part:
    past = kept.past
    return Part(
        account=kept.account,
        clock=kept.clock,
        reading=kept.reading,
        existing=kept.reading.instances if kept.existing is None else kept.existing,
        findings=kept.findings,
        past=PastBackups(past.needed_by, past.left_out, Histories(dict(past.backups_at), past.errors, dict(past.kept))),
        created_later=kept.created_later,
        api_requests=kept.api_requests,
        api_errors=kept.api_errors,
    )


class _Versioned(Struct):
    version: str


def _decoded(body: bytes, kind: type[Kept], *, versioned: bool = True) -> Kept:
    try:
        if versioned and (version := msgspec.json.decode(body, type=_Versioned).version) != VERSION:
            raise Unusable(f"of version {version}")
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unusable(str(error)) from None
