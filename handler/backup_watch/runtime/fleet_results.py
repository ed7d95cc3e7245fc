"""What a fleet's run kept: its roll call, and of each account in it what was seen, or why it was not checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from backup_watch.adapters.logs import log
from backup_watch.adapters.run_documents import Unusable, decode_failure, decode_result, decode_roll_call
from backup_watch.adapters.runs import Runs
from backup_watch.checking.parts import Part, not_checked, unread_part
from backup_watch.config.problems import RunUnreadable
from backup_watch.model.fleet import RollCall, failure_name, in_run
from backup_watch.runtime.fleet_run import PLAN


class Gathered(Struct, frozen=True):
    """The results of a run, one part for each account of its roll call that is not paused."""

    parts: tuple[Part, ...]
    lost: tuple[str, ...]
    """The accounts without any outcome."""


def planned(run: str, runs: Runs) -> RollCall:
    """The roll call of *run*. Raises ``RunUnreadable``."""
    key = in_run(run, PLAN)
    try:
        roll_call = decode_roll_call(runs.read(key))
    except Unusable as error:
        raise RunUnreadable(f"{runs.bucket}/{key}: {error}") from None
    if roll_call.run != run:
        raise RunUnreadable(f"{runs.bucket}/{key}: the plan of another run")
    return roll_call


def gather(runs: Runs, roll_call: RollCall, *, clock: datetime) -> Gathered:
    """What is kept of each account. Raises ``RunUnreadable`` where even the names of the results cannot be had."""
    found: dict[str, Part] = {}
    broken: list[str] = []
    for key, body in runs.read_all(runs.keys(in_run(roll_call.run, "results/"))):
        try:
            if not isinstance(body, bytes):
                raise Unusable(str(body))
            parts = decode_result(body, roll_call.run)
        except Unusable as error:
            broken.append(f"{key}: {error}")
            continue
        for part in parts:
            # Of a batch whose answer was lost there are two: checked again, alone, perhaps when the time was up.
            if (other := found.get(part.account)) is None or len(part.reading.errors) < len(other.reading.errors):
                found[part.account] = part
    for one in broken:
        log("error", "a result cannot be used", run=roll_call.run, error=one)
    present = roll_call.accounts.present(now=roll_call.at)
    missing = [account.id for account in present if account.id not in found]
    causes = _causes(runs, roll_call.run, missing)
    for name in missing:
        found[name] = unread_part(name, not_checked(name, causes.get(name)), clock=clock)
    lost = tuple(name for name in missing if name not in causes)
    return Gathered(tuple(found[account.id] for account in present), lost)


def _causes(runs: Runs, run: str, missing: list[str]) -> Mapping[str, str]:
    """What Lambda said of the accounts among *missing* that could not even be checked alone."""
    try:
        noted = set(runs.keys(in_run(run, "failed/"))) if missing else set()
    except RunUnreadable as denied:  # that they were not checked is known all the same
        log("error", "why accounts were not checked cannot be read", run=run, error=str(denied))
        return {}
    keys = {key: name for name in missing if (key := in_run(run, failure_name(name))) in noted}
    causes = {}
    for key, body in runs.read_all(tuple(keys)):
        try:
            if isinstance(body, bytes):
                failure = decode_failure(body)
                causes[keys[key]] = f"{failure.error}: {failure.cause}".strip(": ")[:500]
        except Unusable:
            continue
    return causes
