"""A verdict that stands in the tables alone goes through all that shows findings, without a sentence of its own.

The tables: a member of ``Verdict`` and of ``Cause``, and a row of the rules.
"""

import json
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

import pytest
from msgspec.structs import replace

from backup_watch.alerts import compose
from backup_watch.checking import rules
from backup_watch.checking.check import run_check
from backup_watch.checking.plan import Plan
from backup_watch.diagnostics.explain import explain
from backup_watch.i18n import Words
from backup_watch.model.policy import Policy, Rule, Selector
from backup_watch.model.readings import Histories, Reading
from backup_watch.model.vocabulary import Cause, Clause, Event, Fact, Severity, Verdict
from backup_watch.outputs.emf import RunStats, metric_sets
from backup_watch.outputs.openmetrics import exposition
from backup_watch.outputs.report_json import report_document
from tests.builders import KST, NOW, an_instance, hours, scopes
from tests.unit.web.asking import ask

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "report.schema.json").read_text())


class Source:
    def __init__(self, *instances):
        self.instances = instances

    def read(self, scopes, fresh_window=None):
        return Reading(self.instances)

    def histories(self, instances):
        return Histories({})


def add(patch: pytest.MonkeyPatch, kind: type[Enum], word: str, **traits):
    """One more member of *kind*, as if its line stood there."""
    name = word.upper().replace("-", "_")
    member = str.__new__(kind, word)
    member._value_, member._name_, member._sort_order_ = word, name, len(kind)
    for trait, value in traits.items():
        setattr(member, trait, value)
    patch.setitem(kind._member_map_, name, member)
    patch.setitem(kind._value2member_map_, word, member)
    patch.setattr(kind, "_member_names_", [*kind._member_names_, name])
    return member


@pytest.fixture
def odd(monkeypatch):
    traits = {"severity": Severity.CRITICAL, "clause": Clause.NOT_FRESH, "is_adjustable": True, "by_product": {}}
    verdict = add(monkeypatch, Verdict, "ODD", **traits)
    cause = add(monkeypatch, Cause, "an-odd-one", shows=(Fact.DUE, Fact.ALLOWED))
    row = rules.Rule(
        verdict, cause, lambda case: case.instance.service_name == "odd-db", lambda instance, _: instance.created_at
    )
    monkeypatch.setattr(rules, "RULES", (row, *rules.RULES))
    return verdict


def plan(policy=Policy()):  # noqa: B008  frozen
    return Plan(
        scopes=scopes("KR"), policy=policy, now=NOW, clock=NOW, interval=hours(1), repeat=hours(24), zone=KST,
    )  # fmt: skip


SOURCE = Source(an_instance("odd-db", created_at=NOW - hours(0.5)), an_instance("fresh-db", number="2"))


def test_it_is_judged_counted_and_told_with_its_beginning(odd):
    report = run_check(plan(), SOURCE)
    [violation] = report.violations
    assert (violation.finding.verdict, violation.event) == (odd, Event.NEW)
    assert violation.began_at == NOW - hours(0.5)
    assert (report.severity, report.counts.of(odd), report.counts.of(Verdict.FRESH)) == (Severity.CRITICAL, 1, 1)


def test_a_rule_of_the_policy_may_set_its_severity_where_its_line_says_so(odd):
    policy = Policy(rules=(Rule(Selector("odd-*"), severity=Severity.WARNING),))
    assert run_check(plan(policy), SOURCE).severity is Severity.WARNING


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("chat_format", ["none", "amazon-q"])
def test_every_rendering_of_a_message_names_it(odd, language, chat_format):
    message = compose(run_check(plan(), SOURCE), Words(language), chat_format=chat_format)
    assert message.failures == ()
    assert message.attributes["severity"] == "critical"
    for name, text in message.renderings.items():
        assert "odd-db" in text, name
    assert "ODD" in message.renderings["email"]
    assert json.loads(message.renderings["default"])["violations"][0]["verdict"] == "ODD"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_report_page_health_and_badge_have_it(odd, language):
    report = run_check(plan(), SOURCE)
    document = report_document(report, Words(language), every_finding=True)
    assert document["counts"]["ODD"] == 1
    assert document["violations"][0]["reason"]
    page = ask("/", report=report, accept="text/html", words=Words(language))
    assert (page.status, page.text.count("odd-db") > 0) == (200, True)
    assert ask("/?verdict=ODD", report=report, accept="text/html", words=Words(language)).status == 200
    assert [one["verdict"] for one in ask("/report?verdict=ODD", report=report).json["findings"]] == ["ODD"]
    assert ask("/healthz", report=report).status == 503
    assert ask("/badge.json", report=report).status == 200


def test_metrics_have_it(odd):
    report = run_check(plan(), SOURCE)
    sets = metric_sets(report, RunStats(1.0, 2, 0), service="s", notifying=True, delivered=True)
    assert [one.metrics["Violations"] for one in sets if one.dimensions.get("verdict") == "ODD"] == [(1, "Count")]
    quiet = metric_sets(run_check(plan(), Source()), RunStats(1.0, 2, 0), service="s", notifying=True, delivered=True)
    assert [one.metrics["Violations"] for one in quiet if one.dimensions.get("verdict") == "ODD"] == [(0, "Count")]
    text, _ = exposition(report, took=hours(0.1))
    assert b'verdict="ODD"' in text


def test_explain_asks_for_it_in_its_place(odd):
    document = explain(SOURCE, plan(), "*", Words())
    steps = {entry["serviceName"]: entry["steps"] for entry in document["instances"]}
    assert [(step["step"], step["met"]) for step in steps["odd-db"][:2]] == [("ODD", True), ("SKIPPED", None)]
    assert (steps["fresh-db"][0]["step"], steps["fresh-db"][0]["met"]) == ("ODD", False)


def test_the_schemas_list_what_the_tables_have():
    listed = {name: SCHEMA["$defs"][name]["enum"] for name in ("verdict", "event", "severity")}
    assert listed["verdict"] == [str(verdict) for verdict in Verdict]
    assert listed["event"] == [str(event) for event in Event]
    assert listed["severity"] == [severity.word for severity in Severity]
    counts = SCHEMA["$defs"]["counts"]["required"]
    assert counts == ["instances", *map(str, Verdict), "muted", "products"]


def test_rows_of_one_verdict_stand_together_and_have_one_explanation():
    order = [row.verdict for row in rules.RULES]
    assert [verdict for at, verdict in enumerate(order) if not at or order[at - 1] is not verdict] == list(
        dict.fromkeys(order)
    )
    explained = {(row.verdict, row.explain) for row in rules.RULES}
    assert len(explained) == len(set(order))
    without_a_row = {Cause.NAME_ABSENT, Cause.TOO_FEW, Cause.NOT_LISTED, Cause.BACKUPS_GONE}
    """Of lines of [expect], and of what a memory carries on."""
    assert {row.cause for row in rules.RULES} == set(Cause) - without_a_row


@pytest.mark.parametrize(("product", "severity"), [("postgresql", Severity.CRITICAL), ("cache", Severity.WARNING)])
def test_backups_that_are_off_are_a_warning_for_cache_where_they_are_off_by_default(product, severity):
    instance = an_instance(is_backup=False, product=product)
    limits = Policy().defaults()
    assert rules.judge(instance, limits, now=datetime.now(UTC)).severity is severity
    adjusted = replace(limits, severity=Severity.CRITICAL)
    assert rules.judge(instance, adjusted, now=datetime.now(UTC)).severity is Severity.CRITICAL
