"""The command's entry: what is asked for, its answer, its exit status. Nothing leaves it as a traceback."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import NoReturn

from backup_watch.adapters.logs import silence
from backup_watch.cli import streams
from backup_watch.cli.arguments import parse, wants_nagios
from backup_watch.cli.failures import CommandFailed
from backup_watch.cli.time_limit import TimeLimit

UNKNOWN, INTERRUPTED = 3, 130
AWS_PACKAGES = ("boto3", "botocore", "aws_lambda_powertools")


def entry() -> NoReturn:
    """Run the command line of this process."""
    silence()  # the function's log is no answer
    is_open = streams.prepare()
    code = main(sys.argv[1:])
    sys.exit(code if streams.is_flushed() and is_open else max(code, UNKNOWN))


def main(arguments: Sequence[str], *, started: float | None = None) -> int:
    """Answer *arguments* on standard output; the exit status. ``SystemExit`` comes of --help and --version alone."""
    started = monotonic() if started is None else started
    is_nagios = wants_nagios(arguments)
    try:
        asked = parse(arguments)
        return _limited(asked, started=started)
    except CommandFailed as failure:
        return _fail(str(failure), is_nagios=is_nagios)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        streams.abandon()
        return UNKNOWN
    except ModuleNotFoundError as error:
        return _fail(_missing(error), is_nagios=is_nagios)
    except OSError as error:
        return _fail(f"the answer could not be given: {error.strerror or error}", is_nagios=is_nagios)
    except Exception as error:  # noqa: BLE001  an exit status of 1 would say "warning"
        if "--verbose" in arguments and not is_nagios:
            traceback.print_exc()
        return _fail(f"this is a defect of backup-watch: {type(error).__name__}: {error}", is_nagios=is_nagios)


def _limited(asked: argparse.Namespace, *, started: float) -> int:
    """Do what is asked for within its time."""
    if asked.command in ("serve", "watch"):
        from backup_watch.cli import lasting

        return lasting.run(asked, os.environ, home=_home())
    from backup_watch.cli import once

    is_nagios = asked.format == "nagios"

    def late() -> None:
        _fail(f"no answer within {asked.timeout:g} s", is_nagios=is_nagios)
        (sys.stdout if is_nagios else sys.stderr).flush()

    with TimeLimit(asked.timeout, started=started, on_end=late, code=UNKNOWN) as limit:
        return once.run(asked, os.environ, home=_home(), limit=limit)


def _fail(sentence: str, *, is_nagios: bool) -> int:
    """Say *sentence* where it is looked for: a monitoring system reads standard output alone."""
    text = " ".join(sentence.split())
    with suppress(OSError):  # there may be nothing left to write to
        if is_nagios:
            sys.stdout.write(f"BACKUPS UNKNOWN - {text.replace('|', '¦')}\n")
        else:
            sys.stderr.write(f"backup-watch: {text}\n")
    return UNKNOWN


def _missing(error: ModuleNotFoundError) -> str:
    name = (error.name or "").partition(".")[0]
    if name in AWS_PACKAGES:
        return f"a setting needs AWS, and {name} is not installed: pip install 'ncloud-backup-watch[aws]'"
    return f"{name} is not installed: install ncloud-backup-watch with its dependencies"


def _home() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:
        return None
