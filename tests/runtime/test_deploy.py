"""`make deploy` from SAM's end on: the stack's outputs, the keys into the secret, and a first run that tells all."""

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from tests.emulator import ACCESS_KEY, SECRET_KEY
from tests.runtime.aws_account import AwsAccount
from tests.runtime.lambda_runtime import LambdaRuntime

pytestmark = pytest.mark.runtime
ROOT = Path(__file__).resolve().parents[2]


CREATE = (
    "import boto3, sys; boto3.client('cloudformation').create_stack("
    "StackName=sys.argv[1], TemplateBody=open(sys.argv[2]).read())"
)


class Deployer:
    """Runs tools/deploy.py against moto, with a SAM CLI that only notes how it was called."""

    def __init__(self, aws: AwsAccount, function: LambdaRuntime, folder: Path) -> None:
        self.stack = f"watch-{uuid.uuid4().hex[:8]}"
        self.calls = folder / "calls"
        sam = folder / "sam"
        self.coming = folder / "stack.json"
        sam.write_text(
            f'#!/bin/sh\necho "$*" >> {self.calls}\nenv | grep ^NCLOUD_ >> {self.calls}\n'
            f'[ "$1" != deploy ] || [ ! -e {self.coming} ] || '
            f'{sys.executable} -c "{CREATE}" {self.stack} {self.coming}\n',
            encoding="utf-8",
        )
        sam.chmod(0o755)
        self._environment = os.environ | {
            "AWS_ENDPOINT_URL": aws.url,
            "AWS_ENDPOINT_URL_LAMBDA": function.url,
            "SAM": str(sam),
        }
        self._aws = aws

    def stack_is_there(self, *, secret: str | None) -> None:
        """Stand for what `sam deploy` leaves: a stack with the template's outputs."""
        self._aws.client("cloudformation").create_stack(StackName=self.stack, TemplateBody=self._template(secret))

    def stack_comes(self, *, secret: str) -> None:
        """Let `sam deploy` make the stack, as the first time."""
        self.coming.write_text(self._template(secret), encoding="utf-8")

    def _template(self, secret: str | None) -> str:
        outputs = {"FunctionName": "function", "AlertTopicArn": self._aws.topic_arn}
        if secret is not None:
            outputs["CredentialsSecretArn"] = secret
        resources = {"Any": {"Type": "AWS::SNS::Topic"}}
        return json.dumps({"Resources": resources, "Outputs": {name: {"Value": arn} for name, arn in outputs.items()}})

    def run(self, *parameters: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tools.deploy", "--stack", self.stack, *parameters]
        merged = {name: value for name, value in (self._environment | environment).items() if value}
        return subprocess.run(
            command,
            cwd=ROOT,
            env=merged,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


@pytest.fixture
def deployer(aws, function, tmp_path):
    return Deployer(aws, function, tmp_path)


def test_a_deployment_ends_with_an_alert_about_every_violation(deployer, aws):
    deployer.stack_comes(secret=aws.secret_arn)
    done = deployer.run("AlertEmail=dba@example.com", AWS_DEFAULT_REGION="")

    assert done.returncode == 0, done.stdout
    where = f"--stack-name {deployer.stack} --region ap-northeast-2"
    assert deployer.calls.read_text(encoding="utf-8").splitlines() == [
        "build",
        "validate --lint",
        f"deploy {where} --parameter-overrides AlertEmail=dba@example.com",
    ]
    assert "run: critical; 4 instances: 1 FRESH, 1 STALE, 1 NEVER, 1 DISABLED\n" in done.stdout
    assert "STALE" in done.stdout
    assert "alerts go to 1 subscriber" in done.stdout
    (alert,) = aws.alerts()
    assert {v["serviceName"] for v in json.loads(alert["Message"])["violations"]} == {"orders", "sessions", "audit"}


def test_a_later_deployment_looks_and_tells_only_where_it_is_asked_to(deployer, aws):
    deployer.stack_is_there(secret=aws.secret_arn)
    done = deployer.run("MaxBackupAge=30h")
    assert (done.returncode, aws.alerts()) == (0, []), done.stdout
    assert "this run sent no alert" in done.stdout
    assert deployer.run("--tell-all").returncode == 0
    assert len(aws.alerts()) == 1


def test_an_empty_secret_gets_the_keys_and_nothing_shows_them(deployer, aws):
    secrets = aws.client("secretsmanager")
    arn = secrets.create_secret(Name=f"empty-{uuid.uuid4().hex[:8]}")["ARN"]
    deployer.stack_is_there(secret=arn)
    done = deployer.run(NCLOUD_ACCESS_KEY_ID=ACCESS_KEY, NCLOUD_SECRET_ACCESS_KEY=SECRET_KEY)

    assert done.returncode == 0, done.stdout
    kept = json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])
    assert kept == {"access_key_id": ACCESS_KEY, "secret_access_key": SECRET_KEY}
    assert SECRET_KEY not in done.stdout
    assert SECRET_KEY not in deployer.calls.read_text(encoding="utf-8"), "SAM has no business with the keys"


def test_a_stack_with_an_accounts_file_has_no_secret_to_fill(deployer):
    deployer.stack_is_there(secret=None)
    done = deployer.run()
    assert done.returncode == 0, done.stdout
    assert "4 instances" in done.stdout


def test_an_empty_secret_and_nobody_to_ask_is_a_clear_failure(deployer, aws):
    arn = aws.client("secretsmanager").create_secret(Name=f"empty-{uuid.uuid4().hex[:8]}")["ARN"]
    deployer.stack_is_there(secret=arn)
    done = deployer.run()
    assert done.returncode == 1
    assert "the secret is empty" in done.stdout


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}, "No AWS region"),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": ""}, "No AWS credentials"),
    ],
)
def test_what_is_missing_to_reach_aws_is_said_in_one_line(deployer, environment, said):
    done = deployer.run(**environment)
    assert done.returncode == 1
    assert said in done.stdout
    assert "Traceback" not in done.stdout
    assert not deployer.calls.exists(), "nothing was built for nothing"


def test_a_failed_first_run_fails_the_deployment(deployer, aws, emulator):
    deployer.stack_is_there(secret=aws.secret_arn)
    aws.sns.delete_topic(TopicArn=aws.topic_arn)
    done = deployer.run("--tell-all")
    assert done.returncode == 1
    assert "The function failed: AlertNotDelivered" in done.stdout
