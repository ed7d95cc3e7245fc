"""`python -m tests.emulator`: the emulated Ncloud API alone, until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import gc
import signal
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.emulator import dialect, page_format, paging
from tests.emulator.account import ACCESS_KEY, SECRET_KEY
from tests.emulator.accounts import SITES, STATES
from tests.emulator.clock import Clock
from tests.emulator.control import ACTIONS, CONTROL_PATH
from tests.emulator.fault_kinds import KINDS, parse_fault
from tests.emulator.faults import TARGETS
from tests.emulator.gateway import Gateway
from tests.emulator.product_seeding import SPECIAL_PROFILES
from tests.emulator.products import DATABASE_PRODUCTS
from tests.emulator.profiles import PROFILES
from tests.emulator.seeding import seeded_account
from tests.emulator.server import Server, listening_socket
from tests.emulator.tls import KINDS as CERTIFICATES
from tests.emulator.tls import server_context, write_certificate
from tests.emulator.vanish import WAYS


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise argparse.ArgumentTypeError("an instant needs an offset, as 2026-11-23T12:00:00+09:00")
    return instant


def _profiles(text: str) -> dict[str, int]:
    pairs = (pair.partition("=") for pair in text.split(","))
    return {name: int(count) for name, _, count in pairs}


def _sites(text: str) -> dict[str, int]:
    """`gov=0,fin=8083`: ports by site."""
    pairs = [pair.partition("=") for pair in filter(None, text.split(","))]
    if unknown := {site for site, _, _ in pairs} - set(SITES):
        raise argparse.ArgumentTypeError(f"no such site: {', '.join(sorted(unknown))}; there are {', '.join(SITES)}")
    return {site: int(port or 0) for site, _, port in pairs}


def _table(rows: dict[str, str]) -> str:
    return "\n".join(f"  {name:<24} {about}" for name, about in rows.items())


def explanation() -> str:
    """What may be asked for: modes of paging, shapes of pages, faults and control requests."""
    words = {word: about for group in paging.WORDS.values() for word, about in group.items()}
    shapes = {word: about for group in page_format.WORDS.values() for word, about in group.items()}
    dialects = {word: about for group in dialect.WORDS.values() for word, about in group.items()}
    kinds = {
        name: kind.about + "".join(f"; {key}={value}" for key, value in kind.settings.items())
        for name, kind in KINDS.items()
    }
    return "\n\n".join(
        (
            f"--paging, words with + between:\n{_table(words)}",
            f"--page-format, words with + between:\n{_table(shapes)}",
            f"--dialect, words with + between:\n{_table(dialects)}",
            f"profiles of one product, as mongodb:skipped-day:\n{_table(SPECIAL_PROFILES)}",
            f"states of further accounts (control):\n{_table(dict(STATES))}",
            "what may vanish (control):\n" + _table({way: about for way, (about, _) in WAYS.items()}),
            "--fault KIND,name=value,...: which requests it strikes:\n" + _table(TARGETS),
            f"kinds of fault, and their settings with the defaults:\n{_table(kinds)}",
            "control, JSON in and out, unsigned:\n"
            + "\n".join(f"  {method:<7} {CONTROL_PATH}{path}" for method, path in ACTIONS),
        )
    )


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="python -m tests.emulator",
        description="An emulator of the Ncloud API (its databases), on loopback.",
        epilog=explanation(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--host", default="127.0.0.1", help="default %(default)s")
    made.add_argument("--port", type=int, default=0, help="0 (default): a free one, told on standard output")
    made.add_argument("--seed", type=int, default=1, help="the same seed gives the same account (default 1)")
    made.add_argument("--instances", type=int, default=24, help="how many databases (default 24)")
    made.add_argument(
        "--profiles", type=_profiles, metavar="NAME=N,...", help=f"instead of --instances; of {', '.join(PROFILES)}"
    )
    made.add_argument(
        "--products", default="postgresql", metavar="NAME,...", help=f"all, or of {', '.join(DATABASE_PRODUCTS)}"
    )
    made.add_argument("--regions", default="KR", metavar="CODE,...", help="default KR; the first is the API's default")
    made.add_argument("--history-days", type=int, default=30, help="the longest history shown (default 30)")
    made.add_argument("--now", type=_instant, metavar="INSTANT", help="what the dates relate to (default: the present)")
    made.add_argument(
        "--clock", choices=("real", "stopped"), default="real", help="the gateway's clock: real, or stopped at --now"
    )
    made.add_argument("--clock-offset", type=float, default=0, metavar="SECONDS", help="how far its clock is ahead")
    made.add_argument("--access-key", default=ACCESS_KEY, help="default %(default)s")
    made.add_argument("--secret-key", default=SECRET_KEY, help="default %(default)s")
    made.add_argument("--denied", default="", metavar="NAME,...", help="operations or products, refused to the key")
    made.add_argument("--summary-tells", choices=("end", "start"), default="end", help="what lastBackupDate is")
    made.add_argument("--paging", default="zero-based", metavar="MODE", help="see below")
    made.add_argument("--page-format", default="array", metavar="MODE", help="see below")
    made.add_argument("--dialect", default="page-fields", metavar="MODE", help="see below")
    made.add_argument(
        "--sites",
        type=_sites,
        default={},
        metavar="NAME=PORT,...",
        help="further sites (gov, fin); port 0: any",
    )
    made.add_argument("--latency", type=float, default=0, metavar="MS", help="before every answer")
    made.add_argument("--fault", action="append", default=[], metavar="KIND,...", help="see below; repeatable")
    made.add_argument(
        "--keep-answers", type=int, metavar="PAGE_SIZE", help="make all pages of this size first, and keep them"
    )
    made.add_argument("--tls", choices=list(CERTIFICATES), help="serve https with a certificate made for the occasion")
    return made


def gateway_of(options: argparse.Namespace) -> Gateway:
    """The gateway that the command line asks for. ValueError names what is wrong."""
    now = options.now or datetime.now(UTC)
    account = seeded_account(
        now=now,
        seed=options.seed,
        instances=options.instances,
        regions=options.regions.split(","),
        profiles=options.profiles,
        products=DATABASE_PRODUCTS if options.products == "all" else options.products.split(","),
        history_days=options.history_days,
        summary_tells=options.summary_tells,
        access_key=options.access_key,
        secret_key=options.secret_key,
    )
    account.denied = set(filter(None, options.denied.split(",")))
    offset = timedelta(seconds=options.clock_offset)
    clock = Clock(stopped_at=now if options.clock == "stopped" else None, offset=offset)
    gateway = Gateway(account, seed=options.seed, clock=clock)
    gateway.paging = paging.Paging.parse(options.paging)
    gateway.page_format = page_format.PageFormat.parse(options.page_format)
    gateway.dialect = dialect.Dialect.parse(options.dialect)
    gateway.latency_seconds = options.latency / 1000
    gateway.faults.replace([parse_fault(spec) for spec in options.fault])
    if options.keep_answers:
        gateway.keep_answers(page_size=options.keep_answers)
    return gateway


async def _serve(gateway: Gateway, options: argparse.Namespace, folder: str) -> None:
    tls = server_context(write_certificate(options.tls, Path(folder))) if options.tls else None
    ports = {"public": options.port} | {site: port for site, port in options.sites.items() if site != "public"}
    listeners = {site: listening_socket(options.host, port) for site, port in ports.items()}
    server = Server(gateway)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, server.stop)
    for site, listener in listeners.items():
        host, port = listener.getsockname()[:2]
        gateway.sites[site] = f"{'https' if tls else 'http'}://{host}:{port}"
    further = [f"{site} at {url}" for site, url in gateway.sites.items() if site != "public"]
    others = f" for {', '.join(further)}, and" if further else ""
    print(f"Ncloud emulator listening{others} at {gateway.sites['public']}", flush=True)
    await server.serve(listeners, tls=tls)


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    gc.disable()  # collecting again and again among what is only being built doubles the time of 50,000 databases
    try:
        gateway = gateway_of(options)
    except ValueError as error:
        print(f"tests.emulator: {error}", file=sys.stderr)
        return 2
    gc.freeze()
    gc.enable()
    with tempfile.TemporaryDirectory(prefix="emulator-") as folder:
        asyncio.run(_serve(gateway, options, folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
