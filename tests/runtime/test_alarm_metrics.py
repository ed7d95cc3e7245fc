"""Each alarm of the template watches a metric that the built function really emits, with those very dimensions."""

import pytest

from tests.runtime.embedded_metrics import read_samples
from tests.template.deployment import Deployment
from tools.translate import read_template, translate

pytestmark = pytest.mark.runtime


def _watched() -> dict[str, tuple]:
    """What the template's alarms on our own metrics look at, by alarm."""
    alarms = Deployment(translate(read_template())).of_type("AWS::CloudWatch::Alarm")
    return {
        name: (alarm["Namespace"], alarm["MetricName"], frozenset((d["Name"], d["Value"]) for d in alarm["Dimensions"]))
        for name, alarm in alarms.items()
        if not alarm["Namespace"].startswith("AWS/")
    }


def test_each_alarm_has_a_sample_at_every_complete_scheduled_run(function):
    function.invoke({"trigger": "schedule"})
    samples = {name: read_samples(function.log()).get(watched) for name, watched in _watched().items()}
    assert samples == {
        "NoCompleteCheckAlarm": [1],
        "CheckIncompleteAlarm": [0],
        "MemoryFailedAlarm": [1],  # nothing was remembered before the first run
        "RenderingsFailedAlarm": None,  # only where a part of an alert failed: tests/edges/alerts
        "DisabledAlarm": [1],
        "MissingAlarm": [0],  # zero is a sample too: without it the alarm would never end
    }


def test_the_memorys_alarm_ends_with_the_second_run(function):
    function.invoke({"trigger": "schedule"})
    function.log()
    function.invoke({"trigger": "schedule"})
    assert read_samples(function.log())[_watched()["MemoryFailedAlarm"]][-1:] == [0]


def test_a_run_that_could_not_look_does_not_quiet_the_dead_mans_switch(function, emulator):
    emulator.faults("gateway-error,code=200")
    function.invoke({"trigger": "schedule"})
    samples, watched = read_samples(function.log()), _watched()
    assert samples[watched["NoCompleteCheckAlarm"]] == [0]
    assert samples[watched["CheckIncompleteAlarm"]] == [1]
    assert not {watched["DisabledAlarm"], watched["MissingAlarm"]} & set(samples), "nor end what it could not see"


def test_somebody_looking_at_the_page_does_not_quiet_the_dead_mans_switch(function):
    function.invoke({"action": "check", "notify": False})
    samples, watched = read_samples(function.log()), _watched()
    assert samples[watched["DisabledAlarm"]] == [1], "the check was made"
    assert watched["NoCompleteCheckAlarm"] not in samples
