"""The memory once a message was published: what was in it was said, and the rest stays as it was."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from backup_watch.checking import list_sizes
from backup_watch.model.memory import Memory, OpenIncident
from backup_watch.model.vocabulary import Event, Verdict

IDS_KEPT_FOR = timedelta(days=90)
MOST_IDS = 5_000


class Told(Struct, frozen=True):
    """What a message held."""

    incidents: frozenset[str] = frozenset()
    """The ids of the incidents of which something was told."""
    announced: bool = False
    """Whether it held the warnings that are news by themselves, or there were none."""


NOTHING = Told()


def settle(
    memory: Memory,
    told: Told,
    *,
    run: str,
    now: datetime,
    accounts: tuple[str, ...] | None = None,
    gone: tuple[str, ...] = (),
) -> Memory:
    """*memory*, with what the run of this id, judging at *now*, was about to say either said or as it was before.

    *accounts* are the ids of the accounts file, remembered once a change was announced; None: they are not known.
    *gone*: those that are not in it any more and are not done with.
    """
    kept, ended = [], dict(memory.ended)
    for incident in memory.incidents:
        pending = incident.pending
        if pending is None or pending.run != run:
            kept.append(incident)
        elif incident.id not in told.incidents:
            kept.append(incident if pending.inherited else replace(incident, pending=None))
        elif pending.event is Event.RESOLVED:
            ended[incident.id] = now
        else:
            kept.append(_said(incident, now))
    known = (*memory.accounts, *(accounts or ()))  # what came is no news: only what went waits to be announced
    settled = replace(
        memory,
        run=run,
        incidents=tuple(kept),
        ended=_pruned(ended, now),
        accounts=tuple(dict.fromkeys(known)),
    )
    if not told.announced:
        return settled
    return replace(
        settled,
        noticed_at=max(now, memory.noticed_at),
        lists=list_sizes.said(memory.lists),
        accounts=memory.accounts if accounts is None else accounts,
        gone=memory.gone if accounts is None else gone,
    )


def _said(incident: OpenIncident, now: datetime) -> OpenIncident:
    pending = incident.pending
    if pending is None:
        return incident
    facts = pending.facts
    is_news = facts != incident.said or pending.event is Event.ESCALATED  # else it may not have been judged anew
    is_judged = facts.verdict is not Verdict.UNKNOWN and is_news
    seen = facts.last_backup_at if is_judged else incident.seen_backup_at
    return replace(incident, found=None, said=facts, told_at=now, reviewed_at=now, pending=None, seen_backup_at=seen)


def _pruned(ended: dict[str, datetime], now: datetime) -> dict[str, datetime]:
    """The newest ids of those that ended not too long ago."""
    recent = {name: at for name, at in ended.items() if now - at < IDS_KEPT_FOR}
    if len(recent) <= MOST_IDS:
        return recent
    newest = sorted(recent.items(), key=lambda entry: entry[1], reverse=True)[:MOST_IDS]
    return dict(newest)
