"""docs/reliability.md: its tables are made from the fault matrix, so that they cannot say what no test has seen."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Final

import ncloud
from backup_watch.adapters import aws
from ncloud.transport.retry import RetryPlan
from tests.faults.cases import AWS_READ, GROUPS, Case

PATH: Final = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- made by python -m tests.faults -->\n", "<!-- end of what is made -->\n"
HEAD = (
    "| fault | billing (stale) and orders (fresh) are | run | alert | error in the report | tried | at most |\n"
    "|---|---|---|---|---|---|---|\n"
)


def written(text: str) -> str:
    """*text*, the document as it is, with its tables made anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + tables() + END + after


def tables() -> str:
    """One table for each group of faults."""
    return "".join(f"\n### {name}\n\n{HEAD}" + "".join(map(_row, cases)) + "\n" for name, cases in GROUPS.items())


def _row(case: Case) -> str:
    cells = (
        case.name + (f" ({case.note})" if case.note else ""),
        _verdicts(case),
        case.severity if case.outcome == "report" else f"fails: `{case.outcome}`",
        ", ".join(case.events) or "by the alarms",
        f"`{case.kind}`" + (f" {case.code}" if case.code else "") if case.kind else "",
        _tried(case),
        _longest(case),
    )
    return "| " + " | ".join(cells) + " |\n"


def _verdicts(case: Case) -> str:
    orders, billing = case.verdicts
    if case.outcome != "report":
        return {"AlertNotDelivered": "judged, and not told", "SettingsError": "not judged"}[case.outcome]
    if not orders:
        return "not known to be there"
    return orders if orders == billing else f"{billing}, {orders}"


def _tried(case: Case) -> str:
    words = {None: "", 0: "never", 1: "once", 2: "twice"}
    return words.get(case.tried, f"{case.tried} times")


def _longest(case: Case) -> str:
    """What the attempts and the pauses between them may take, from the client's own settings."""
    if not case.each or case.tried is None:
        return ""
    plan = RetryPlan(attempts=case.tried)
    base, cap, each = (
        # AWS's "standard" retry mode pauses up to 1, 2, 4 ... seconds
        (1.0, 20.0, aws.DEFAULT_LIMITS.read_seconds)
        if case.each == AWS_READ
        else (plan.base, plan.cap, inspect.signature(ncloud.Client).parameters[case.each].default)
    )
    return f"{case.tried * each + sum(min(cap, base * 2**number) for number in range(case.tried - 1)):.0f} s"
