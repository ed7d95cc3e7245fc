"""The policy from outside: rules, mutes and their end, the roll call; and that nothing of it makes a false green."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def mute(match: str, until: datetime) -> str:
    return f'[[mute]]\nmatch = "{match}"\nuntil = {until.isoformat()}\nreason = "why"\nowner = "me@example.com"\n'


def test_the_first_run_after_a_mutes_end_says_so_and_tells_what_it_had_kept(function, now):
    function.ncloud.database("legacy-db", now - 30.5 * HOUR)
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
