"""The warnings of a report: what is set but has no effect, what has ended, what was left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from unicodedata import category, normalize

from backup_watch.checking.expectations import is_judged, lines_of
from backup_watch.checking.lifecycle import ReportingPeriod
from backup_watch.model.daily_slot import parse_slot
from backup_watch.model.findings import Finding
from backup_watch.model.instances import FreshGroup, Instance, Scope, Subject
from backup_watch.model.notices import (
    CreatedLater,
    DetailsLeftOut,
    DetailsUnread,
    EverythingMuted,
    ExpectationNotJudged,
    InvisiblyDifferent,
    MuteExpired,
    MuteUnused,
    NothingFound,
    Notice,
    ProductNotOffered,
    RuleUnused,
    SlotUnreadable,
    TakenForEmpty,
    WideLimit,
)
from backup_watch.model.policy import MAX_AGE, MAX_GRACE, Policy, Selector
from backup_watch.model.report import ReadError
from backup_watch.model.vocabulary import Cause, Severity


def notices_for(
    policy: Policy,
    instances: Sequence[Instance],
    period: ReportingPeriod,
    *,
    fresh_groups: Sequence[FreshGroup] = (),
    scopes: Sequence[Scope],
    errors: Sequence[ReadError],
    withheld: Sequence[ReadError] = (),
    taken_for_empty: Sequence[ReadError] = (),
    findings: Sequence[Finding] = (),
    left_out: tuple[int, int],
    details_unread: Sequence[ReadError] = (),
    created_later: int,
    paused: Collection[str] = (),
) -> tuple[Notice, ...]:
    """All warnings of one check.

    *findings* are those that may alert. *errors* say which lists were not read: a rule can be said to match nothing
    only where there is none; *withheld* and *taken_for_empty* are refusals that are no errors. *left_out* is how many
    details were not read and how many may be, *details_unread* why some could not be; *created_later* how many
    instances were created after the instant asked about. *paused*: accounts that were not read on purpose.
    """
    notices: list[Notice] = [*_wide_limits(policy), *_expired(policy, period), *_not_judged(policy, errors)]
    notices += [*_not_offered(withheld), *_taken_for_empty(taken_for_empty)]
    wrong = [finding for finding in findings if finding.severity is not Severity.OK]
    if wrong and all(finding.mute is not None for finding in wrong):
        notices.append(EverythingMuted(len(wrong)))
    if not errors:
        if scopes and not instances and not fresh_groups and not created_later:
            notices.append(NothingFound(tuple(dict.fromkeys(scope.region for scope in scopes))))
        lines = [line for expected in policy.expectations for line in lines_of(expected, scopes, found=0)]
        selectors = [rule.selector for rule in policy.rules], [mute.selector for mute in policy.mutes]
        rules = _unused(selectors[0], instances, fresh_groups, paused)
        # A mute may also cover a line of [expect].
        mutes = _unused(selectors[1], [*instances, *lines], fresh_groups, paused)
        notices += [RuleUnused(number, match) for number, match in rules]
        notices += [MuteUnused(number, match) for number, match in mutes]
        unmet = [finding.subject.service_name for finding in findings if finding.cause is Cause.NAME_ABSENT]
        names = [one.service_name for one in instances] + [
            name for group in fresh_groups for name in group.names.values()
        ]
        notices += _look_alikes([*(match for _, match in (*rules, *mutes)), *unmet], names)
    if left_out[0]:
        notices.append(DetailsLeftOut(*left_out))
    notices += [
        DetailsUnread(error.instances, error.region, error.kind, error.code) for error in details_unread
    ] + _unreadable_slots(instances)
    if created_later:
        notices.append(CreatedLater(created_later))
    return tuple(notices)


def _not_offered(withheld: Sequence[ReadError]) -> list[Notice]:
    """One for each product, with its regions."""
    regions: dict[str, dict[str, None]] = {}
    for error in withheld:
        if error.product is not None and error.region is not None:
            regions.setdefault(error.product, {})[error.region] = None
    return [ProductNotOffered(product, tuple(named)) for product, named in regions.items()]


def _taken_for_empty(refusals: Sequence[ReadError]) -> list[Notice]:
    return [TakenForEmpty(one.product or "", one.region or "", one.operation, one.code or "") for one in refusals]


def _wide_limits(policy: Policy) -> list[Notice]:
    """The environment's thresholds beyond what a policy may allow; the policy's own cannot be."""
    given = policy.thresholds
    bounded = (
        ("MAX_BACKUP_AGE", given.max_age, MAX_AGE),
        ("BACKUP_GRACE", given.grace, MAX_GRACE),
        ("NEW_INSTANCE_GRACE", given.new_instance_grace, MAX_GRACE),
    )
    return [WideLimit(setting, length, most) for setting, length, most in bounded if length > most]


def _look_alikes(patterns: Iterable[str], names: Iterable[str]) -> list[Notice]:
    """The patterns that match nothing although a name looks just like them."""
    wanted = {visibly(pattern): pattern for pattern in patterns}
    alike = {name for name in names if visibly(name) in wanted} if wanted else set()
    return [InvisiblyDifferent(wanted[visibly(name)], name) for name in sorted(alike)]


def visibly(name: str) -> str:
    """*name* as it looks: without blanks and invisible characters, and in one form of those that look alike."""
    if name.isascii() and name.isprintable() and " " not in name:
        return name
    return "".join(char for char in normalize("NFKC", name) if category(char)[0] not in "ZC")


def _unreadable_slots(instances: Sequence[Instance]) -> list[Notice]:
    odd = [
        (one.backup_time, one.service_name)
        for one in instances
        if one.backup_time is not None and parse_slot(one.backup_time) is None
    ]
    return [SlotUnreadable(len(odd), *odd[0])] if odd else []


def _expired(policy: Policy, period: ReportingPeriod) -> list[Notice]:
    return [
        MuteExpired(number, mute.selector.match, mute.until, mute.owner)
        for number, mute in enumerate(policy.mutes, 1)
        if period.since < mute.until <= period.now
    ]


def _not_judged(policy: Policy, errors: Sequence[ReadError]) -> list[Notice]:
    numbered = enumerate(policy.expectations, 1)
    return [ExpectationNotJudged(number) for number, expected in numbered if not is_judged(expected, errors)]


def _unused(
    selectors: Sequence[Selector], subjects: Sequence[Subject], groups: Sequence[FreshGroup], paused: Collection[str]
) -> list[tuple[int, str]]:
    """The number, counted from 1, and the pattern of each selector that selects nothing.

    One that names an account which is paused is left alone: what it may select was not read.
    """
    return [
        (number, selector.match)
        for number, selector in enumerate(selectors, 1)
        if not any(map(selector.selects, subjects))
        and not any(map(selector.selects_any_of, groups))
        and not any(map(selector.names_account, paused))
    ]
