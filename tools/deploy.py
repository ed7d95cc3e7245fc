"""Deploy to AWS and end with a run of the function: `make deploy ARGS='AlertEmail=you@example.com'`.

The first run of a new stack tells every violation, once its subscriptions are confirmed; a later deployment only looks,
unless it is asked to tell (`--tell-all`).

Builds, validates and deploys with the SAM CLI; then puts the Ncloud keys into the stack's secret if it has none, from
NCLOUD_ACCESS_KEY_ID and NCLOUD_SECRET_ACCESS_KEY or by asking, so that they pass through no template and no history.
"""

import argparse
import json
import os
import select
import subprocess
import sys
import uuid
from getpass import getpass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from tools.ask import ask

ROOT = Path(__file__).resolve().parent.parent
SAM = os.environ.get("SAM", str(ROOT / ".venv-sam" / "bin" / "sam"))
ASKED_FIRST = {
    "AlertEmail": "E-mail address for alerts about databases (empty: none yet): ",
    "OpsEmail": "E-mail address for trouble with the monitor itself (empty: none yet): ",
}
SHOWN_VIOLATIONS = 10
CONFIRMATION_POLL_SECONDS = 3

Outputs = dict[str, str]


def main() -> None:
    """Deploy, and exit with 1 and one clear line if something is missing or fails."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("parameters", nargs="*", metavar="Name=Value", help="parameters of template.yaml to set")
    parser.add_argument("--stack", default="ncloud-backup-watch", help="the CloudFormation stack's name")
    parser.add_argument(
        "--tell-all", action="store_true", help="tell every violation, as the first run of a stack does"
    )
    options = parser.parse_args()
    if wrong := [parameter for parameter in options.parameters if "=" not in parameter]:
        sys.exit(f"{wrong[0]!r} is not Name=Value")
    try:
        say_where()
        is_new = not stack_exists(options.stack)
        parameters = options.parameters + (ask_at_first(given=options.parameters) if is_new else [])
        deploy(options.stack, parameters)
        outputs = outputs_of(options.stack)
        tell_all = is_new or options.tell_all
        if "FleetMachineArn" in outputs:
            start_fleet(outputs, tell_all=tell_all)
            return
        if "CredentialsSecretArn" in outputs:  # not where an accounts file says where the keys are
            fill_secret(outputs["CredentialsSecretArn"])
        if tell_all:
            wait_for_confirmation(outputs["AlertTopicArn"])
        run_once(outputs, tell_all=tell_all)
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"AWS: {error}")
    except subprocess.CalledProcessError as error:
        sys.exit(f"`{' '.join(map(str, error.cmd[:2]))}` failed: see above")


def say_where() -> None:
    """Say which account and region the deployment goes to. Raises BotoCoreError or ClientError without credentials."""
    if "AWS_REGION" in os.environ:
        os.environ["AWS_DEFAULT_REGION"] = os.environ["AWS_REGION"]  # boto3 reads only this one
    session = boto3.Session()
    if session.region_name is None:
        sys.exit("No AWS region: set AWS_REGION, as in AWS_REGION=ap-northeast-2 make deploy")
    if session.get_credentials() is None:
        sys.exit("No AWS credentials: sign in with the AWS CLI (`aws configure sso`, `aws login`) or set AWS_PROFILE")
    account = session.client("sts").get_caller_identity()["Account"]
    print(f"deploying to account {account}, region {session.region_name}")


def ask_at_first(*, given: list[str]) -> list[str]:
    """Ask for the few parameters of a new stack worth asking for, at a terminal."""
    if not sys.stdin.isatty():
        return []
    named = {parameter.partition("=")[0] for parameter in given}
    answers = {name: input(question).strip() for name, question in ASKED_FIRST.items() if name not in named}
    return [f"{name}={answer}" for name, answer in answers.items() if answer]


def stack_exists(stack: str) -> bool:
    """Whether the stack has been deployed before. Raises ClientError if AWS refuses to say."""
    try:
        boto3.client("cloudformation").describe_stacks(StackName=stack)
    except ClientError as error:
        if "does not exist" in str(error):
            return False
        raise
    return True


def deploy(stack: str, parameters: list[str]) -> None:
    """Run SAM: what was set at an earlier deployment and is not named now stays."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NCLOUD_")}
    environment["SAM_CLI_TELEMETRY"] = "0"
    overrides = ["--parameter-overrides", *parameters] if parameters else []
    region = str(boto3.Session().region_name)
    for command in (
        ["build"],
        ["validate", "--lint"],
        ["deploy", "--stack-name", stack, "--region", region, *overrides],
    ):
        print(f"$ sam {' '.join(command)}", flush=True)
        subprocess.run([SAM, *command], cwd=ROOT, env=environment, check=True)


def outputs_of(stack: str) -> Outputs:
    """Read the stack's outputs."""
    (description,) = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {str(output["OutputKey"]): str(output["OutputValue"]) for output in description.get("Outputs", [])}


def fill_secret(secret: str) -> None:
    """Put the Ncloud keys into the secret, unless it has a value already."""
    secrets = boto3.client("secretsmanager")
    try:
        secrets.get_secret_value(SecretId=secret)
    except secrets.exceptions.ResourceNotFoundException:
        keys = ncloud_keys()
        secrets.put_secret_value(SecretId=secret, SecretString=json.dumps(keys))
        print("the Ncloud keys are in the secret now")


def ncloud_keys() -> dict[str, str]:
    """Take the keys from the environment, or ask for them."""
    found = (os.environ.get("NCLOUD_ACCESS_KEY_ID"), os.environ.get("NCLOUD_SECRET_ACCESS_KEY"))
    if not all(found) and sys.stdin.isatty():
        found = (input("Ncloud access key id: ").strip(), getpass("Ncloud secret key (not shown): ").strip())
    if not all(found):
        sys.exit(
            "Deployed, but the secret is empty, so that nothing can be checked. Run this again with "
            "NCLOUD_ACCESS_KEY_ID and NCLOUD_SECRET_ACCESS_KEY set, or at a terminal."
        )
    return {"access_key_id": str(found[0]), "secret_access_key": str(found[1])}


def wait_for_confirmation(topic: str) -> None:
    """At a terminal, wait until a subscription of *topic* is confirmed: without one the first alert reaches no one.

    Enter goes on without. Elsewhere, and where there is nothing to confirm, nothing is waited for.
    """
    if not sys.stdin.isatty():
        return
    confirmed, waiting = subscribers(topic)
    if waiting and not confirmed:
        print(f"AWS has mailed a link to {', '.join(waiting)}. Waiting until it is followed (Enter goes on without)")
    while waiting and not confirmed:
        if select.select([sys.stdin], [], [], CONFIRMATION_POLL_SECONDS)[0]:
            sys.stdin.readline()
            print("going on: the first alert reaches no one")
            return
        confirmed, waiting = subscribers(topic)


def run_once(outputs: Outputs, *, tell_all: bool) -> None:
    """Invoke the function once, and show what it found and who hears of it. With *tell_all* every violation is told."""
    event = {"action": "check", "notify": "all" if tell_all else False}
    report = ask(outputs["FunctionName"], event)
    print(summary(report))
    print(audience(outputs["AlertTopicArn"]))
    if not tell_all:
        print("this run sent no alert: the next one does, or `make deploy ARGS=--tell-all` now")
    for name in ("FunctionUrl", "LogGroupName"):
        if name in outputs:
            print(f"{name}: {outputs[name]}")


def start_fleet(outputs: Outputs, *, tell_all: bool) -> None:
    """Start a run of the fleet, if its accounts file is there; else say what is still to be done."""
    bucket, key = outputs["RunsBucketName"], outputs["AccountsObjectKey"]
    print(f"accounts file: s3://{bucket}/{key}")
    try:
        boto3.client("s3").head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if str(error.response.get("Error", {}).get("Code")) not in ("404", "NoSuchKey"):
            raise
        print(
            "it is not there yet: docs/accounts.md says what it holds and where the keys go; then `make deploy` again"
        )
        return
    event = json.dumps({"action": "check", "notify": "all" if tell_all else False})
    started = boto3.client("stepfunctions").start_execution(
        stateMachineArn=outputs["FleetMachineArn"], name=f"deployed-{uuid.uuid4()}", input=event
    )
    print(f"a run was started: {started['executionArn']}")
    print(audience(outputs["AlertTopicArn"]))
    if not tell_all:
        print("it sends no alert: the next one does, or `make deploy ARGS=--tell-all` now")


def summary(report: dict[str, Any]) -> str:
    """Say in a few lines what a report says."""
    numbers = {name: number for name, number in report["counts"].items() if name.isupper() and number}  # of verdicts
    counts = ", ".join(f"{number} {verdict}" for verdict, number in numbers.items())
    lines = [f"run: {report['severity']}; {report['counts']['instances']} instances: {counts}"]
    shown, left = report["violations"][:SHOWN_VIOLATIONS], report["violations"][SHOWN_VIOLATIONS:]
    lines += [f"  {v['verdict']:<9}{v['region']} {v['serviceName']}: {v['reason']}" for v in shown]
    lines += [f"  and {len(left)} more"] if left else []
    lines += [f"  not read: {e['region']} {e['operation']}: {e['kind']} {e['message']}" for e in report["errors"]]
    return "\n".join(lines)


def audience(topic: str) -> str:
    """Say who hears the alerts, and who has yet to confirm it."""
    confirmed, waiting = subscribers(topic)
    if not confirmed and not waiting:
        return "the alerts have no subscriber yet: make deploy ARGS='AlertEmail=you@example.com'"
    if waiting:
        return f"not confirmed yet, look for the mail from AWS: {', '.join(waiting)}"
    return f"alerts go to {confirmed} subscriber(s)"


def subscribers(topic: str) -> tuple[int, list[str]]:
    """How many subscriptions of *topic* are confirmed, and the endpoints of those that are not."""
    found = boto3.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    waiting = [str(one["Endpoint"]) for one in found if not str(one["SubscriptionArn"]).startswith("arn:")]
    return len(found) - len(waiting), waiting


if __name__ == "__main__":
    main()
