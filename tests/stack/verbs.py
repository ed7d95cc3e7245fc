"""What the local stack can be told to do."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from backup_watch.cli.failures import CommandFailed
from tests.stack.failure import FunctionFailed


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m tests.stack", description="The whole of it on this machine.")
    verbs = made.add_subparsers(dest="verb", required=True, metavar="VERB")
    verbs.add_parser("run", help="check once as the schedule would; show the findings and the alert")
    serve = verbs.add_parser("serve", help="serve the status page until Ctrl-C")
    serve.add_argument("--port", type=int, help="default: 8787, or a free one where that is taken")
    invoke = verbs.add_parser("invoke", help="invoke the function with an event; print its answer as JSON")
    invoke.add_argument("event", type=event_in, metavar="FILE", help="the event, such as events/schedule.json")
    explain = verbs.add_parser("explain", help="show each step of a judgement")
    explain.add_argument("match", help="a service name, a glob, or an instance number")
    verbs.add_parser("doctor", help="look for what is wrong with the installation")
    verbs.add_parser("test-alert", help="send one sample of every kind of message, and show them")
    return made


def event_in(path: str) -> dict[str, Any]:
    """The event in the file at *path*."""
    try:
        event = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"{path} holds no event: {error}") from error
    return event


def main(arguments: list[str]) -> int:
    asked = parser().parse_args(arguments)
    try:
        return _do(asked)
    except FunctionFailed as failure:
        print(f"the function failed: {failure}", file=sys.stderr)
        return 1
    except CommandFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stdout = None  # whoever read us has seen enough
        return 0


def _do(asked: argparse.Namespace) -> int:
    from tests.stack.screen import Screen

    if asked.verb == "run":
        from tests.stack.run import run

        return run(Screen())
    if asked.verb == "serve":
        from tests.stack.serve import serve

        return serve(Screen(), port=asked.port)
    from tests.stack import actions

    if asked.verb == "invoke":
        return actions.invoke(Screen(sys.stderr), asked.event)
    if asked.verb == "explain":
        return actions.explain(Screen(), asked.match)
    return actions.doctor(Screen()) if asked.verb == "doctor" else actions.test_alert(Screen())
