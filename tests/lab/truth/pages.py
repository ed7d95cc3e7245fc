"""Words and tables: what the study came to, as Markdown that can be read as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import product

from backup_watch.model.durations import format_duration
from tests.lab.truth.model import HOUR, MINUTE, SECOND_WORLD, Model
from tests.lab.truth.score import Score
from tests.lab.truth.study import (
    BEFORE,
    DEFAULT,
    DEFAULTS,
    GRACES,
    MAX_AGES,
    NO_HABIT,
    WITH_MEMORY,
    Outcome,
    Setting,
    Tally,
)
from tests.lab.truth.timeline import DateMeans

Outcomes = Mapping[DateMeans, Outcome]
PRICES = (10 * MINUTE, HOUR, 6 * HOUR)
"""What one false message is taken to be worth, in seconds of an outage that nobody knows of."""

HEAD = """\
# How true the alarms are

Made by `make truth`; written here by `make truth ARGS=--write`. Seeds {seeds}, on which nothing was chosen: {databases}
databases, {years:,.0f} database-years, {outages} outages, checks every hour. The same seeds give the same figures.

- **Outage**: a scheduled backup did not happen. It begins at that slot (once the longest healthy lateness has passed
  without a backup) and ends with the next good backup.
- **False alarm**: an unbroken row of alerts that begins while every scheduled backup happened. One that begins within
  24 h after an outage is "afterwards" instead.
- **Delay**: from the slot that was missed to the first alert, at an hourly check. **Missed**: no alert while it lasted.
- **Quick**: databases whose backups never take longer than an hour ({quick} of {databases}).
- The world: backups once a day, starting within 15 minutes of their time (documented); later by {change_median} min
  (median) to {change_longest} h after a change of the server (documented as on purpose, the length assumed;
  {server_changes:g} a year); taking {duration_median} min (median) to {duration_longest} h and more (assumed); slots
  moved by the operator ({slot_changes:g} a year); backups kept for {retention} days (assumed); databases created and
  deleted; outages of one slot to a month ({outage_rate:g} a year); API outages; clocks up to {skew} minutes apart.
  `tests/lab/truth/model.py` has every number with its source.
- Whether `lastBackupDate` is the start or the end of a backup is not documented: both are simulated, and either way
  a backup is listed once it is done.
- **Ours** asks the kept backups when a backup usually is there (`docs/interface.md`, *Habit*). **Without habit**: no
  details can be read, so a backup is expected half an hour after its slot. **The rule before** (until there was a
  habit): STALE after 26 h, LATE 2 h after the first slot that follows the newest backup.
- The other rules are taken at their best: a flat age counts from the creation where there is no backup yet, and
  calendar dates (Cloud Custodian's `consecutive-snapshots`, one day) spare databases younger than a day.
- Runs in which the API could not be read are no alarm and no detection; ours said UNKNOWN {unknown:.1f} times per
  database-year.
"""

GRACE_HEAD = """\
## The grace

With the habit and `max_age` {max_age}: false alarms per database-year, warning or worse; delay, median and 95th
percentile.
{default} is the default: the shortest grace with which false alarms stay well under one in three years, and both delays
within what a person can do about a failed backup before the morning.
"""

AGE_HEAD = """\
## The age

With the habit and a grace of {grace}. Where `max_age` is under 30 h, long backups and moved slots are STALE before the
habit is asked; above, what has no slot is found later.
"""

SECOND_HEAD = """\
## A second world

Other assumptions, on which nothing was chosen either: durations that vary twice as much from day to day, one day a week
on which a backup takes {weekly:g} times as long, a slot moved {slot_changes:g} times a year, backups kept for 1, 2 or 7
days (a third of the databases each), and {refused:.0%} of the accounts whose key may not read details. {databases}
databases, {outages} outages. Most of what is left of false alarms is STALE after a slot was moved to a later hour
("critical"): no rule that allows 30 h can know of that.
"""

MEMORY = """\
### What a memory of dates would add

With a retention of one day there is nothing to see a habit in. A memory of when each new backup was first seen would
know that to within one interval between two checks. Taken in the middle of it, as samples where the details show fewer
than three: the last line of each table. Where the date is the start it halves the false alarms of databases that keep
one day, and finds outages a quarter of an hour later; where the date is the end it gains next to nothing, since a
start is not known then; and the 95th percentile of the delay leaves 4 h. It is not built: what it costs (seven dates
for each of thousands of instances in a document that is read and written at every run) stands against a gain that
depends on a question which only an account can answer.

### Weighed, and left out: what started elsewhere, counted too

Backups that started outside of the hour around the slot (after a moved slot, delayed, made by hand) could count as if
they had started a quarter of an hour after it, and backups could count until 12 hours before their purge instead of a
day. Measured on the same seeds with 900 databases: first world 0.26 and 0.24 false alarms, 2.36 h and 3.25 h; second
world 7.27 and 6.09, 2.59 h, 3.9 to 4.1 h. That is a tenth fewer false alarms in the second world, and later alarms;
two runs that are more than 12 hours apart could disagree about the past, since a sample may be purged between them.
Neither way brings the second world to a quarter of the rule before: its slots move every week, and two thirds of what
is left is STALE after a slot that moved to a later hour.
"""

PRICE = """\
## The best grace, by price

What a false message is worth is a matter of taste; given its price, the best grace is not. First world, cost per
database-year, the mean of both readings: hours of outage that nobody knew of, and the price of each false message (a
warning that turns critical is two).
"""


def page(model: Model, seeds: Sequence[int], outcomes: Outcomes, second: Outcomes) -> str:
    """The whole page."""
    parts = [_head(model, seeds, outcomes), "## Rules compared"]
    for means, outcome in outcomes.items():
        parts += [f"### `lastBackupDate` is the {means.value} of the backup", _comparison(outcome)]
    parts += [
        GRACE_HEAD.format(max_age=format_duration(DEFAULTS.max_age), default=format_duration(DEFAULTS.grace)),
        _by_grace(outcomes, second),
        AGE_HEAD.format(grace=format_duration(DEFAULTS.grace)),
        _by_age(outcomes),
        _second_head(second),
    ]
    for means, outcome in second.items():
        parts += [f"### The second world, the {means.value} of the backup", _kept_for(outcome)]
    parts += [MEMORY, PRICE, _prices(outcomes)]
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def _second_head(second: Outcomes) -> str:
    everything = second[DateMeans.START].everything.either[DEFAULT]
    return SECOND_HEAD.format(
        weekly=SECOND_WORLD.weekly_long,
        slot_changes=SECOND_WORLD.slot_changes,
        refused=SECOND_WORLD.details_refused,
        databases=second[DateMeans.START].databases,
        outages=everything.outages,
    )


def _head(model: Model, seeds: Sequence[int], outcomes: Outcomes) -> str:
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
        retention=" or ".join(map(str, model.retention_days)),
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


def _exactly(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds / HOUR:.2f} h"


def name_of(setting: Setting) -> str:
    """The setting as the environment writes it: ``26h, 2h``."""
    return ", ".join(map(format_duration, setting[1:]))


OURS = {
    f"ours ({name_of(DEFAULT)})": DEFAULT,
    "ours without habit": NO_HABIT,
    f"the rule before ({name_of(BEFORE)})": BEFORE,
}


def _comparison(outcome: Outcome) -> str:
    def scores(tally: Tally) -> dict[str, Score]:
        ours = {name: tally.either[setting] for name, setting in OURS.items()}
        critical = {f"ours ({name_of(DEFAULT)}), critical": tally.critical[DEFAULT]}
        return ours | critical | tally.others

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
            _exactly(score.delay(0.5)),
            _exactly(score.delay(0.95)),
        )
        for name, score in scores(outcome.everything).items()
    ]
    return _table(head, rows)


def _cells(score: Score) -> tuple[str, str]:
    missed = f" ({score.missed} missed)" if score.missed else ""
    return f"{score.false_alarms_per_year:.2f}", f"{_exactly(score.delay(0.5))} / {_exactly(score.delay(0.95))}{missed}"


def _by_grace(outcomes: Outcomes, second: Outcomes) -> str:
    worlds = [(f"{means.value}{which}", each) for which, all_of in (("", outcomes), (", second world", second))
              for means, each in all_of.items()]  # fmt: skip
    head = ("`grace`", *(cell for name, _ in worlds for cell in (name, "delay")))
    rows = []
    for grace in GRACES:
        cells = (_cells(each.everything.either["habit", DEFAULTS.max_age, grace]) for _, each in worlds)
        rows.append((format_duration(grace), *(cell for pair in cells for cell in pair)))
    return _table(head, rows)


def _by_age(outcomes: Outcomes) -> str:
    head = ("`max_age`", *(cell for means in outcomes for cell in (means.value, "critical", "delay")))
    rows = []
    for max_age in MAX_AGES:
        row: list[str] = [format_duration(max_age)]
        for each in outcomes.values():
            setting = ("habit", max_age, DEFAULTS.grace)
            alarms, delay = _cells(each.everything.either[setting])
            row += [alarms, f"{each.everything.critical[setting].false_alarms_per_year:.2f}", delay]
        rows.append(tuple(row))
    return _table(head, rows)


def _kept_for(outcome: Outcome) -> str:
    """Each rule by how long backups are kept."""
    kept = {"all": outcome.everything} | {
        f"{days} d": outcome.by_retention[days] for days in sorted(outcome.by_retention)
    }
    head = ("rule", *(cell for name in kept for cell in (name, "critical", "delay")))
    rows = []
    for name, setting in {**OURS, "with a memory of dates": WITH_MEMORY}.items():
        row = [name]
        for tally in kept.values():
            alarms, delay = _cells(tally.either[setting])
            row += [alarms, f"{tally.critical[setting].false_alarms_per_year:.2f}", delay]
        rows.append(tuple(row))
    return _table(head, rows)


def cost(tally: Tally, setting: Setting, price: int) -> float:
    """Seconds per database-year: outages that nobody knew of, and *price* for each false message.

    An episode that turns from warning to critical is told twice, and so counts twice.
    """
    either, critical = tally.either[setting], tally.critical[setting]
    return (either.unnoticed + price * (either.false_alarms + critical.false_alarms)) / either.years


def _prices(outcomes: Outcomes) -> str:
    groups = {
        "all": [outcome.everything for outcome in outcomes.values()],
        "quick": [outcome.quick for outcome in outcomes.values()],
    }
    settings: dict[timedelta, Setting] = {grace: ("habit", DEFAULTS.max_age, grace) for grace in GRACES}
    rows = []
    for (whose, tallies), price in product(groups.items(), PRICES):
        costs = {grace: sum(cost(tally, s, price) for tally in tallies) / len(tallies) for grace, s in settings.items()}
        best = min(costs, key=costs.__getitem__)
        before = sum(cost(tally, BEFORE, price) for tally in tallies) / len(tallies)
        rows.append((whose, f"{price // MINUTE} min", format_duration(best), *map(_hours, [*costs.values(), before])))
    head = ("databases", "a false message", "best grace", *map(format_duration, GRACES), "the rule before")
    return _table(head, rows)
