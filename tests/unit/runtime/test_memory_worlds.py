"""Random worlds with a memory, against a model of what must have been told.

Each example is a life of some databases in which runs happen: most go well, some meet an outage of a list, of the
memory or of SNS, die between two steps, come twice, early, late, or beside another. Accounts are paused, leave the
accounts file and come back. After each run that went well the
subscriber must know exactly what is wrong. BACKUP_WATCH_WORLDS=5000 tries so many worlds.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from backup_watch.checking.keys import NOTHING_FOUND
from backup_watch.model.vocabulary import Event, ListKind, ResolvedBy, Severity
from tests.unit.runtime.memory_runs import Outcome, Runs
from tests.unit.runtime.memory_world import ALONE, BEGIN, HOUR, Database, Faults, World

WORLDS = int(os.environ.get("BACKUP_WATCH_WORLDS", "150"))
SEVERITY = {
    "DISABLED": Severity.CRITICAL,
    "NEVER": Severity.CRITICAL,
    "STALE": Severity.CRITICAL,
    "LATE": Severity.WARNING,
    "UNKNOWN": Severity.UNKNOWN,
}
ACCOUNTS = ("a", "b", "c")
"""Of an accounts file; a fourth may be in it, and is empty."""
REGIONS = ("KR", "SGN", "JPN")
NUMBERS = st.sampled_from([str(number) for number in range(8)])
LISTS = st.frozensets(
    st.tuples(st.sampled_from(REGIONS), st.sampled_from([ListKind.BACKUPS, ListKind.INSTANCES])), max_size=3
)


class Worlds(RuleBasedStateMachine):
    """One life."""

    @initialize(
        repeat=st.sampled_from([0, 6, 24]),
        fresh=st.lists(st.booleans(), min_size=8, max_size=8),
        slots=st.lists(st.sampled_from([None, 3, 10]), min_size=8, max_size=8),
        accounts=st.sampled_from([ALONE, ACCOUNTS]),
    )
    def begin(self, repeat, fresh, slots, accounts):
        self.world = World(repeat=timedelta(hours=repeat), accounts=accounts)
        for number, (is_fresh, slot) in enumerate(zip(fresh, slots, strict=True)):
            age = timedelta(hours=3 if is_fresh else 40)
            backups = [BEGIN - age - timedelta(days=days) for days in (2, 1, 0)]
            account = accounts[number // 2 % len(accounts)]
            one = Database(str(number), REGIONS[number % 2], account, backups, slot=slot)
            self.world.databases[one.number] = one
        self.runs = Runs(self.world)
        self.faults = 0
        self.clean = False
        self.named: set[str] = set()
        """The accounts of the files of which a run that went well knew."""

    # --- what happens to databases -------------------------------------------------------------------------------

    @rule(number=NUMBERS)
    def backup(self, number):
        one = self.world.databases[number]
        one.backups.append(self.world.now)
        one.bad_date = False
        self._dirty()

    @rule(number=NUMBERS, count=st.integers(1, 3))
    def delete_newest(self, number, count):
        del self.world.databases[number].backups[-count:]
        self._dirty()

    @rule(number=NUMBERS)
    def delete_all(self, number):
        self.world.databases[number].backups.clear()
        self._dirty()

    @rule(number=NUMBERS)
    def toggle_row(self, number):
        self.world.databases[number].has_row ^= True
        self._dirty()

    @rule(number=NUMBERS)
    def toggle_listed(self, number):
        self.world.databases[number].is_listed ^= True
        self._dirty()

    @rule(number=NUMBERS)
    def delete_instance(self, number):
        one = self.world.databases[number]
        one.has_row = one.is_listed = False
        self._dirty()

    @rule(number=NUMBERS)
    def toggle_backups(self, number):
        self.world.databases[number].is_backup ^= True
        self._dirty()

    @rule(number=NUMBERS)
    def toggle_bad_date(self, number):
        self.world.databases[number].bad_date ^= True
        self._dirty()

    @rule(number=NUMBERS, status=st.sampled_from(["running", "deleting", "maintenance"]))
    def change_status(self, number, status):
        self.world.databases[number].status = status
        self._dirty()

    @rule()
    def lose_everything(self):
        for one in self.world.databases.values():
            one.backups.clear()
        self._dirty()

    # --- what people change --------------------------------------------------------------------------------------

    @rule(number=NUMBERS, hours=st.integers(1, 30))
    def mute(self, number, hours):
        self.world.muted[f"db-{number}"] = self.world.now + timedelta(hours=hours)
        self._dirty()

    @rule(number=NUMBERS)
    def unmute(self, number):
        self.world.muted.pop(f"db-{number}", None)
        self._dirty()

    @rule(hours=st.sampled_from([1, 5, 26, 30, 100]))
    def allow(self, hours):
        self.world.max_age = timedelta(hours=hours)
        self._dirty()

    @rule(regions=st.lists(st.sampled_from(REGIONS), min_size=1, max_size=3, unique=True))
    def choose_regions(self, regions):
        self.world.regions = tuple(regions)
        self._dirty()

    @rule(asked=st.booleans())
    def choose_instances(self, asked):
        self.world.check_instances = asked
        self._dirty()

    @rule(names=st.lists(st.sampled_from(["db-1", "db-9", "db-[0-3]"]), max_size=2, unique=True))
    def expect(self, names):
        self.world.expected = tuple(names)
        self._dirty()

    @rule(region=st.sampled_from(REGIONS))
    def hide(self, region):
        self.world.hidden ^= {region}
        self._dirty()

    @rule(names=st.lists(st.sampled_from([*ACCOUNTS, "d"]), min_size=1, max_size=4, unique=True) | st.just(ALONE))
    def write_accounts_file(self, names):
        """Or take it away."""
        self.world.accounts = tuple(names)
        self._dirty()

    @precondition(lambda self: self.world.accounts != ALONE)
    @rule(name=st.sampled_from([*ACCOUNTS, "d"]), hours=st.integers(0, 30))
    def pause(self, name, hours):
        self.world.paused[name] = self.world.now + timedelta(hours=hours)
        self._dirty()

    # --- runs ----------------------------------------------------------------------------------------------------

    @rule(hours=st.sampled_from([1, 1, 1, 2, 7, 25]))
    def time_passes(self, hours):
        self.world.now += hours * HOUR
        self._dirty()

    @rule()
    def run_well(self):
        self._check(self.runs.run())

    @rule(unread=LISTS, kind=st.sampled_from(["ReadTimeout", "PermissionDenied", "MalformedAnswer"]))
    def run_with_unread_lists(self, unread, kind):
        outcome = self.runs.run(Faults(unread=unread, kind=kind))
        self._check_ends(outcome)
        self._dirty()

    @rule()
    def run_without_a_key(self):
        outcome = self.runs.run(Faults(blind=True))
        needs_a_key = bool(self.world.present(self.world.now))  # else the policy may be found readable again
        assert not needs_a_key or not [
            line for line in outcome.lines if line.event is Event.RESOLVED and line.resolved_by is not ResolvedBy.POLICY
        ]
        self._dirty()

    @rule()
    def run_without_a_policy(self):
        self._check_ends(self.runs.run(Faults(lawless=True)))
        self._dirty()

    @rule(
        faults=st.builds(
            Faults,
            memory_unread=st.booleans(),
            lost_writes=st.integers(0, 2),
            unanswered_writes=st.integers(0, 2),
            no_time=st.sampled_from(["", "", "prepare", "remember"]),
            dies=st.sampled_from(["", "", "observe", "prepare", "publish"]),
            sns=st.sampled_from(["", "", "refuses", "swallows", "loses"]),
        )
    )
    def run_badly(self, faults):
        if faults.dies or faults.sns:  # with two of the writes that hold the file's ids, what stands under them is lost
            faults = replace(faults, lost_writes=min(faults.lost_writes, 1))
        self.faults += 1
        outcome = self.runs.run(faults)
        self._check_ends(outcome)
        self._dirty()

    @rule(room=st.integers(1, 3))
    def run_with_little_room(self, room):
        outcome = self.runs.run(Faults(room=room))
        self._check_ends(outcome)
        self._dirty()

    @rule(ago=st.integers(1, 5))
    def run_late_for_an_earlier_instant(self, ago):
        before = self.runs.store.memories()
        now = self.world.now - ago * HOUR
        outcome = self.runs.run(now=now)
        after = self.runs.store.memories()
        for account, memory in before.items():
            if now < memory.judged_at:
                assert not [line for line in outcome.lines if line.key.startswith(f"{account}/")]
                assert after[account] == memory
        if before != after:
            self._dirty()

    @rule(times=st.integers(1, 3))
    def run_beside_others(self, times):
        """Another whole run happens just before a write of this one, so often."""
        self.faults += times
        self.runs.store.between = [self._rival] * times
        outcome = self.runs.run()
        self.runs.store.between = []
        self._check_ends(outcome)
        self._dirty()

    def _rival(self):
        between, self.runs.store.between = self.runs.store.between, []
        self._check_ends(self.runs.run())
        self.runs.store.between = between

    @rule()
    def lose_the_memory(self):
        self.faults += 1
        self.runs.store.bodies.clear()
        self.runs.subscriber.forget()
        self.named.clear()
        self._dirty()

    # --- what must hold ------------------------------------------------------------------------------------------

    def _dirty(self):
        self.clean = False

    def _check_ends(self, outcome: Outcome):
        """Nothing ends that is still wrong, or that nobody could see."""
        for line in outcome.lines:
            if line.event is Event.RESOLVED and line.resolved_by is ResolvedBy.FOUND and "expected/" in line.key:
                assert not self.world.is_missing(line.key.rsplit("/", 1)[1], line.at), line
            if line.event is not Event.RESOLVED or "/instance/" not in line.key:
                continue
            one = self.world.databases[line.key.rsplit("/", 1)[1]]
            wrong = self.world.what_is_wrong(one, line.at, outcome.unread)
            is_policys = line.resolved_by is ResolvedBy.POLICY
            assert wrong is None or (wrong == "unseen" and is_policys), (line, wrong)

    def _check(self, outcome: Outcome):
        """After a run that went well the subscriber knows what is wrong, and believes nothing else."""
        self._check_ends(outcome)
        incidents = self.runs.store.incidents()
        unread = {error.account for error in outcome.report.errors}  # whether nothing is there is not known, either
        seen = [
            one
            for account, one in incidents
            if one.about.region is None or self.world.shown(account, one.about.region)  # an emptied list shows nothing
            if one.key != NOTHING_FOUND or account not in unread
        ]
        assert all(one.pending is None and one.said is not None for one in seen), "said, or not open"
        assert max(Counter((account, one.key) for account, one in incidents).values(), default=1) == 1
        halved = {notice.scope.region for notice in outcome.report.announced if notice.code == "list-halved"}
        open_ = self.runs.subscriber.open()
        for one in self.world.databases.values():
            wrong = self.world.what_is_wrong(one, self.world.now)
            told = open_.get(one.key, {})
            if wrong == "unseen" or (one.region in halved and wrong is None):
                continue
            if wrong is None and self.world.check_instances and one.has_row and not one.is_listed:
                continue  # whether its backups are on again, no list shows
            if wrong is None and not self.world.check_instances and set(told.values()) == {Severity.WARNING}:
                continue  # nor when they were due
            if wrong is None:
                assert told == {}, (one, told)
            else:
                assert len(told) == 1, (one, wrong, told)
                was_told = (
                    wrong == "UNKNOWN" or max(told.values()) >= SEVERITY[wrong]
                )  # UNKNOWN after a warning is no news
                assert was_told, (one, wrong, told)
        self._check_expectations(outcome, open_)
        self._check_accounts(outcome, open_)
        if self.clean:
            assert not outcome.lines, "nothing has happened since the last run that went well"
            assert not outcome.report.announced
        self.clean = True

    def _check_expectations(self, outcome: Outcome, open_):
        wanted = set(self.world.expected)
        for key, told in open_.items():
            if "expected/" in key:
                assert len(told) == 1
                wanted.discard(key.rsplit("/", 1)[1])
                assert self.world.is_missing(key.rsplit("/", 1)[1], self.world.now) or outcome.report.errors, key
        if not outcome.report.errors:
            silent = {one for one in wanted if not self.world.is_muted(one, self.world.now)}
            assert not {one for one in silent if self.world.is_missing(one, self.world.now)}

    def _check_accounts(self, outcome: Outcome, open_):
        if not outcome.report.errors:
            assert not [key for key in open_ if "/unread/" in key], "all can be read"
        gone = self.named - {*self.world.accounts, *ALONE}
        assert gone <= set(self.runs.subscriber.gone)
        for key in open_:
            assert key.split("/")[0] not in gone, "what was open there is over"
        self.named |= set(self.world.accounts)
        self.runs.subscriber.gone = [one for one in self.runs.subscriber.gone if one not in self.world.accounts]

    @invariant()
    def every_end_has_a_beginning(self):
        if not hasattr(self, "runs"):
            return
        told: Counter[str] = Counter()
        begun: Counter[str] = Counter()
        ended: Counter[str] = Counter()
        for line in self.runs.subscriber.lines:
            if line.event is Event.RESOLVED:
                assert told[line.incident] or line.incident in self.runs.subscriber.maybe, line
                ended[line.incident] += 1
            told[line.incident] += 1
            begun[line.incident] += line.event is Event.NEW
        for counted in (begun, ended):
            assert max(counted.values(), default=0) <= 1 + self.faults, "at most one repetition a fault"


Worlds.TestCase.settings = settings(
    max_examples=WORLDS, stateful_step_count=40, deadline=None, report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)  # fmt: skip
TestWorlds = Worlds.TestCase
