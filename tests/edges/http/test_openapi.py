"""The OpenAPI document is the truth: schemathesis asks the function, over a real socket, whatever it allows."""

import os
from pathlib import Path

import boto3
import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from backup_watch.cli.gateway import Gateway, serving
from backup_watch.web.routes import ROUTES
from tests.stack.stack import running_stack

DOCUMENT = Path(__file__).parents[3] / "docs" / "openapi.yaml"
SCHEMA = schemathesis.openapi.from_path(DOCUMENT)
OPERATIONS = {f"{op.method.upper()} {op.path}": op for op in (found.ok() for found in SCHEMA.get_all_operations())}
EXPECTED_FAILURES = {"GET /healthz": [not_a_server_error]}
"""503 is what a health check is for."""


@pytest.fixture(scope="module")
def function():
    """The function behind the gateway, with the emulated Ncloud and AWS it needs."""
    with running_stack() as stack, serving(Gateway(stack.invoke)) as gateway:
        boto3.client("secretsmanager").create_secret(Name="http-token", SecretString="open-sesame")
        os.environ.setdefault("PYTEST_CURRENT_TEST", "")  # the stack's environment is bare, and pytest deletes this
        yield gateway.url


def test_the_document_is_valid_and_names_every_route():
    OpenAPIV31SpecValidator(yaml.safe_load(DOCUMENT.read_text("utf-8")), base_uri=DOCUMENT.as_uri()).validate()
    assert set(OPERATIONS) == {f"{method} {path}" for path, methods in ROUTES.items() for method in methods}


def ask_all(url: str, operation: str, mode: GenerationMode, *, examples: int) -> None:
    """Ask the operation with what the document allows, or with what it does not, and hold each answer against it."""

    @settings(
        max_examples=examples,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(case=OPERATIONS[operation].as_strategy(generation_mode=mode))
    def ask(case):
        case.call_and_validate(base_url=url, excluded_checks=EXPECTED_FAILURES.get(operation, []))

    ask()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_the_document_allows_is_answered_as_it_says(function, operation):
    ask_all(function, operation, GenerationMode.POSITIVE, examples=15)


@pytest.mark.parametrize("operation", [name for name, operation in OPERATIONS.items() if operation.query])
def test_what_the_document_does_not_allow_is_refused_as_it_says(function, operation):
    ask_all(function, operation, GenerationMode.NEGATIVE, examples=15)


@pytest.mark.parametrize(("secret", "accept", "status", "kind"), [
    ("http-token", "*/*", 401, "application/problem+json"),
    ("http-token", "text/html", 401, "text/html"),
    ("no-such-secret", "*/*", 503, "application/problem+json"),
])  # fmt: skip
@pytest.mark.parametrize("operation", OPERATIONS)
def test_who_has_no_token_is_answered_as_it_says(function, monkeypatch, operation, secret, accept, status, kind):
    monkeypatch.setenv("HTTP_TOKEN_SECRET", secret)
    case = OPERATIONS[operation].Case(path_parameters={"number": "1234925"}, headers={"accept": accept})
    response = case.call(base_url=function)
    assert (response.status_code, response.headers["content-type"][0].partition(";")[0]) == (status, kind)
    case.validate_response(response, checks=[status_code_conformance, content_type_conformance])
