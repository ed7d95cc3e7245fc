"""Ask the deployed function something and print its answer: `make ask ACTION=doctor`."""

import argparse
import json
import os
import sys
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

LONGEST_RUN_SECONDS = 900
ACTIONS = ("doctor", "explain", "check", "test-alert", "memory")


def main() -> None:
    """Exit with 1 and one clear line where the function cannot be asked or fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=ACTIONS)
    parser.add_argument("--match", default="*", help="for explain: a service name, a glob or an instance number")
    parser.add_argument("--account", help="for explain and doctor: an id of the accounts file, or a glob of ids")
    parser.add_argument("--at", help="for check: judge at this instant, as in 2026-11-20T09:00:00+09:00")
    parser.add_argument("--notify", choices=("true", "all"), help="for check: send alerts (otherwise only look)")
    parser.add_argument("--forget", help="for memory: forget what matches")
    parser.add_argument("--stack", default="ncloud-backup-watch", help="the CloudFormation stack's name")
    options = parser.parse_args()
    if "AWS_REGION" in os.environ:
        os.environ["AWS_DEFAULT_REGION"] = os.environ["AWS_REGION"]  # boto3 reads only this one
    try:
        print(json.dumps(ask(options.stack, event_of(options)), indent=2, ensure_ascii=False))
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"AWS: {error}")


def event_of(options: argparse.Namespace) -> dict[str, Any]:
    """The event that asks for what the command line says. A check only looks, unless it is told to notify."""
    event: dict[str, Any] = {"action": options.action}
    if options.action == "explain":
        event["match"] = options.match
    if options.action in ("explain", "doctor") and options.account:
        event["account"] = options.account
    elif options.action == "memory" and options.forget:
        event["forget"] = options.forget
    elif options.action == "check":
        event |= {"notify": {"true": True, "all": "all", None: False}[options.notify], "all": True}
        if options.at:
            event["at"] = options.at
    return event


def ask(function: str, event: dict[str, Any]) -> Any:
    """Invoke *function* with *event* and return its answer; exits where the invocation failed."""
    config = Config(read_timeout=LONGEST_RUN_SECONDS, retries={"total_max_attempts": 1})
    answer = boto3.client("lambda", config=config).invoke(FunctionName=function, Payload=json.dumps(event).encode())
    text = answer["Payload"].read().decode()
    document = json.loads(text) if text.startswith("{") else {"errorMessage": text}
    if "errorMessage" in document:
        sys.exit(f"The function failed: {document.get('errorType', '')} {document['errorMessage']}")
    return document


if __name__ == "__main__":
    main()
