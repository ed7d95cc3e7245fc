"""The warnings of a report: what is set but has no effect, what has ended, what was left out."""

from __future__ import annotations

from collections.abc import Sequence

from backup_watch.checking.expectations import lines_of
from backup_watch.checking.lifecycle import Window
from backup_watch.model.instances import Expected, Instance, PlainlyFresh
from backup_watch.model.policy import Policy, Selector
from backup_watch.model.report import Notice, NoticeCode


def notices_for(
    policy: Policy,
    instances: Sequence[Instance | PlainlyFresh],
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


def _nothing_found(instances: Sequence[Instance | PlainlyFresh], later: int, regions: Sequence[str]) -> list[Notice]:
    return [] if instances or later else [Notice(NoticeCode.NOTHING_FOUND, {"regions": ", ".join(regions)})]


def _unused(policy: Policy, instances: Sequence[Instance | PlainlyFresh]) -> list[Notice]:
    """Rules and mutes without effect: a rule needs an instance, a mute may also cover a line of the roll call."""
    rules, mutes = ([entry.selector for entry in entries] for entries in (policy.rules, policy.mutes))
    lines = lines_of(policy.roll_call, found=len(instances))
    return [
        *_unused_of(NoticeCode.RULE_UNUSED, rules, instances),
        *_unused_of(NoticeCode.MUTE_UNUSED, mutes, [*instances, *lines] if mutes else ()),
    ]


def _unused_of(
    code: NoticeCode, selectors: Sequence[Selector], subjects: Sequence[Instance | PlainlyFresh | Expected]
) -> list[Notice]:
    return [
        Notice(code, {"number": number, "match": selector.match})
        for number, selector in enumerate(selectors, 1)
        if not any(selector.selects(subject) for subject in subjects)
    ]
