"""When a newest backup must have been to be FRESH whatever else is known, so that a check may merely count it.

Of a large fleet nearly all are, and to make an instance and a finding of each takes longer than all else that a check
does by itself. The judgement stays in one place: tests hold that it finds each of these FRESH, and that a report comes
out the same whether they are judged or counted.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from backup_watch.model.daily_slot import DAY
from backup_watch.model.policy import Policy
from backup_watch.model.readings import FreshWindow


def fresh_window(policy: Policy, *, now: datetime, interval: timedelta) -> FreshWindow:
    """The span of what is plainly FRESH at *now*: within a day and within all that *policy* allows to anyone, so that
    it is neither STALE nor LATE; and from before the last *interval*, so that nothing can have ended inside it.
    """
    allowed = [rule.max_age for rule in policy.rules if rule.max_age is not None]
    return FreshWindow(now - min(DAY, policy.thresholds.max_age, *allowed), now - interval)
