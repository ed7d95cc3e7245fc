"""Lists that hold far fewer instances than before: a key whose view was narrowed looks like databases that are gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from backup_watch.model.instances import Scope
from backup_watch.model.memory import ListSize, Memory
from backup_watch.model.notices import ListHalved
from backup_watch.model.policy import Policy
from backup_watch.model.readings import ListRead
from backup_watch.model.report import ReadError
from backup_watch.model.vocabulary import ListKind

MANY = 10
"""From so many instances on, fewer than half of them is news."""


class Shrinking(Struct, frozen=True):
    """What has become of the lists of one account since they were last read."""

    sizes: tuple[ListSize, ...]
    """As they are to be remembered."""
    errors: tuple[ReadError, ...] = ()
    halved: tuple[ListHalved, ...] = ()
    emptied: frozenset[tuple[Scope, ListKind]] = frozenset()

    @property
    def halved_scopes(self) -> frozenset[Scope]:
        """Where fewer than half are left."""
        return frozenset(notice.scope for notice in self.halved)


def shrinking_of(
    memory: Memory | None,
    lists: Sequence[ListRead],
    named: Mapping[Scope, int],
    *,
    scopes: Sequence[Scope],
    withheld: Sequence[ReadError],
    policy: Policy,
    now: datetime,
) -> Shrinking:
    """Compare the lists of *scopes*, all of one account, with what its *memory* holds of them.

    What the policy leaves out is forgotten, but not while an incident of it is open: it may be taken in again.
    *named*: how many instances the lists of a scope name, each counted once. *withheld* are errors of products that
    are only read as part of ``all``: news where they could be read before.
    """
    before = {} if memory is None else {(size.product, size.region): size for size in memory.lists}
    read: dict[Scope, dict[ListKind, ListRead]] = {}
    for each in lists:
        read.setdefault(each.scope, {})[each.kind] = each
    asked = {(scope.product, scope.region) for scope in scopes}
    open_ = set() if memory is None else {(one.about.product, one.about.region) for one in memory.incidents}
    sizes = [size for where, size in before.items() if where in open_ - asked]
    errors, halved, emptied = [], [], set()
    for scope in scopes:
        old = before.get((scope.product, scope.region))
        if scope not in read:
            sizes += [] if old is None else [old]
            continue
        outcome = _compared(
            old, read[scope], named.get(scope, 0), scope, expects_none=_expects_none(policy, scope), now=now
        )
        sizes.append(outcome[0])
        halved += outcome[1]
        errors += [_emptied_error(each) for each in outcome[2]]
        emptied |= {(scope, each.kind) for each in outcome[2]}
    errors += [replace(error, kind="NoLongerVisible") for error in withheld if _was_read(error, before)]
    return Shrinking(tuple(sizes), tuple(errors), tuple(halved), frozenset(emptied))


def _compared(
    old: ListSize | None,
    read: Mapping[ListKind, ListRead],
    number: int,
    scope: Scope,
    *,
    expects_none: bool,
    now: datetime,
) -> tuple[ListSize, list[ListHalved], list[ListRead]]:
    """The size to remember of one scope, a notice where it was halved, and the lists that were emptied."""
    with_instances = ListKind.INSTANCES in read
    if old is not None and old.with_instances and not with_instances:
        old = replace(old, instances=old.backups, most=old.backups)  # fewer are known without the instance list
    if old is not None:
        old = replace(old, with_instances=with_instances)
    size = old or ListSize(scope.product, scope.region, 0, 0, with_instances=with_instances)
    emptied, halved = [], []
    is_whole = all(each.instances is not None for each in read.values())
    if is_whole and not number and size.instances and not expects_none:
        emptied = list(read.values())
    elif is_whole and with_instances and number and not read[ListKind.INSTANCES].instances:
        emptied = [read[ListKind.INSTANCES]]
    if is_whole and not (emptied and not number):
        size = replace(
            size,
            instances=number,
            most=max(size.most, number) if number else 0,
            backups=read[ListKind.BACKUPS].instances or 0,
        )
        if _is_halved(size):
            halved = [ListHalved(scope, size.most, number)]
    elif not is_whole:
        size = replace(size, instances=max(size.instances, number))  # so many there are at least
    for kind, each in read.items():
        if each.instances is not None and each not in emptied:
            size = _read_at(size, kind, now)
    return size, halved, emptied


def _read_at(size: ListSize, kind: ListKind, now: datetime) -> ListSize:
    if kind is ListKind.INSTANCES:
        return replace(size, instances_read_at=now)
    return replace(size, backups_read_at=now)


def _expects_none(policy: Policy, scope: Scope) -> bool:
    return any(each.instances == 0 and each.covers(scope) for each in policy.expectations)


def _emptied_error(read: ListRead) -> ReadError:
    scope = read.scope
    return ReadError(
        operation=read.operation,
        kind="ListEmptied",
        message="the list is empty, and it was not before",
        region=scope.region,
        account=scope.account,
        product=scope.product,
        list_kind=read.kind,
    )


def _was_read(error: ReadError, before: Mapping[tuple[str, str], ListSize]) -> bool:
    size = before.get((error.product or "", error.region or ""))
    return size is not None and size.backups_read_at is not None


def said(sizes: Sequence[ListSize]) -> tuple[ListSize, ...]:
    """*sizes* once their shrinking was said: from now on it is measured from what is left."""
    return tuple(replace(size, most=size.instances) if _is_halved(size) else size for size in sizes)


def _is_halved(size: ListSize) -> bool:
    return size.most >= MANY and size.instances * 2 < size.most
