"""The warnings of a report: what is set but has no effect, what has ended, what was left out."""

from __future__ import annotations

from collections.abc import Sequence

from backup_watch.checking.expectations import is_judged, lines_of
from backup_watch.checking.lifecycle import ReportingPeriod
from backup_watch.model.instances import FreshGroup, Instance, Scope, Subject
from backup_watch.model.notices import (
    CreatedLater,
    DetailsLeftOut,
    ExpectationNotJudged,
    MuteExpired,
    MuteUnused,
    NothingFound,
    Notice,
    RuleUnused,
)
from backup_watch.model.policy import Policy, Selector
from backup_watch.model.report import ReadError


def notices_for(
    policy: Policy,
    instances: Sequence[Instance],
    period: ReportingPeriod,
    *,
    fresh_groups: Sequence[FreshGroup] = (),
    scopes: Sequence[Scope],
    errors: Sequence[ReadError],
    left_out: tuple[int, int],
    created_later: int,
) -> tuple[Notice, ...]:
    """All warnings of one check.

    *errors* say which lists were not read: a rule can be said to match nothing only where there is none. *left_out*
    is how many details were not read and how many may be; *created_later* how many instances were created after the
    instant asked about.
    """
    notices: list[Notice] = [*_expired(policy, period), *_not_judged(policy, errors)]
    if not errors:
        if not instances and not fresh_groups and not created_later:
            notices.append(NothingFound(tuple(dict.fromkeys(scope.region for scope in scopes))))
        lines = [line for expected in policy.expectations for line in lines_of(expected, scopes, found=0)]
        rules, mutes = [rule.selector for rule in policy.rules], [mute.selector for mute in policy.mutes]
        notices += [RuleUnused(number, match) for number, match in _unused(rules, instances, fresh_groups)]
        # A mute may also cover a line of [expect].
        notices += [MuteUnused(number, match) for number, match in _unused(mutes, [*instances, *lines], fresh_groups)]
    if left_out[0]:
        notices.append(DetailsLeftOut(*left_out))
    if created_later:
        notices.append(CreatedLater(created_later))
    return tuple(notices)


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
    selectors: Sequence[Selector], subjects: Sequence[Subject], groups: Sequence[FreshGroup]
) -> list[tuple[int, str]]:
    """The number, counted from 1, and the pattern of each selector that selects nothing."""
    return [
        (number, selector.match)
        for number, selector in enumerate(selectors, 1)
        if not any(map(selector.selects, subjects)) and not any(map(selector.selects_any_of, groups))
    ]
