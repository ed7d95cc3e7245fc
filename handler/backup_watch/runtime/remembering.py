"""The order in which a notifying run writes its memories: what it is about to say, then what it said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Lock

from msgspec.structs import replace

from backup_watch.adapters.memory import MemoryConflict, MemoryFailure, MemoryStore
from backup_watch.checking.account_list import newest_list, remembered_ids
from backup_watch.checking.check import Checked, Observation, conclude
from backup_watch.checking.keys import is_unread
from backup_watch.checking.memories import problems_of
from backup_watch.checking.remembered import Run
from backup_watch.checking.said import Told, settle
from backup_watch.model.accounts import DEFAULT_ACCOUNT
from backup_watch.model.memory import Memory, Recalled
from backup_watch.model.notices import MemoryProblem
from backup_watch.model.report import Report
from backup_watch.model.vocabulary import MemoryState
from backup_watch.runtime.patient_store import PatientStore

FASTER = "another run was faster, twice"
NOT_TRIED = "not tried: the store failed before, or there was no time"
UNKNOWN_ID = "its id could not be written before"
KEEPERS_OF_IDS = 3
"""The first accounts of a file remember the ids of all, besides ``default``, which is never gone."""
ATTEMPTS = 2
"""Lost as often to other runs, a memory counts as one that cannot be written."""


class Remembering:
    """The memories of one notifying run."""

    def __init__(
        self,
        store: MemoryStore,
        observation: Observation,
        run: Run,
        *,
        clock: datetime,
        is_confirmed: Callable[[], bool],
        at_once: int = 1,
    ) -> None:
        """*at_once*: memories that are written at the same time.

        *is_confirmed* says whether a subscriber can hear what is told; asked only where nothing is remembered.
        """
        self._store = PatientStore(store, audience=run.audience, clock=clock)
        self._observation, self._run = observation, run
        self._recalled = dict(observation.recalled)
        self._versions: dict[str, str | None] = {}
        self._prepared: set[str] = set()
        ids = observation.plan.account_ids
        self._gone = set() if ids is None else set(self._recalled) - {*ids, DEFAULT_ACCOUNT}
        """The accounts that are in the accounts file no more, but for those of which nothing is open any more."""
        self._lost: dict[str, Recalled] = {}
        self._in_doubt: set[str] = set()
        self._at_once, self._concluding = at_once, Lock()
        if any(one.is_known and one.state is not MemoryState.READ for one in self._recalled.values()):
            self._wait_for_a_subscriber(is_confirmed)
        self.checked = self._concluded()

    def _wait_for_a_subscriber(self, is_confirmed: Callable[[], bool]) -> None:
        if is_confirmed():
            return
        for account, recalled in self._recalled.items():
            if recalled.is_known and recalled.state is not MemoryState.READ:
                self._lost[account] = Recalled(account, MemoryState.UNCONFIRMED)

    def _concluded(self) -> Checked:
        return conclude(self._observation, self._recalled, self._run)

    @property
    def report(self) -> Report:
        """The report, with a warning for each memory that could not be read or written.

        An end that could not be remembered waits: told now, it would be told again, and what begins anew before the
        next run would pass for what was told.
        """
        report = self.checked.report
        waiting = {
            incident.id
            for account, problem in self._lost.items()
            if problem.state is MemoryState.UNWRITTEN
            and account not in self._prepared
            and account in self.checked.drafts
            for incident in self.checked.drafts[account].incidents
        }
        resolved = tuple(end for end in report.resolved if end.incident not in waiting)
        return replace(report, notices=report.notices + self.problems, resolved=resolved)

    @property
    def problems(self) -> tuple[MemoryProblem, ...]:
        """The memories that could not be read or written, or are not to be."""
        return problems_of(self._lost[account] for account in sorted(self._lost))

    @property
    def unread_ids(self) -> dict[tuple[str, str], str]:
        """The ids of the open incidents about something unread, by the account that remembers it and its key."""
        drafts = self.checked.drafts.items()
        return {(account, one.key): one.id for account, draft in drafts for one in draft.incidents if is_unread(one)}

    def prepare(self, *, until: float = float("inf")) -> None:
        """Write what is about to be said, so that the next run knows that it may have been said.

        *until*, here and below: after that instant, in monotonic seconds, nothing more is written; it is told again.
        """
        self._store.until = until
        self._prepare(DEFAULT_ACCOUNT)  # first: what stands in the memory of an id that none knows is never found again
        others = [one for one in self.checked.drafts if one != DEFAULT_ACCOUNT]
        unknown = self._unknown_ids()
        for account in unknown.intersection(others).difference(self._lost):
            self._give_up(account, UNKNOWN_ID)
        self._each([one for one in others if one not in unknown], self._prepare)

    def _unknown_ids(self) -> set[str]:
        """The accounts of the file that no memory names, not even now that this run has written what it could."""
        ids, newest = self.checked.account_ids, newest_list(self._recalled)
        if ids is None or DEFAULT_ACCOUNT in self._prepared:
            return set()
        return set(ids) - set(() if newest is None else (*newest.accounts, *newest.gone))

    def _each(self, accounts: Sequence[str], do: Callable[[str], None]) -> None:
        if self._at_once == 1:
            for account in accounts:
                do(account)
            return
        from concurrent.futures import ThreadPoolExecutor  # only a fleet has so many

        with ThreadPoolExecutor(self._at_once, thread_name_prefix="memories") as threads:
            list(threads.map(do, accounts))

    def _prepare(self, account: str) -> None:
        for _ in range(ATTEMPTS):
            draft = self._with_ids(account)
            if account in self._lost or draft is None or not self._is_to_be_prepared(account, draft):
                return
            says_something = self._run.id in draft.pending_runs  # else it will do to write it once all was told
            if self._store.is_over:
                if says_something:
                    self._give_up(account, NOT_TRIED)
                return
            try:
                self._versions[account] = self._store.write(account, draft, self._recalled[account].version)
            except MemoryConflict:
                if not self._reread(account):
                    return
            except MemoryFailure as failure:
                if says_something:
                    self._give_up(account, str(failure))
                    self._in_doubt.add(account)  # only the response may have been lost
                return
            else:
                self._prepared.add(account)
                return
        self._give_up(account, FASTER)

    def _with_ids(self, account: str) -> Memory | None:
        """The draft; where ids are kept, with those of the accounts file, of which something may be told soon."""
        draft, ids = self.checked.drafts.get(account), self.checked.account_ids
        if draft is None or ids is None or not self._keeps_ids(account):
            return draft
        return replace(draft, accounts=tuple(dict.fromkeys((*remembered_ids(self._recalled), *ids))))

    def _keeps_ids(self, account: str) -> bool:
        return account == DEFAULT_ACCOUNT or account in (self.checked.account_ids or ())[:KEEPERS_OF_IDS]

    def _is_to_be_prepared(self, account: str, draft: Memory) -> bool:
        if self._run.id in draft.pending_runs:
            return True
        known = self._recalled[account].memory
        return account == DEFAULT_ACCOUNT and draft.accounts != (() if known is None else known.accounts)

    def _reread(self, account: str) -> bool:
        """Whether the events are to be worked out, and written, once more: another run has written meanwhile."""
        first, newest = self._recalled[account], self._store.read(account)
        if not newest.is_known:
            self._give_up(account, newest.why or "")
            return False
        memory = newest.memory
        if memory is not None and memory.run == self._run.id:  # it was written, and only the response was lost
            self._versions[account] = newest.version
            self._prepared.add(account)
            return False
        known = frozenset() if first.memory is None else first.memory.pending_runs
        rivals = frozenset() if memory is None else memory.pending_runs - known
        with self._concluding:
            self._run = replace(self._run, rivals=self._run.rivals | rivals)
            self._recalled[account] = newest
            self.checked = self._concluded()
        return True

    def remember(self, told: Told, *, resumed: bool = False, until: float = float("inf")) -> None:
        """Write what was said. What is not in *told* stays as it was.

        The accounts that are gone come first: where an end of theirs is still to be told, the others keep their ids.
        *resumed*: an attempt of this very run before this one has told it, and may have written a part.
        """
        self._store.until = until
        drafts, gone = self.checked.drafts, frozenset(self._gone)
        for accounts in ([one for one in drafts if one in gone], [one for one in drafts if one not in gone]):
            self._each(accounts, lambda account: self._remember_one(account, told, resumed=resumed))

    def _remember_one(self, account: str, told: Told, *, resumed: bool) -> None:
        if resumed and self._is_written(account):
            self._written(account, self._recalled[account].memory)
            return
        if account not in self._lost:
            version = self._versions.get(account, self._recalled[account].version)
            self._remember(account, self.checked.drafts[account], version, told)
        elif account in self._in_doubt and not self._store.is_over:
            written = self._store.read(account)
            if written.memory is not None and written.memory.run == self._run.id:
                self._remember(account, written.memory, written.version, told)

    def _is_written(self, account: str) -> bool:
        """Whether an attempt of this very run before this one has written what was said."""
        memory = self._recalled[account].memory
        return memory is not None and memory.run == self._run.id and self._run.id not in memory.pending_runs

    def _remember(self, account: str, memory: Memory, version: str | None, told: Told) -> None:
        for _ in range(ATTEMPTS):
            if self._store.is_over:
                break
            settled = self._settled(account, memory, told)
            try:
                self._store.write(account, settled, version)
            except MemoryConflict:
                newest = self._store.read(account)
                if newest.memory is not None and newest.memory.run == self._run.id and newest.memory == settled:
                    self._written(account, settled)
                    return  # it was written, and only the response was lost
                if not newest.is_known or (newest.memory is None and account in self._prepared):
                    break
                if newest.memory is None or self._run.id not in newest.memory.pending_runs:
                    return  # the other run has written at least what this one would
                memory, version = newest.memory, newest.version
            except MemoryFailure as failure:
                self._give_up(account, str(failure))
                return
            else:
                self._written(account, settled)
                return
        self._give_up(account, NOT_TRIED if self._store.is_over else FASTER)

    def _written(self, account: str, memory: Memory | None) -> None:
        if memory is not None and not memory.incidents:
            self._gone.discard(account)

    def _settled(self, account: str, memory: Memory, told: Told) -> Memory:
        now, ids = self._observation.plan.now, self.checked.account_ids
        gone = tuple(sorted(self._gone))
        if ids is not None and not self._keeps_ids(account):
            ids, gone = (), ()
        elif (newest := newest_list(self._recalled)) is not None:  # an account that is new knows of no others
            memory = replace(memory, accounts=newest.accounts, gone=newest.gone)
        return settle(memory, told, run=self._run.id, now=now, accounts=ids, gone=gone)

    def _give_up(self, account: str, why: str) -> None:
        self._lost[account] = Recalled(account, MemoryState.UNWRITTEN, why=why)
