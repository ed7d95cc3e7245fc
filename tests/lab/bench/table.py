"""The rows of the benchmark's table: what was measured, against what, and whether it is good enough."""

from __future__ import annotations

from dataclasses import dataclass

from tests.lab.bench.contest import Rounds


@dataclass(frozen=True)
class Row:
    what: str
    against: str
    goal: str
    """Empty: there is none, and the row is there to be looked at."""
    measured: str
    is_met: bool
    figures: str
    """The medians behind it, and how far the rounds lay apart."""

    def __str__(self) -> str:
        verdict = "" if not self.goal else " met" if self.is_met else " **missed**"
        return f"| {self.what} | {self.against} | {self.goal}{verdict} | {self.measured} | {self.figures} |"


HEAD = "| what | against | goal | measured | medians (least to most) |\n|---|---|---|---|---|"


def ratio_row(
    what: str, against: str, ours: Rounds, theirs: Rounds, *, at_most: float | None = None, name: str = "seconds",
    their_name: str | None = None, unit: str = "ms",
) -> Row:  # fmt: skip
    """Our median by theirs."""
    ratio = ours.median(name) / theirs.median(their_name or name)
    figures = f"{shown(ours, name, unit)} : {shown(theirs, their_name or name, unit)}"
    goal = "" if at_most is None else f"<= {at_most:g} x"
    return Row(what, against, goal, f"**{ratio:.2f} x**", at_most is None or ratio <= at_most, figures)


def faster_row(what: str, against: str, ours: Rounds, theirs: Rounds, *, at_least: float) -> Row:
    """How many times faster we are."""
    ratio = theirs.median() / ours.median()
    figures = f"{shown(ours)} : {shown(theirs)}"
    return Row(what, against, f">= {at_least:g} x faster", f"**{ratio:.1f} x faster**", ratio >= at_least, figures)


def limit_row(what: str, rounds: Rounds, *, at_most_ms: float, more: str = "", is_met: bool = True) -> Row:
    """Our median against a fixed limit; *is_met* is what else has to hold."""
    median_ms = rounds.median() * 1000
    goal = f"<= {at_most_ms:g} ms"
    return Row(what, "", goal + more, f"**{median_ms:.1f} ms**", is_met and median_ms <= at_most_ms, shown(rounds))


def bound_row(
    what: str, rounds: Rounds, *, at_most: float | None = None, name: str = "seconds", unit: str = "s"
) -> Row:
    """Our median of *name* against a fixed limit, in *unit*."""
    median = rounds.median(name)
    goal = "" if at_most is None else f"<= {at_most:g} {unit}"
    is_met = at_most is None or median <= at_most
    return Row(what, "", goal, f"**{median:.1f} {unit}**", is_met, shown(rounds, name, unit))


def shown(rounds: Rounds, name: str = "seconds", unit: str = "ms") -> str:
    """The median, the least and the most; what is called seconds is told in milliseconds."""
    factor = 1000 if unit == "ms" else 1
    least, most = rounds.spread(name)
    digits = 1 if least * factor < 100 else 0
    return (
        f"{rounds.median(name) * factor:.{digits}f} {unit} ({least * factor:.{digits}f} to {most * factor:.{digits}f})"
    )
