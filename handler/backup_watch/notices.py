"""The warnings of a report: what is set but has no effect, what has ended, what was left out."""

from __future__ import annotations

from collections.abc import Sequence

from backup_watch.instances import Expected, Instance
from backup_watch.lifecycle import Window
from backup_watch.policy import Policy, Selector
from backup_watch.report import Notice, NoticeCode


def notices_for(
    policy: Policy,
    instances: Sequence[Instance],
    window: Window,
    *,
    regions: Sequence[str],
    complete: bool,
    left_out: tuple[int, int],
    later: int,
) -> tuple[Notice, ...]:
    """All warnings of one check.

    *complete* says whether every list was read: only then can a rule be told to match nothing. *left_out* is how
    many details were not read and how many may be; *later* how many instances were created after the instant
    asked about.
    """
    notices = [_expired(policy, window)]
    if complete:
        notices += [_nothing_found(instances, later, regions), _unused(policy, instances)]
    if left_out[0]:
        notices.append([Notice(NoticeCode.DETAILS_LEFT_OUT, {"count": left_out[0], "limit": left_out[1]})])
    if later:
        notices.append([Notice(NoticeCode.CREATED_LATER, {"count": later})])
    return tuple(notice for group in notices for notice in group)


def _expired(policy: Policy, window: Window) -> list[Notice]:
    return [
        Notice(
            NoticeCode.MUTE_EXPIRED,
            {"number": number, "match": mute.selector.match, "until": mute.until, "owner": mute.owner},
        )
        for number, mute in enumerate(policy.mutes, 1)
        if window.since < mute.until <= window.now
    ]


def _nothing_found(instances: Sequence[Instance], later: int, regions: Sequence[str]) -> list[Notice]:
    return [] if instances or later else [Notice(NoticeCode.NOTHING_FOUND, {"regions": ", ".join(regions)})]


def _unused(policy: Policy, instances: Sequence[Instance]) -> list[Notice]:
    selectors = [(NoticeCode.RULE_UNUSED, n, rule.selector) for n, rule in enumerate(policy.rules, 1)]
    selectors += [(NoticeCode.MUTE_UNUSED, n, mute.selector) for n, mute in enumerate(policy.mutes, 1)]
    expected = [Expected(name) for name in policy.roll_call.names]
    return [
        Notice(code, {"number": number, "match": selector.match})
        for code, number, selector in selectors
        if not _used(selector, [*instances, *expected])
    ]


def _used(selector: Selector, subjects: Sequence[Instance | Expected]) -> bool:
    return any(selector.selects(subject) for subject in subjects)
