"""The steps of a judgement: the rules in their order, with the values that decided."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.checking.rules import judge
from backup_watch.diagnostics.steps import steps_of
from backup_watch.i18n import Words
from backup_watch.model.findings import Finding
from backup_watch.model.instances import Expectation, Instance
from backup_watch.model.policy import Limits
from backup_watch.model.vocabulary import Cause, Severity, Verdict
from tests.builders import an_id, punctual

KST = timezone(timedelta(hours=9))
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=KST)
H = timedelta(hours=1)
ALLOWED = Limits(26 * H, 2 * H, 2 * H)
EXPECTED = "2026-11-23 10:00 KST (usually done by 10:00: 3 backups)"
MISSED = f"the backup expected by {EXPECTED} did not come up to 2 h after it; "
LATER = EXPECTED.replace("10:00", "10:05")
UNUSUAL = "2026-11-23 10:35 KST (half an hour after its slot: its kept backups show nothing that is usual)"
ORDER = ["SKIPPED", "DISABLED", "UNKNOWN", "NEW", "NEVER", "STALE", "LATE", "FRESH"]

around_now = st.timedeltas(min_value=timedelta(days=-40), max_value=timedelta(minutes=20)).map(lambda by: NOW + by)
instances = st.builds(
    Instance,
    id=st.just(an_id("1")),
    service_name=st.just("orders"),
    backups_at=st.lists(around_now, max_size=3).map(lambda dates: tuple(sorted(dates, reverse=True))),
    unreadable_dates=st.sampled_from([(), ("yesterday",)]),
    backups_read=st.booleans(),
    in_instance_list=st.sampled_from([True, False, None]),
    status=st.sampled_from([None, "running", "creating", "settingup", "deleting", "deleted"]),
    is_backup=st.sampled_from([True, False, None]),
    created_at=st.none() | around_now,
    backup_time=st.sampled_from([None, "02:00", "10:05", "25:00"]),
    history_known=st.sampled_from([True, True, True, False]),
)
allowances = st.builds(
    Limits,
    max_age=st.sampled_from([3 * H, 26 * H, 192 * H]),
    grace=st.sampled_from([H, 2 * H]),
    new_instance_grace=st.sampled_from([H, 30 * H]),
    max_age_rule=st.sampled_from([None, 2]),
)


@given(instance=instances, limits=allowances, kept=st.sampled_from([None, punctual, lambda _: ()]))
def test_the_step_that_is_met_is_the_findings_verdict_and_nothing_after_it_is_asked(instance, limits, kept):
    finding = judge(instance, limits, now=NOW, kept=kept and kept(instance))
    steps = steps_of(Words(), finding, now=NOW)
    decided = ORDER.index(finding.verdict)
    assert [step.verdict for step in steps] == ORDER
    assert [step.met for step in steps] == [False] * decided + [True] + [None] * (len(ORDER) - decided - 1)
    assert all(step.because and "None" not in step.because for step in steps)


def because(verdict: str, **facts) -> str:
    """What the step *verdict* says of an instance with *facts*."""
    known = {
        "in_instance_list": True,
        "retention_days": 10,
        "is_backup": True,
        "status": "running",
        "created_at": NOW - 90 * 24 * H,
    }
    given = facts.pop("kept", punctual)
    instance = Instance(an_id("1"), "orders", **(known | facts))
    kept = given(instance) if given is punctual else given
    finding = judge(instance, ALLOWED, now=NOW, kept=kept)
    return next(step.because for step in steps_of(Words(), finding, now=NOW) if step.verdict == verdict)


def ago(hours: float) -> tuple[datetime, ...]:
    return (NOW - hours * H,)


@pytest.mark.parametrize(
    ("verdict", "facts", "said"),
    [
        ("SKIPPED", {"status": "deleting"}, "its status is 'deleting': it is being deleted"),
        ("SKIPPED", {"backups_at": ago(1)}, "its status is 'running'"),
        ("SKIPPED", {"status": None}, "its status is not known"),
        ("SKIPPED", {"status": "creating", "created_at": NOW - 3 * H},
         "its status is 'creating', and it exists for 3 h: less than 24 h"),
        ("SKIPPED", {"status": "creating", "created_at": NOW - 24 * H},
         "its status is 'creating', and it exists for 1 d: not less than 24 h"),
        ("SKIPPED", {"status": "settingup", "created_at": None},
         "its status is 'settingup', and since when it exists is not known"),
        ("DISABLED", {"is_backup": False}, "isBackup is false"),
        ("DISABLED", {}, "isBackup is true"),
        ("DISABLED", {"is_backup": None}, "isBackup is unknown"),
        ("UNKNOWN", {"backups_at": ago(1)},
         "the backup list was read, and each of its dates for this instance can be believed"),
        ("UNKNOWN", {"backups_at": ago(1), "unreadable_dates": ("soon",)},
         "a date cannot be believed (soon), but the readable ones make it FRESH"),
        ("UNKNOWN", {"backups_at": ago(1), "backups_read": False},
         "the backup list was not read whole, but a backup of this instance was in it"),
        ("NEW", {"created_at": NOW - H},
         "it was never backed up, and exists for 1 h: less than new_instance_grace, 2 h"),
        ("NEW", {"created_at": NOW - 2 * H},
         "it was never backed up, and exists for 2 h: not less than new_instance_grace, 2 h"),
        ("NEW", {"created_at": None}, "it was never backed up, and since when it exists is not known"),
        ("NEW", {"backups_at": ago(3)}, "there is a backup, of 2026-11-23 09:00 KST"),
        ("NEVER", {}, "the backup list was read, and shows no backup of it"),
        ("NEVER", {"backups_at": ago(3)}, "there is a backup, of 2026-11-23 09:00 KST"),
        ("STALE", {"backups_at": ago(51)}, "the newest backup is 2 d 3 h old: more than max_age, 26 h"),
        ("STALE", {"backups_at": ago(26)}, "the newest backup is 1 d 2 h old: within max_age, 26 h"),
        ("STALE", {"backups_at": ago(26.001)}, "the newest backup is just over 26 h old: more than max_age, 26 h"),
        ("LATE", {"backups_at": ago(25), "backup_time": "10:00"},
         MISSED + "the newest backup is 1 d 1 h old: more than 24 h"),
        ("LATE", {"backups_at": ago(24), "backup_time": "10:00"},
         MISSED + "the newest backup is 1 d old: not more than 24 h"),
        ("LATE", {"backups_at": ago(25), "backup_time": "10:05"},
         f"the next backup is expected by {LATER}, and late from 2026-11-23 12:05 KST (2 h after it)"),
        ("LATE", {"backups_at": ago(1)}, "backupTime is unknown, and the kept backups show nothing that is usual"),
        ("LATE", {"backups_at": ago(1), "backup_time": "25:00"},
         "backupTime '25:00' is no time of day, and the kept backups show nothing that is usual"),
        ("LATE", {"backups_at": ago(25), "backup_time": "10:05", "kept": ()},
         f"the next backup is expected by {UNUSUAL}, and late from 2026-11-23 12:35 KST (2 h after it)"),
        ("LATE", {"backups_at": ago(25), "backup_time": "10:05", "kept": None},
         "its kept backups were not asked for, so its age alone is judged"),
        ("FRESH", {"backups_at": ago(1)}, "nothing before was met; the newest backup is 1 h old"),
        ("FRESH", {"backups_at": ago(51)}, "not asked: STALE was met before"),
    ],
)  # fmt: skip
def test_a_step_names_the_values_that_decided_it(verdict, facts, said):
    assert because(verdict, **facts) == said


def test_a_rule_that_allows_more_is_named_by_its_number():
    finding = judge(
        Instance(an_id("1"), "orders", ago(51)), Limits(192 * H, 2 * H, 2 * H, max_age_rule=2), now=NOW
    )  # fmt: skip
    stale = next(step for step in steps_of(Words(zone="UTC"), finding, now=NOW) if step.verdict == "STALE")
    assert stale.because == "the newest backup is 2 d 3 h old: within max_age, 8 d (rule 2)"


def test_a_name_is_fit_to_be_shown_in_the_steps():
    assert because("SKIPPED", status="run\x1b[31mning\n") == "its status is 'run[31mning'"


def test_what_the_roll_call_misses_has_one_step():
    missing = Finding(Expectation("orders-*"), Verdict.MISSING, Severity.CRITICAL, Cause.NAME_ABSENT, ALLOWED)
    [step] = steps_of(Words(), missing, now=NOW.astimezone(UTC))
    assert (step.verdict, step.met) == ("MISSING", True)
    assert "orders-*" in step.because
