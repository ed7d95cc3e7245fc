"""When a newest backup must have been to be FRESH whatever else is known, so that a check may merely count it.

Of a large fleet nearly all are, and to make an instance and a finding of each takes longer than all else that a check
does by itself. The judgement stays in one place: tests hold that it finds each of these FRESH, and that a report comes
out the same whether they are judged or counted.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import datetime, timedelta

from backup_watch.model.daily_slot import DAY
from backup_watch.model.instances import InstanceId
from backup_watch.model.policy import Policy
from backup_watch.model.readings import FreshWindow


def fresh_window(
    policy: Policy,
    *,
    now: datetime,
    interval: timedelta,
    watched: Callable[[], Container[InstanceId]] = frozenset,
    has_memory: bool = False,
    is_part: bool = False,
) -> FreshWindow:
    """The span of what is plainly FRESH at *now*: within a day and within all that *policy* allows to anyone, so that
    it is neither STALE nor LATE; and from before the last *interval*, so that nothing can have ended inside it.

    *watched*: what is judged in any case. Names are kept where the policy asks for them, or a memory may; dates, too,
    where only the run that puts the parts of a check together knows what is watched (*is_part*).
    """
    allowed = [rule.max_age for rule in policy.rules if rule.max_age is not None]
    by_name = policy.rules or policy.mutes or any(expected.names for expected in policy.expectations)
    since = now - min(DAY, policy.thresholds.max_age, *allowed)
    return FreshWindow(
        since,
        now - interval,
        with_names=has_memory or bool(by_name),
        with_dates=has_memory and is_part,
        watched=watched,
    )
