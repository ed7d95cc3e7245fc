"""What an incident is known by inside an account's memory, and what stands for it once it is in no list."""

from __future__ import annotations

from datetime import datetime, timedelta

from backup_watch.checking.failure_classes import failure_class
from backup_watch.model.findings import Finding
from backup_watch.model.instances import Expectation, Instance, InstanceId, Subject, UnreadList
from backup_watch.model.memory import About, Facts, OpenIncident
from backup_watch.model.policy import Limits
from backup_watch.model.report import ReadError
from backup_watch.model.vocabulary import Cause, Severity, Verdict

NOTHING_FOUND = "nothing-found"
"""The key, and the name, of there being no instance at all."""


def key_of(subject: Subject) -> str:
    """The key of an incident about *subject*: an instance by its id, an expectation by its words."""
    if isinstance(subject, Instance):
        return key_of_id(subject.id)
    if isinstance(subject, UnreadList):
        return subject.service_name if subject.service_name == NOTHING_FOUND else _joined("unread", subject)
    account = None if subject.covers_every_account else subject.account
    places = (account, subject.product, subject.region)
    return "/".join(("expected", *(place or "*" for place in places), subject.service_name))


def key_of_id(one: InstanceId) -> str:
    """The key of an incident about the instance *one*; its account is that of the memory."""
    return f"instance/{one.product}/{one.region}/{one.number}"


def _joined(kind: str, subject: UnreadList) -> str:
    what = subject.list_kind or subject.service_name
    return "/".join((kind, subject.product or "*", subject.region or "*", what))


def is_unread(incident: OpenIncident) -> bool:
    """Whether *incident* is about something that could not be read, or about there being no instance at all."""
    return incident.key == NOTHING_FOUND or incident.key.startswith("unread/")


def is_common(incident: OpenIncident) -> bool:
    """Whether *incident* is no matter of one account: a line of ``[expect]``, or a policy that could not be read."""
    if incident.key.startswith("expected/"):
        return True
    return is_unread(incident) and incident.key != NOTHING_FOUND and incident.about.account is None


def unread_subject(error: ReadError) -> UnreadList:
    """What *error* kept from being read."""
    return UnreadList(error.operation, error.account, error.product, error.region, error.list_kind)


def about(subject: Subject) -> About:
    """What a memory keeps of *subject*, to say later whose incident it was."""
    if isinstance(subject, Instance):
        return About(subject.service_name, subject.product, subject.region, subject.number)
    if isinstance(subject, UnreadList):
        return About(
            subject.service_name, subject.product, subject.region, account=subject.account, list_kind=subject.list_kind
        )
    return About(subject.service_name, subject.product, subject.region, account=subject.account, wanted=subject.wanted)


def facts_of(finding: Finding, *, now: datetime) -> Facts:
    """What a memory keeps of *finding*, an instance's or an expectation's."""
    subject, limits = finding.subject, finding.limits
    instance = subject if isinstance(subject, Instance) else None
    return Facts(
        verdict=finding.verdict,
        severity=finding.severity,
        cause=finding.cause,
        judged_at=now,
        last_backup_at=finding.last_backup_at,
        found=subject.found if isinstance(subject, Expectation) else None,
        max_age=limits.max_age,
        grace=limits.grace,
        new_instance_grace=limits.new_instance_grace,
        listed=instance is not None and instance.in_instance_list is True,
        created_at=None if instance is None else instance.created_at,
        backup_time=None if instance is None else instance.backup_time,
        bad_date=finding.bad_date,
        expected_at=finding.expected_at,
    )


def unread_facts(error: ReadError | None, *, now: datetime) -> Facts:
    """The same of something unread; None: there is no instance at all."""
    failure = NOTHING_FOUND if error is None else failure_class(error)
    return Facts(Verdict.UNKNOWN, Severity.UNKNOWN, Cause.LIST_UNREAD, now, failure=failure)


def subject_of(incident: OpenIncident, facts: Facts, *, account: str) -> Subject:
    """What *incident* is about, as far as the memory knows."""
    kept = incident.about
    if kept.number is not None and kept.product is not None and kept.region is not None:
        return Instance(
            id=InstanceId(account, kept.product, kept.region, kept.number),
            service_name=kept.name,
            backups_at=() if facts.last_backup_at is None else (facts.last_backup_at,),
            created_at=facts.created_at,
            backup_time=facts.backup_time,
        )
    if incident.key.startswith("expected/"):
        return Expectation(
            kept.name,
            kept.wanted,
            facts.found,
            account=kept.account,
            product=kept.product,
            region=kept.region,
            covers_every_account=incident.key.startswith("expected/*/"),
        )
    whose = None if is_common(incident) else account
    return UnreadList(kept.name, whose, kept.product, kept.region, kept.list_kind)


def finding_of(incident: OpenIncident, *, account: str, now: datetime) -> Finding:
    """The finding that *incident* was last told by (else found by), with the age that its newest backup has *now*."""
    facts = incident.facts
    if facts is None:  # no document of ours is like that
        facts = unread_facts(None, now=now)
    last = facts.last_backup_at
    return Finding(
        subject=subject_of(incident, facts, account=account),
        verdict=facts.verdict,
        severity=facts.severity,
        cause=facts.cause,
        limits=limits_of(facts),
        judged_at=now,
        last_backup_at=last,
        age=None if last is None else max(now - last, timedelta(0)),
        bad_date=facts.bad_date,
        expected_at=facts.expected_at,
    )


def limits_of(facts: Facts) -> Limits:
    """What was allowed when *facts* were judged."""
    return Limits(facts.max_age, facts.grace, facts.new_instance_grace)
