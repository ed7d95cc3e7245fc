"""The event of a violation that goes on: worse than what was last said, to be repeated, or nothing new."""

from __future__ import annotations

from datetime import datetime

from backup_watch.checking.repeats import Repeats
from backup_watch.model.findings import Finding
from backup_watch.model.instances import Expectation, Instance
from backup_watch.model.memory import Facts, OpenIncident
from backup_watch.model.vocabulary import Cause, Event, Verdict

WORSE_AS_SUCH = frozenset({Verdict.NEVER, Verdict.DISABLED})
"""To become one of these is news, however bad it was before."""


def event_of(finding: Finding, incident: OpenIncident, repeats: Repeats, *, now: datetime, is_judged: bool) -> Event:
    """The event of *finding*, which shows at *now* that *incident* goes on; what was never said before is new.

    Not *is_judged*: *finding* is the one of before, since nothing could be judged, and so is never worse.
    """
    said, pending = incident.said, incident.pending
    first = Event.UNREADABLE if finding.verdict is Verdict.UNKNOWN else Event.NEW
    if finding.cause is Cause.LIST_UNREAD and (said is None or pending is not None):
        return Event.ONGOING  # to be told as it is once that can be seen; until then its list is what is told
    if said is None or (pending is not None and pending.event is Event.RESOLVED):
        return first
    if is_judged and is_worse(finding, incident, said):
        return Event.ESCALATED
    again = Event.UNREADABLE if said.verdict is finding.verdict is Verdict.UNKNOWN else Event.REPEAT
    return again if pending is not None or repeats.is_due(incident, now=now) else Event.ONGOING


def is_worse(finding: Finding, incident: OpenIncident, said: Facts) -> bool:
    """Whether *finding* is worse than what was last *said* of *incident*."""
    if said.verdict is Verdict.UNKNOWN and finding.verdict is not Verdict.UNKNOWN:
        return True  # what was not known is known to be bad now
    if finding.severity != said.severity:
        return finding.severity > said.severity
    if finding.verdict is not said.verdict and finding.verdict in WORSE_AS_SUCH:
        return True
    return went_back(finding, incident) or _misses_more(finding, said)


def went_back(finding: Finding, incident: OpenIncident) -> bool:
    """Whether the newest backup is an older one than when the incident was last judged, or none."""
    subject, before, newest = finding.subject, incident.seen_backup_at, finding.last_backup_at
    if not isinstance(subject, Instance) or before is None or not subject.backups_read or finding.bad_date is not None:
        return False
    return newest is None or newest < before


def _misses_more(finding: Finding, said: Facts) -> bool:
    subject = finding.subject
    if not isinstance(subject, Expectation) or subject.found is None or said.found is None:
        return False
    return subject.found < said.found
