"""Whose kept backups are read: what may be late and nothing else, longest overdue first, and never too few."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backup_watch.checking.check import run_check
from backup_watch.checking.habit import habit_of
from backup_watch.checking.lateness import late_from, may_be_late
from backup_watch.model.daily_slot import parse_slot
from backup_watch.model.instances import KeptBackup
from backup_watch.model.memory import Recalled
from backup_watch.model.notices import DetailsLeftOut
from backup_watch.model.readings import Histories
from backup_watch.model.vocabulary import MemoryState, Verdict
from tests.builders import KST, LIMITS, NOW, an_id, hours
from tests.unit.checking.builders import TICK, FakeSource, ago, instance, plan


def named(name, age, *, slot="08:00", **facts):
    return instance(ago(age), service_name=name, id=an_id(name), backup_time=slot, **facts)


def asked_for(*instances, **fields):
    source = FakeSource(*instances)
    return run_check(plan(**fields), source), source.asked


def test_a_run_in_which_nothing_seems_late_reads_no_details():
    healthy = [named("a", hours(3)), named("b", hours(24)), named("c", hours(25), slot="11:00")]
    long_stale = named("d", hours(60))
    deleting, off = named("e", hours(25), status="deleting"), named("f", hours(25), is_backup=False)
    _, asked = asked_for(*healthy, long_stale, deleting, off)
    assert asked == []


def test_what_may_be_late_is_read_longest_overdue_first():
    ages = {"a": 24.5, "b": 25.5, "c": 25, "d": 24 + 1 / 3600}
    _, asked = asked_for(*(named(name, hours(age)) for name, age in ages.items()))
    assert asked == ["b", "c", "a", "d"]


def test_without_a_slot_it_is_read_after_a_day():
    _, asked = asked_for(named("a", hours(24), slot=None), named("b", hours(24) + TICK, slot=None))
    assert asked == ["b"]


def test_what_became_stale_since_the_run_before_is_read_where_nothing_is_remembered():
    just, before = named("a", hours(27)), named("b", hours(27) + TICK)
    _, asked = asked_for(just, before)
    assert asked == ["a"]
    source = FakeSource(just, before)
    run_check(plan(), source, lambda: {"default": Recalled("default", MemoryState.ABSENT)})
    assert source.asked == []


def test_beyond_the_limit_the_age_alone_judges_and_one_warning_counts():
    late = [named(name, hours(age)) for name, age in (("a", 25.1), ("b", 25.2), ("c", 25.3))]
    report, asked = asked_for(*late, max_detail_calls=1)
    assert asked == ["c"]
    assert (report.counts.of(Verdict.LATE), report.counts.of(Verdict.FRESH)) == (1, 2)
    assert report.notices == (DetailsLeftOut(2, 1),)
    assert report.complete is True


def test_what_may_be_late_comes_before_the_ends_of_outages():
    recovered, late = named("a", hours(0.5)), named("b", hours(25))
    _, asked = asked_for(recovered, late)
    assert asked == ["b", "a"]


def test_every_habit_is_asked_for_where_that_is_wanted():
    _, asked = asked_for(named("a", hours(3)), named("b", hours(60)), every_habit=True)
    assert asked == ["b", "a"]


spans = st.tuples(st.floats(0, 240), st.floats(0.01, 30)).map(
    lambda span: KeptBackup(NOW - hours(span[0] + span[1]), NOW - hours(span[0]))
)
slots = st.none() | st.integers(0, 95).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")


@given(st.lists(spans, max_size=12), slots, st.floats(0, 60), st.sampled_from([None, 1, 3, 30]), st.booleans())
def test_nothing_is_late_that_would_not_be_looked_at(kept, slot, age, retention, by_start):
    newest = ago(hours(age))
    if kept:
        newest = max(row.started_at if by_start else row.ended_at for row in kept).astimezone(KST)
    one = replace(instance(newest, backup_time=slot), retention_days=retention)
    habit = habit_of(newest, kept, slot=parse_slot(slot), zone=KST, retention_days=retention, now=NOW)
    if habit.expected_at is not None:
        since = late_from(LIMITS, newest, habit.expected_at)
        assert may_be_late(one, LIMITS, newest, now=since + TICK)
        assert since - newest >= timedelta(days=1)


def test_details_that_a_source_says_nothing_of_count_as_unread():
    class Silent(FakeSource):
        def histories(self, instances):
            return Histories({})

    [finding] = run_check(plan(), Silent(named("a", hours(25)))).findings
    assert finding.usual is None
    assert finding.expected_at == NOW - hours(3.5)  # half an hour after 08:00
