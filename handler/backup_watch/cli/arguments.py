"""The command line: its commands and options. Whatever is wrong with it is a ``UsageError``, exit status 3."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NoReturn
from unicodedata import normalize

from backup_watch import __version__
from backup_watch.cli.failures import UsageError
from backup_watch.config.events import ASKABLE_YEARS
from backup_watch.config.languages import languages
from backup_watch.model.products import PRODUCTS

FORMATS = ("table", "json", "nagios", "openmetrics", "html")
SITES = {
    "public": "https://ncloud.apigw.ntruss.com",
    "gov": "https://ncloud.apigw.gov-ntruss.com",
    "fin": "https://fin-ncloud.apigw.fin-ntruss.com",
}
"""The API of each site of NAVER Cloud (docs/ncloud-api.md)."""
OF_ONE_ACCOUNT = ("profile", "site", "region", "product")
NAGIOS_SECONDS = 10.0
DEFAULT_SECONDS = 300.0
MAX_SECONDS = 86_400.0
EPILOG = """\
The key: NCLOUD_ACCESS_KEY_ID and NCLOUD_SECRET_ACCESS_KEY, or ~/.ncloud/configure, or one of its sections (--profile).
Exit status: 0 ok, 1 warning, 2 critical, 3 unknown and every failure. The function's variables count as well.
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see {self.prog} --help)")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """What is asked for. Raises :class:`UsageError`; ``SystemExit`` for --help and --version."""
    asked = parser().parse_args(arguments)
    if asked.command is None:
        raise UsageError("say what to do: check, explain, doctor, serve or watch (see backup-watch --help)")
    if getattr(asked, "notify", None) and getattr(asked, "at", None):
        raise UsageError("--notify tells of the present, and --at judges another instant: give one of the two")
    if getattr(asked, "accounts", None):
        beside = [name for name in OF_ONE_ACCOUNT if getattr(asked, name)]
        if beside:
            raise UsageError(f"--{beside[0]} is not for --accounts: what is read of each account stands in its file")
    if getattr(asked, "memory", None) and not asked.notify:
        raise UsageError("--memory is where --notify remembers: nothing is remembered without it")
    if asked.timeout is None:
        asked.timeout = NAGIOS_SECONDS if asked.format == "nagios" else DEFAULT_SECONDS
    return asked


def wants_nagios(arguments: Sequence[str]) -> bool:
    """Whether the answer, also that the command line is wrong, goes to a monitoring system."""
    pairs = zip(arguments, [*arguments[1:], ""], strict=False)  # of no arguments there is no pair
    return any(one == "--format=nagios" or (one, following) == ("--format", "nagios") for one, following in pairs)


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    about = "Tells whether every database of a NAVER Cloud account has a fresh backup."
    made = _Parser(
        prog="backup-watch", description=about, epilog=EPILOG, allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    made.add_argument("--version", action="version", version=f"backup-watch {__version__}")
    commands = made.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    shared = _shared()

    def command(name: str, text: str, *formats: str) -> argparse.ArgumentParser:
        described = f"{text[0].upper()}{text[1:]}."
        sub = commands.add_parser(name, parents=[shared], help=text, description=described, allow_abbrev=False)
        if formats:
            sub.add_argument("--format", choices=formats, default="table", help="default: table")
        else:
            sub.set_defaults(format="table")
        return sub

    check = command("check", "judge every database, worst first", *FORMATS)
    check.add_argument("--at", type=_instant, metavar="INSTANT", help="judge as of then: 2026-11-20T09:00:00+09:00")
    _several(check)
    _telling(check)
    explain = command("explain", "show each step of the judgement of some databases", "table", "json")
    explain.add_argument("match", type=_glob, metavar="MATCH", help="a service name, a glob, or an instance number")
    explain.add_argument("--at", type=_instant, metavar="INSTANT", help="as with check")
    _several(explain)
    _several(command("doctor", "look at key, rights, clock, regions, and what is not watched", "table", "json"))
    serve = command("serve", "serve the status page and its neighbours at a loopback address")
    serve.add_argument("--port", type=_port, help="default: 8787, or a free one where that is taken; 0: any")
    watch = command("watch", "show the table, and read it anew every minute")
    for lasting in (serve, watch):
        _several(lasting)
        _telling(lasting)
    return made


def _several(command: argparse.ArgumentParser) -> None:
    """The options of a command that reads several accounts."""
    group = command.add_argument_group("several accounts")
    group.add_argument("--accounts", type=Path, metavar="FILE", help="the accounts, and where their keys are (TOML)")
    group.add_argument("--account", action="append", type=_text, metavar="ID", help="of these only such: a glob")


def _telling(command: argparse.ArgumentParser) -> None:
    """The options of a command that may tell what it found."""
    group = command.add_argument_group("whom to tell")
    group.add_argument(
        "--notify", action="append", nargs="?", const="", metavar="URL",
        help="tell what is news, by Apprise: a URL, a file of URLs, or without either those in BACKUP_WATCH_NOTIFY",
    )  # fmt: skip
    group.add_argument("--memory", type=Path, metavar="DIRECTORY", help="where to remember what was told")


def _shared() -> _Parser:
    shared = _Parser(add_help=False, allow_abbrev=False)
    what = shared.add_argument_group("what to read")
    what.add_argument("--profile", type=_text, metavar="NAME", help="a section of ~/.ncloud/configure, with its key")
    what.add_argument("--site", choices=tuple(SITES), help="the site of NAVER Cloud; default: public")
    what.add_argument("--region", action="append", type=_text, metavar="CODES", help="such as KR,SGN; default: KR")
    products = f"of {', '.join(PRODUCTS)}; or all"
    what.add_argument("--product", action="append", type=_text, metavar="NAMES", help=products)
    how = shared.add_argument_group("how to judge")
    how.add_argument("--policy", type=Path, metavar="FILE", help="rules, mutes and the roll call (TOML)")
    how.add_argument("--max-age", type=_text, metavar="DURATION", help="an older backup is STALE: 30h, 2d")
    how.add_argument("--grace", type=_text, metavar="DURATION", help="how long after its usual time one is LATE: 90m")
    other = shared.add_argument_group("other")
    other.add_argument("--language", choices=languages(), help="default: en")
    other.add_argument("--timeout", type=_seconds, metavar="SECONDS", help="default: 300; for nagios 10")
    other.add_argument("--verbose", action="store_true", help="say more on standard error")
    return shared


def _text(value: str) -> str:
    if not value.strip():
        raise argparse.ArgumentTypeError("the value is empty")
    return value


def _glob(value: str) -> str:
    return normalize("NFC", _text(value))


def _port(value: str) -> int:
    if not (value.isascii() and value.isdigit() and int(value) <= 65_535):
        raise argparse.ArgumentTypeError(f"{value!r} is no port: a number from 0 to 65535")
    return int(value)


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= MAX_SECONDS:
        raise argparse.ArgumentTypeError(f"{value!r} is no time limit: seconds, from 1 to {MAX_SECONDS:.0f}")
    return seconds


def _instant(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or moment.year not in ASKABLE_YEARS:
        raise argparse.ArgumentTypeError(f"{value!r} is no instant with an offset, such as 2026-11-20T09:00:00+09:00")
    return moment
