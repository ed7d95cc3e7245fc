"""What a run tells, where it is known what was said: each row of the table in docs/interface.md, section 11."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from backup_watch.checking.check import conclude, observe
from backup_watch.checking.remembered import Run
from backup_watch.checking.said import Told, settle
from backup_watch.model.findings import Violation
from backup_watch.model.instances import Instance
from backup_watch.model.memory import Recalled
from backup_watch.model.notices import AccountGone, ListHalved, MuteExpired
from backup_watch.model.policy import Expectations, Mute, Policy, Rule, Selector, Thresholds
from backup_watch.model.readings import Histories, ListRead, Reading
from backup_watch.model.report import ReadError
from backup_watch.model.vocabulary import Cause, Event, ListKind, MemoryState, Severity, Verdict
from tests.builders import NOW, an_error, an_instance, hours, scopes
from tests.unit.checking.builders import plan

BACKUPS, INSTANCES = ListKind.BACKUPS, ListKind.INSTANCES


class Watch:
    """Runs that remember, one after the other, an hour apart."""

    def __init__(self, policy: Policy | None = None, **plan_fields) -> None:
        self.policy, self.fields = policy or Policy(), plan_fields
        self.now, self.memory, self.number = NOW, None, 0

    def run(self, *instances: Instance, after: float = 1, errors=(), room: int | None = None, lists=None, withheld=()):
        """The next run: everything that it tells, by name."""
        self.now += hours(after)
        self.number += 1
        asked = plan(self.policy, now=self.now, **self.fields)
        recalled = {"default": Recalled("default", MemoryState.READ, self.memory)}
        if self.memory is None:
            recalled = {"default": Recalled("default", MemoryState.ABSENT)}
        source = Source(instances, tuple(errors), lists, withheld, asked)
        run = Run(f"run-{self.number}", "them")
        self.checked = conclude(observe(asked, source, lambda: recalled), recalled, run)
        self.report = self.checked.report
        told = [*self.report.published, *self.report.resolved]
        told = told if room is None else told[:room]
        draft = self.checked.drafts.get("default")
        if draft is not None:
            unread = {one.id for one in draft.incidents if one.key.startswith("unread/") or one.key == "nothing-found"}
            ids = frozenset(one.incident for one in told) | unread
            self.memory = settle(draft, Told(ids, announced=room is None), run=run.id, now=self.now)
        return {(one.finding.subject.service_name, _said(one)) for one in told}

    @property
    def one(self) -> Violation:
        [one] = (*self.report.violations, *self.report.resolved)
        return one


def _said(one: Violation) -> str:
    return str(one.event) if one.resolved_by is None else f"{one.event} {one.resolved_by}"


class Source:
    def __init__(self, instances, errors, lists, withheld, asked) -> None:
        self.instances, self.errors, self.withheld, self.asked = instances, errors, withheld, asked
        self.lists = lists or {}

    def read(self, scopes, fresh_window=None):
        unread = {(error.region, error.list_kind) for error in self.errors}
        kinds = [BACKUPS] + ([INSTANCES] if self.asked.with_instances else [])
        lists = []
        for scope in scopes:
            there = [one for one in self.instances if one.id.scope == scope]
            for kind in kinds:
                number = None if (scope.region, kind) in unread else self.lists.get(kind, len(there))
                lists.append(ListRead(scope, kind, f"get{kind}", number))
        if any(error.list_kind is None for error in self.errors):
            lists = []
        return Reading(tuple(self.instances), self.errors, lists=tuple(lists), withheld=tuple(self.withheld))

    def histories(self, instances):
        return Histories({})


def db(name="a", *, age=50.0, at=NOW, **facts) -> Instance:
    """An instance whose newest backup was *age* hours old at *at*; None: it has none."""
    facts = {"backup_time": None, "number": name} | facts
    backups = () if age is None else (at - hours(age),)
    return an_instance(name, **facts, backups_at=backups)


STALE = db(age=50)


def test_a_violation_is_new_then_goes_on_then_is_resolved():
    watch = Watch()
    assert watch.run(STALE) == {("a", "NEW")}
    assert watch.run(STALE) == set()
    assert watch.one.event is Event.ONGOING
    assert watch.run(db(age=1)) == {("a", "RESOLVED backup")}
    assert watch.one.ended_at == NOW - hours(1)
    assert watch.run(db(age=1)) == set()


@pytest.mark.parametrize(("worse", "said"), [
    (db(age=60), "ESCALATED"), (db(age=None), "ESCALATED"), (db(age=50, is_backup=False), "ESCALATED"),
    (db(age=45), ""), (db(age=50), ""),
])  # fmt: skip
def test_what_is_worse_is_told_and_what_is_as_bad_or_better_is_not(worse, said):
    watch = Watch()
    watch.run(STALE)
    assert watch.run(worse) == ({("a", said)} if said else set())
    assert watch.run(worse) == set(), "once"


def test_a_higher_severity_is_worse_than_what_was_last_said():
    watch = Watch(Policy(rules=(Rule(Selector("a"), severity=Severity.WARNING),)))
    assert watch.run(STALE) == {("a", "NEW")}
    watch.policy = Policy()
    assert watch.run(STALE) == {("a", "ESCALATED")}
    watch.policy = Policy(rules=(Rule(Selector("a"), severity=Severity.WARNING),))
    assert watch.run(STALE) == set()


def test_backups_that_are_gone_are_not_said_to_have_never_been():
    watch = Watch()
    watch.run(db(age=3), db("b", age=50))
    assert watch.run(db(age=None), db("b", age=None)) == {("a", "NEW"), ("b", "ESCALATED")}
    assert {one.finding.cause for one in watch.report.violations} == {Cause.BACKUPS_GONE}
    [a] = [one for one in watch.report.violations if one.finding.subject.service_name == "a"]
    assert a.began_at == NOW + hours(1), "the last run that read the list and found nothing wrong"
    assert watch.run(db(age=None), db("b", age=None)) == set()
    assert {one.finding.cause for one in watch.report.violations} == {Cause.BACKUPS_GONE}


def test_a_backup_that_came_back_and_is_gone_again_is_said_once_even_within_one_second():
    watch = Watch()
    watch.run(STALE)
    assert watch.run(db(age=None), after=0) == {("a", "ESCALATED")}
    assert watch.run(db(age=90), after=0) == set(), "a row again, with an older backup: no worse than none"
    assert watch.run(db(age=None), after=0) == {("a", "ESCALATED")}
    assert watch.run(db(age=None), after=0) == set()


def test_one_incident_has_one_id_to_its_end_and_the_next_one_another():
    watch, ids = Watch(), []
    for instance in (db(age=50), db(age=None), db(age=60), db(age=60, is_backup=False), db(age=1, at=NOW + hours(5))):
        watch.run(instance)
        ids += [one.incident for one in (*watch.report.violations, *watch.report.resolved)]
    assert len(set(ids)) == 1
    for is_backup in (False, True, False):
        watch.run(db(age=1, at=NOW + hours(5), is_backup=is_backup))
        ids += [one.incident for one in (*watch.report.violations, *watch.report.resolved)]
    assert len(set(ids)) == 3


# --- repetitions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("repeat", "first", "told"), [
    (24, 1, {12}), (6, 1, {6, 12, 18, 24}), (0, 1, set()), (24, 11, set()),
])  # fmt: skip
def test_a_repetition_comes_at_the_first_run_after_each_interval_from_midnight(repeat, first, told):
    """It is noon in Seoul at NOW: midnight is twelve hours later. What was told an hour before waits for the next."""
    watch = Watch(repeat=hours(repeat))
    watch.now = NOW + hours(first - 2)
    seen = set()
    watch.run(STALE)
    while watch.now < NOW + hours(24.5):
        if watch.run(STALE):
            seen.add(round((watch.now - NOW) / hours(1)))
    assert {at for at in seen if at <= 24} == told


def test_a_repetition_that_no_message_had_room_for_comes_with_the_next():
    watch = Watch()
    watch.run(STALE)
    assert watch.run(STALE, after=20, room=0) == set()
    assert watch.run(STALE) == {("a", "REPEAT")}
    assert watch.run(STALE) == set()


def test_what_no_message_had_room_for_is_still_new():
    watch = Watch()
    assert len(watch.run(STALE, db("b", age=51), db("c", age=52), room=2)) == 2
    assert len(watch.run(STALE, db("b", age=51), db("c", age=52), room=2)) == 1
    assert watch.run(STALE, db("b", age=51), db("c", age=52)) == set()


def test_what_was_never_said_has_no_end():
    watch = Watch()
    assert watch.run(STALE, room=0) == set()
    assert watch.run(db(age=1)) == set()
    assert watch.memory.incidents == ()


# --- over is only what the list that showed it shows ---------------------------------------------------------------


def told_then(first: Instance, *then: Instance, watch: Watch | None = None, **how) -> set:
    watch = watch or Watch()
    watch.run(first, db("other", age=1, number="9"))
    return watch.run(*then, db("other", age=1, number="9"), **how)


@pytest.mark.parametrize(("then", "by"), [
    ((db(age=1),), "backup"), ((db(status="deleting"),), "deleted"), ((), "deleted"),
    ((db(age=None, created_at=NOW + hours(1)),), "policy"),
])  # fmt: skip
def test_what_ends_a_violation_is_said(then, by):
    assert told_then(STALE, *then) == {("a", f"RESOLVED {by}")}


@pytest.mark.parametrize("kind", [BACKUPS, INSTANCES])
def test_nothing_is_deleted_while_a_list_cannot_be_read(kind):
    watch = Watch()
    assert told_then(STALE, watch=watch, errors=[_unread(kind)]) == set()
    [ghost] = watch.report.violations
    assert (ghost.finding.verdict, ghost.finding.severity) == (Verdict.UNKNOWN, Severity.CRITICAL)
    assert watch.report.severity is Severity.CRITICAL


def test_without_the_instance_list_nothing_is_deleted():
    watch = Watch(with_instances=False)
    seen = {"in_instance_list": None, "is_backup": None, "status": None}
    watch.run(replace(STALE, **seen), db("other", age=1, number="9"))
    assert watch.run(db("other", age=1, number="9")) == set()
    assert [one.finding.cause for one in watch.report.violations] == [Cause.NOT_LISTED]


def _unread(kind: ListKind, region: str = "KR") -> ReadError:
    return ReadError(
        f"get{kind}", "ReadTimeout", "", region=region, account="default", product="postgresql", list_kind=kind
    )  # fmt: skip


def test_switched_off_ends_only_where_the_instance_list_says_on():
    off, unknown, on = (db(age=1, is_backup=value) for value in (False, None, True))
    watch = Watch()
    watch.run(off)
    assert watch.run(replace(unknown, in_instance_list=None), errors=[_unread(INSTANCES)]) == set()
    assert [one.finding.verdict for one in watch.report.violations] == [Verdict.DISABLED]
    assert watch.run(on) == {("a", "RESOLVED enabled"), ("getinstances", "RESOLVED readable")}


def test_switched_off_is_no_longer_asked_for_without_the_instance_list():
    watch = Watch()
    watch.run(db(age=1, is_backup=False))
    watch.fields["with_instances"] = False
    assert watch.run(db(age=1, is_backup=None, in_instance_list=None)) == {("a", "RESOLVED policy")}


def test_what_is_muted_allowed_or_no_longer_asked_for_ends_by_the_policy():
    mute = Mute(Selector("a"), NOW + hours(100), "x", "y")
    for policy in (Policy(mutes=(mute,)), Policy(Thresholds(max_age=hours(90)))):
        watch = Watch()
        watch.run(STALE)
        watch.policy = policy
        assert watch.run(STALE) == {("a", "RESOLVED policy")}
        watch.policy = Policy()
        assert watch.run(STALE) == {("a", "NEW")}
    watch = Watch(regions=("KR", "SGN"))
    watch.run(STALE)
    watch.fields["regions"] = ("SGN",)
    assert watch.run() >= {("a", "RESOLVED policy")}


def test_late_does_not_end_because_what_is_usual_is_reckoned_otherwise():
    late = db(age=28, backup_time="02:00", at=NOW + hours(1))
    watch = Watch()
    assert watch.run(late) == {("a", "NEW")}
    assert watch.one.finding.verdict is Verdict.LATE
    assert watch.run(replace(late, backup_time=None)) == set()
    assert [one.finding.verdict for one in watch.report.violations] == [Verdict.LATE]
    watch.policy = Policy(Thresholds(grace=hours(9)))
    assert watch.run(replace(late, backup_time=None)) == {("a", "RESOLVED policy")}


# --- what cannot be judged or read ---------------------------------------------------------------------------------


def test_not_being_able_to_judge_lowers_nothing_that_was_told():
    watch = Watch()
    watch.run(STALE)
    assert watch.run(db(age=None, unreadable_dates=("soon",))) == set()
    assert (watch.one.finding.verdict, watch.one.finding.severity) == (Verdict.UNKNOWN, Severity.CRITICAL)
    assert watch.run(STALE) == set()


def test_a_date_that_cannot_be_believed_is_told_when_it_begins_daily_and_when_it_is_over():
    bad, watch = db(age=None, unreadable_dates=("soon",)), Watch(repeat=hours(0))
    assert watch.run(bad) == {("a", "UNREADABLE")}
    assert watch.run(bad) == set()
    assert watch.run(bad, after=24) == {("a", "UNREADABLE")}
    assert watch.run(db(age=1, at=watch.now)) == {("a", "RESOLVED readable")}


def test_what_could_not_be_judged_and_is_bad_is_told():
    watch = Watch()
    watch.run(db(age=None, unreadable_dates=("soon",)))
    assert watch.run(db(age=28, at=NOW + hours(2), backup_time="02:00")) == {("a", "ESCALATED")}


@pytest.mark.parametrize(("kind", "is_news"), [("Forbidden", False), ("ReadTimeout", True), ("MalformedAnswer", True)])
def test_another_class_of_failure_is_news_and_another_failure_of_the_class_is_not(kind, is_news):
    watch = Watch()
    watch.run(errors=[an_error("PermissionDenied", list_kind=BACKUPS)])
    assert not watch.report.unpublished
    watch.run(errors=[an_error(kind, list_kind=BACKUPS)])
    assert bool(watch.report.unpublished) is not is_news


def test_a_key_that_cannot_be_read_is_told_daily_and_ends_when_the_lists_are_asked_for():
    secret = ReadError("GetSecretValue", "SecretUnreadable", "", account="default")
    watch = Watch(repeat=hours(0))
    watch.run(STALE)
    for after, is_told in ((1, True), (1, False), (24, True)):
        watch.run(errors=[secret], after=after)
        assert (not watch.report.unpublished) is is_told
        assert watch.report.resolved == ()
    assert watch.run(db(age=50)) == {("GetSecretValue", "RESOLVED readable")}


def test_that_there_is_no_database_is_told_once_and_ends():
    watch = Watch()
    watch.run()
    assert not watch.report.is_empty_said
    watch.run()
    assert watch.report.is_empty_said
    assert watch.run(db(age=1)) == {("nothing-found", "RESOLVED found")}


def test_an_empty_account_that_the_policy_expects_is_no_news():
    watch = Watch(Policy(expectations=(Expectations(instances=0),)))
    watch.run()
    assert watch.report.is_empty_said


# --- expectations --------------------------------------------------------------------------------------------------


def test_a_missing_database_is_found_or_no_longer_expected():
    for then, end in ((Policy(expectations=(Expectations(names=("a",)),)), "found"), (Policy(), "policy")):
        watch = Watch(Policy(expectations=(Expectations(names=("a",)),)))
        assert watch.run(db("b", age=1)) == {("a", "NEW")}
        watch.policy = then
        assert watch.run(db("b", age=1), db(age=1)) == {("a", f"RESOLVED {end}")}


def test_expectations_that_miss_more_are_worse_and_those_that_were_not_judged_go_on():
    watch = Watch(Policy(expectations=(Expectations(instances=5),)))
    three = [db(str(number), age=1) for number in range(3)]
    assert watch.run(*three) == {("5 instances", "NEW")}
    assert watch.run(*three[:2]) == {("5 instances", "ESCALATED")}
    assert watch.run(*three) == set()
    assert watch.run(errors=[_unread(BACKUPS), _unread(INSTANCES)]) == set()
    assert [one.finding.verdict for one in watch.report.violations] == [Verdict.MISSING]


# --- lists that shrink ---------------------------------------------------------------------------------------------


def fresh_ones(count: int, at) -> list[Instance]:
    return [db(f"db-{number}", age=1, at=at) for number in range(count)]


def test_an_empty_list_is_an_error_until_it_has_rows_again():
    watch = Watch()
    watch.run(STALE, db("b", age=1))
    assert watch.run() == set()
    assert {error.kind for error in watch.report.errors} == {"ListEmptied"}
    assert (watch.report.complete, not watch.report.unpublished) == (False, True)
    watch.run()
    assert (watch.report.complete, not watch.report.unpublished) == (False, False)
    told = watch.run(db("b", age=1, at=watch.now))
    assert ("a", "RESOLVED deleted") in told
    assert watch.report.errors == ()


def test_a_region_taken_in_again_before_its_ends_were_told_and_empty_by_then_is_an_error_and_no_deletion():
    watch = Watch(regions=("KR", "SGN"))
    left_out = db("s", age=50, region="SGN")
    watch.run(STALE, left_out)
    watch.fields["regions"] = ("KR",)
    assert watch.run(STALE, room=0) == set()
    watch.fields["regions"] = ("KR", "SGN")
    assert watch.run(STALE) == set()
    assert {(error.kind, error.region) for error in watch.report.errors} == {("ListEmptied", "SGN")}


def test_an_empty_list_that_the_policy_expects_is_none():
    watch = Watch()
    watch.run(db(age=1))
    watch.policy = Policy(expectations=(Expectations(instances=0),))
    watch.run()
    assert watch.report.errors == ()


def test_an_instance_list_without_any_beside_backups_is_an_error_and_ends_nothing_that_needs_it():
    watch = Watch()
    watch.run(db(age=1, is_backup=False), db("b", age=50))
    seen = {"is_backup": None, "in_instance_list": False, "status": None}
    fresh = [replace(db(name, age=1, at=watch.now), **seen) for name in ("a", "b")]
    assert watch.run(*fresh, lists={INSTANCES: 0}) == {("b", "RESOLVED backup")}
    [error] = watch.report.errors
    assert (error.kind, error.list_kind) == ("ListEmptied", INSTANCES)


@pytest.mark.parametrize(("before", "left", "is_news"), [(20, 9, True), (20, 10, False), (10, 4, True), (9, 1, False)])
def test_fewer_than_half_of_ten_or_more_is_news_once_and_ends_nothing(before, left, is_news):
    watch = Watch()
    watch.run(*fresh_ones(before - 1, NOW), STALE)
    for number in range(2):
        told = watch.run(*fresh_ones(left, watch.now))
        halved = [notice for notice in watch.report.announced if isinstance(notice, ListHalved)]
        assert bool(halved) is (is_news and number == 0)
        waits = is_news and number == 0
        assert (told == set()) is (waits or (not is_news and number == 1))


def test_a_list_that_shrinks_slowly_is_told_when_half_is_gone():
    watch, told = Watch(), []
    for left in (20, 17, 14, 11, 8, 6, 5, 4, 3):
        watch.run(*fresh_ones(left, watch.now))
        told += [left for notice in watch.report.announced if isinstance(notice, ListHalved)]
    assert told == [8]


def test_a_halved_list_that_no_message_had_room_for_is_told_by_the_next():
    watch = Watch()
    watch.run(*fresh_ones(20, NOW))
    watch.run(*fresh_ones(5, NOW), room=0)
    watch.run(*fresh_ones(5, NOW))
    assert [type(notice) for notice in watch.report.announced] == [ListHalved]


def test_a_product_that_could_be_read_and_is_refused_is_an_error():
    refused = an_error("PermissionDenied", list_kind=BACKUPS, product="postgresql")
    watch = Watch()
    watch.run(withheld=[refused])
    assert watch.report.errors == ()
    watch.run(db(age=1))
    watch.run(withheld=[refused])
    assert "NoLongerVisible" in {error.kind for error in watch.report.errors}


# --- announcements, and runs out of order --------------------------------------------------------------------------


def test_a_mute_that_is_over_is_announced_once_however_late_the_run():
    mute = Mute(Selector("a"), NOW + hours(2.5), "x", "y")
    watch = Watch(Policy(mutes=(mute,)))
    watch.run(db(age=1))
    watch.run(db(age=1), after=7)
    assert [type(notice) for notice in watch.report.announced] == [MuteExpired]
    watch.run(db(age=1))
    assert watch.report.announced == ()


def test_what_was_muted_has_the_beginning_that_history_shows():
    mute = Mute(Selector("a"), NOW + hours(1.5), "x", "y")
    watch = Watch(Policy(mutes=(mute,)))
    watch.run(STALE)
    watch.run(STALE)
    assert watch.one.began_at == NOW - hours(50) + Thresholds().max_age


def test_an_account_that_is_gone_is_announced_once():
    watch = Watch(account_ids=("default", "acme"))
    watch.run(db(age=1))
    watch.memory = replace(watch.memory, accounts=("default", "acme"))
    watch.fields["account_ids"] = ("default",)
    watch.run(db(age=1))
    assert watch.report.announced == (AccountGone("acme"),)


def test_an_earlier_instant_tells_and_writes_nothing():
    watch = Watch()
    watch.run(db(age=1))
    before = watch.memory
    assert watch.run(STALE, after=-0.5) == set()
    assert (watch.checked.drafts, watch.memory) == ({}, before)
    assert [one.event for one in watch.report.violations] == [Event.ONGOING]


def test_the_same_instant_again_tells_nothing():
    watch = Watch()
    watch.run(STALE)
    assert watch.run(STALE, after=0) == set()


def test_the_time_that_a_report_gives_is_that_of_the_last_message():
    watch = Watch()
    watch.run(STALE)
    assert watch.one.told_at is None
    watch.run(STALE, after=3)
    assert watch.one.told_at == NOW + timedelta(hours=1)
    assert scopes("KR")[0].account == "default"


@pytest.mark.parametrize("ids", [("default",), ("default", "acme")])
def test_what_is_open_in_an_account_that_is_gone_or_paused_ends_by_the_policy(ids):
    """Neither is read: nothing of it was to be."""
    watch = Watch(account_ids=ids)
    watch.run(STALE)
    stale = replace(watch.memory, accounts=())
    asked = plan(watch.policy, now=watch.now + hours(1), account_ids=ids)
    recalled = {
        "default": Recalled(
            "default", MemoryState.READ, replace(watch.memory, incidents=(), accounts=("default", "acme"))
        ),
        "acme": Recalled("acme", MemoryState.READ, stale),
    }
    source = Source((db(age=1),), (), None, (), asked)
    checked = conclude(observe(asked, source, lambda: recalled), recalled, Run("run", "them"))
    assert [(one.finding.subject.account, _said(one)) for one in checked.report.resolved] == [
        ("acme", "RESOLVED policy")
    ]
    assert (AccountGone("acme") in checked.report.announced) is ("acme" not in ids)
