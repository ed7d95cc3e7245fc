"""``serve`` and ``watch``: until Ctrl-C."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Mapping
from pathlib import Path

from backup_watch.cli.session import Session


def run(asked: argparse.Namespace, environment: Mapping[str, str], *, home: Path | None) -> int:
    """Do what is asked for until Ctrl-C. Raises :class:`backup_watch.cli.failures.CommandFailed` at the beginning."""

    def new_session() -> Session:
        return Session(asked, environment, home=home)

    first, end = new_session(), threading.Event()
    settings = first.loaded.settings  # what is wrong is told before anything is shown
    if asked.command == "serve":
        from backup_watch.cli.serve import serve

        may_tell = bool(first.recipients)
        return serve(
            new_session, first.words, settings, port=asked.port, seconds=asked.timeout, may_tell=may_tell, end=end
        )
    from backup_watch.cli.watch import watch

    return watch(new_session, seconds=asked.timeout, end=end)
