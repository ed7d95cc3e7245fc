"""What CloudWatch's alarms are fed: an alarm about databases ends because a check saw them well, and never for want
of sight.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.contract.fake_ncloud import BACKUPS, INSTANCES, Reply

HOUR = timedelta(hours=1)
ROLL_CALL = '[expect]\nnames = ["orders", "ledger"]\n'


def denied(_: object) -> Reply:
    return Reply(b'{"error": {"errorCode": "210", "message": "Permission Denied", "details": ""}}', 401)


def test_a_complete_check_says_how_many_there_are_and_that_there_are_none(function, now):
    function.ncloud.database("orders", now - 5 * HOUR, isBackup=False)
    outcome = function.check_with(POLICY=ROLL_CALL)
    assert outcome.metric("Violations", verdict="DISABLED") == 1
    assert outcome.metric("Violations", verdict="MISSING") == 1
    assert outcome.metric("Violations", verdict="STALE") == 0


@pytest.mark.parametrize("operation", [BACKUPS, INSTANCES])
def test_what_could_not_be_looked_for_is_not_told_to_be_gone(function, now, operation):
    function.ncloud.database("orders", now - 5 * HOUR)
    function.ncloud.answers[operation] = denied
    outcome = function.check_with(POLICY=ROLL_CALL)
    assert outcome.metric("CheckIncomplete") == 1
    assert outcome.metric("Violations", verdict="MISSING") is None, "the roll call was not called"
    assert outcome.metric("Violations", verdict="DISABLED") is None


def test_what_was_seen_in_spite_of_it_is_told(function, now):
    function.ncloud.database("orders", now - 5 * HOUR, isBackup=False)
    function.ncloud.answers[BACKUPS] = denied
    outcome = function.check()
    assert outcome.metric("Violations", verdict="DISABLED") == 1
