"""One check as a whole: what is read, what is counted, in which order, and what an unreadable past means."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from backup_watch.checking.check import run_check
from backup_watch.model.findings import rank
from backup_watch.model.instances import FUTURE_TOLERANCE
from backup_watch.model.notices import DetailsLeftOut, DetailsUnread
from backup_watch.model.policy import Expectations, Policy, Rule, Selector, Thresholds
from backup_watch.model.report import Notification
from backup_watch.model.vocabulary import Cause, Event, Severity, Verdict
from backup_watch.outputs.report_json import counts_document
from tests.builders import KST, NOW, an_error, an_id, hours
from tests.unit.checking.builders import TICK, FakeSource, ago, instance, plan


def named(name, *backups, **facts):
    return instance(*backups, service_name=name, **({"number": name} | facts))


ONE_OF_EACH = (
    named("fresh", ago(hours(9))),
    named("late", ago(hours(25)), backup_time="08:00"),
    named("stale", ago(hours(60))),
    named("never"),
    named("disabled", is_backup=False),
    named("new", created_at=ago(hours(1))),
    named("skipped", status="deleting"),
    named("unknown", backups_read=False),
)


def check(*instances, policy=None, histories=None, errors=(), detail_errors=(), **planned):
    source = FakeSource(*instances, histories=histories, errors=errors, detail_errors=detail_errors)
    return run_check(plan(policy, **planned), source), source


# --- counts, severity, order -----------------------------------------------------------------------------------------


def test_every_verdict_is_counted():
    report, _ = check(*ONE_OF_EACH, policy=Policy(expectations=(Expectations(instances=9),)))
    assert counts_document(report.counts) == {
        "instances": 8, "FRESH": 1, "LATE": 1, "STALE": 1, "NEVER": 1, "DISABLED": 1, "NEW": 1, "SKIPPED": 1,
        "UNKNOWN": 1, "MISSING": 1, "muted": 0, "products": {"postgresql": 8},
    }  # fmt: skip


def test_a_verdict_that_nobody_has_counts_zero():
    report, _ = check()
    counts = counts_document(report.counts)
    assert counts.pop("products") == {"postgresql": 0}
    assert counts == dict.fromkeys(["instances", "muted", *Verdict], 0)


def test_violations_and_findings_are_worst_first_then_longest_overdue_then_by_name():
    report, _ = check(*ONE_OF_EACH, named("b-stale", ago(hours(60))), named("older", ago(hours(61))))
    order = [violation.finding.subject.service_name for violation in report.violations]
    assert order == ["disabled", "never", "older", "b-stale", "stale", "unknown", "late"]
    assert [finding.severity for finding in report.findings] == sorted(
        (finding.severity for finding in report.findings), reverse=True
    )


def test_the_ranked_findings_are_in_order_to_the_last():
    many = [named(f"db-{n % 7}", ago(hours(n % 5 + 1)), number=str(n), region="KR") for n in range(30)]
    report, _ = check(*many, *ONE_OF_EACH)
    assert len(report.ranked) == len(report.findings) == 38
    assert all(rank(one) <= rank(other) for one, other in pairwise(report.ranked))


def test_the_same_name_is_ordered_by_region_and_number():
    twins = [named("db", ago(hours(60)), region=region, number=no) for region in ("SGN", "KR") for no in "21"]
    report, _ = check(*twins, regions=("KR", "SGN"))
    assert [one.finding.subject.id for one in report.violations] == [
        an_id(number, region=region) for region in ("KR", "SGN") for number in "12"
    ]  # fmt: skip


@pytest.mark.parametrize(("instances", "severity"), [
    (["fresh", "new", "skipped"], Severity.OK),
    (["fresh", "late"], Severity.WARNING),
    (["late", "unknown"], Severity.UNKNOWN),
    (["unknown", "stale"], Severity.CRITICAL),
    ([], Severity.UNKNOWN),
])  # fmt: skip
def test_a_runs_severity_is_its_worst_and_looking_at_nothing_is_never_ok(instances, severity):
    report, _ = check(*(one for one in ONE_OF_EACH if one.service_name in instances))
    assert (report.severity, report.complete) == (severity, True)
    assert report.is_empty is (not instances)


def test_what_could_not_be_read_makes_it_unknown_at_least_and_hides_nothing():
    error = an_error(region="SGN")
    for name, severity in (("fresh", Severity.UNKNOWN), ("late", Severity.UNKNOWN), ("stale", Severity.CRITICAL)):
        report, _ = check(*(one for one in ONE_OF_EACH if one.service_name == name), errors=[error])
        assert (report.severity, report.complete, report.errors) == (severity, False, (error,))


def test_an_instance_that_is_only_in_the_backup_list_is_judged_by_its_backups():
    orphan = instance(ago(hours(60)), in_instance_list=False, created_at=None, status=None, is_backup=None)
    report, _ = check(orphan)
    assert report.counts.of(Verdict.STALE) == 1


def test_rules_count_for_whom_they_match():
    rules = (Rule(Selector("st*"), severity=Severity.WARNING), Rule(Selector("late"), max_age=hours(24)))
    report, _ = check(*ONE_OF_EACH, policy=Policy(rules=rules))
    told = {one.finding.subject.service_name: one.finding for one in report.violations}
    assert (told["stale"].severity, told["stale"].limits.severity_rule) == (Severity.WARNING, 1)
    assert (told["late"].verdict, told["late"].limits.max_age_rule) == (Verdict.STALE, 2)
    assert told["never"].severity is Severity.CRITICAL


def test_the_report_says_when_it_was_judged_and_of_which_regions():
    report, _ = check(*ONE_OF_EACH, regions=("KR", "SGN"))
    assert (report.checked_at, report.regions, report.notification) == (NOW, ("KR", "SGN"), None)


def test_told_are_the_violations_whose_event_is_published():
    late = named("ongoing", ago(hours(60)))
    report, _ = check(late, named("unread", backups_read=False))
    assert {one.event for one in report.violations} == {Event.ONGOING, Event.UNREADABLE}
    assert [one.event for one in report.published] == [Event.UNREADABLE]


def test_a_report_is_quiet_only_if_there_is_nothing_to_tell():
    assert check(named("fresh", ago(hours(9))))[0].has_nothing_to_publish
    assert not check()[0].has_nothing_to_publish
    assert not check(*ONE_OF_EACH)[0].has_nothing_to_publish
    assert not check(named("fresh", ago(hours(9))), errors=[an_error()])[0].has_nothing_to_publish
    resolved, _ = check(named("a", ago(hours(0.5))), histories={"a": (ago(hours(0.5)), ago(hours(60)))})
    assert (resolved.violations, resolved.has_nothing_to_publish) == ((), False)


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({}, "KR getCloudPostgresqlBackupList ReadTimeout: no answer within 10 s"),
        (
            {"region": None, "code": "200", "request_id": "d00059bd"},
            "getCloudPostgresqlBackupList ReadTimeout 200: no answer within 10 s (request id d00059bd)",
        ),
    ],
)
def test_an_error_is_one_line_with_all_that_is_known_of_it(facts, line):
    assert str(an_error(**facts)) == line


def test_a_notification_holds_what_was_sent():
    assert Notification(("id",), 3) == Notification(message_ids=("id",), events=3)


# --- the details -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("age", "asked"), [(hours(1), False), (hours(1) - TICK, True), (timedelta(0), True)])
def test_details_are_asked_only_of_what_was_backed_up_inside_the_window(age, asked):
    _, source = check(named("a", ago(age)), named("b", ago(hours(9))))
    assert source.asked == (["a"] if asked else [])


def test_a_date_that_is_not_believed_is_no_backup_inside_the_window():
    _, source = check(named("a", NOW + hours(5), ago(hours(9))))
    assert source.asked == []


def test_behind_a_date_that_is_not_believed_a_backup_inside_the_window_is_seen():
    _, source = check(named("a", NOW + hours(5), ago(hours(0.5))))
    assert source.asked == ["a"]


@pytest.mark.parametrize("status", ["deleting", "deleted"])
def test_details_of_what_is_going_away_are_not_asked(status):
    _, source = check(named("a", ago(hours(0.5)), status=status))
    assert source.asked == []


def test_an_outage_that_a_backup_ended_is_resolved_with_its_name_and_its_dates():
    backups = (ago(hours(0.25)), ago(hours(0.75)), ago(hours(60)), ago(hours(84)))
    outage, _ = check(named("a", backups[2]))
    report, _ = check(named("a", backups[0]), histories={"a": backups})
    [end] = report.resolved
    assert (end.event, end.ended_at, end.finding.verdict) == (Event.RESOLVED, backups[1], Verdict.STALE)
    assert (end.finding.last_backup_at, end.finding.judged_at) == (backups[2], NOW - hours(1))
    assert end.began_at == backups[2] + hours(26)
    assert end.incident == outage.violations[0].incident
    assert (report.violations, report.severity) == ((), Severity.OK)


def test_the_end_of_no_outage_is_not_told():
    backups = (ago(hours(0.25)), ago(hours(24.25)))
    assert check(named("a", backups[0]), histories={"a": backups})[0].resolved == ()


def test_without_a_backup_before_the_newest_no_end_is_claimed():
    report, _ = check(named("a", ago(hours(0.25))), histories={"a": (ago(hours(0.25)),)})
    assert (report.resolved, report.severity) == ((), Severity.OK)


@pytest.mark.parametrize(("age", "ends"), [(hours(1) - TICK, 0), (hours(1), 1)])
def test_what_was_created_inside_the_window_has_no_outage_to_end(age, ends):
    backups = (ago(hours(0.25)), ago(hours(60)))  # the older one came with it, from where it was made
    restored = named("a", backups[0], created_at=ago(age))
    assert len(check(restored, histories={"a": backups})[0].resolved) == ends


def test_a_backup_at_the_very_instant_ends_an_outage():
    [end] = check(named("a", NOW), histories={"a": (NOW, ago(hours(60)))}, clock=NOW + hours(0.5))[0].resolved
    assert end.ended_at == NOW


def test_a_backup_at_the_very_instant_needs_no_taking_back():
    one = named("a", NOW)
    [finding] = check(one, histories={"a": (NOW, ago(hours(60)))}, clock=NOW + hours(0.5))[0].findings
    assert finding.subject is one


def test_ends_are_worst_first():
    lives = {"a": 25.5, "b": 60, "c": 70}
    histories = {name: (ago(hours(0.5)), ago(hours(age))) for name, age in lives.items()}
    ended = [named(name, ago(hours(0.5)), backup_time="08:00") for name in lives]
    report, _ = check(*ended, histories=histories)
    assert [end.finding.subject.service_name for end in report.resolved] == ["c", "b", "a"]


def test_details_that_could_not_be_read_are_a_warning_and_make_no_run_incomplete():
    error = replace(an_error(operation="getCloudPostgresqlBackupDetailList"), instances=3)
    report, _ = check(named("a", ago(hours(0.5))), detail_errors=[error])
    assert report.notices == (DetailsUnread(3, error.region, error.kind, error.code),)
    assert (report.errors, report.complete, report.severity) == ((), True, Severity.OK)
    assert (report.counts.of(Verdict.FRESH), report.resolved) == (1, ())


def test_only_so_many_details_are_read_and_the_rest_is_a_warning():
    names = ("e", "d", "c", "b", "a")
    backups = (ago(hours(0.5)), ago(hours(60)))
    landed = [named(name, backups[0]) for name in names]
    report, source = check(*landed, histories=dict.fromkeys(names, backups), max_detail_calls=2)
    assert source.asked == ["a", "b"]
    assert len(report.resolved) == 2
    assert report.notices == (DetailsLeftOut(3, 2),)
    exactly, _ = check(*landed, histories=dict.fromkeys(names, backups), max_detail_calls=5)
    assert (len(exactly.resolved), exactly.notices) == (5, ())


def test_without_any_details_allowed_none_are_asked():
    report, source = check(named("a", ago(hours(0.5))), max_detail_calls=0)
    assert source.asked == []
    assert report.notices == (DetailsLeftOut(1, 0),)


# --- at another instant than the clock's -----------------------------------------------------------------------------


def test_a_backup_after_the_instant_asked_about_is_taken_back():
    backups = (NOW + hours(2), ago(hours(30)))
    report, _ = check(named("a", backups[0]), histories={"a": backups}, clock=NOW + hours(3))
    [violation] = report.violations
    assert (violation.finding.verdict, violation.finding.last_backup_at) == (Verdict.STALE, backups[1])
    alone, _ = check(named("a", backups[1]))
    assert violation.incident == alone.violations[0].incident
    assert report.resolved == ()  # it ended after the instant asked about


def test_what_was_no_alert_before_an_end_inside_the_window_ends_nothing():
    alone, _ = check(named("a", ago(hours(0.5))), histories={"a": (ago(hours(0.5)),)}, clock=NOW + hours(0.5))
    assert alone.resolved == ()


def test_of_the_backups_taken_back_those_the_summary_shows_are_kept():
    """Several rows of one instance, and details that show only the newest."""
    report, _ = check(
        named("a", NOW + hours(2), ago(hours(3))), histories={"a": (NOW + hours(2),)}, clock=NOW + hours(3)
    )
    assert report.counts.of(Verdict.FRESH) == 1


@pytest.mark.parametrize("histories", [{}, {"a": (NOW + hours(2),)}])
def test_where_nothing_shows_what_was_before_the_past_is_unknown(histories):
    report, _ = check(named("a", NOW + hours(2)), histories=histories, clock=NOW + hours(3))
    [violation] = report.violations
    assert (violation.finding.cause, violation.event) == (Cause.HISTORY_UNKNOWN, Event.UNREADABLE)
    assert (report.severity, report.resolved) == (Severity.UNKNOWN, ())


def test_a_backup_just_after_the_instant_counts_as_now_where_nothing_shows_what_was_before():
    for ahead, verdict in ((FUTURE_TOLERANCE, "FRESH"), (FUTURE_TOLERANCE + TICK, "UNKNOWN")):
        report, _ = check(named("a", NOW + ahead), clock=NOW + hours(1) / 2)
        assert report.counts.of(verdict) == 1


def test_a_backup_just_after_the_instant_is_taken_back_where_the_details_show_what_was_before():
    backups = (NOW + timedelta(seconds=20), ago(hours(60)))
    report, _ = check(named("a", backups[0]), histories={"a": backups}, clock=NOW + timedelta(seconds=30))
    assert report.counts.of(Verdict.STALE) == 1


def test_while_the_clock_stands_at_the_instant_a_date_just_after_it_counts_as_now():
    backups = (NOW + timedelta(minutes=2), ago(hours(60)))
    report, _ = check(named("a", backups[0]), histories={"a": backups})
    assert report.counts.of(Verdict.FRESH) == 1


def test_the_last_date_that_can_be_believed_is_five_minutes_after_the_clock():
    last = NOW + hours(1) + FUTURE_TOLERANCE
    for ahead, asked, verdict in ((last, ["a"], "STALE"), (last + TICK, [], "UNKNOWN")):
        report, source = check(named("a", ahead, ago(hours(60))), clock=NOW + hours(1))
        assert (source.asked, report.counts.of(verdict)) == (asked, 1)


def test_ages_are_real_time_also_where_dates_stand_in_a_zone_whose_clocks_change():
    """Between 12:00 of the 31st and 13:00 of the 1st New York's clocks went back: 26 hours, by the wall only 25."""
    newest = datetime(2026, 10, 31, 12, 0, tzinfo=ZoneInfo("America/New_York"))
    for more, verdict in ((timedelta(0), "FRESH"), (TICK, "STALE")):
        report, _ = check(named("a", newest), now=newest.astimezone(UTC) + hours(26) + more)
        assert report.counts.of(verdict) == 1


def test_details_of_what_is_to_be_taken_back_are_asked_first():
    ahead, inside = NOW + hours(1), ago(hours(0.5))
    instances = [named("a", inside), named("c", ahead), named("b", ahead), named("d", inside)]
    _, source = check(*instances, clock=NOW + hours(2), max_detail_calls=3)
    assert source.asked == ["b", "c", "a"]


def test_a_date_after_the_clock_is_a_lie_whatever_instant_is_asked_about():
    report, _ = check(named("a", NOW + hours(5), ago(hours(60))), clock=NOW + hours(1))
    [finding] = report.findings
    assert (finding.cause, finding.bad_date) == (Cause.DATE_IN_FUTURE, (NOW + hours(5)).isoformat())


def test_judged_at_an_instant_to_come_only_what_is_known_now_counts():
    then = NOW + hours(20)
    report, source = check(named("a", ago(hours(8))), now=then, clock=NOW)
    assert (report.checked_at, report.counts.of(Verdict.STALE), source.asked) == (then, 1, [])


def test_a_date_that_the_clock_has_not_reached_is_believed_at_an_instant_to_come():
    report, _ = check(named("a", NOW + hours(3)), now=NOW + hours(20), clock=NOW)
    assert report.counts.of(Verdict.FRESH) == 1


def test_the_zone_in_which_the_instant_is_given_changes_nothing():
    local, _ = check(*ONE_OF_EACH, now=NOW.astimezone(KST))
    utc, _ = check(*ONE_OF_EACH)
    assert local == utc


def test_an_outage_that_began_and_one_that_ended_in_one_window_are_two_incidents():
    backups = (ago(hours(5)), ago(hours(60)))
    policy = Policy(Thresholds(max_age=hours(4)))
    report, _ = check(named("a", backups[0]), policy=policy, histories={"a": backups}, interval=hours(6))
    assert [one.event for one in (*report.resolved, *report.violations)] == [Event.RESOLVED, Event.NEW]
    assert report.resolved[0].incident != report.violations[0].incident
