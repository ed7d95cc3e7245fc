"""LocalStack with the code of this project in a bucket, and stacks of the whole template."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator

import boto3
import pytest

from tests.emulator import ACCESS_KEY, SECRET_KEY, Emulator
from tests.lab.e2e.deployed import Deployed
from tests.lab.e2e.whole_template import upload
from tests.lab.localstack import LocalStack
from tests.runtime.conftest import artifact, runtime
from tools.translate import ROOT

__all__ = ["artifact", "runtime"]

SERVICES = (
    "cloudformation", "cloudwatch", "dynamodb", "events", "iam", "kms", "lambda", "logs", "s3", "scheduler",
    "secretsmanager", "sns", "sqs", "ssm", "stepfunctions", "sts",
)  # fmt: skip


@pytest.fixture(scope="session")
def api() -> Iterator[Emulator]:
    """The Ncloud API over TLS, as the template's parameter wants it."""
    with Emulator(tls="self-signed", host="localhost") as emulator:
        yield emulator


@pytest.fixture
def ncloud(api: Emulator) -> Iterator[Emulator]:
    """The Ncloud API, honest and without any account but the deployment's own."""
    yield api
    api.faults()
    api.gateway.others.clear()


@pytest.fixture(scope="session")
def cloud(api: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    with LocalStack(tmp_path_factory.mktemp("localstack"), SERVICES, trusted=api.certificate) as cloud:
        yield cloud


@pytest.fixture(scope="session")
def template_url(cloud: LocalStack, artifact, tmp_path_factory) -> str:
    return upload(cloud.url, artifact, tmp_path_factory.mktemp("zipped"))


Deploy = Callable[..., Deployed]


@pytest.fixture
def deploy(cloud: LocalStack, template_url: str) -> Deploy:
    """Have CloudFormation deploy the whole template as the stack *name*."""

    def deploy(name: str, **parameters: str) -> Deployed:
        formation = boto3.client("cloudformation", endpoint_url=cloud.url)
        formation.create_stack(
            StackName=name,
            TemplateURL=template_url,
            Capabilities=["CAPABILITY_IAM"],
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        )
        formation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
        return Deployed(cloud.url, name)

    return deploy


@pytest.fixture
def deployed(cloud: LocalStack) -> Callable[[str], Deployed]:
    """The stack of a name, which something else deployed."""
    return lambda name: Deployed(cloud.url, name)


@pytest.fixture
def make_deploy(cloud: LocalStack) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `make deploy` with these ARGS, as one without a terminal would."""
    environment = os.environ | {
        "AWS_ENDPOINT_URL": cloud.url,
        "NCLOUD_ACCESS_KEY_ID": ACCESS_KEY,
        "NCLOUD_SECRET_ACCESS_KEY": SECRET_KEY,
    }

    def run(arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", "deploy", f"ARGS={arguments}"],
            cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True,
        )  # fmt: skip

    return run
