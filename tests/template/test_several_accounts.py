"""Several accounts in one invocation: their file in a parameter, and the rights to read file and keys, and no more."""

import json
from datetime import UTC, datetime

import pytest

from backup_watch.config import settings
from tests.template.deployment import Deployment
from tests.template.test_access import _statements

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def several(translated):
    return Deployment(translated, AccountsParameter="/watch/accounts", HttpAccess="AWS_IAM")


@pytest.mark.parametrize("function", ["Function", "WebFunction"])
def test_the_function_reads_the_file_and_nothing_of_one_account(several, function):
    variables = several.of_type("AWS::Lambda::Function")[function]["Environment"]["Variables"]
    made = {"MEMORY": "dynamodb://table"}  # what only AWS can fill in
    given = {name: value for name, value in variables.items() if not str(value).startswith("<")} | made
    read, problems = settings.read_settings(given, now=NOW, needs_topic=False)
    assert problems == []
    assert read.accounts_place.source == "ACCOUNTS_PARAMETER /watch/accounts"
    assert not [name for name in variables if name.startswith("NCLOUD_")]


@pytest.mark.parametrize("role", ["FunctionRole", "WebRole"])
def test_it_may_read_the_file_and_the_keys_and_no_other(several, role):
    found = dict(_statements(several))
    may = {name.removeprefix(f"{role}: "): found[name] for name in found if name.startswith(role)}
    assert json.dumps(may["ReadTheAccountsParameter"]["Resource"]).endswith('parameter/watch/accounts"')
    keys = map(json.dumps, may["ReadTheAccountsKeys"]["Resource"])
    assert all("/ncloud-backup-watch/accounts/*" in one for one in keys)
    assert may["ReadManyKeysAtOnce"]["Action"] == "secretsmanager:BatchGetSecretValue"
    assert "ReadTheNcloudKeys" not in may


def test_there_is_neither_a_secret_for_one_key_nor_a_fleet(several):
    assert "CredentialsSecret" not in several.resources
    assert not several.of_type("AWS::StepFunctions::StateMachine")
    assert "AccountsUnreadAlarm" in several.of_type("AWS::CloudWatch::Alarm")
