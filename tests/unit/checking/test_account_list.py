"""Which accounts a memory knows that are gone from the accounts file."""

from datetime import UTC, datetime

from backup_watch.checking.account_list import gone_ids, remembered_ids
from backup_watch.model.memory import Memory, Recalled
from backup_watch.model.vocabulary import MemoryState

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


def recalled(account: str, *ids: str) -> Recalled:
    return Recalled(account, MemoryState.READ, Memory("subscribers", NOW, NOW, accounts=ids))


def test_of_a_run_that_died_the_ids_in_the_memory_of_default_count():
    memories = {one.account: one for one in (recalled("a", "a"), recalled("default", "a", "b"))}
    assert gone_ids(memories, ["a"]) == ("b",)


def test_without_any_memory_no_id_is_known():
    assert remembered_ids({"a": Recalled("a", MemoryState.ABSENT)}) == ()
