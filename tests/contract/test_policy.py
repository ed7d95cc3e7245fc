"""The policy from outside: rules, mutes and their end, the roll call; and that nothing of it makes a false green."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backup_watch.config.problems import SettingsError
from tests.contract.fake_ncloud import BACKUPS, INSTANCES, KST, Reply

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def mute(match: str, until: datetime, *, more: str = "") -> str:
    return f'[[mute]]\nmatch = "{match}"\nuntil = {until.isoformat()}\nreason = "why"\nowner = "me@example.com"\n{more}'


# --- rules ---------------------------------------------------------------------------------------------------------


def test_the_last_rule_that_matches_and_sets_a_key_wins(function, now):
    function.ncloud.database("orders-eu", now - 60 * HOUR, number="1", slot="")
    function.ncloud.database("orders-us", now - 60 * HOUR, number="2", slot="")
    policy = """
        max_age = "1d"
        [[rule]]
        match = "orders-*"
        max_age = "8d"
        severity = "warning"
        [[rule]]
        match = "*-us"
        max_age = "50h"
        [[rule]]
        match = "2"
        grace = "3h"
    """
    outcome = function.check_with(POLICY=policy)
    assert outcome.verdicts() == {"orders-eu": "FRESH", "orders-us": "STALE"}
    stale = outcome.finding("orders-us")
    assert (stale["severity"], stale["maxAgeSeconds"]) == ("warning", 50 * 3600)
    assert outcome.finding("orders-eu")["maxAgeSeconds"] == 8 * 86400


def test_a_region_narrows_a_rule(function, now):
    for region in ("KR", "SGN"):
        function.ncloud.database(f"db-{region}", now - 60 * HOUR, region=region, slot="")
    policy = '[[rule]]\nmatch = "*"\nregion = "SGN"\nmax_age = "8d"'
    outcome = function.check_with(POLICY=policy, NCLOUD_REGIONS="KR,SGN")
    assert outcome.verdicts() == {"db-KR": "STALE", "db-SGN": "FRESH"}


@pytest.mark.parametrize(("severity", "made"), [("warning", "warning"), ("critical", "critical")])
def test_a_rule_sets_the_severity_of_stale_never_and_disabled_and_of_nothing_else(function, now, severity, made):
    function.ncloud.database("stale", now - 60 * HOUR)
    function.ncloud.database("never", None)
    function.ncloud.database("off", now - 5 * HOUR, isBackup=False)
    function.ncloud.database("doubtful", "garbage")
    function.ncloud.database("late", now - 25 * HOUR, slot=f"{(now - 3 * HOUR).astimezone(KST):%H:%M}")
    outcome = function.check_with(POLICY=f'[[rule]]\nmatch = "*"\nseverity = "{severity}"')
    severities = {one["serviceName"]: one["severity"] for one in outcome.report["findings"]}
    assert severities == {"stale": made, "never": made, "off": made, "doubtful": "unknown", "late": "warning"}


@pytest.mark.parametrize("severity", ["ok", "OK", "unknown", "fatal", ""])
def test_a_rule_cannot_silence(function, severity):
    outcome = function.check_with(POLICY=f'[[rule]]\nmatch = "*"\nseverity = "{severity}"')
    assert isinstance(outcome.error, SettingsError)
    assert "rule 1 severity" in str(outcome.error)


def test_rules_and_mutes_that_match_nothing_are_warnings_unless_not_everything_could_be_read(function, now):
    function.ncloud.database("orders", now - 5 * HOUR)
    policy = '[[rule]]\nmatch = "analytic-*"\nmax_age = "8d"\n[[rule]]\nmatch = "orders"\nmax_age = "8d"\n'
    policy += mute("legacy", now + DAY)
    warnings = function.check_with(POLICY=policy).report["warnings"]
    assert warnings[0] == "rule 1 (match 'analytic-*') matches no instance"
    assert len(warnings) == 2
    assert "legacy" in warnings[1]
    function.ncloud.answers[INSTANCES] = lambda asked: Reply(b"", 400)
    assert function.check_with(POLICY=policy).report["warnings"] == []


# --- mutes ---------------------------------------------------------------------------------------------------------


def test_a_mute_keeps_from_alerting_and_changes_no_verdict(function, now):
    function.ncloud.database("legacy-db", now - 26.5 * HOUR)
    function.ncloud.database("orders", now - 5 * HOUR)
    outcome = function.check_with(POLICY=mute("legacy-*", now + 30 * DAY))
    finding = outcome.finding("legacy-db")
    assert (finding["verdict"], finding["severity"], finding["muted"]) == ("STALE", "critical", True)
    assert (outcome.report["severity"], outcome.report["violations"]) == ("ok", [])
    assert (outcome.report["counts"]["STALE"], outcome.report["counts"]["muted"]) == (1, 1)
    assert outcome.published == []


def test_a_mute_hides_no_failure_to_look(function, now):
    function.ncloud.database("orders", now - 5 * HOUR)
    function.ncloud.answers[BACKUPS] = lambda asked: Reply(b"", 400)
    outcome = function.check_with(POLICY=mute("*", now + DAY))
    assert outcome.report["severity"] == "unknown"
    assert outcome.alert.attribute("event") == ["UNREADABLE"]


def test_the_first_run_after_a_mutes_end_says_so_and_tells_what_it_had_kept(function, now):
    function.ncloud.database("legacy-db", now - 26.5 * HOUR)
    ended = function.check_with(POLICY=mute("legacy-db", now - 10 * MINUTE))
    [violation] = ended.report["violations"]
    assert (violation["event"], violation["muted"]) == ("NEW", False)
    assert "legacy-db" in ended.report["warnings"][0]
    assert "me@example.com" in ended.report["warnings"][0]
    assert ended.alert.document["warnings"] == ended.report["warnings"]
    assert "me@example.com" in ended.alert.renderings["email"]
    function.ncloud.backups["KR"][0]["lastBackupDate"] = None
    later = function.check_with(POLICY=mute("legacy-db", now - 2 * HOUR))
    assert later.report["warnings"] == []


WRONG = {
    "no end": '[[mute]]\nmatch = "a"\nreason = "b"\nowner = "c"',
    "no reason": '[[mute]]\nmatch = "a"\nuntil = 2026-11-24T00:00:00Z\nowner = "c"',
    "no owner": '[[mute]]\nmatch = "a"\nuntil = 2026-11-24T00:00:00Z\nreason = "b"',
    "no match": '[[mute]]\nuntil = 2026-11-24T00:00:00Z\nreason = "b"\nowner = "c"',
    "no offset": '[[mute]]\nmatch = "a"\nuntil = 2026-11-24T00:00:00\nreason = "b"\nowner = "c"',
    "a day": '[[mute]]\nmatch = "a"\nuntil = 2026-11-24\nreason = "b"\nowner = "c"',
    "a text": '[[mute]]\nmatch = "a"\nuntil = "2026-11-24T00:00:00Z"\nreason = "b"\nowner = "c"',
    "no text": '[[mute]]\nmatch = "a"\nuntil = 2026-11-24T00:00:00Z\nreason = ""\nowner = "c"',
    "an unknown key": '[[mute]]\nmatch = "a"\nuntil = 2026-11-24T00:00:00Z\nreason = "b"\nowner = "c"\nuntill = 1',
    "a single table": '[mute]\nmatch = "a"',
    "the year 9999": '[[mute]]\nmatch = "a"\nuntil = 9999-12-31T23:59:59-12:00\nreason = "b"\nowner = "c"',
}


@pytest.mark.parametrize("policy", WRONG.values(), ids=WRONG)
def test_a_mute_without_an_end_a_reason_or_an_owner_is_refused(function, policy):
    outcome = function.check_with(POLICY=policy)
    assert isinstance(outcome.error, SettingsError)
    assert "mute" in str(outcome.error)
    assert outcome.asked == []


def test_a_mute_lasts_at_most_ninety_days(function, now):
    function.ncloud.database("a", now - 5 * HOUR)
    assert function.check_with(POLICY=mute("a", now + 90 * DAY)).error is None
    assert isinstance(function.check_with(POLICY=mute("a", now + 90 * DAY + MINUTE)).error, SettingsError)


# --- the roll call -------------------------------------------------------------------------------------------------

ROLL = '[expect]\ninstances = 3\nnames = ["orders-*", "billing-*", "1000"]'


def test_who_does_not_answer_the_roll_call_is_missing(function, now):
    function.ncloud.database("orders-eu", now - 5 * HOUR)
    function.ncloud.database("carts", now - 5 * HOUR)
    outcome = function({"action": "check", "all": True, "notify": "all"}, POLICY=ROLL)
    missing = [one for one in outcome.report["violations"] if one["verdict"] == "MISSING"]
    assert sorted(one["serviceName"] for one in missing) == ["3 instances", "billing-*"]
    assert outcome.report["severity"] == "critical"
    assert outcome.report["counts"]["MISSING"] == 2
    assert outcome.report["counts"]["instances"] == 2
    for one in missing:
        assert (one["region"], one["instanceNo"], one["backup"], one["lastBackupAt"]) == (None, None, None, None)
    assert {"MISSING"} == {one["verdict"] for one in outcome.alert.document["violations"]}


def test_the_roll_is_called_only_of_a_complete_reading(function, now):
    function.ncloud.database("orders-eu", now - 5 * HOUR)
    function.ncloud.answers[INSTANCES] = lambda asked: Reply(b"", 400)
    outcome = function.check_with(POLICY=ROLL)
    assert outcome.report["counts"]["MISSING"] == 0
    assert outcome.report["severity"] == "unknown"


def test_an_empty_account_does_not_answer_the_roll_call(function):
    outcome = function.check_with(POLICY=ROLL)
    assert outcome.report["counts"]["MISSING"] == 4
    assert outcome.report["severity"] == "critical"
    assert len(outcome.published) == 1, "nothing was found, and that is told at every run"


def test_missing_is_told_at_the_first_run_of_each_day_and_has_one_incident(function):
    midnight = datetime(2026, 11, 20, 0, 0, tzinfo=KST)
    function.ncloud.database("orders-eu", midnight - 5 * HOUR)
    told, incidents = [], set()
    for hour in range(-3, 30):
        at = midnight + hour * HOUR
        report = function({"action": "check", "at": at.isoformat()}, POLICY='[expect]\nnames = ["billing-*"]').report
        [missing] = [one for one in report["violations"] if one["verdict"] == "MISSING"]
        incidents.add(missing["incident"])
        told += [hour] if missing["event"] != "ONGOING" else []
    assert told == [0, 24]
    assert len(incidents) == 1


@pytest.mark.parametrize("policy", [
    '[expect]\ninstances = "12"', "[expect]\ninstances = 0", "[expect]\ninstances = true", "[expect]\nnames = 'a'",
    "[expect]\nnames = [1]", '[expect]\nnames = [""]', "[expect]\ncount = 1", "expect = 5", "[[expect]]\ninstances = 1",
])  # fmt: skip
def test_a_wrong_roll_call_is_refused(function, policy):
    outcome = function.check_with(POLICY=policy)
    assert isinstance(outcome.error, SettingsError)
    assert "expect" in str(outcome.error)


@pytest.mark.parametrize("name", [
    "[", "[!", "a]b", "*", "?", "**********************************************a", "[a-", "orders-[", "\\", "x" * 300,
])  # fmt: skip
def test_hostile_globs_and_names_end_no_run(function, now, name):
    function.ncloud.database(name, now - 5 * HOUR)
    function.ncloud.database("a" * 300, now - 5 * HOUR)
    quoted = name.replace("\\", "\\\\")
    policy = f'[[rule]]\nmatch = "{quoted}"\nmax_age = "8d"\n[expect]\nnames = ["{quoted}"]'
    outcome = function.check_with(POLICY=policy)
    assert outcome.report["severity"] == "ok", "each name answers to itself"
    assert outcome.finding(name)["maxAgeSeconds"] == 8 * 86400
