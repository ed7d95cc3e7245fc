"""`make fleet ARGS=200`: so many accounts in the state machine on this machine, the digest, and the page by account."""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event
from typing import Any, Final

from rich.text import Text

from tests.emulator import Description, Emulator, many
from tests.stack.fleet import FleetStack, running_fleet
from tests.stack.lambdas import Died
from tests.stack.logs import kept_logs
from tests.stack.screen import Screen

TROUBLED: Final = {"wrong-key": 2, "hanging": 1, "empty": 2, "region-down": 1, "proxy-page": 1}
"""How many of the accounts are in which trouble, where there are twenty or more."""
MACHINE: Final = "arn:aws:states:ap-northeast-2:123456789012:stateMachine:fleet"
SETTINGS: Final = {
    "FLEET_CONCURRENCY": "4",
    "ACCOUNT_SECONDS": "5",
    "FLEET_MACHINE": MACHINE,
    "REPORT_CACHE_SECONDS": "2",
}
FAST: Final = {"seconds": 1, "attempts": 2}
SHOWN_LINES: Final = 24


def main(arguments: Sequence[str]) -> int:
    """Run a fleet once, and keep its page up with ``--serve``."""
    parser = argparse.ArgumentParser(prog="make fleet", description=__doc__)
    parser.add_argument("accounts", nargs="?", type=int, default=200, help="how many accounts (200)")
    parser.add_argument("--databases", type=int, default=3, help="databases of each (3)")
    parser.add_argument("--serve", action="store_true", help="keep the page by account up at a loopback address")
    parser.add_argument("--port", type=int, default=None)
    asked = parser.parse_args(arguments)
    screen, now = Screen(), datetime.now(UTC).replace(microsecond=0)
    accounts = _accounts(asked.accounts, now, asked.databases)
    screen.line()
    screen.show(
        Text.assemble((f"{len(accounts):,} accounts", "bold"), ", a state machine and a function on this machine")
    )
    screen.line()
    with kept_logs(), Emulator(others=accounts) as emulator, _fleet(accounts, emulator, now) as fleet:
        began = time.monotonic()
        batches = -(-len(accounts) // 20)
        ended = fleet.run(
            {"trigger": "schedule", "scheduledTime": now.isoformat()},
            name="demonstration",
            progress=lambda: _progress(screen, fleet, batches),
        )
        took = time.monotonic() - began
        _clear(screen)
        requests = len(emulator.requests)
        screen.line(
            f"{ended.status} after {took:.1f} s, in batches of 20: {batches}; {requests:,} requests to Ncloud", "bold"
        )
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        screen.line(f"All of it in one process, stand-ins included: {peak:.0f} MiB at most.", "dim")
        for alert in fleet.alerts():
            _show(screen, alert)
        if asked.serve:
            _serve(screen, asked.port)
    return 0 if ended.status == "SUCCEEDED" else 1


def _accounts(number: int, now: datetime, databases: int) -> list[Description]:
    states = TROUBLED if number >= 20 else {}
    usual = {"healthy": max(databases - 1, 0), "stale": 1} if databases else {}
    return list(many(number, now=now, states=states, instances=databases, profiles=usual))


@contextmanager
def _fleet(accounts: Sequence[Description], emulator: Emulator, now: datetime) -> Iterator[FleetStack]:
    killer = accounts[len(accounts) // 3].id if len(accounts) >= 20 else ""

    def kills(event: dict[str, Any]) -> None:
        if event["fleet"] == "check" and any(one["id"] == killer for one in event["accounts"]):
            raise Died("Runtime exited with error: signal: killed")

    with running_fleet(now=now, hasten=FAST, before=kills, settings=SETTINGS) as fleet:
        fleet.give(accounts, emulator.url_of)
        yield fleet


_last: list[float] = [0.0]


def _progress(screen: Screen, fleet: FleetStack, batches: int) -> None:
    if not screen.console.is_terminal or time.monotonic() - _last[0] < 0.5:
        return
    _last[0] = time.monotonic()
    done = len({key.rpartition("/")[2][:5] for key in fleet.objects("runs/demonstration/results/")})
    bar = "█" * round(30 * done / batches)
    screen.console.file.write(f"\r  {bar:<30} {done} of {batches} batches ")
    screen.console.file.flush()


def _clear(screen: Screen) -> None:
    if screen.console.is_terminal:
        screen.console.file.write("\r\x1b[K")


def _show(screen: Screen, alert: dict[str, Any]) -> None:
    screen.heading("The digest, as a queue got it")
    lines = alert["text"].splitlines()
    for line in lines[:SHOWN_LINES]:
        screen.line(line)
    if len(lines) > SHOWN_LINES:
        screen.line(f"... and {len(lines) - SHOWN_LINES} more lines", "dim")
    screen.line()
    unread = sorted({error["account"] for error in alert["errors"]})
    screen.line(f"Accounts that could not be read: {', '.join(unread) or 'none'}")
    screen.line(f"The message has {len(json.dumps(alert, ensure_ascii=False).encode()) / 1024:.0f} KiB of 256.", "dim")
    screen.line()


def _serve(screen: Screen, port: int | None) -> None:
    from app import lambda_handler
    from backup_watch.cli.gateway import serving
    from backup_watch.cli.serve import opened_gateway

    def failed(error: Exception) -> None:
        screen.line(f"the function raised {type(error).__name__}: {error}", "red")

    with serving(opened_gateway(lambda event: lambda_handler(event, None), port=port, on_failure=failed)) as gateway:
        screen.show(Text.assemble("The page by account is at ", (f"{gateway.url}/", "bold cyan"), ". Ctrl-C ends it."))
        Event().wait()


if __name__ == "__main__":
    import signal

    signal.signal(signal.SIGINT, lambda *_: sys.exit(130))
    sys.exit(main(sys.argv[1:]))
