"""The built function in Lambda's runtime: events in, reports out, alerts in the queue."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.runtime.lambda_runtime import LambdaRuntime

pytestmark = pytest.mark.runtime
EVENTS = Path(__file__).resolve().parents[2] / "events"


def _scheduled_now() -> dict:
    event = json.loads((EVENTS / "schedule.json").read_text(encoding="utf-8"))
    return event | {"scheduledTime": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}


def _event(name: str) -> dict:
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))


def test_a_scheduled_run_reports_and_alerts(function, aws):
    report = function.invoke(_scheduled_now()).json()

    verdicts = {violation["serviceName"]: violation["verdict"] for violation in report["violations"]}
    assert verdicts == {"orders": "STALE", "sessions": "DISABLED", "audit": "NEVER"}
    assert (report["severity"], report["complete"]) == ("critical", True)
    (alert,) = aws.alerts()
    assert alert["MessageId"] in report["notification"]["messageIds"]
    told = json.loads(alert["Message"])
    assert [v["incident"] for v in told["violations"] if v["serviceName"] == "orders"] == [
        v["incident"] for v in report["violations"] if v["serviceName"] == "orders"
    ]


def test_a_warm_run_uses_what_the_first_has_read(function, emulator):
    first = function.invoke({"action": "check", "notify": False}).json()
    second = function.invoke({"action": "check", "notify": False}).json()
    assert second["counts"] == first["counts"]
    assert function.log().count("INIT START") == 1


def test_a_person_gets_the_page(function, aws):
    answer = function.invoke(_event("http-get-root")).json()
    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"].startswith("text/html")
    assert "orders" in answer["body"] or answer["isBase64Encoded"]
    assert aws.alerts() == [], "reading never publishes"


@pytest.mark.parametrize("name", sorted(file.stem for file in EVENTS.glob("*.json")))
def test_every_example_event_is_understood(function, name):
    answer = function.invoke(_event(name))
    assert answer.status == 200
    assert "errorType" not in answer.json(), answer.text
    assert answer.json().get("statusCode", 200) < 400, answer.text


def test_a_slow_ncloud_is_told_before_the_time_is_up(artifact, aws, emulator):
    emulator.gateway.latency_seconds = 30
    with LambdaRuntime(artifact, aws.function_environment(ncloud_url=emulator.url), timeout_seconds=6) as runtime:
        report = runtime.invoke(_scheduled_now()).json()
    assert (report["complete"], report["severity"]) == (False, "unknown")
    assert report["errors"]
    (alert,) = aws.alerts()
    assert json.loads(alert["Message"])["complete"] is False


def test_no_key_leaves_in_the_log_or_the_answer(function, emulator):
    answer = function.invoke({"action": "check", "all": True})
    secret = emulator.gateway.account.secret_key
    assert secret not in answer.text
    assert secret not in function.log()
    assert "checked" in function.log(), "there was something to search"
