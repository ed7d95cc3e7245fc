"""What became of each violation since it was last said: the difference between a memory and what one run found.

The events of docs/interface.md, section 11. Nothing here reads or writes a memory: :func:`follow` returns the document
that is to be written before anything is published, and :mod:`backup_watch.checking.said` the one afterwards.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from backup_watch.checking.beginnings import beginning_of, never_said_of_what_was_seen, new_id, read_at
from backup_watch.checking.developments import event_of, went_back
from backup_watch.checking.endings import Ending, Seen, carried, ending_of
from backup_watch.checking.keys import (
    NOTHING_FOUND,
    about,
    facts_of,
    finding_of,
    is_common,
    is_unread,
    key_of,
    unread_facts,
    unread_subject,
)
from backup_watch.checking.lifecycle import incident_of
from backup_watch.checking.repeats import Repeats
from backup_watch.model.findings import Finding, Violation, rank
from backup_watch.model.instances import Instance, Subject, UnreadList
from backup_watch.model.memory import Facts, Memory, OpenIncident, Pending
from backup_watch.model.report import PUBLISHED_EVENTS, ReadError
from backup_watch.model.vocabulary import Cause, Event, ListKind, Verdict


class Run(Struct, frozen=True):
    """The run that is about to tell."""

    id: str
    """No other run has it."""
    audience: str
    """A hash of whom it tells."""
    tell_all: bool = False
    """Whether every violation is told, whatever its event."""
    rivals: frozenset[str] = frozenset()
    """The ids of runs under way that are about to tell what they found: this run does not tell that, too."""


class Followed(Struct, frozen=True):
    """What became of one account."""

    findings: tuple[Finding, ...]
    """Those of the run, as they are to be reported, and those of open incidents that are in no list any more."""
    violations: tuple[Violation, ...]
    """Worst first."""
    resolved: tuple[Violation, ...]
    unpublished: frozenset[ReadError]
    """The errors that were said before, and are not told by this run."""
    draft: Memory | None
    """To be written before anything is published. None: the run is to tell and write nothing."""
    is_empty_said: bool = False
    """Whether it was said before that there is no instance at all."""


def follow(seen: Seen, before: Memory | None, run: Run) -> Followed:
    """Compare what was *seen* with what was said *before*; None: nothing is known of that, and everything is NEW."""
    if before is None:
        before = Memory(run.audience, seen.now, seen.period.since)
    if seen.now < before.judged_at:
        return _earlier(seen, before)
    return _Follower(seen, before, run).followed()


def _earlier(seen: Seen, before: Memory) -> Followed:
    """A run that judges an earlier instant than the memory's: reported, and told to no one."""
    known = {one.key: one for one in before.incidents}
    violations = [
        _violation(finding, Event.ONGOING, known.get(key_of(finding.subject)), finding)
        for finding in seen.findings
        if finding.is_violation
    ]
    return Followed(tuple(seen.findings), tuple(violations), (), frozenset(seen.errors), None, is_empty_said=True)


class _Follower:
    """Takes the findings, then the open incidents without one, and collects what becomes of them."""

    def __init__(self, seen: Seen, before: Memory, run: Run) -> None:
        self.seen, self.before, self.run = seen, before, run
        self.repeats = Repeats(seen.period.repeat, seen.period.zone)
        self.open = {one.key: one for one in before.incidents}
        self.used = {*before.ended, *(one.id for one in before.incidents)}
        self.incidents: list[OpenIncident] = []
        self.findings: list[Finding] = []
        self.violations: list[Violation] = []
        self.resolved: list[Violation] = []
        self.told_errors: set[ReadError] = set()
        self.is_empty_said = False

    def followed(self) -> Followed:
        self._errors()
        for finding in self.seen.findings:
            if self.open or finding.is_violation:
                self._finding(finding, self.open.pop(key_of(finding.subject), None))
            else:
                self.findings.append(finding)
        for incident in self.open.values():
            self._without_finding(incident)
        seen = self.seen
        draft = replace(
            self.before, judged_at=seen.now, run=self.run.id, audience=self.run.audience,
            incidents=tuple(self.incidents), lists=seen.shrinking.sizes,
        )  # fmt: skip
        return Followed(
            findings=tuple(self.findings),
            violations=tuple(sorted(self.violations, key=lambda one: rank(one.finding))),
            resolved=tuple(sorted(self.resolved, key=lambda one: rank(one.finding))),
            unpublished=frozenset(seen.errors) - self.told_errors,
            draft=draft,
            is_empty_said=self.is_empty_said,
        )

    # --- what could not be read ------------------------------------------------------------------------------

    def _errors(self) -> None:
        by_key: dict[str, list[ReadError]] = {}
        for error in self.seen.errors:
            by_key.setdefault(key_of(unread_subject(error)), []).append(error)
        for key, same in by_key.items():
            if self._unread(key, unread_subject(same[0]), unread_facts(same[0], now=self.seen.now)):
                self.told_errors.update(same)
        if self.seen.is_empty:
            subject = UnreadList(NOTHING_FOUND, self.seen.account)
            self.is_empty_said = not self._unread(NOTHING_FOUND, subject, unread_facts(None, now=self.seen.now))

    def _unread(self, key: str, subject: UnreadList, facts: Facts) -> bool:
        """Whether it is told that *subject* could not be read."""
        incident = self.open.pop(key, None)
        if incident is None:
            began = self._unread_since(subject)
            name = new_id(subject, None, began or self.seen.now, self.used)
            incident = OpenIncident(key, name, about(subject), self.seen.now, began, found=facts)
        elif self._is_a_rivals(incident):
            self.incidents.append(incident)
            return False
        said = incident.said
        is_told = (
            incident.pending is not None
            or said is None
            or said.failure != facts.failure
            or self.repeats.of_unread.is_due(incident, now=self.seen.now)
            or self.run.tell_all
        )
        if is_told:
            self._pend(incident, Event.UNREADABLE, facts)
        else:
            self.incidents.append(self._reviewed(incident, self.repeats.of_unread))
        return is_told

    def _unread_since(self, subject: UnreadList) -> datetime | None:
        kind = subject.list_kind
        if kind is None or kind is ListKind.DETAILS:
            return None
        place = subject.product, subject.region
        return next((read_at(size, kind) for size in self.before.lists if (size.product, size.region) == place), None)

    # --- findings --------------------------------------------------------------------------------------------

    def _finding(self, finding: Finding, incident: OpenIncident | None) -> None:
        if incident is None:
            self._begins(finding)
        elif finding.is_violation:
            self._goes_on(finding, incident)
        else:
            self._may_be_over(finding, incident)

    def _begins(self, finding: Finding) -> None:
        if not finding.is_violation:
            self.findings.append(finding)
        elif finding.cause is Cause.LIST_UNREAD:  # its list is what is told, and remembered
            self._report(self._of_its_list(finding))
        else:
            finding = never_said_of_what_was_seen(finding, None, self.before)
            now, last = self.seen.now, finding.last_backup_at
            began = beginning_of(finding, self.before, self.seen.whole.sizes, self.seen.policy)
            name = new_id(finding.subject, last, began or now, self.used)
            facts = facts_of(finding, now=now)
            incident = OpenIncident(
                key_of(finding.subject), name, about(finding.subject), now, began, seen_backup_at=last, found=facts
            )
            event = Event.UNREADABLE if finding.verdict is Verdict.UNKNOWN else Event.NEW
            self._tell(finding, event, incident, facts)

    def _of_its_list(self, finding: Finding) -> Violation:
        """An instance of which nothing is known goes by the incident of the list that could not be read."""
        subject = finding.subject
        about_it = [one for one in self.incidents if is_unread(one) and _may_hold(one, subject)]
        of_backups = [one for one in about_it if one.about.list_kind is ListKind.BACKUPS]
        incident = next(iter(of_backups or about_it), None)
        is_told = incident is not None and incident.pending is not None and incident.pending.run == self.run.id
        return _violation(finding, Event.UNREADABLE if is_told else Event.ONGOING, incident, finding)

    def _goes_on(self, finding: Finding, incident: OpenIncident) -> None:
        facts = incident.facts or facts_of(finding, now=self.seen.now)
        finding = never_said_of_what_was_seen(finding, incident, self.before)
        is_judged = finding.verdict is not Verdict.UNKNOWN or facts.verdict is Verdict.UNKNOWN
        if incident.said is None and finding.cause is not Cause.LIST_UNREAD:
            is_judged = True  # what was found was never said for certain: what is found now is as good
        if facts.verdict is Verdict.DISABLED and self.seen.with_instances and not _tells_of_backups(finding):
            is_judged = False  # what else is wrong with it does not show whether backups are on again
        if not is_judged:
            then = finding_of(incident, account=self.seen.account, now=self.seen.now)
            finding = carried(facts, finding, then, self.seen)
        self._follow(finding, incident, facts, is_judged=is_judged)

    def _may_be_over(self, finding: Finding | None, incident: OpenIncident) -> None:
        is_elsewhere = is_common(incident) and not self.seen.is_owner
        if self._is_a_rivals(incident) or incident.facts is None or is_elsewhere:
            self.incidents.append(incident)
            self.findings += [] if finding is None else [finding]
            return
        then = finding_of(incident, account=self.seen.account, now=self.seen.now)
        ending = ending_of(incident, incident.facts, then.subject, finding, self.seen)
        if ending is not None:
            self.findings += [] if finding is None else [finding]
            self._ends(then, incident, incident.facts, ending)
        elif isinstance(then.subject, UnreadList):
            self.incidents.append(incident)  # not asked for in this run, since something else could not be read
        else:
            still = carried(incident.facts, finding, then, self.seen)
            self._follow(still, incident, incident.facts, is_judged=False)

    def _without_finding(self, incident: OpenIncident) -> None:
        self._may_be_over(None, incident)

    def _follow(self, finding: Finding, incident: OpenIncident, facts: Facts, *, is_judged: bool) -> None:
        """*finding* shows that *incident* goes on; not *is_judged*: or cannot show that it is over."""
        if self._is_a_rivals(incident):
            self.incidents.append(incident)
            self._report(_violation(finding, Event.ONGOING, incident, finding))
            return
        repeats = self.repeats.of_unread if facts.verdict is Verdict.UNKNOWN else self.repeats
        event = event_of(finding, incident, repeats, now=self.seen.now, is_judged=is_judged)
        new = facts_of(finding, now=self.seen.now) if is_judged else facts
        if event in PUBLISHED_EVENTS or (self.run.tell_all and incident.said is not None):
            self._tell(finding, event, incident, new)
            return
        if is_judged and not went_back(finding, incident):
            incident = replace(incident, seen_backup_at=finding.last_backup_at or incident.seen_backup_at)
        self.incidents.append(self._reviewed(incident, repeats))
        self._report(_violation(finding, event, incident, finding))

    # --- what is collected -----------------------------------------------------------------------------------

    def _ends(self, then: Finding, incident: OpenIncident, facts: Facts, ending: Ending) -> None:
        if not incident.may_be_known:
            return  # it was never said, so it has no end to be said
        self._pend(incident, Event.RESOLVED, facts)
        self.resolved.append(
            Violation(
                finding=then,
                event=Event.RESOLVED,
                incident=incident.id,
                began_at=incident.began_at,
                ended_at=ending.at,
                resolved_by=ending.by,
                told_at=incident.told_at,
            )
        )

    def _tell(self, finding: Finding, event: Event, incident: OpenIncident, facts: Facts) -> None:
        self._pend(incident, event, facts)
        self._report(_violation(finding, event, incident, finding))

    def _pend(self, incident: OpenIncident, event: Event, facts: Facts) -> None:
        pending = Pending(self.run.id, event, facts, inherited=incident.pending is not None)
        self.incidents.append(replace(incident, pending=pending))

    def _report(self, violation: Violation) -> None:
        self.findings.append(violation.finding)
        self.violations.append(violation)

    def _reviewed(self, incident: OpenIncident, repeats: Repeats) -> OpenIncident:
        """*incident* where a repetition has come and was told too lately: the next one counts again."""
        if incident.pending is None and repeats.has_come(incident, now=self.seen.now):
            return replace(incident, reviewed_at=self.seen.now)
        return incident

    def _is_a_rivals(self, incident: OpenIncident) -> bool:
        return incident.pending is not None and incident.pending.run in self.run.rivals


def _violation(finding: Finding, event: Event, incident: OpenIncident | None, named: Finding) -> Violation:
    if incident is None:
        return Violation(finding, event, incident_of(named.subject, named.last_backup_at))
    return Violation(finding, event, incident.id, incident.began_at, told_at=incident.told_at)


def _may_hold(incident: OpenIncident, subject: Subject) -> bool:
    """Whether what *incident* is about would have told of *subject*."""
    kept = incident.about
    return kept.product in (None, subject.product) and kept.region in (None, subject.region)


def _tells_of_backups(finding: Finding) -> bool:
    """Whether the instance list says whether the instance's backups are on."""
    return isinstance(finding.subject, Instance) and finding.subject.is_backup is not None
