"""The memories of a check's accounts: what each of them makes of what the run found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from backup_watch.checking.account_list import remembered_ids
from backup_watch.checking.endings import Seen, Whole
from backup_watch.checking.lifecycle import ReportingPeriod
from backup_watch.checking.list_sizes import Shrinking, shrinking_of
from backup_watch.checking.remembered import Followed, Run, follow
from backup_watch.model.accounts import DEFAULT_ACCOUNT
from backup_watch.model.findings import Finding
from backup_watch.model.instances import Instance, InstanceId, Scope, Subject
from backup_watch.model.memory import Memory, Recalled
from backup_watch.model.notices import (
    AccountGone,
    AccountsGone,
    ListHalved,
    MemoryProblem,
    MuteExpired,
    Notice,
    PauseOver,
)
from backup_watch.model.policy import Policy
from backup_watch.model.readings import Reading
from backup_watch.model.report import ReadError
from backup_watch.model.vocabulary import ListKind, MemoryState

T = TypeVar("T")
Key = TypeVar("Key")
NEWS = (MuteExpired, PauseOver, ListHalved, AccountGone, AccountsGone)
"""The warnings that are published even where there is nothing else to tell."""
MAX_NAMED = 200
"""So many accounts that are gone are told each in a line of its own, for which a message surely has room."""


class Memories(Struct, frozen=True):
    """What is known of what was said, for the accounts of one check; and what their lists have become since."""

    owner: str
    """The account in whose memory stands what is no matter of one account: ``default``, whatever the accounts file
    holds, so that a change of the file moves nothing.
    """
    known: Mapping[str, Recalled]
    """By account; what could not be read is left out."""
    problems: tuple[MemoryProblem, ...]
    shrinkings: Mapping[str, Shrinking]

    @property
    def errors(self) -> tuple[ReadError, ...]:
        """Of lists that are empty, and were not before."""
        return tuple(error for each in self.shrinkings.values() for error in each.errors)

    @property
    def halved(self) -> tuple[ListHalved, ...]:
        """Of lists of which fewer than half is left."""
        return tuple(notice for each in self.shrinkings.values() for notice in each.halved)

    def account_of(self, subject: Subject | ReadError) -> str:
        """In whose memory *subject* stands."""
        if isinstance(subject, Instance | ReadError) and subject.account is not None:
            return subject.account
        return self.owner

    def gone(self, account_ids: Sequence[str] | None) -> tuple[AccountGone | AccountsGone, ...]:
        """The accounts that the memory knows, and the accounts file does not any more; None: that is not known."""
        if account_ids is None:
            return ()
        known = {*account_ids, DEFAULT_ACCOUNT}
        gone = tuple(name for name in remembered_ids(self.known) if name not in known)
        return tuple(map(AccountGone, gone)) if len(gone) <= MAX_NAMED else (AccountsGone(gone),)

    def of(self, account: str) -> Memory | None:
        """The memory of *account*; None: there is none that counts."""
        recalled = self.known.get(account)
        return None if recalled is None else recalled.memory

    def period(self, period: ReportingPeriod) -> ReportingPeriod:
        """*period*, from where ended mutes were last announced."""
        memories = [one.memory for one in self.known.values() if one.memory is not None]
        return replace(period, since=max(one.noticed_at for one in memories)) if memories else period


def memories_of(
    recalled: Mapping[str, Recalled], reading: Reading, *, scopes: Sequence[Scope], policy: Policy, now: datetime
) -> Memories:
    """What was *recalled*, with the lists of *reading* compared."""
    known = {account: one for account, one in recalled.items() if one.is_known}
    shrinkings = {}
    lists = _by(lambda each: each.scope.account, reading.lists if known else ())
    own = _by(lambda scope: scope.account, scopes if known else ())
    withheld = _by(lambda error: error.account or "", reading.withheld)
    sizes = _sizes(reading) if known else {}
    for account, one in known.items():
        shrinkings[account] = shrinking_of(
            one.memory,
            lists.get(account, []),
            sizes,
            scopes=own.get(account, []),
            withheld=withheld.get(account, []),
            policy=policy,
            now=now,
        )
    problems = problems_of(_failed(recalled))
    first = scopes[0].account if scopes else next(iter(recalled), "")
    return Memories(DEFAULT_ACCOUNT if DEFAULT_ACCOUNT in recalled else first, known, problems, shrinkings)


def _failed(recalled: Mapping[str, Recalled]) -> list[Recalled]:
    """The memories that are not there, or of no use; but not those of accounts that are new in the accounts file."""
    ids = remembered_ids(recalled)
    known = {*ids, DEFAULT_ACCOUNT} if ids else recalled.keys()
    return [
        one
        for one in recalled.values()
        if one.state is not MemoryState.READ and (one.state is not MemoryState.ABSENT or one.account in known)
    ]


def problems_of(failed: Iterable[Recalled]) -> tuple[MemoryProblem, ...]:
    """One warning for all memories with which the same is wrong."""
    alike = _by(lambda one: (str(one.state), one.why or ""), failed)
    return tuple(
        MemoryProblem(tuple(one.account for one in same), same[0].state, same[0].why) for same in alike.values()
    )


def watched(recalled: Mapping[str, Recalled]) -> frozenset[InstanceId]:
    """The instances with an open incident: whether it is over is to be judged, whatever else is known of them."""
    incidents = ((account, one) for account, each in recalled.items() if each.memory for one in each.memory.incidents)
    return frozenset(
        InstanceId(account, one.about.product or "", one.about.region or "", one.about.number)
        for account, one in incidents
        if one.about.number is not None
    )


def _sizes(reading: Reading) -> Counter[Scope]:
    """How many instances there are, by scope; each counts once, whichever list names it."""
    sizes = Counter(one.id.scope for one in reading.instances)
    sizes.update({group.scope: group.count for group in reading.fresh_groups})
    return sizes


def without_emptied_lists(findings: Iterable[Finding], memories: Memories) -> list[Finding]:
    """*findings* that do not say of an instance that it is not in a list of which nothing can be believed."""
    emptied = {
        scope for each in memories.shrinkings.values() for scope, kind in each.emptied if kind is ListKind.INSTANCES
    }
    if not emptied:
        return list(findings)
    return [
        replace(finding, subject=replace(finding.subject, in_instance_list=None))
        if isinstance(finding.subject, Instance) and finding.subject.id.scope in emptied
        else finding
        for finding in findings
    ]


def follow_accounts(
    memories: Memories,
    findings: Sequence[Finding],
    errors: Sequence[ReadError],
    reading: Reading,
    *,
    scopes: Sequence[Scope],
    policy: Policy,
    period: ReportingPeriod,
    with_instances: bool,
    empty: frozenset[str],
    run: Run,
) -> dict[str, Followed]:
    """What becomes of each account whose memory is known. *empty*: those that were read whole and have no instance."""
    followed = {}
    own = _by(lambda scope: scope.account, scopes)
    own_findings = _by(lambda finding: memories.account_of(finding.subject), findings if memories.known else ())
    own_groups = _by(lambda group: group.account, reading.fresh_groups)
    own_lists = _by(lambda each: each.scope.account, reading.lists)
    own_errors = _by(memories.account_of, errors)
    asked = {(scope.account, scope.product, scope.region) for scope in scopes}
    kept = [(account, one.memory) for account, one in memories.known.items() if one.memory is not None]
    whole = Whole(
        scopes=tuple(scopes),
        errors=tuple(errors),
        lists=reading.lists,
        is_halved=bool(memories.halved),
        sizes=tuple(
            size for account, memory in kept for size in memory.lists if (account, size.product, size.region) in asked
        ),
    )
    since_noticed = memories.period(period)
    for account, recalled in memories.known.items():
        seen = Seen(
            account=account,
            period=since_noticed,
            policy=policy,
            scopes=tuple(own.get(account, ())),
            with_instances=with_instances,
            findings=own_findings.get(account, []),
            fresh_groups=own_groups.get(account, []),
            lists=own_lists.get(account, []),
            errors=tuple(own_errors.get(account, ())),
            whole=whole,
            shrinking=memories.shrinkings[account],
            is_owner=account == memories.owner,
            is_empty=(account in empty and not expects_none(policy)) or (account == memories.owner and not scopes),
        )
        followed[account] = follow(seen, recalled.memory, run)
    return followed


def _by(key: Callable[[T], Key], things: Iterable[T]) -> dict[Key, list[T]]:
    """*things* by account, for example, so that many accounts take no longer than all that they hold."""
    found: dict[Key, list[T]] = {}
    for thing in things:
        found.setdefault(key(thing), []).append(thing)
    return found


def expects_none(policy: Policy) -> bool:
    """Whether the policy expects that there may be no instance."""
    return any(expected.instances == 0 for expected in policy.expectations)


def announced(notices: Sequence[Notice], followed: Mapping[str, Followed]) -> tuple[Notice, ...]:
    """Those of *notices* that are news by themselves, where a memory says that they were not told before."""
    if not any(one.draft is not None for one in followed.values()):
        return ()
    return tuple(notice for notice in notices if isinstance(notice, NEWS))
