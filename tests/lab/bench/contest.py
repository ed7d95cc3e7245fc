"""Contestants in turn, each in a process of its own, for some rounds; medians and their spread."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[3]
Figures = dict[str, float]
"""What one run told, by name; seconds are called so."""
Contestant = Callable[[], Figures]


@dataclass(frozen=True)
class Rounds:
    """All runs of one contestant."""

    figures: list[Figures]

    def median(self, name: str = "seconds") -> float:
        return median(each[name] for each in self.figures)

    def renamed(self, name: str) -> Rounds:
        """The same runs, with what they tell as *name* for their seconds."""
        return Rounds([{"seconds": each[name]} for each in self.figures])

    def spread(self, name: str = "seconds") -> tuple[float, float]:
        """The least and the most."""
        values = [each[name] for each in self.figures]
        return min(values), max(values)


def contest(rounds: int, **contestants: Contestant) -> dict[str, Rounds]:
    """Let each contestant run once a round, in turn, so that what disturbs the machine disturbs all of them."""
    figures: dict[str, list[Figures]] = {name: [] for name in contestants}
    for number in range(rounds):
        for name in sorted(contestants, reverse=bool(number % 2)):
            figures[name].append(contestants[name]())
    return {name: Rounds(told) for name, told in figures.items()}


def program(module: str, *arguments: object, environment: Mapping[str, str] | None = None) -> Contestant:
    """A program of `tests.lab.bench.measured`, in this interpreter's environment."""
    command = [sys.executable, "-m", f"tests.lab.bench.measured.{module}", *map(str, arguments)]
    return lambda: run(command, environment=os.environ | (environment or {}))


def run(command: list[str], *, environment: Mapping[str, str], folder: Path = ROOT) -> Figures:
    """Run *command* and read the figures on its last line. RuntimeError: it failed."""
    done = subprocess.run(command, cwd=folder, env=dict(environment), text=True, capture_output=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return json.loads(done.stdout.splitlines()[-1])
