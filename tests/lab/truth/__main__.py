"""``python -m tests.lab.truth``: replay the years, print the figures; with ``--write`` put them into docs/truth.md."""

from __future__ import annotations

import argparse
from pathlib import Path

from msgspec.structs import replace

from tests.lab.truth.model import SECOND_WORLD, Model
from tests.lab.truth.pages import page
from tests.lab.truth.study import study

PAGE = Path(__file__).parents[3] / "docs" / "truth.md"


def main() -> None:
    """Read the command line and do what it says."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab.truth", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[11, 12, 13], metavar="N", help="one year each")
    parser.add_argument("--databases", type=int, default=Model().databases, help="in each year")
    parser.add_argument("--processes", type=int, default=None, help="as many as there are cores")
    parser.add_argument("--write", action="store_true", help="write docs/truth.md")
    given = parser.parse_args()
    worlds = (replace(world, databases=given.databases) for world in (Model(), SECOND_WORLD))
    model, second = worlds
    outcomes, others = (study(world, given.seeds, processes=given.processes) for world in (model, second))
    text = page(model, given.seeds, outcomes, others)
    print(text, end="")
    if given.write:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
