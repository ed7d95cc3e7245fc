"""The plugin output of a report by the Monitoring Plugins guidelines: a status line with numbers, and long output."""

import re

import pytest
from msgspec.structs import replace

from backup_watch.i18n import Words
from backup_watch.model.policy import Mute, Selector
from backup_watch.model.vocabulary import Severity
from backup_watch.outputs.nagios import STATES, plugin_output
from tests import builders as b

PERFORMANCE = re.compile(r"'([a-z_]+)'=(\d+)(s?);;(\d*);0")


def first_line(report) -> str:
    return plugin_output(report, Words()).split("\n")[0]


def test_one_line_says_state_headline_and_numbers():
    stale, fresh = b.stale(), b.fresh()
    line = first_line(b.a_report(stale, others=[fresh]))
    headline, _, performance = line.partition(" | ")
    assert headline == "BACKUPS CRITICAL - 1 of 2 databases has no fresh backup"
    numbers = {name: (int(number), unit, most) for name, number, unit, most in PERFORMANCE.findall(performance)}
    assert " ".join(PERFORMANCE.sub("x", part) for part in performance.split()) == " ".join("x" * len(numbers))
    assert (numbers["total"], numbers["fresh"], numbers["stale"]) == ((2, "", ""), (1, "", ""), (1, "", ""))
    seconds, most = int(stale.age.total_seconds()), int(stale.limits.max_age.total_seconds())
    assert numbers["oldest_age"] == (seconds, "s", str(most))


def test_what_was_not_read_has_no_number_that_says_zero():
    line = first_line(b.a_report(others=[b.fresh()], errors=[b.an_error()]))
    assert line.startswith("BACKUPS UNKNOWN - ")
    assert "'stale'" not in line


def test_muted_ones_are_no_violations_and_have_no_oldest_age():
    muted = replace(b.stale(), mute=Mute(Selector(), b.NOW + b.hours(1), "retired", "dba"))
    line = first_line(b.a_report(others=[muted]))
    assert line.startswith("BACKUPS OK - ")
    assert "'stale'=0" in line
    assert "oldest_age" not in line


def test_no_name_begins_performance_data_or_another_line():
    finding = b.stale("a|b 'x'=1\nOK")
    output = plugin_output(b.a_report(finding), Words())
    first, second = output.splitlines()
    assert first.count("|") == 1
    assert "|" not in second
    assert "a¦b" in second


@pytest.mark.parametrize(("severity", "status"), [("OK", 0), ("WARNING", 1), ("CRITICAL", 2), ("UNKNOWN", 3)])
def test_the_exit_status_of_each_severity(severity, status):
    assert STATES[Severity[severity]] == status
