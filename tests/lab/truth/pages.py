"""Words and tables: what the study came to, as Markdown that can be read as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import product

from backup_watch.model.durations import format_duration
from tests.lab.truth.model import HOUR, MINUTE, Model
from tests.lab.truth.score import Score
from tests.lab.truth.study import DEFAULT, GRACES, MAX_AGES, SETTINGS, Outcome, Setting, Tally
from tests.lab.truth.timeline import DateMeans

PRICES = (10 * MINUTE, HOUR, 6 * HOUR)
"""What one false message is taken to be worth, in seconds of an outage that nobody knows of."""

HEAD = """\
# How true the alarms are

Made by `make truth`; written here by `make truth ARGS=--write`. Seeds {seeds}: {databases} databases,
{years:,.0f} database-years, {outages} outages, checks every hour. The same seeds give the same figures.

- **Outage**: a scheduled backup did not happen. It begins at that slot (once the longest healthy lateness has passed
  without a backup) and ends with the next good backup.
- **False alarm**: an unbroken row of alerts that begins while every scheduled backup happened. One that begins within
  24 h after an outage is "afterwards" instead.
- **Delay**: from the slot that was missed to the first alert, at an hourly check. **Missed**: no alert while it lasted.
- **Quick**: databases whose backups never take longer than an hour ({quick} of {databases}).
- The world: backups once a day, starting within 15 minutes of their time (documented); later by {change_median} min
  (median) to {change_longest} h after a change of the server (documented as on purpose, the length assumed;
  {server_changes:g} a year); taking {duration_median} min (median) to {duration_longest} h and more (assumed); slots
  moved by the operator ({slot_changes:g} a year); databases created and deleted; outages of one slot to a month
  ({outage_rate:g} a year); API outages; clocks up to {skew} minutes apart. `tests/lab/truth/model.py` has every number
  with its source.
- Whether `lastBackupDate` is the start or the end of a backup is not documented: both are simulated, and either way
  a backup is listed once it is done.
- The other rules are taken at their best: a flat age counts from the creation where there is no backup yet, and
  calendar dates (Cloud Custodian's `consecutive-snapshots`, one day) spare databases younger than a day.
- Runs in which the API could not be read are no alarm and no detection; ours said UNKNOWN {unknown:.1f} times per
  database-year.
"""

SETTINGS_HEAD = """\
## Our rule with other settings

First table of each reading: false alarms per database-year, warning or worse; in the last columns critical ones, which
hang on `max_age` alone. Second: delay until a warning or worse. `grace` works only where the list tells
the `backupTime`; of {untold:.0%} of the databases it does not (assumed), and there `max_age` alone detects: where
`max_age` is well above 24 h + `grace`, the 95th percentile is theirs.
"""

PRICE = """\
What a false message is worth is a matter of taste; given its price, the best setting is not. Cost per database-year,
the mean of both readings: hours of outage that nobody knew of, and the price of each false message (a warning that
turns critical is two).
"""


def page(model: Model, seeds: Sequence[int], outcomes: dict[DateMeans, Outcome]) -> str:
    """The whole page."""
    parts = [_head(model, seeds, outcomes), "## Rules compared"]
    for means, outcome in outcomes.items():
        parts += [f"### `lastBackupDate` is the {means.value} of the backup", _comparison(outcome)]
    parts.append(SETTINGS_HEAD.format(untold=model.automatic * (1 - model.automatic_told)))
    for means, outcome in outcomes.items():
        parts += [f"### The {means.value} of the backup", _false_alarms(outcome), _delays(outcome)]
    parts += _verdict(outcomes)
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def _head(model: Model, seeds: Sequence[int], outcomes: dict[DateMeans, Outcome]) -> str:
    outcome = outcomes[DateMeans.START]
    scores = [each.everything.either[DEFAULT] for each in outcomes.values()]
    return HEAD.format(
        seeds=", ".join(map(str, seeds)),
        databases=outcome.databases,
        years=scores[0].years,
        outages=scores[0].outages,
        quick=outcome.quick_databases,
        change_median=model.change_delay_median // MINUTE,
        change_longest=model.longest_change_delay // HOUR,
        server_changes=model.server_changes,
        duration_median=model.duration_median // MINUTE,
        duration_longest=model.longest_typical_duration // HOUR,
        slot_changes=model.slot_changes,
        outage_rate=model.outages,
        skew=model.largest_skew // MINUTE,
        unknown=sum(each.everything.unknown for each in outcomes.values()) / sum(each.years for each in scores),
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table in straight columns, the first to the left and the others to the right."""
    rows = [head, *rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = [*rows[:1], rule, *rows[1:]]
    return "\n".join(
        "| " + " | ".join(f"{cell:{'<' if not n else '>'}{widths[n]}}" for n, cell in enumerate(line)) + " |"
        for line in lines
    )


def _hours(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds / HOUR:.1f} h"


def name_of(setting: Setting) -> str:
    """The setting as the environment writes it: ``26h, 2h``."""
    return ", ".join(map(format_duration, setting))


def _comparison(outcome: Outcome) -> str:
    def scores(tally: Tally) -> dict[str, Score]:
        ours = {
            f"ours ({name_of(DEFAULT)}), warning or worse": tally.either[DEFAULT],
            f"ours ({name_of(DEFAULT)}), critical": tally.critical[DEFAULT],
        }
        return ours | tally.others

    quick = scores(outcome.quick)
    head = (
        "rule", "false alarms per database-year", "quick databases only", "missed outages", "afterwards",
        "delay, median", "95th percentile",
    )  # fmt: skip
    rows = [
        (
            name,
            f"{score.false_alarms_per_year:.2f}",
            f"{quick[name].false_alarms_per_year:.2f}",
            f"{score.missed} of {score.outages}",
            str(score.afterwards),
            _hours(score.delay(0.5)),
            _hours(score.delay(0.95)),
        )
        for name, score in scores(outcome.everything).items()
    ]
    return _table(head, rows)


def _grid(cell: Callable[[Setting], str], more: dict[str, Callable[[Setting], str]]) -> str:
    """``max_age`` down, ``grace`` across; *more* columns hang on ``max_age`` alone."""
    head = ("`max_age` \\ `grace`", *map(format_duration, GRACES), *more)
    first = SETTINGS[0]
    rows = [(format_duration(first[0]), *(cell(first) for _ in GRACES), *(text(first) for text in more.values()))]
    for max_age in MAX_AGES:
        settings = [(max_age, grace) for grace in GRACES]
        rows.append((format_duration(max_age), *map(cell, settings), *(text(settings[0]) for text in more.values())))
    return _table(head, rows)


def _false_alarms(outcome: Outcome) -> str:
    all_of, quick = outcome.everything, outcome.quick
    return _grid(
        lambda setting: f"{all_of.either[setting].false_alarms_per_year:.2f}",
        {
            "critical": lambda setting: f"{all_of.critical[setting].false_alarms_per_year:.2f}",
            "critical, quick": lambda setting: f"{quick.critical[setting].false_alarms_per_year:.2f}",
        },
    )


def _delays(outcome: Outcome) -> str:
    def both(score: Score) -> str:
        missed = f" ({score.missed} missed)" if score.missed else ""
        return f"{_hours(score.delay(0.5))} / {_hours(score.delay(0.95))}{missed}"

    tally = outcome.everything
    return _grid(
        lambda setting: both(tally.either[setting]), {"critical": lambda setting: both(tally.critical[setting])}
    )


def cost(tally: Tally, setting: Setting, price: int) -> float:
    """Seconds per database-year: outages that nobody knew of, and *price* for each false message.

    An episode that turns from warning to critical is told twice, and so counts twice.
    """
    either, critical = tally.either[setting], tally.critical[setting]
    return (either.unnoticed + price * (either.false_alarms + critical.false_alarms)) / either.years


def _verdict(outcomes: dict[DateMeans, Outcome]) -> Iterable[str]:
    yield "## The best setting, by price"
    yield PRICE
    groups = {
        "all": [outcome.everything for outcome in outcomes.values()],
        "quick": [outcome.quick for outcome in outcomes.values()],
    }
    neighbours = [(max_age, DEFAULT[1]) for max_age in MAX_AGES if max_age != DEFAULT[0]]
    rows = []
    for (whose, tallies), price in product(groups.items(), PRICES):
        costs = {s: sum(cost(tally, s, price) for tally in tallies) / len(tallies) for s in SETTINGS}
        best = min(costs, key=costs.__getitem__)
        shown = [costs[best], costs[DEFAULT], *(costs[setting] for setting in neighbours)]
        rows.append((whose, f"{price // MINUTE} min", name_of(best), *map(_hours, shown)))
    head = ("databases", "a false message", "best setting", "its cost", f"default ({name_of(DEFAULT)})")
    yield _table((*head, *map(name_of, neighbours)), rows)
