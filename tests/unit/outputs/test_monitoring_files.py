"""The alert rules and the panels in docs/: they ask for metrics that there are, and do what they say."""

import json
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import yaml

from backup_watch.outputs.openmetrics import openmetrics
from tests.builders import a_report, an_error, stale

DOCS = Path(__file__).parents[3] / "docs"
RULES, PANELS = DOCS / "prometheus-alerts.yml", DOCS / "grafana-panels.json"
PROOF = Path(__file__).with_name("prometheus-alerts.test.yml")
METRIC = re.compile(r"\bbackup_watch_\w+")


def samples() -> dict[str, set[str]]:
    """The metrics that /metrics has, each with its labels."""
    text = openmetrics(a_report(stale(), errors=[an_error()]), took=timedelta(seconds=1))
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
    assert len(expressions) >= 10
    for expression in expressions:
        assert asked(expression)
        assert asked(expression) <= set(samples())


def test_rules_name_labels_that_there_are():
    for rule in rules():
        known = set().union(*(samples()[name] for name in asked(rule["expr"])))
        text = json.dumps([rule["annotations"], rule["labels"]])
        assert set(re.findall(r"\$labels\.(\w+)", text)) <= known


def test_every_rule_is_put_to_the_proof():
    proven = {
        case["alertname"]
        for test in yaml.safe_load(PROOF.read_text("utf-8"))["tests"]
        for case in test["alert_rule_test"]
    }
    assert proven == {rule["alert"] for rule in rules()}


def test_rules_do_what_they_say():
    """promtool proves each rule, where there is one; without it the files have been read as far as one can above."""
    promtool = shutil.which("promtool")
    for command in (["check", "rules", RULES], ["test", "rules", PROOF]) if promtool else ():
        done = subprocess.run([promtool, *command], capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_panels_do_not_overlap():
    taken = set()
    for panel in panels():
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken
        assert at["x"] + at["w"] <= 24
        taken |= cells
