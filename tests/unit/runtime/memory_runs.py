"""Runs in a world, step by step: a memory and a subscriber, each of which can fail, and what a run came to.

The run is the real one from its reading to its last write.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from backup_watch.adapters.memory import MemoryConflict, MemoryFailure, Stored, decode
from backup_watch.adapters.recollection import recall_with_gone
from backup_watch.checking.check import observe
from backup_watch.checking.keys import key_of, unread_subject
from backup_watch.checking.remembered import Run
from backup_watch.checking.said import NOTHING, Told
from backup_watch.model.findings import Violation
from backup_watch.model.instances import Expectation
from backup_watch.model.memory import Memory, OpenIncident
from backup_watch.model.notices import AccountGone
from backup_watch.model.report import Report
from backup_watch.model.vocabulary import Event, MemoryState, ResolvedBy, Severity, Verdict
from backup_watch.runtime.remembering import Remembering
from tests.unit.runtime.memory_world import ALONE, ALWAYS, BEGIN, NEVER, OWNER, Faults, List, Lists, World

AUDIENCE = "subscribers"


class Store:
    """Keeps one document an account, and fails as it is told to."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}
        self.versions: dict[str, int] = {}
        self.faults = Faults()
        self.between: list = []
        """What other runs do just before the next writes, first things first."""

    def read(self, accounts: Sequence[str]) -> dict[str, Stored | MemoryFailure]:
        if self.faults.memory_unread:
            return dict.fromkeys(accounts, MemoryFailure("ThrottlingException"))
        return {one: Stored(self.bodies.get(one), self._version(one)) for one in accounts}

    def _version(self, account: str) -> str | None:
        return str(self.versions[account]) if account in self.bodies else None

    def write(self, account: str, body: bytes, *, version: str | None, now: datetime) -> str:
        if self.between:
            self.between.pop(0)()
        if self.faults.lost_writes > 0:
            self.faults.lost_writes -= 1
            raise MemoryFailure("ThrottlingException")
        if version != self._version(account):
            raise MemoryConflict(account)
        self.bodies[account], self.versions[account] = body, self.versions.get(account, 0) + 1
        if self.faults.unanswered_writes > 0:
            self.faults.unanswered_writes -= 1
            raise MemoryFailure("ReadTimeoutError")
        return str(self.versions[account])

    def memories(self) -> dict[str, Memory]:
        ever = BEGIN + timedelta(days=3650)
        return {name: decode(body, audience=AUDIENCE, clock=ever) for name, body in self.bodies.items()}

    def incidents(self) -> list[tuple[str, OpenIncident]]:
        return [(account, one) for account, memory in self.memories().items() for one in memory.incidents]


@dataclass
class Line:
    """One thing that a message told."""

    key: str
    incident: str
    event: Event
    severity: Severity
    resolved_by: ResolvedBy | None = None
    at: datetime = BEGIN
    verdict: Verdict = Verdict.UNKNOWN


@dataclass
class Subscriber:
    """Whoever reads the messages: knows only what was delivered."""

    lines: list[Line] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    """The accounts that were told to be in the accounts file no more, as often as that was told."""
    maybe: set[str] = field(default_factory=set)
    """The incidents in messages that may have been delivered, for all that the sender knows."""

    def forget(self) -> None:
        """What was told before the memory was lost is told anew, and the old incidents never end."""
        self.maybe |= {line.incident for line in self.lines}
        self.lines.clear()

    def open(self) -> dict[str, dict[str, Severity]]:
        """The incidents that go on, by key; each with the severity that was told last."""
        found: dict[str, dict[str, Severity]] = {}
        for line in self.lines:
            of_key = found.setdefault(line.key, {})
            if line.event is Event.RESOLVED:
                of_key.pop(line.incident, None)
            else:
                of_key[line.incident] = line.severity
        return {key: incidents for key, incidents in found.items() if incidents}


def lines_of(report: Report, room: int, unread_ids: dict[tuple[str, str], str]) -> tuple[list[Line], bool]:
    """What a message of *room* things tells of *report*, and whether its warnings are among them."""
    lines = [_line(one, report) for one in (*report.published, *report.resolved)]
    lines = [line for line in lines if line.event is Event.RESOLVED or line.incident not in unread_ids.values()]
    for error in report.errors:
        if error not in report.unpublished:
            lines.append(_unread(error.account or OWNER, key_of(unread_subject(error)), unread_ids, report))
    empty = [account for account in report.empty_accounts if account not in report.empty_said]
    if report.is_empty and len(report.accounts) <= 1 and not report.errors and not report.is_empty_said:
        empty += report.accounts or ALONE  # where every account is paused it is no matter of one
    lines += [_unread(account, "nothing-found", unread_ids, report) for account in empty]
    return lines[:room], len(lines) <= room or not report.announced


def _line(one: Violation, report: Report) -> Line:
    by = None if one.resolved_by is None else ResolvedBy(one.resolved_by)
    subject = one.finding.subject
    key = key_of(subject) if isinstance(subject, Expectation) else f"{subject.account or OWNER}/{key_of(subject)}"
    return Line(key, one.incident, one.event, one.finding.severity, by, report.checked_at, one.finding.verdict)


def _unread(account: str, key: str, unread_ids: dict[tuple[str, str], str], report: Report) -> Line:
    name = f"{account}/{key}"
    return Line(name, unread_ids[account, key], Event.UNREADABLE, Severity.UNKNOWN, None, report.checked_at)


@dataclass
class Outcome:
    """What one run came to."""

    report: Report | None
    lines: list[Line]
    delivered: bool
    """Whether the sender knows that it was delivered, or there was nothing to tell."""
    unread: frozenset[List] = frozenset()


class Runs:
    """Makes runs in *world*."""

    def __init__(self, world: World) -> None:
        self.world, self.store, self.subscriber = world, Store(), Subscriber()
        self.number = 0

    def run(self, faults: Faults | None = None, *, now: datetime | None = None) -> Outcome:
        """One notifying run, as the function makes it."""
        faults = faults or Faults()
        self.store.faults = faults
        self.number += 1
        run = Run(f"run-{self.number}", AUDIENCE)
        plan = self.world.plan(now)
        recalled = recall_with_gone(self.store, plan.accounts, audience=AUDIENCE, clock=plan.clock)
        if faults.memory_unread:
            assert {one.state for one in recalled.values()} == {MemoryState.UNREAD}
            return Outcome(None, [], delivered=False)  # events as without a memory: tests/unit/checking
        observation = observe(plan, Lists(self.world, faults), lambda: recalled)
        remembering = Remembering(self.store, observation, run, clock=plan.clock, is_confirmed=lambda: True)
        if faults.dies == "observe":
            return Outcome(None, [], delivered=False)
        remembering.prepare(until=NEVER if faults.no_time == "prepare" else ALWAYS)
        if faults.dies == "prepare":
            # Whether that was published, nobody but the world knows.
            self.subscriber.maybe |= {one.id for _, one in self.store.incidents() if one.pending}
            return Outcome(None, [], delivered=False)
        report = remembering.report
        lines, has_warnings = lines_of(report, faults.room, remembering.unread_ids)
        if lines and faults.sns in ("refuses", "loses"):
            if faults.sns == "refuses":
                remembering.remember(NOTHING)
            else:
                self.subscriber.maybe |= {line.incident for line in lines}
            return Outcome(report, [], delivered=False)
        self.subscriber.lines += lines
        if has_warnings:
            self.subscriber.gone += [one.account for one in report.announced if isinstance(one, AccountGone)]
        self._forget_what_could_not_be_remembered()
        if (lines and faults.sns == "swallows") or faults.dies == "publish":
            return Outcome(report, lines, delivered=False)
        told = Told(frozenset(line.incident for line in lines if line.incident), has_warnings)
        remembering.remember(told, until=NEVER if faults.no_time == "remember" else ALWAYS)
        return Outcome(report, lines, delivered=True, unread=faults.unread)

    def _forget_what_could_not_be_remembered(self) -> None:
        """What was told by a run that could not write its memory at all has no end that could be told."""
        memories = self.store.memories().values()
        known = {one.id for memory in memories for one in memory.incidents} | {
            name for memory in memories for name in memory.ended
        }
        lost = {line.incident for line in self.subscriber.lines} - known
        self.subscriber.maybe |= lost
        self.subscriber.lines = [line for line in self.subscriber.lines if line.incident not in lost]
