"""The ids of the accounts file, as the memories keep them: which accounts are gone since, and not done with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backup_watch.model.accounts import DEFAULT_ACCOUNT
from backup_watch.model.memory import Memory, Recalled


def remembered_ids(recalled: Mapping[str, Recalled]) -> tuple[str, ...]:
    """The ids of the accounts file as they were last remembered; empty: no memory knows any."""
    newest = newest_list(recalled)
    return () if newest is None else newest.accounts


def gone_ids(recalled: Mapping[str, Recalled], account_ids: Sequence[str]) -> tuple[str, ...]:
    """The accounts that *account_ids*, the accounts file, does not name any more and that are not done with."""
    newest = newest_list(recalled)
    names, present = () if newest is None else (*newest.accounts, *newest.gone), {*account_ids, DEFAULT_ACCOUNT}
    return tuple(dict.fromkeys(name for name in names if name not in present))


def newest_list(recalled: Mapping[str, Recalled]) -> Memory | None:
    """The memory that last wrote down the ids of the accounts file.

    Of one run it is that of ``default``: an attempt that died has written all ids there alone.
    """
    knowing = [(each.account, each.memory) for each in recalled.values() if each.memory and each.memory.accounts]
    _, newest = max(knowing, key=lambda one: (one[1].judged_at, one[0] == DEFAULT_ACCOUNT), default=(None, None))
    return newest
