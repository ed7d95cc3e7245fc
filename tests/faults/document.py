"""docs/reliability.md: its tables are made from the fault matrix, so that they cannot say what no test has seen."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Final

import ncloud
from ncloud.attempts import RetryPlan
from tests.faults.cases import ALWAYS, GROUPS, ONCE, REFUSED, Case

PATH: Final = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- made by python -m tests.faults -->\n", "<!-- end of what is made -->\n"
HEAD = (
    "| fault | billing (stale) and orders (fresh) are | run | alert | error in the report | sent | at most |\n"
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
        _sent(case),
        _longest(case),
    )
    return "| " + " | ".join(cells) + " |\n"


def _verdicts(case: Case) -> str:
    orders, billing = case.verdicts
    if not orders:
        return "not known to be there"
    return orders if orders == billing else f"{billing}, {orders}"


def _sent(case: Case) -> str:
    names = {ONCE: "once", REFUSED: "twice (page 0, then 1)", ALWAYS: f"{ALWAYS} times", 0: "never"}
    return "" if case.sent is None else names.get(case.sent, str(case.sent))


def _longest(case: Case) -> str:
    """What the attempts and the pauses between them may take, from the client's own settings."""
    if not case.each or not case.kind:
        return ""
    defaults = inspect.signature(ncloud.Client).parameters
    attempts = 1 if case.kind == "TlsFailed" else defaults["attempts"].default
    plan = RetryPlan(attempts=attempts)
    pauses = sum(min(plan.cap, plan.base * 2**number) for number in range(attempts - 1))
    return f"{attempts * defaults[case.each].default + pauses:.0f} s"
