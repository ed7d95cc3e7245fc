"""Puts the page together: what its template shows, chosen and bounded here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup

from backup_watch.i18n import Words
from backup_watch.i18n.headlines import verdicts_in
from backup_watch.i18n.products import product_words
from backup_watch.model.notices import NothingFound
from backup_watch.model.report import Report
from backup_watch.model.vocabulary import Cause, Severity, Verdict, summary_order
from backup_watch.outputs.report_json import instant
from backup_watch.web.page.assets import script, style
from backup_watch.web.page.charts import age_chart, slot_chart, slot_label, strip
from backup_watch.web.page.choice import Choice
from backup_watch.web.page.columns import columns
from backup_watch.web.page.groups import groups_of
from backup_watch.web.page.icon import icon
from backup_watch.web.page.listing import FIELDS, MAX_ROWS, listing
from backup_watch.web.page.places import places_of
from backup_watch.web.page.rows import Row, rows_of, tone_of
from backup_watch.web.page.sentences import Sentences
from backup_watch.web.page.templates import template
from backup_watch.web.page.typography import utc
from backup_watch.web.page.unread import unread_of

MAX_CARDS = 40
"""Violations told in full; the table has them all."""
MAX_GROUPS = 60
"""Accounts that are summed up; the filter has them all."""
MAX_ACCOUNTS = 200
"""Accounts with one cause that are named; the report has them all."""
MAX_LINES = 20
"""Errors, resolved and muted ones that are listed."""


def render(report: Report, choice: Choice, words: Words, *, prefix: str | None = "", has_instances: bool = True) -> str:
    """The page as HTML. *prefix* is what the gateway puts before every path. None: the page is a file by itself, and
    has no neighbours to link to. *has_instances*: whether each database has a page.
    """
    rows, say = rows_of(report, words), Sentences(words)
    told = [each for each in report.violations if each.finding.cause is not Cause.LIST_UNREAD]
    instances = [row for row in rows if row.number]  # the others are lines of the roll call
    unlisted = sum(group.count for group in report.fresh_groups)
    listed, groups = listing(rows, choice), groups_of(report)
    seen = sum(bool(row.number) for row in listed.rows)
    return template("page/page.html").render(
        report=report,
        words=words,
        say=say,
        t=say.text,
        n=say.counted,
        number="{:,}".format,
        headline=say.headline(report),
        places=places_of(report),
        instance=None if prefix is None or not has_instances else f"{prefix}/instance/",
        start="" if prefix is None else f"{prefix}/",
        prefix=prefix,
        choice=choice,
        listed=listed,
        step=MAX_ROWS,
        fields=" ".join(FIELDS),
        total=len(instances),
        rows_total=len(rows),
        shown=seen,
        expected=len(rows) - len(instances),
        expected_shown=len(listed.rows) - seen,
        groups=groups[:MAX_GROUPS],
        groups_total=len(groups),
        columns=columns(choice, words),
        counts=[(verdict, report.counts.of(verdict)) for verdict in verdicts_in(report.counts)],
        verdicts=summary_order(),
        accounts=report.accounts,
        products=report.products,
        regions=report.regions,
        product_words=product_words,
        muted=[finding for finding in report.findings if finding.mute is not None],
        ages=age_chart(instances),
        slots=slot_chart(instances),
        slot_label=slot_label,
        tones=_tones(report),
        told=told,
        advice=say.advices(each.finding for each in told[:MAX_CARDS]),
        unjudged=sum(each.finding.cause is Cause.LIST_UNREAD for each in report.violations),
        notices=[notice for notice in report.notices if not isinstance(notice, NothingFound)],
        unread=unread_of(report, say),
        max_accounts=MAX_ACCOUNTS,
        unlisted=unlisted,
        strip=strip(_tone_counts(rows, unlisted)),
        style=Markup(style(words.language)),  # noqa: S704  our own file, no user's text in it
        script=Markup(script()),  # noqa: S704  the same
        icon=icon(report.severity),
        instant=instant,
        utc=utc,
        max_cards=MAX_CARDS,
        max_lines=MAX_LINES,
    )


def _tone_counts(rows: Sequence[Row], unlisted: int) -> Counter[int]:
    """How many there are of each tone; *unlisted* fresh ones have no row."""
    return Counter(row.tone for row in rows) + Counter({tone_of(Verdict.FRESH, Severity.OK): unlisted})


def _tones(report: Report) -> dict[Verdict, int]:
    """The tone of the worst finding of each verdict in *report*, whose findings are worst first.

    Of a verdict that is counted and has no finding (a fleet keeps none of what is well), the verdict's own.
    """
    tones: dict[Verdict, int] = {}
    for finding in report.findings:
        tones.setdefault(finding.verdict, tone_of(finding.verdict, finding.severity))
    return {verdict: tone_of(verdict, verdict.severity) for verdict in Verdict} | tones
