"""The alert rules and the panels in docs/: they ask for metrics that there are, and do what they say."""

import json
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from msgspec.structs import replace
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from backup_watch.model.policy import Mute, Selector
from backup_watch.model.vocabulary import Severity
from backup_watch.outputs.openmetrics import exposition
from tests.builders import NOW, a_report, an_error, disabled, fresh, hours, missing, stale
from tests.unit.outputs.prometheus import promtool

DOCS = Path(__file__).parents[3] / "docs"
RULES, PANELS = DOCS / "prometheus-alerts.yml", DOCS / "grafana-panels.json"
PROOF = Path(__file__).with_name("prometheus-alerts.test.yml")
METRIC = re.compile(r"\bbackup_watch_\w+")


def samples() -> dict[str, set[str]]:
    """The metrics that /metrics has, each with its labels."""
    text = exposition(a_report(stale(), errors=[an_error()]), took=timedelta(seconds=1))[0].decode()
    found: dict[str, set[str]] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name = METRIC.match(line).group()
            found.setdefault(name, set()).update(re.findall(r"(\w+)=\"", line))
    return found


def asked(expression: str) -> set[str]:
    return set(METRIC.findall(re.sub(r"\{\{.*?\}\}", "", expression)))


def rules() -> list[dict]:
    [group] = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    return group["rules"]


def panels() -> list[dict]:
    return json.loads(PANELS.read_text("utf-8"))["panels"]


def test_rules_and_panels_ask_for_metrics_that_there_are():
    expressions = [rule["expr"] for rule in rules()]
    expressions += [target["expr"] for panel in panels() for target in panel["targets"]]
    assert len(expressions) >= 9
    for expression in expressions:
        assert asked(expression) or "up{" in expression
        assert asked(expression) <= set(samples())


def test_rules_name_labels_that_there_are():
    for rule in rules():
        known = set().union(*(samples()[name] for name in asked(rule["expr"])))
        text = json.dumps([rule["annotations"], rule.get("labels")])
        assert set(re.findall(r"\$labels\.(\w+)", text)) <= known


def test_every_rule_is_put_to_the_proof():
    proven = {
        case["alertname"]
        for test in yaml.safe_load(PROOF.read_text("utf-8"))["tests"]
        for case in test["alert_rule_test"]
    }
    assert proven == {rule["alert"] for rule in rules()}


@pytest.mark.parametrize("command", [("check", "rules", RULES), ("test", "rules", PROOF)])
def test_promtool_accepts_the_rules_and_their_proof(command):
    done = subprocess.run([promtool(), *command], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def series(report) -> list[dict[str, str]]:
    """What Prometheus stores of /metrics, scraped every two minutes for an hour."""
    families = text_string_to_metric_families(exposition(report, took=timedelta(seconds=1))[0].decode())
    stored = [{"series": 'up{job="backup-watch"}', "values": "1x30"}]
    for sample in (sample for family in families for sample in family.samples):
        labels = ",".join(f"{name}={json.dumps(value)}" for name, value in sample.labels.items())
        stored.append({"series": f"{sample.name}{{{labels}}}", "values": f"{sample.value}x30"})
    return stored


def test_alerts_are_the_violations_with_their_severities_and_a_mute_is_quiet(tmp_path):
    """Whatever metrics there are of them: the muted one is old, the DISABLED one is old as well."""
    mute = Mute(Selector("quiet-db"), until=NOW + hours(99), reason="retired", owner="dba@example.com")
    report = a_report(
        replace(stale("analytics", number="2"), severity=Severity.WARNING),
        disabled("switched-off", number="3", age=hours(99)),
        missing("billing-*"),
        others=[replace(stale("quiet-db", number="1"), mute=mute), fresh(number="4")],
    )
    expected = [
        ("warning", "STALE", "analytics", "2", "KR", "analytics (KR 2): STALE", "2"),
        ("critical", "DISABLED", "switched-off", "3", "KR", "switched-off (KR 3): DISABLED", "3"),
        ("critical", "MISSING", "billing-*", "", "", "billing-*: MISSING", "billing-*"),
    ]
    alerts = [
        {
            "exp_labels": {
                label: value
                for label, value in {
                    "severity": severity, "verdict": verdict, "service_name": name, "instance_no": number,
                    "region": region, "account": "default", "product": "postgresql" if number else "",
                }.items()
                if value
            },
            "exp_annotations": {"summary": summary, "description": f"GET /report?match={match} says why."},
        }
        for severity, verdict, name, number, region, summary, match in expected
    ]  # fmt: skip
    cases = [
        {
            "eval_time": "1h",
            "alertname": rule["alert"],
            "exp_alerts": alerts if rule["alert"] == "BackupViolation" else [],
        }
        for rule in rules()
    ]
    proof = {
        "rule_files": [str(RULES)],
        "evaluation_interval": "1m",
        "tests": [{"interval": "2m", "input_series": series(report), "alert_rule_test": cases}],
    }
    (tmp_path / "proof.yml").write_text(json.dumps(proof), "utf-8")
    test_promtool_accepts_the_rules_and_their_proof(("test", "rules", tmp_path / "proof.yml"))


def test_panels_do_not_overlap():
    taken = set()
    for panel in panels():
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken
        assert at["x"] + at["w"] <= 24
        taken |= cells
